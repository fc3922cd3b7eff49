"""Mails about accounts over real SMTP, in every language."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from participation.accounts import credentials, roles, service
from participation.accounts.queries import credentials_by_email
from participation.core import clock
from participation.core.db import db
from participation.permissions import VISITOR, Role
from participation.worker import Worker
from tests.factories import make_department
from tests.notifications.conftest import Post
from tests.people import JONAS, MARA, NOAH, NOW, make_person

_SUBJECTS = {
    "de": [
        "Neues Passwort festlegen",
        "Ihre E-Mail-Adresse soll geändert werden",
        "Bitte bestätigen Sie Ihre neue E-Mail-Adresse",
        "Ihr Passwort wurde geändert",
    ],
    "de_simple": [
        "Neues Pass·wort wählen",
        "Ihre E-Mail-Adresse soll anders werden",
        "Bitte bestätigen Sie Ihre neue E-Mail-Adresse",
        "Ihr Pass·wort ist geändert",
    ],
    "en": [
        "Choose a new password",
        "Your email address is to be changed",
        "Please confirm your new email address",
        "Your password was changed",
    ],
}


def text_of(mail: EmailMessage) -> str:
    """The mail's text, with the line ends of texts."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def everything(app: Flask, language: str) -> None:
    """Mara asks for a link, for another address, and changes the password after the link was sent."""
    with app.app_context():
        make_person(MARA, password_hash="hers").language = language
        db.session.flush()
        credentials.ask_for_reset(MARA.email, NOW)
        seen = credentials_by_email(MARA.email)
        assert seen is not None
        credentials.ask_for_address(seen, "mara.neu@example.org", NOW)
        db.session.commit()


def change_password(app: Flask) -> None:
    with app.app_context():
        seen = credentials_by_email(MARA.email)
        assert seen is not None
        credentials.change_password(seen, "another", NOW)
        db.session.commit()


@pytest.mark.parametrize("language", _SUBJECTS)
def test_person_is_told_of_everything_that_concerns_the_account(
    mail_app: Flask, worker: Worker, post: Post, language: str
) -> None:
    everything(mail_app, language)
    worker.run_until_idle()
    change_password(mail_app)
    worker.run_until_idle()
    mails = post.mails()
    assert [mail["Subject"] for mail in mails] == _SUBJECTS[language]
    new = "mara.neu@example.org"
    assert [mail["To"] for mail in mails] == [MARA.email, MARA.email, new, MARA.email]
    tag = language.replace("_", "-")
    for mail in mails:
        text = text_of(mail)
        assert re.search(rf"^http://localhost/{tag}/konto/\S+$", text, re.MULTILINE)
        assert not re.search(r"\n\n\n\n|%\(|None", text)


def test_link_that_became_void_before_it_was_sent_is_not_sent(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    everything(mail_app, "de")
    change_password(mail_app)
    worker.run_until_idle()
    assert post.to("mara.neu@example.org") == []
    assert len(post.to(MARA.email)) == 3  # the old address hears of the wish all the same


def test_old_address_is_told_although_the_new_one_counts_before_the_mail_goes(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    everything(mail_app, "de")
    with mail_app.app_context():
        credentials.confirm_address(1, make_person(MARA).actor, NOW)
        db.session.commit()
    worker.run_until_idle()
    told = [mail["To"] for mail in post.mails() if "geändert werden" in mail["Subject"]]
    assert told == [MARA.email]


def test_link_is_good_for_an_hour_after_a_late_mail_and_not_sent_after_a_day(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        make_person(MARA, password_hash="hers")
        credentials.ask_for_reset(MARA.email, NOW)
        credentials.ask_for_reset("nobody@example.org", NOW)
        db.session.commit()
    late = NOW + timedelta(hours=5)
    with clock.stopped_at(late):
        worker.run_until_idle()
        [mail] = post.mails()
        found = re.search(r"^http://localhost(\S+)$", text_of(mail), re.MULTILINE)
        assert found
        assert mail_app.test_client().get(found[1]).status_code == 200
    with clock.stopped_at(late + timedelta(hours=1)):
        assert mail_app.test_client().get(found[1]).status_code == 410
    with mail_app.app_context():
        credentials.ask_for_reset(MARA.email, NOW)
        db.session.commit()
    with clock.stopped_at(NOW + timedelta(days=1)):
        worker.run_until_idle()
    assert len(post.mails()) == 1


def test_owner_of_an_address_hears_that_somebody_wanted_it(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        make_person(MARA, password_hash="hers")
        make_person(NOAH)
        seen = credentials_by_email(MARA.email)
        assert seen is not None
        credentials.ask_for_address(seen, NOAH.email, NOW)
        db.session.commit()
    worker.run_until_idle()
    [mail] = post.to(NOAH.email)
    assert mail["Subject"] == "Ihre Adresse sollte zu einem anderen Konto"
    assert "mara" not in text_of(mail)
    assert len(post.mails()) == 2


def test_officer_is_told_of_roles_and_departments(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        jonas = make_person(JONAS)
        second = make_department("61").id
        service.grant(JONAS.email, Role.OFFICER, [second], NOW)
        roles.revoke_department(jonas.id, second, VISITOR, NOW)
        roles.revoke(jonas.id, Role.OFFICER, VISITOR, NOW)
        db.session.commit()
    worker.run_until_idle()
    granted, one_less, gone = (text_of(mail) for mail in post.to(JONAS.email))
    assert "Sie antworten jetzt auch für:\n- Stadtplanungsamt (61)" in granted
    assert "Sie antworten nicht mehr für:\n- Stadtplanungsamt (61)" in one_less
    assert "Rolle" not in one_less.partition("\n\n--")[0]
    assert "Sie haben diese Rolle nicht mehr: Fachamt" in gone
    assert "- Grün- und Umweltamt (67)" in gone
    for text in (granted, one_less, gone):
        assert not re.search(r"\n\n\n\n|%\(|None", text)

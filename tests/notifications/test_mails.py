"""Mails from the outbox over real SMTP, on both databases."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import service as accounts
from participation.core import clock
from participation.core.db import db
from participation.journal.models import OutboxEntry
from participation.notifications import service as mails
from participation.notifications.models import Mail
from participation.notifications.rules import MOST_TRIES
from participation.suggestions import service, support
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from participation.worker import Worker
from tests.factories import LONG_ENOUGH, TERMS, coordinator, make_answer, make_suggestion
from tests.notifications.conftest import Post
from tests.people import MARA, NOAH, NOW, make_person


def one_of(app: Flask, state: State, **values: object) -> int:
    """Make a suggestion with a clean outbox; Mara supports it and wants to hear of it."""
    with app.app_context():
        suggestion = make_suggestion(state, quorum=2, **values)
        if state is State.COLLECTING:
            mara = make_person(MARA).actor
            support.give(suggestion.id, mara, NOW, TERMS, wants_mail=True)
        key = suggestion.id
        db.session.commit()
        return key


@pytest.mark.parametrize(
    ("state", "subject", "words"),
    [
        (State.SUBMITTED, "Ihre Anregung ist angekommen", "Die Stadt prüft sie bis"),
        (State.RETURNED, "Bitte ändern Sie etwas an Ihrer Anregung", LONG_ENOUGH),
        (State.REJECTED, "Ihre Anregung wurde abgelehnt", "zu weit fortgeschritten"),
        (State.HIDDEN, "Ihre Anregung ist nicht öffentlich", "Persönliche Daten"),
        (State.COLLECTING, "Ihre Anregung ist veröffentlicht", "/de/anregungen/1/"),
        (
            State.QUORUM_REACHED,
            "Genug Unterstützung: Anregung 1 kommt in den Stadtrat",
            "2 Unterst",
        ),
        (State.EXPIRED, "Die Frist von Anregung 1 ist vorbei", "Die Stadt antwortet trotzdem"),
        (State.COUNCIL, "Anregung 1 ist im Stadtrat", "Vorlage 0123/2026"),
        (State.ADOPTED, "Der Stadtrat hat über Anregung 1 entschieden", "angenommen"),
        (State.PARTLY_ADOPTED, "Der Stadtrat hat über Anregung 1 entschieden", "teilweise"),
        (State.DECLINED, "Der Stadtrat hat über Anregung 1 entschieden", "abgelehnt"),
        (State.IMPLEMENTING, "Anregung 1: Umsetzung begonnen", "Umsetzung begonnen"),
        (State.DONE, "Anregung 1: Umgesetzt", "Umgesetzt"),
    ],
)
def test_author_hears_of_every_step(
    mail_app: Flask, worker: Worker, post: Post, state: State, subject: str, words: str
) -> None:
    one_of(mail_app, state)
    worker.run_until_idle()
    mail = post.to(NOAH.email)[-1]
    text = mail.get_content()
    assert mail["Subject"] == subject
    assert words in text
    assert "weil Sie diese Anregung eingereicht haben" in text
    assert not re.search(r"\n\n\n\n|%\(|None", text)


def test_mail_of_a_hidden_suggestion_has_no_word_of_the_staffs_note(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.HIDDEN)
    worker.run_until_idle()
    assert all("Vermerk für die Akten" not in mail.get_content() for mail in post.mails())


def test_supporter_who_agreed_hears_of_the_answer_once_a_revision(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = one_of(mail_app, State.COLLECTING)
    for number in (1, 2):
        with mail_app.app_context():
            make_answer(
                db.session.get_one(Suggestion, key), NOW, f"Antwort {number} ist lang genug."
            )
            db.session.commit()
        worker.run_until_idle()
    mails = post.to(MARA.email)
    assert [mail.get_content().count("Antwort 1 ist") for mail in mails] == [1, 0]
    assert "weil Sie diese Anregung unterstützen" in mails[0].get_content()
    assert len({mail["Message-ID"] for mail in post.mails()}) == len(post.mails())


def test_supporter_who_did_not_agree_hears_nothing(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = make_suggestion()
        support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=False)
        make_answer(suggestion, NOW)
        db.session.commit()
    worker.run_until_idle()
    assert post.to(MARA.email) == []


@pytest.mark.parametrize(
    ("code", "subject", "tag"),
    [
        ("de", "Bitte bestätigen Sie", "de"),
        ("en", "Please confirm", "en"),
        ("de_simple", "", "de-simple"),
    ],
)
def test_person_gets_the_confirmation_in_the_own_language(
    mail_app: Flask, worker: Worker, post: Post, code: str, subject: str, tag: str
) -> None:
    with mail_app.app_context():
        accounts.register("neu@example.org", "hash", code, NOW)
        db.session.commit()
    worker.run_until_idle()
    (mail,) = post.to("neu@example.org")
    assert mail["Subject"].startswith(subject)
    assert mail["Content-Language"] == tag
    assert f"http://localhost/{tag}/konto/bestaetigen/" in mail.get_content()


def test_mail_has_the_headers_of_an_automatic_one(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.SUBMITTED)
    worker.run_until_idle()
    (mail,) = post.to(NOAH.email)
    assert mail["From"] == "Landeshauptstadt Mainz <stadt@mainz.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\d+\.\d+\.suggestion_submitted@mainz\.example\.org>", mail["Message-ID"])
    assert mail["Date"].datetime == NOW


def test_line_breaks_in_a_title_do_not_become_headers(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.QUORUM_REACHED, title="Titel\r\nBcc: evil@example.org\r\n\r\nText")
    worker.run_until_idle()
    assert all(mail["Bcc"] is None for mail in post.mails())
    assert {mail["To"] for mail in post.mails()} == {NOAH.email}


def test_nothing_is_mailed_of_what_was_rolled_back(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        make_suggestion(State.REJECTED)
        db.session.rollback()
    worker.run_until_idle()
    assert post.mails() == []


def test_mail_waits_while_the_mail_server_is_away(
    mail_app: Flask, worker: Worker, post: Post, tmp_path: object
) -> None:
    one_of(mail_app, State.SUBMITTED)
    settings = mail_app.extensions["settings"]
    good_port, settings.smtp_port = settings.smtp_port, 1
    away = Worker(mail_app)
    away.run_until_idle()
    with mail_app.app_context():
        mail = db.session.scalars(sa.select(Mail)).one()
        assert (mail.tries, mail.sent_at) == (1, None)
        assert "refused" in mail.last_error.lower()
        assert NOAH.email not in mail.last_error
        message_id = mail.message_id
    settings.smtp_port = good_port
    again = Worker(mail_app)
    again.run_until_idle()
    assert post.mails() == [], "it is not time yet"
    with clock.stopped_at(NOW + timedelta(minutes=2)):
        again.run_until_idle()
    assert [mail["Message-ID"] for mail in post.mails()] == [f"<{message_id}>"]


def test_outbox_is_empty_and_every_mail_is_marked_when_the_worker_rests(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.DONE)
    worker.run_until_idle()
    with mail_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) == 0
        waiting = sa.select(sa.func.count()).where(Mail.sent_at.is_(None))
        assert db.session.scalar(waiting) == 0
        sent = db.session.scalar(sa.select(sa.func.count()).select_from(Mail))
    assert sent == len(post.mails()) == 7
    assert not worker.step()


def test_worker_closes_periods_by_the_clock(mail_app: Flask, worker: Worker, post: Post) -> None:
    key = one_of(mail_app, State.COLLECTING)
    with clock.stopped_at(NOW + timedelta(weeks=9)):
        worker.run_until_idle()
    with mail_app.app_context():
        assert db.session.get_one(Suggestion, key).state is State.EXPIRED
    assert post.to(NOAH.email)[-1]["Subject"] == "Die Frist von Anregung 1 ist vorbei"
    assert post.to(MARA.email)[-1]["Subject"] == "Die Frist von Anregung 1 ist vorbei"


def test_mail_whose_words_cannot_be_written_holds_up_no_other(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.SUBMITTED)
    one_of(mail_app, State.REJECTED)
    with mail_app.app_context():
        while worker._write():
            pass
        first = db.session.scalars(sa.select(Mail).order_by(Mail.id)).first()
        first.template = "no_such_mail"
        db.session.commit()
    worker.run_until_idle()
    assert len(post.mails()) == 2
    with mail_app.app_context():
        broken = db.session.scalars(sa.select(Mail).where(Mail.sent_at.is_(None))).one()
        assert (broken.tries, broken.last_error) == (1, "TemplateNotFound")
        assert broken.next_try_at > NOW


def test_mail_is_given_up_after_many_tries(mail_app: Flask, worker: Worker, post: Post) -> None:
    one_of(mail_app, State.SUBMITTED)
    with mail_app.app_context():
        while worker._write():
            pass
        mail = db.session.scalars(sa.select(Mail)).one()
        mail.tries = MOST_TRIES - 1
        mail.template = "no_such_mail"
        db.session.commit()
    worker.run_until_idle()
    with mail_app.app_context():
        assert db.session.scalars(sa.select(Mail.next_try_at)).one() is None


def test_supporter_hears_nothing_of_what_was_hidden_meanwhile(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = one_of(mail_app, State.COLLECTING)
    with mail_app.app_context():
        make_answer(db.session.get_one(Suggestion, key), NOW)
        given = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="Ein Vermerk.")
        service.act(key, "hide", coordinator(), NOW, TERMS, given)
        db.session.commit()
    worker.run_until_idle()
    assert post.to(MARA.email) == []
    assert post.to(NOAH.email)[-1]["Subject"] == "Ihre Anregung ist nicht öffentlich"
    with mail_app.app_context():
        dropped = db.session.scalars(sa.select(Mail).where(Mail.last_error != "")).all()
        assert [mail.next_try_at for mail in dropped] == [None]


def test_mail_says_what_was_true_when_it_happened(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.COUNCIL)  # the day that is due now is the day of the sitting
    worker.run_until_idle()
    (quorum,) = [m for m in post.to(NOAH.email) if m["Subject"].startswith("Genug")]
    assert "bis Dienstag, 31. März 2026" in quorum.get_content()


def test_slow_worker_does_not_send_again_what_another_has_sent(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    one_of(mail_app, State.SUBMITTED)
    with mail_app.app_context():
        while worker._write():
            pass
        lease = timedelta(seconds=60)
        slow = mails.take(NOW, lease)
        seen = SimpleNamespace(id=slow.id, tries=slow.tries)
        db.session.commit()
        fast = mails.take(NOW + lease, lease)
        mails.mark_sent(fast, NOW + lease)
        db.session.commit()
        mails.mark_failed(seen, NOW + 2 * lease, "too late")
        db.session.commit()
        mail = db.session.scalars(sa.select(Mail)).one()
        assert (mail.next_try_at, mail.last_error) == (None, "")

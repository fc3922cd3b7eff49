"""Who signed up for a meeting hears what happens to it, over real SMTP, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.journal.models import OutboxEntry
from participation.meetings import service
from participation.meetings.service import Sheet
from participation.worker import Worker
from tests.factories import coordinator, make_meeting
from tests.notifications.conftest import Post
from tests.people import MARA, NOAH, NOW, make_person

_WORDS = {"title": "Rundgang", "agenda": "", "accessibility": "", "results": ""}

_REASON = "Der Saal hat einen Wasserschaden."


def work(worker: Worker) -> None:
    while worker.step():
        pass


def meeting_with_mara_and_noah(app: Flask, capacity: int = 2) -> int:
    with app.app_context():
        key = make_meeting("Rundgang", capacity=capacity).id
        for persona in (MARA, NOAH):
            service.sign_up(key, make_person(persona).actor, NOW)
        db.session.execute(sa.delete(OutboxEntry))  # that they signed up is told already
        db.session.commit()
        return key


def change(app: Flask, key: int, seen: int, **values: object) -> None:
    with app.app_context():
        sheet = Sheet(dict(values), {"de": _WORDS})
        service.change(key, coordinator(), NOW, sheet, seen_sequence=seen)
        db.session.commit()


def test_everybody_hears_of_another_time_but_not_of_more_places(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = meeting_with_mara_and_noah(mail_app)
    change(mail_app, key, 0, capacity=5)
    work(worker)
    assert post.mails() == []
    change(mail_app, key, 1, starts_at=NOW + timedelta(days=2), place="Schloss")
    work(worker)
    assert sorted(mail["To"] for mail in post.mails()) == [MARA.email, NOAH.email]
    (mail,) = post.to(MARA.email)
    text = mail.get_content()
    assert mail["Subject"] == "Geändert: Rundgang"
    assert "Donnerstag, 12. März 2026, 10:00 Uhr" in text
    assert "Wo: Schloss" in text
    assert "/de/termine/rundgang-2026-03-11/" in text
    assert "weil Sie sich für diesen Termin angemeldet haben" in text


def test_everybody_hears_that_it_is_cancelled(mail_app: Flask, worker: Worker, post: Post) -> None:
    key = meeting_with_mara_and_noah(mail_app, capacity=1)
    with mail_app.app_context():
        service.cancel(key, coordinator(), NOW, seen_sequence=0, reason=_REASON)
        db.session.commit()
    work(worker)
    assert sorted(mail["To"] for mail in post.mails()) == [MARA.email, NOAH.email]
    (mail,) = post.to(NOAH.email)
    assert mail["Subject"] == "Abgesagt: Rundgang"
    assert "Bitte kommen Sie nicht." in mail.get_content()
    assert f"Grund: {_REASON}" in mail.get_content()


def test_only_who_moves_up_hears_of_the_place(mail_app: Flask, worker: Worker, post: Post) -> None:
    key = meeting_with_mara_and_noah(mail_app, capacity=1)
    with mail_app.app_context():
        service.sign_off(key, make_person(MARA).actor, NOW)
        db.session.commit()
    work(worker)
    (mail,) = post.mails()
    assert mail["To"] == NOAH.email
    assert mail["Subject"] == "Sie haben einen Platz: Rundgang"
    assert "Mittwoch, 11. März 2026, 10:00 Uhr" in mail.get_content()


def test_nobody_hears_of_a_place_that_is_gone_again(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = meeting_with_mara_and_noah(mail_app, capacity=1)
    with mail_app.app_context():
        service.sign_off(key, make_person(MARA).actor, NOW)
        service.sign_off(key, make_person(NOAH).actor, NOW)
        db.session.commit()
    work(worker)
    assert post.mails() == []


def test_who_signs_up_gets_it_in_writing(mail_app: Flask, worker: Worker, post: Post) -> None:
    with mail_app.app_context():
        key = make_meeting(
            "Rundgang", capacity=1, texts={"de": {"accessibility": "Ein Aufzug."}}
        ).id
        for persona in (MARA, NOAH):
            service.sign_up(key, make_person(persona).actor, NOW)
            service.sign_up(key, make_person(persona).actor, NOW)
        db.session.commit()
    work(worker)
    (first,), (second,) = post.to(MARA.email), post.to(NOAH.email)
    assert first["Subject"] == "Sie sind angemeldet: Rundgang"
    for part in (
        "Sie haben einen Platz.",
        "Wann: Mittwoch, 11. März 2026, 10:00 Uhr",
        "Wo: Anleger",
        "Ein Aufzug.",
        "/de/termine/rundgang-2026-03-11/",
        "/de/termine/rundgang-2026-03-11.ics",
    ):
        assert part in first.get_content()
    assert second["Subject"] == "Sie stehen auf der Warteliste: Rundgang"
    assert "Nummer 1 auf der Warteliste" in second.get_content()
    assert "Sie haben einen Platz." not in second.get_content()


@pytest.mark.parametrize("what", ["leaves", "cancelled"])
def test_sign_up_that_is_not_true_any_more_is_not_confirmed(
    mail_app: Flask, worker: Worker, post: Post, what: str
) -> None:
    with mail_app.app_context():
        key = make_meeting("Rundgang", capacity=1).id
        service.sign_up(key, make_person(MARA).actor, NOW)
        if what == "leaves":
            service.sign_off(key, make_person(MARA).actor, NOW)
        else:
            service.cancel(key, coordinator(), NOW, seen_sequence=0, reason=_REASON)
        db.session.commit()
    work(worker)
    subjects = [mail["Subject"] for mail in post.mails()]
    assert subjects == ([] if what == "leaves" else ["Abgesagt: Rundgang"])


def test_change_is_not_told_to_who_left_nor_after_it_was_cancelled(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = meeting_with_mara_and_noah(mail_app)
    change(mail_app, key, 0, place="Schloss", capacity=2)
    while_writing = worker.step()  # the mails are written, none is sent yet
    assert while_writing
    with mail_app.app_context():
        service.sign_off(key, make_person(NOAH).actor, NOW)
        db.session.commit()
    work(worker)
    assert [mail["To"] for mail in post.mails()] == [MARA.email]
    change(mail_app, key, 1, place="Rathaus", capacity=2)
    with mail_app.app_context():
        service.cancel(key, coordinator(), NOW, seen_sequence=2, reason=_REASON)
        db.session.commit()
    work(worker)
    assert [mail["Subject"] for mail in post.mails()][1:] == ["Abgesagt: Rundgang"]


def test_who_waits_is_not_asked_to_give_a_place_back(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = meeting_with_mara_and_noah(mail_app, capacity=1)
    change(mail_app, key, 0, place="Schloss", capacity=1)
    work(worker)
    (has_place,), (waits,) = post.to(MARA.email), post.to(NOAH.email)
    assert "Ihr Platz geht dann an andere" in has_place.get_content()
    assert "Ihr Platz" not in waits.get_content()
    assert "Nummer 1 auf der Warteliste" in waits.get_content()

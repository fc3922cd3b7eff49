"""Who signed up for a meeting hears what happens to it, over real SMTP, on both databases."""

from datetime import timedelta

from flask import Flask

from participation.core.db import db
from participation.meetings import service
from participation.meetings.service import Sheet
from participation.worker import Worker
from tests.factories import coordinator, make_meeting
from tests.notifications.conftest import Post
from tests.people import MARA, NOAH, NOW, make_person

_WORDS = {"title": "Rundgang", "agenda": "", "accessibility": "", "results": ""}


def work(worker: Worker) -> None:
    while worker.step():
        pass


def meeting_with_mara_and_noah(app: Flask, capacity: int = 2) -> int:
    with app.app_context():
        key = make_meeting("Rundgang", capacity=capacity).id
        for persona in (MARA, NOAH):
            service.sign_up(key, make_person(persona).actor, NOW)
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
        service.cancel(key, coordinator(), NOW, seen_sequence=0)
        db.session.commit()
    work(worker)
    assert sorted(mail["To"] for mail in post.mails()) == [MARA.email, NOAH.email]
    (mail,) = post.to(NOAH.email)
    assert mail["Subject"] == "Abgesagt: Rundgang"
    assert "Bitte kommen Sie nicht." in mail.get_content()


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

"""The office hears of a barrier; who reported it gets the answer, and nobody else."""

from flask import Flask

from participation.barriers import service
from participation.core.db import db
from participation.worker import Worker
from tests.factories import LONG_ENOUGH, coordinator, make_report
from tests.notifications.conftest import Post
from tests.people import ADA, KIM, MARA, NOW, make_person


def test_coordinators_hear_of_a_report_and_the_reporter_gets_the_answer(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        for persona in (KIM, ADA, MARA):
            make_person(persona)
        key = make_report("rosa@example.org", text="CANARY", language="en").id
        db.session.commit()
    worker.run_until_idle()
    (told,) = post.mails()
    assert told["To"] == KIM.email and told["Subject"] == "Neue Meldung: Barriere auf der Plattform"
    assert f"http://localhost/de/verwaltung/barrieren/{key}/" in told.get_content()
    assert "CANARY" not in told.get_content() and "rosa" not in told.get_content()
    with mail_app.app_context():
        service.answer(key, coordinator(), NOW, LONG_ENOUGH)
        db.session.commit()
    worker.run_until_idle()
    (answer,) = post.to("rosa@example.org")
    assert answer["Subject"] == "Answer to your report of a barrier"
    assert LONG_ENOUGH in answer.get_content() and "CANARY" in answer.get_content()
    assert "http://localhost/en/seiten/barrierefreiheit/" in answer.get_content()
    assert len(post.mails()) == 2


def test_nobody_gets_an_answer_without_an_address(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        key = make_report("").id
        service.answer(key, coordinator(), NOW, LONG_ENOUGH)
        db.session.commit()
    worker.run_until_idle()
    assert [mail["To"] for mail in post.mails()] == [KIM.email]

"""The author of a comment is told what the city did with it; nobody else is."""

import re

from flask import Flask

from participation.comments import service
from participation.comments.rules import Reason, RestoreReason
from participation.core.db import db
from participation.worker import Worker
from tests.factories import coordinator, make_comment, make_department, make_project
from tests.notifications.conftest import Post
from tests.people import JONAS, MARA, NOAH, NOW, make_person


def commented(app: Flask) -> int:
    """Mara comments, Jonas replies, Noah reports: nobody is told of that."""
    with app.app_context():
        project = make_project(departments=[make_department()])
        top = make_comment(project, text="Ein CANARY steht hier.")
        make_comment(project, parent=top, author=make_person(JONAS))
        service.report(top.id, make_person(NOAH).actor, NOW, Reason.INSULT)
        key = top.id
        db.session.commit()
    return key


def test_author_and_nobody_else_is_told_when_a_comment_is_hidden_and_restored(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = commented(mail_app)
    worker.run_until_idle()
    assert post.mails() == []
    with mail_app.app_context():
        service.hide(key, coordinator(), NOW, Reason.PERSONAL_DATA)
        service.restore(key, coordinator(), NOW, RestoreReason.OBJECTION)
        db.session.commit()
    worker.run_until_idle()
    hidden, restored = post.mails()
    assert {mail["To"] for mail in (hidden, restored)} == {MARA.email}
    assert hidden["Subject"] == "Ihre Stellungnahme ist ausgeblendet"
    assert "Grund: Persönliche Daten anderer Menschen" in hidden.get_content()
    assert "Ein CANARY steht hier." in hidden.get_content()
    assert restored["Subject"] == "Ihre Stellungnahme ist wieder zu lesen"
    assert "Grund: Der Einspruch war berechtigt" in restored.get_content()
    assert f"http://localhost/de/stellungnahmen/{key}/" in restored.get_content()
    for mail in (hidden, restored):
        assert "weil Sie diese Stellungnahme geschrieben haben" in mail.get_content()
        assert not re.search(r"\n\n\n\n|%\(|None|noah|kim@", mail.get_content())


def test_author_who_deleted_it_meanwhile_gets_no_mail(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    key = commented(mail_app)
    with mail_app.app_context():
        service.hide(key, coordinator(), NOW, Reason.INSULT)
        service.delete(key, make_person(MARA).actor, NOW)
        db.session.commit()
    worker.run_until_idle()
    assert post.mails() == []

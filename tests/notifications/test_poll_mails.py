"""Who voted, or may vote, hears what becomes of the poll; never what anybody voted. Both databases."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.following.rules import Followed
from participation.journal.models import OutboxEntry
from participation.polls import service
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind
from participation.worker import Worker
from tests.factories import coordinator, make_project
from tests.notifications.conftest import Post
from tests.notifications.news_steps import follow
from tests.people import MARA, NOAH, NOW, make_person
from tests.polls import steps

_REASON = "Der Brunnen steht schon."
_FANNY = "fanny@example.org"


def work(worker: Worker) -> None:
    while worker.step():
        pass


def happens(app: Flask, what: Callable[[], object]) -> None:
    """Let it happen; what was before is told already."""
    with app.app_context():
        db.session.execute(sa.delete(OutboxEntry))
        what()
        db.session.commit()


def make_voted_in(app: Flask) -> None:
    """An open poll of a project that Fanny follows, with Mara's vote. Noah could have voted."""
    with app.app_context():
        project = make_project("brunnen", title="Ein Brunnen")
        follow(Followed.PROJECT, project.id)
        poll = steps.make_open_now(kind=PollKind.OPEN, project_id=project.id)
        steps.vote(poll, make_person(MARA).actor, 1, now=NOW)
        make_person(NOAH)
        db.session.commit()


def the_poll() -> Poll:
    return db.session.scalars(sa.select(Poll)).one()


def cancel() -> None:
    poll = the_poll()
    service.cancel(poll.id, coordinator(), NOW, seen_version=poll.version, reason=_REASON)


def test_voters_and_followers_hear_that_the_poll_is_cancelled_and_why(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    make_voted_in(mail_app)
    happens(mail_app, cancel)
    work(worker)
    assert sorted(mail["To"] for mail in post.mails()) == [_FANNY, MARA.email]
    (mail,) = post.to(MARA.email)
    assert mail["Subject"] == "Abgebrochen: Wohin mit dem Brunnen?"
    assert f"Grund: {_REASON}" in mail.get_content()
    assert "Alle abgegebenen Stimmen sind vernichtet." in mail.get_content()
    assert "Volkspark" not in mail.get_content()


def test_people_on_the_list_hear_that_their_poll_is_cancelled(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        make_person(NOAH)
        steps.make_listed([NOAH.email, "weg@example.org"], kind=PollKind.OPEN)
        db.session.commit()
        assert the_poll().eligible is Eligible.LISTED
    happens(mail_app, cancel)
    work(worker)
    assert [mail["To"] for mail in post.mails()] == [NOAH.email]


def test_voters_hear_of_the_result(mail_app: Flask, worker: Worker, post: Post) -> None:
    make_voted_in(mail_app)
    happens(mail_app, lambda: steps.end(the_poll()))
    work(worker)
    told = [mail for mail in post.mails() if "ist ausgezählt" in mail.get_content()]
    assert sorted(mail["To"] for mail in told) == [_FANNY, MARA.email]
    assert all("Marktplatz" not in mail.get_content() for mail in post.mails())

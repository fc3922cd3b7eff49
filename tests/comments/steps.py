"""What people do with comments, through HTTP."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from participation.comments.models import Comment, CommentThread
from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from tests.checking_client import CheckingClient, Page
from tests.factories import make_department, make_project

PROJECT = "/de/vorhaben/sp-gleisberg/kommentare/"


def begin(app: Flask) -> None:
    """A project for which Jonas' department answers."""
    with app.app_context():
        make_project(departments=[make_department()])
        db.session.commit()


def send(
    client: CheckingClient,
    path: str,
    text: str,
    *,
    after: timedelta = timedelta(seconds=10),
    status: int = 303,
    **more: str,
) -> Page:
    """Open the page, write for a while, send."""
    stamp = client.get(path).value("stamp")
    with clock.stopped_at(clock.now() + after):
        return client.post(path, {"text": text, "stamp": stamp} | more, status=status)


def key_of(page: Page) -> int:
    """Key of the comment that a redirect leads to."""
    return int(page.location.rsplit("-", 1)[-1])


def events(app: Flask) -> list[str]:
    """What the journal has about comments."""
    with app.app_context():
        about = sa.select(JournalEntry.event).where(JournalEntry.subject == "comment")
        return list(db.session.scalars(about.order_by(JournalEntry.id)))


def kept_and_counted() -> tuple[int, int]:
    """The kept counts of all threads, and the comments that can be read."""
    readable = sa.and_(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    counted = sa.select(sa.func.count()).select_from(Comment).where(readable)
    kept = sa.select(sa.func.coalesce(sa.func.sum(CommentThread.visible), 0))
    return db.session.scalars(kept).one(), db.session.scalars(counted).one()

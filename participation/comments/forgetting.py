"""The service of comments, continued: what becomes of them when an account goes, or time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.comments import findable
from participation.comments.models import Comment, CommentReport, CommentThread
from participation.core.db import db
from participation.core.retention import Expiry
from participation.journal import service as journal
from participation.permissions import Actor

_AT_ONCE = 200


def forget(person_id: int, now: datetime, *, keep_texts: bool) -> None:
    """Let a person who deletes the account be nobody in all comments and reports.

    What was said for the city stays, whatever the person wants: it is the city's word. Other texts go, if
    that is wished, as an author's own deletion has it: the place and others' replies stay.
    Reports go; a comment that is reported stays on the list of the coordination office.
    """
    if not keep_texts:
        own = Comment.author_id == person_id, Comment.deleted_at.is_(None)
        theirs = sa.select(Comment.thread_id).where(*own, Comment.is_official.is_(False))
        for thread_id in db.session.scalars(theirs.distinct().order_by(Comment.thread_id)).all():
            _delete_texts(thread_id, person_id, now)
    nobody = sa.update(Comment).where(Comment.author_id == person_id).values(author_id=None)
    db.session.execute(nobody)
    reported = CommentReport.person_id == person_id
    db.session.execute(sa.delete(CommentReport).where(reported))


def _delete_texts(thread_id: int, person_id: int, now: datetime) -> None:
    """Delete what a person wrote in one thread, under its lock."""
    thread = db.session.scalars(
        sa.select(CommentThread)
        .where(CommentThread.id == thread_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    own = sa.select(Comment.id, Comment.hidden_at).where(
        Comment.thread_id == thread_id,
        Comment.author_id == person_id,
        Comment.deleted_at.is_(None),
        Comment.is_official.is_(False),
    )
    rows = db.session.execute(own.order_by(Comment.id)).all()
    thread.visible -= sum(row.hidden_at is None for row in rows)
    for start in range(0, len(rows), _AT_ONCE):
        ids = [row.id for row in rows[start : start + _AT_ONCE]]
        gone = {"text": "", "deleted_at": now, "reported_at": None}
        db.session.execute(sa.update(Comment).where(Comment.id.in_(ids)).values(gone))
        settled = CommentReport.comment_id.in_(ids), CommentReport.settled_at.is_(None)
        db.session.execute(sa.update(CommentReport).where(*settled).values(settled_at=now))
        findable.keep(ids)
        for comment_id in ids:
            journal.record(
                "comment:deleted", "comment", comment_id, actor=Actor(person_id=person_id), now=now,
                thread=thread_id,
            )  # fmt: skip


def _hidden_long_ago(before: datetime, _now: datetime) -> sa.Select[Any]:
    with_text = Comment.text != "", Comment.deleted_at.is_(None)
    return sa.select(Comment.id).where(Comment.hidden_at <= before, *with_text)


def _empty(keys: Sequence[int], _now: datetime) -> None:
    """Delete the texts; their places go on saying that they are hidden, and why."""
    db.session.execute(sa.update(Comment).where(Comment.id.in_(keys)).values(text=""))


def _deleted_long_ago(before: datetime, _now: datetime) -> sa.Select[Any]:
    written = Comment.author_id.is_not(None)
    return sa.select(Comment.id).where(Comment.deleted_at <= before, written)


def _forget_authors(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.update(Comment).where(Comment.id.in_(keys)).values(author_id=None))


def _settled(before: datetime, _now: datetime) -> sa.Select[Any]:
    keys = sa.select(CommentReport.comment_id, CommentReport.person_id)
    return keys.where(CommentReport.settled_at <= before)


def _delete_reports(keys: Sequence[Any], _now: datetime) -> None:
    both = sa.tuple_(CommentReport.comment_id, CommentReport.person_id)
    db.session.execute(sa.delete(CommentReport).where(both.in_(keys)))


EXPIRIES = (
    Expiry("comment", "texts of hidden comments", "keep_hidden_days",
           Comment, _hidden_long_ago, _empty),
    Expiry("comment", "authors of deleted comments", "keep_hidden_days",
           Comment, _deleted_long_ago, _forget_authors),
    Expiry("comment_report", "reports that were decided", "keep_report_days",
           CommentReport, _settled, _delete_reports),
)  # fmt: skip

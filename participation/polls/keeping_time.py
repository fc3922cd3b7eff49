"""What happens to polls because time passes: the worker asks every 20 seconds. Each is safe to do twice."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.journal import service as journal
from participation.permissions import CLOCK
from participation.polls import board_job, counting_job
from participation.polls.models import Poll
from participation.polls.rules import (
    CANCELLED_KEPT,
    REMINDER,
    SHORTEST_OBJECTION,
    PollKind,
    PollState,
    batch_of,
    is_reminder_due,
)
from participation.polls.service import destroy, locked, move

_AT_ONCE = 20


def keep_time(now: datetime) -> int:
    """Open, close, remind, put onto boards, destroy what is due; return how many things were done."""
    opened = _due(Poll.state == PollState.ANNOUNCED, Poll.opens_at <= now)
    for poll in opened:
        move(poll, "open", CLOCK, now)
        poll.batch = batch_of(now)
    closed = _due(Poll.state == PollState.OPEN, Poll.closes_at <= now)
    for poll in closed:
        counting_job.close(poll, now)
    archived = _due(
        Poll.state == PollState.PUBLISHED,
        Poll.objection_until <= now,
        Poll.published_at <= now - SHORTEST_OBJECTION,
    )
    for poll in archived:
        destroy(poll, now)
        move(poll, "archive", CLOCK, now)
    told = Poll.changed_at <= now - CANCELLED_KEPT
    forgotten = _due(Poll.state == PollState.CANCELLED, Poll.destroyed_at.is_(None), told)
    for poll in forgotten:
        destroy(poll, now)
    done = len(opened) + len(closed) + len(archived) + len(forgotten)
    return done + board_job.look_after(now) + _remind(now)


def to_count() -> Sequence[int]:
    """Keys of open polls that are closed and wait for their count; sealed ones wait for the board."""
    waiting = Poll.state == PollState.CLOSED, Poll.kind == PollKind.OPEN
    return db.session.scalars(sa.select(Poll.id).where(*waiting).order_by(Poll.id).limit(1)).all()


def _remind(now: datetime) -> int:
    near = _due(
        Poll.state == PollState.OPEN,
        Poll.reminded_at.is_(None),
        Poll.closes_at <= now + REMINDER,
        Poll.closes_at > now,
    )
    due = [poll for poll in near if is_reminder_due(poll.opens_at, poll.closes_at, now)]
    for poll in due:
        poll.reminded_at = now
        journal.record("poll:ends_soon", "poll", poll.id, actor=CLOCK, now=now)
    return len(due)


def _due(*conditions: sa.ColumnElement[bool]) -> list[Poll]:
    """Some polls that are due, locked. Who votes at this moment is waited for; if another worker was
    faster, they are not due any more.
    """
    keys = sa.select(Poll.id).where(*conditions).order_by(Poll.id).limit(_AT_ONCE)
    found = db.session.scalars(keys.with_for_update()).all()
    return [locked(key) for key in found]

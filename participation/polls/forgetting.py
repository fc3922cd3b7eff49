"""What becomes of votes when an account goes, and of lists that nobody works at any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.core.db import db
from participation.core.retention import Expiry
from participation.polls.models import Poll, PollCode, PollEntitled, PollRoll
from participation.polls.rules import PollState


def forget(person_id: int) -> None:
    """Take the votes of a person who deletes the account back where voting goes on: who comes back
    may vote anew, and counts once. After the end the vote counts, and nothing says whose it was.
    """
    mine = PollRoll.person_id == person_id
    polls = sa.select(PollRoll.poll_id).where(mine)
    # Nobody closes them meanwhile: a vote must not be counted and gone.
    held = sa.select(Poll.id, Poll.state).where(Poll.id.in_(polls)).order_by(Poll.id)
    rows = db.session.execute(held.with_for_update(read=True, key_share=True)).all()
    going_on = [row.id for row in rows if row.state is PollState.OPEN]
    db.session.execute(sa.delete(PollRoll).where(mine, PollRoll.poll_id.in_(going_on)))
    db.session.execute(sa.update(PollRoll).where(mine).values(person_id=None, mail_due=False))


def _stale_drafts(before: datetime, _now: datetime) -> sa.Select[Any]:
    lists = [sa.exists().where(table.poll_id == Poll.id) for table in (PollEntitled, PollCode)]
    old = Poll.state == PollState.DRAFT, Poll.changed_at <= before
    return sa.select(Poll.id).where(*old, sa.or_(*lists))


def _delete_lists(keys: Sequence[int], _now: datetime) -> None:
    for table in (PollEntitled, PollCode):
        db.session.execute(sa.delete(table).where(table.poll_id.in_(keys)))


EXPIRIES = (
    Expiry(
        "poll_entitled", "lists and codes of polls that nobody works at", "keep_draft_days",
        Poll, _stale_drafts, _delete_lists,
    ),
)  # fmt: skip

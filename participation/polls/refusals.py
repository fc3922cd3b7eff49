"""Keeping a record of what was refused: somebody tried to change a poll that people vote in."""

from datetime import datetime

from participation.core.db import db
from participation.journal import service as journal
from participation.polls.rules import PollIsFrozen


def keep(refusal: PollIsFrozen, now: datetime) -> None:
    """Undo what the refused act wrote, and record the attempt. The edge commits.

    ``pages.py`` calls it for every such refusal that a view lets pass; a view that catches it itself
    calls it, too.
    """
    db.session.rollback()
    journal.record(
        "poll:change_refused",
        "poll",
        refusal.poll_id,
        actor=refusal.actor,
        now=now,
        act=refusal.act,
    )

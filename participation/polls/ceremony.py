"""What the board says it has done with its shares of the key; nobody can see that from here."""

from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotPermitted
from participation.journal import service as journal
from participation.journal.models import JournalEntry
from participation.permissions import Actor
from participation.polls import rules
from participation.polls.keys import SHARES
from participation.polls.models import Poll
from participation.polls.rules import KeyMode, PollState
from participation.polls.service import locked
from participation.polls.trial_opening import ONE_KEY

_EVENT = "poll:share_destroyed"
#: Nothing is there any more that a key could open.
OVER = frozenset({PollState.ARCHIVED, PollState.CANCELLED})


def shares_of(poll: Poll) -> tuple[str, ...]:
    """Return the names of what opens the envelopes: the shares, or the one key; none without a key."""
    if poll.key_mode is None:
        return ()
    return (ONE_KEY,) if poll.key_mode is KeyMode.SIMPLE else tuple(str(one) for one in SHARES)


def destroyed(poll_id: int) -> set[str]:
    """Return which shares are said to be destroyed, such as ``{"1", "3"}``."""
    mine = sa.select(JournalEntry.facts).where(
        JournalEntry.subject == "poll",
        JournalEntry.subject_id == poll_id,
        JournalEntry.event == _EVENT,
    )
    return {str(facts.get("share", "")) for facts in db.session.scalars(mine)}


def confirm_destroyed(poll_id: int, actor: Actor, now: datetime, share: str) -> None:
    """Write down that a share is destroyed; saying it twice is saying it once.

    :raises NotPermitted: :raises NotFound:
    :raises rules.NotNow: the envelopes are still there, or the key has no such share
    """
    if not rules.may_open_envelopes(actor):
        raise NotPermitted
    poll = locked(poll_id)
    if poll.state not in OVER or share not in shares_of(poll):
        raise rules.NotNow
    if share not in destroyed(poll_id):
        journal.record(_EVENT, "poll", poll.id, actor=actor, now=now, share=share)

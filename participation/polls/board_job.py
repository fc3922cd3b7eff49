"""The board of sealed polls, and telling people that their votes have arrived: every ten minutes.

Whatever arrived in between goes onto the board in one batch, sorted by hash, so that neither board
nor mails say in which order people voted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from participation.core.db import db
from participation.journal import service as journal
from participation.permissions import CLOCK
from participation.polls import board, signing
from participation.polls.models import Poll, PollBoard, PollHead, PollRoll
from participation.polls.rules import PollKind, PollState, batch_of

_AT_ONCE = 20
_ROWS_A_STATEMENT = 1000


def look_after(now: datetime) -> int:
    """Put what arrived in the last ten minutes onto the boards of open polls; return how many polls.

    Several workers do each poll once; who votes does not wait.
    """
    due = (
        sa.select(Poll)
        .where(Poll.state == PollState.OPEN, Poll.batch < batch_of(now))
        .order_by(Poll.id)
        .limit(_AT_ONCE)
        .options(undefer(Poll.signing_seed))
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    polls = db.session.scalars(due).all()
    for poll in polls:
        publish_batch(poll, now)
    return len(polls)


def publish_batch(poll: Poll, now: datetime) -> int:
    """Append what is new to a locked poll's board and sign the head; return how many hashes."""
    poll.batch = batch_of(now)
    _tell_arrivals(poll, now)
    if poll.kind is not PollKind.SEALED:
        return 0
    new = _not_on_board(poll.id)
    if not new:
        return 0
    last = db.session.execute(
        sa.select(PollHead.seq, PollHead.head)
        .where(PollHead.poll_id == poll.id)
        .order_by(PollHead.seq.desc())
        .limit(1)
    ).first()
    seq, head = last or (0, board.first_head(poll.text_hash))
    entries = board.append(head, seq, new)
    for start in range(0, len(entries), _ROWS_A_STATEMENT):
        some = entries[start : start + _ROWS_A_STATEMENT]
        rows: list[dict[str, Any]] = [{"poll_id": poll.id, **entry._asdict()} for entry in some]
        db.session.execute(sa.insert(PollBoard), rows)
    end = entries[-1]
    signature = signing.sign_head(poll.signing_seed, poll.text_hash, end.seq, end.head)
    db.session.add(
        PollHead(poll_id=poll.id, seq=end.seq, head=end.head, signature=signature, published_at=now)
    )
    db.session.flush()
    return len(entries)


def _not_on_board(poll_id: int) -> Sequence[str]:
    shown = sa.exists().where(
        PollBoard.poll_id == poll_id, PollBoard.envelope_hash == PollRoll.envelope_hash
    )
    hashes = sa.select(PollRoll.envelope_hash).where(
        PollRoll.poll_id == poll_id, PollRoll.envelope_hash.is_not(None), ~shown
    )
    return db.session.scalars(hashes).all()


def _tell_arrivals(poll: Poll, now: datetime) -> None:
    """Let the journal know, once for all, that votes have arrived, if anybody waits for a mail."""
    waits = sa.exists().where(PollRoll.poll_id == poll.id, PollRoll.mail_due)
    if db.session.scalar(sa.select(waits)):
        journal.record("poll:votes_arrived", "poll", poll.id, actor=CLOCK, now=now)


def take_arrivals(poll_id: int) -> list[int]:
    """Return the keys of the people whose vote has arrived and who have not been told; now they are."""
    waiting = sa.update(PollRoll).where(PollRoll.poll_id == poll_id, PollRoll.mail_due)
    told = db.session.scalars(
        waiting.values(mail_due=False)
        .returning(PollRoll.person_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(key for key in told if key is not None)

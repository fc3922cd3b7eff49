"""Closing, and what comes after: votes leave without people, come back opened, are counted, published.

Counting takes seconds, so no transaction is open meanwhile: ``material_of`` reads, ``tallying`` counts,
``publish`` writes, if the poll is still as it was read.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.permissions import CLOCK, Actor
from participation.polls import board_job, opening, rules
from participation.polls.models import (
    Poll,
    PollBallot,
    PollBoard,
    PollHead,
    PollRecord,
    PollRoll,
)
from participation.polls.rules import PollKind, PollState
from participation.polls.service import locked, move
from participation.polls.tallying import Counted, Material, with_random_codes

_ROWS_A_STATEMENT = 1000


def close(poll: Poll, now: datetime) -> None:
    """End the voting of a locked poll: whoever votes waits here, and is refused then.

    The last envelopes go onto the board. The votes of an open poll leave the roll: under random codes,
    in their order, and nothing is left beside the people.
    """
    board_job.publish_batch(poll, now)
    mine = PollRoll.poll_id == poll.id
    voters = sa.select(sa.func.count()).select_from(PollRoll).where(mine)
    poll.voters = db.session.scalar(voters)
    if poll.kind is PollKind.OPEN:
        choices = db.session.scalars(sa.select(PollRoll.choice).where(mine)).all()
        _keep_ballots(poll.id, with_random_codes([choice or [] for choice in choices]))
        db.session.execute(sa.update(PollRoll).where(mine).values(choice=None))
    move(poll, "close", CLOCK, now)


def material_of(poll_id: int) -> Material:
    """Read what counting needs of a closed poll; at most five statements.

    :raises NotFound: :raises rules.NotNow: it is not closed, or is counted already
    """
    statement = sa.select(Poll).where(Poll.id == poll_id).options(undefer(Poll.signing_seed))
    poll = db.session.scalar(statement.execution_options(populate_existing=True))
    if poll is None:
        raise NotFound
    if poll.state is not PollState.CLOSED or poll.definition is None:
        raise rules.NotNow
    board = sa.select(PollBoard.seq, PollBoard.envelope_hash).where(PollBoard.poll_id == poll_id)
    heads = sa.select(PollHead.seq, PollHead.head, PollHead.signature)
    heads = heads.where(PollHead.poll_id == poll_id).order_by(PollHead.seq)
    ballots = sa.select(PollBallot.code, PollBallot.answers).where(PollBallot.poll_id == poll_id)
    return Material(
        poll_id,
        poll.definition,
        poll.text_hash,
        poll.signing_seed,
        poll.voters or 0,
        [(row.seq, row.envelope_hash) for row in db.session.execute(board.order_by(PollBoard.seq))],
        [(row.seq, row.head, row.signature) for row in db.session.execute(heads)],
        final_hashes(poll_id),
        sorted((row.code, row.answers) for row in db.session.execute(ballots)),
    )


def final_hashes(poll_id: int) -> list[str]:
    """Hashes of the envelopes that count, sorted."""
    mine = PollRoll.poll_id == poll_id, PollRoll.envelope_hash.is_not(None)
    found = db.session.scalars(sa.select(PollRoll.envelope_hash).where(*mine))
    return sorted(one for one in found if one is not None)


def envelopes_file(poll_id: int, actor: Actor) -> bytes:
    """Return the file that is carried to the board: envelopes sorted by hash, without anybody's name.

    :raises NotPermitted: :raises NotFound: :raises rules.NotNow: the poll is not over
    """
    if not rules.may_open_envelopes(actor):
        raise NotPermitted
    poll = db.session.get(Poll, poll_id)
    if poll is None:
        raise NotFound
    if (
        poll.state is not PollState.CLOSED
        or poll.kind is not PollKind.SEALED
        or not poll.definition
    ):
        raise rules.NotNow
    sealed = sa.select(PollRoll.envelope).where(
        PollRoll.poll_id == poll_id, PollRoll.envelope.is_not(None)
    )
    rows = db.session.scalars(sealed.execution_options(yield_per=_ROWS_A_STATEMENT))
    return opening.envelopes_file(poll.definition, (bytes(row) for row in rows if row is not None))


def publish(counted: Counted, actor: Actor, now: datetime) -> Poll:
    """Publish what was counted: results, ballots and the file. Doing it twice at once does it once.

    :raises NotPermitted: :raises NotFound: :raises rules.NotNow: it was published meanwhile
    """
    poll = locked(counted.poll_id)
    if poll.state is not PollState.CLOSED or poll.text_hash != counted.text_hash:
        raise rules.NotNow
    if poll.kind is PollKind.SEALED:
        move(poll, "count_opened", actor, now)
        _keep_ballots(poll.id, counted.ballots)
    else:
        move(poll, "count", actor, now)
    poll.published_at = now
    db.session.add(
        PollRecord(
            poll_id=poll.id, results=counted.results, data=counted.data, sha256=counted.sha256
        )
    )
    db.session.flush()
    return poll


def _keep_ballots(poll_id: int, ballots: Sequence[tuple[str, list[Any]]]) -> None:
    """Write ballots in the order of their codes, which tells nothing."""
    for start in range(0, len(ballots), _ROWS_A_STATEMENT):
        some = ballots[start : start + _ROWS_A_STATEMENT]
        rows = [{"poll_id": poll_id, "code": code, "answers": answers} for code, answers in some]
        db.session.execute(sa.insert(PollBallot), rows)

"""Casting a vote: one row for each voter, whatever happens at once. Nothing is written when.

The journal has no entry for a vote: who votes when is nobody's business. ``board_job`` tells the
journal every ten minutes that votes have arrived, and the people get their mails then.
"""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts import tries
from participation.accounts.try_rules import NETWORK_WINDOW, Limit
from participation.core.db import db, insert
from participation.core.fingerprints import fingerprint
from participation.core.messages import NotFound
from participation.permissions import Actor
from participation.polls import answer_rules, letter_codes, queries, rules, sealing
from participation.polls.models import Poll, PollCode, PollDistrict, PollRoll
from participation.polls.rules import Declared, Electorate, Eligible, PollKind, PollState

#: Wrong codes of letters from one network before it waits.
FREE_TRIES = 10


def cast(
    poll_id: int,
    actor: Actor,
    now: datetime,
    answers: object,
    *,
    declared: Declared = Declared(),  # noqa: B008  (frozen, says nothing)
    code: str = "",
    code_id: int | None = None,
    seen: str | None = None,
) -> None:
    """Take a vote. Who has voted already replaces the own vote; the same again changes nothing.

    The poll's row is held: nobody can close it or take it back until the commit. In a sealed poll the
    answers are sealed here and forgotten.

    :param answers: one choice a question, or ``None`` for blank ones
    :param code: the check code that the voter was shown, in a sealed poll
    :param code_id: of a letter's code, from ``redeem``
    :param seen: hash of the text that the voter saw; the poll may have been taken back and changed since
    :raises rules.BallotChanged: :raises NotFound: :raises rules.NotOpen: :raises rules.NotEntitled:
    :raises rules.DeclarationMissing: :raises answer_rules.AnswersInvalid:
    :raises sealing.CodeInvalid:
    """
    poll = _held(poll_id, now)
    if seen is not None and seen != poll.text_hash:
        raise rules.BallotChanged
    definition = poll.definition or {}
    check_voter(poll, actor, declared, code_id)
    kept = answer_rules.checked(definition["questions"], answers)
    values: dict[str, Any] = {"choice": kept, "envelope": None, "envelope_hash": None}
    if poll.kind is PollKind.SEALED:
        envelope = sealing.seal(
            poll.public_key, sealing.normal_code(code), kept, poll.envelope_length or 0
        )
        values = {
            "choice": None,
            "envelope": envelope,
            "envelope_hash": sealing.envelope_hash(envelope),
        }
    voter = {"person_id": None if code_id else actor.person_id, "code_id": code_id}
    values["mail_due"] = voter["person_id"] is not None
    statement = insert(PollRoll).values(
        key=secrets.token_hex(16), poll_id=poll_id, **voter, **values
    )
    who = "code_id" if code_id else "person_id"
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["poll_id", who], set_=values)
    )


def check_voter(poll: Poll, actor: Actor, declared: Declared, code_id: int | None = None) -> None:
    """Check that somebody may vote in the poll; at most two statements.

    :raises rules.NotEntitled: :raises rules.DeclarationMissing:
    """
    rules.check_electorate(
        _electorate(poll),
        actor,
        declared,
        is_listed=poll.eligible is Eligible.LISTED and is_listed(poll.id, actor),
        has_code=code_id is not None and _is_code_of(poll.id, code_id),
    )


def is_listed(poll_id: int, actor: Actor) -> bool:
    """Whether the actor's mailbox is on the list of the poll; who signs in has confirmed it."""
    return actor.person_id is not None and queries.is_on_list(poll_id, actor.person_id)


def redeem(
    poll_id: int, typed: str, network: str, now: datetime, *, fingerprint_key: str
) -> int | None:
    """Return the key of a letter's code; ``None`` if this poll has no such code.

    A wrong code is counted for the network it came from: the edge commits before it says that there
    is none. Tries at once wait for each other.

    :raises rules.TooManyTries: nothing was looked up; the edge rolls back
    """
    counted = fingerprint(fingerprint_key, "poll-letter-network", network)
    if tries.count([tries.Counter(counted, Limit(FREE_TRIES, NETWORK_WINDOW))], now) is not None:
        raise rules.TooManyTries
    code = letter_codes.as_written(typed)
    code_hash = fingerprint(fingerprint_key, letter_codes.purpose_of(poll_id), code)
    found = db.session.scalar(
        sa.select(PollCode.id).where(PollCode.poll_id == poll_id, PollCode.code_hash == code_hash)
    )
    if found is not None:
        tries.take_back(counted)
    return found


def _held(poll_id: int, now: datetime) -> Poll:
    """Read a poll that takes votes; it stays so until the commit. Others vote meanwhile, and the board
    is kept. Once the end has come nobody holds the row any more, so that it can be closed.
    """
    going_on = Poll.state == PollState.OPEN, Poll.opens_at <= now, Poll.closes_at > now
    poll = db.session.scalar(
        sa.select(Poll)
        .where(Poll.id == poll_id, *going_on)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if poll is not None:
        return poll
    is_there = sa.exists().where(Poll.id == poll_id, Poll.state.in_(rules.PUBLIC_STATES))
    raise rules.NotOpen if db.session.scalar(sa.select(is_there)) else NotFound


def _electorate(poll: Poll) -> Electorate:
    districts: frozenset[int] = frozenset()
    if poll.eligible is Eligible.DISTRICTS:
        keys = sa.select(PollDistrict.district_id).where(PollDistrict.poll_id == poll.id)
        districts = frozenset(db.session.scalars(keys))
    return Electorate(poll.eligible, poll.min_age, districts)


def _is_code_of(poll_id: int, code_id: int) -> bool:
    there = sa.exists().where(PollCode.id == code_id, PollCode.poll_id == poll_id)
    return bool(db.session.scalar(sa.select(there)))

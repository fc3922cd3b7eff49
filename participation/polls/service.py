"""The states of a poll: announce, take back, cancel, and how anything locks it.

What is written beside the state is in ``making``, ``casting``, ``board_job``, ``counting_job`` and
``forgetting``; together they are the only writers of these tables.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload, undefer

from participation.city.models import District
from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.journal import service as journal
from participation.permissions import Actor
from participation.polls import canonical, draft_rules, findable, rules, sealing, signing
from participation.polls.definitions import as_rules_see, definition_of, german
from participation.polls.draft_rules import Gap
from participation.polls.models import (
    Poll,
    PollBoard,
    PollCode,
    PollDistrict,
    PollEntitled,
    PollOption,
    PollQuestion,
    PollRoll,
)
from participation.polls.rules import Eligible, PollKind, PollState


def announce(poll_id: int, actor: Actor, now: datetime, *, seen_version: int) -> Poll:
    """Show a finished draft to everybody; it opens by itself when its time comes.

    From here on its definition stands still, and has its hash. A list or codes that were made when
    others were to vote are not kept.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises draft_rules.NotReady: with all that is missing
    """
    poll = to_edit(poll_id, actor, "announce", seen_version)
    if gaps := gaps_of(poll, now):
        raise draft_rules.NotReady(gaps)
    for eligible, table in ((Eligible.LISTED, PollEntitled), (Eligible.LETTER, PollCode)):
        if poll.eligible is not eligible:
            db.session.execute(sa.delete(table).where(table.poll_id == poll.id))
    poll.signing_seed = signing.new_signing_key()
    poll.verify_key = signing.public_half(poll.signing_seed)
    poll.definition = definition_of(poll, _district_names(poll))
    poll.text_hash = canonical.digest(poll.definition)
    sealed = poll.kind is PollKind.SEALED
    poll.envelope_length = sealing.envelope_size(poll.definition) if sealed else None
    move(poll, "announce", actor, now)
    return poll


def take_back(poll_id: int, actor: Actor, now: datetime, *, seen_version: int) -> Poll:
    """Make an announced poll a draft again, or an open one as long as nobody has voted.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.PollIsFrozen: somebody has voted
    """
    poll = locked(poll_id)
    if not rules.may_edit(actor):
        raise NotPermitted
    if poll.state in rules.FROZEN and (poll.state is not PollState.OPEN or has_votes(poll)):
        raise rules.PollIsFrozen(poll.id, actor, "take_back")
    if poll.version != seen_version:
        raise ChangedMeanwhile
    move(poll, "take_back", actor, now)
    poll.definition, poll.text_hash, poll.verify_key, poll.signing_seed = None, "", "", ""
    poll.batch, poll.reminded_at, poll.envelope_length = 0, None, None
    db.session.flush()
    return poll


def cancel(poll_id: int, actor: Actor, now: datetime, *, seen_version: int, reason: str) -> Poll:
    """End a poll without counting it. Its page stays and says why; what was cast is destroyed at once.

    Who voted, and who is on its list, stays known for ``rules.CANCELLED_KEPT``: they are mailed.

    :param reason: in German, for everybody
    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.ReasonMissing:
    """
    poll = locked(poll_id)
    if not rules.may_edit(actor):
        raise NotPermitted
    if not reason.strip():
        raise rules.ReasonMissing
    if poll.version != seen_version:
        raise ChangedMeanwhile
    move(poll, "cancel", actor, now)
    poll.cancel_reason = reason
    poll.signing_seed = ""
    mine = PollRoll.poll_id == poll.id
    db.session.execute(sa.delete(PollRoll).where(mine, PollRoll.person_id.is_(None)))
    nothing = {"envelope": None, "envelope_hash": None, "choice": None, "mail_due": False}
    db.session.execute(sa.update(PollRoll).where(mine).values(**nothing))
    db.session.execute(sa.delete(PollCode).where(PollCode.poll_id == poll.id))
    db.session.flush()
    return poll


def gaps_of(poll: Poll, now: datetime) -> list[Gap]:
    """Return what is missing before the poll can be announced; at most two statements."""
    questions = [as_rules_see(question) for question in poll.questions]
    found = [] if german(poll.texts, "title") else [Gap.TITLE]
    found += draft_rules.gaps_of_questions(questions)
    found += draft_rules.gaps_of_dates(poll.opens_at, poll.closes_at, poll.objection_until, now)
    found += _gaps_of_electorate(poll)
    if poll.kind is PollKind.SEALED:
        found += [] if poll.public_key else [Gap.KEY]
        found += [] if poll.test_opened_at else [Gap.TEST]
    return found


def _gaps_of_electorate(poll: Poll) -> list[Gap]:
    if poll.eligible is Eligible.DISTRICTS and not poll.districts:
        return [Gap.DISTRICTS]
    lists: dict[Eligible, tuple[Any, Gap]] = {
        Eligible.LISTED: (PollEntitled, Gap.LISTED),
        Eligible.LETTER: (PollCode, Gap.LETTERS),
    }
    if poll.eligible in lists:
        table, gap = lists[poll.eligible]
        if not db.session.scalar(sa.select(sa.exists().where(table.poll_id == poll.id))):
            return [gap]
    return []


def has_votes(poll: Poll) -> bool:
    """Whether anybody has voted, even if the vote is gone with its account."""
    cast = sa.exists().where(PollRoll.poll_id == poll.id)
    shown = sa.exists().where(PollBoard.poll_id == poll.id)
    return bool(db.session.scalar(sa.select(sa.or_(cast, shown))))


def destroy(poll: Poll, now: datetime) -> None:
    """Delete envelopes, who voted, codes and lists. What was counted stays."""
    for table in (PollRoll, PollCode, PollEntitled):
        db.session.execute(sa.delete(table).where(table.poll_id == poll.id))
    poll.signing_seed = ""
    poll.destroyed_at = now
    db.session.flush()


def to_edit(poll_id: int, actor: Actor, act: str, seen_version: int | None = None) -> Poll:
    """Lock a draft that an editor is about to change.

    :param act: what is tried, for the record
    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile:
    :raises rules.PollIsFrozen: it is open, or was :raises rules.NotNow: it is announced
    """
    poll = locked(poll_id)
    if not rules.may_edit(actor):
        raise NotPermitted
    if poll.state in rules.FROZEN:
        raise rules.PollIsFrozen(poll.id, actor, act)
    if seen_version is not None and poll.version != seen_version:
        raise ChangedMeanwhile
    if poll.state is not PollState.DRAFT:
        raise rules.NotNow
    return poll


def locked(poll_id: int) -> Poll:
    """Read a poll with its parts; nobody else can change it, or vote, until the commit.

    :raises NotFound: if there is none
    """
    parts = selectinload(Poll.questions)
    poll = db.session.scalar(
        sa.select(Poll)
        .where(Poll.id == poll_id)
        .options(
            undefer(Poll.signing_seed),
            selectinload(Poll.texts),
            selectinload(Poll.districts),
            parts.selectinload(PollQuestion.texts),
            parts.selectinload(PollQuestion.options).selectinload(PollOption.texts),
        )
        .with_for_update(of=Poll)
        .execution_options(populate_existing=True)
    )
    if poll is None:
        raise NotFound
    return poll


def move(poll: Poll, name: str, actor: Actor, now: datetime, **facts: Any) -> None:
    """Move a locked poll as the table says. The only writer of a poll's state.

    :raises NotPermitted: :raises rules.NotNow:
    """
    row = rules.TRANSITIONS[name]
    if not actor.may(row.permission):
        raise NotPermitted
    if poll.state not in row.sources:
        raise rules.NotNow
    poll.state = row.target
    count_change(poll, now)
    journal.record(row.event, "poll", poll.id, actor=actor, now=now, **facts)
    findable.keep([poll.id])


def count_change(poll: Poll, now: datetime) -> None:
    """Count a change, so that no editor overwrites it."""
    poll.version += 1
    poll.changed_at = now
    db.session.flush()


def _district_names(poll: Poll) -> list[str]:
    names = sa.select(District.name).join(PollDistrict, PollDistrict.district_id == District.id)
    return list(
        db.session.scalars(names.where(PollDistrict.poll_id == poll.id).order_by(District.name))
    )

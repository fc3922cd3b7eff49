"""Striking off supports that are not real: the count falls, and before a motion exists the state too."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotFound
from participation.journal import service as journal
from participation.permissions import Actor
from participation.suggestions import rules
from participation.suggestions.models import Suggestion, SuggestionMove
from participation.suggestions.rules import TRANSITIONS, SomethingMissing, State
from participation.suggestions.service import Given, Terms, locked, move, settle
from participation.suggestions.support_models import Support
from participation.suggestions.support_rules import MOST_STRUCK, NothingToStrike

_STRIKE_OFF = TRANSITIONS["strike_off"]
_LARGEST_KEY = 2**31 - 1


def strike(
    suggestion_id: int,
    chosen: Collection[int],
    actor: Actor,
    now: datetime,
    terms: Terms,
    given: Given,
) -> int:
    """Strike supports off and return how many counted until now.

    Their rows stay, so that they cannot be given again. If the quorum is missed without them, and no motion
    exists yet, the suggestion collects again, or its period is over. Later the state stays, and
    only the count and the public note tell.

    :param chosen: keys of supports; those of other suggestions and those struck off already do not count
    :raises NotFound: :raises rules.NotYours: :raises SomethingMissing: :raises NothingToStrike:
    """
    suggestion = locked(suggestion_id)
    if not rules.may_read(suggestion.facts, actor) or suggestion.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not rules.may_move(_STRIKE_OFF, suggestion.facts, actor):
        raise rules.NotYours
    missing = [need for need in _STRIKE_OFF.needs if need not in given.needs()]
    if missing:
        raise SomethingMissing(missing)
    settle(suggestion, now, terms)
    keys = _that_count(suggestion, chosen)
    suggestion.supports -= len(keys)
    db.session.flush()
    falls_back = (
        suggestion.state is State.QUORUM_REACHED and suggestion.supports < suggestion.quorum
    )
    if falls_back:
        step = move(suggestion, _STRIKE_OFF.name, actor, now, terms, given)
        step.struck, step.internal_text = len(keys), given.internal_text
    else:
        step = _note(suggestion, actor, now, given, len(keys))
    db.session.flush()
    struck = sa.update(Support).where(Support.id.in_(keys)).values(struck_by=step.id)
    db.session.execute(struck)
    settle(suggestion, now, terms)
    return len(keys)


def _that_count(suggestion: Suggestion, chosen: Collection[int]) -> list[int]:
    """Which of the chosen supports count. The suggestion's lock keeps them from changing."""
    possible = sorted({key for key in chosen if 0 < key <= _LARGEST_KEY})[:MOST_STRUCK]
    statement = sa.select(Support.id).where(
        Support.suggestion_id == suggestion.id,
        Support.id.in_(possible),
        Support.struck_by.is_(None),
    )
    keys = list(db.session.scalars(statement))
    if not keys:
        raise NothingToStrike
    return keys


def _note(
    suggestion: Suggestion, actor: Actor, now: datetime, given: Given, count: int
) -> SuggestionMove:
    """Write the step down where the state stays as it is."""
    step = SuggestionMove(
        suggestion_id=suggestion.id,
        transition=_STRIKE_OFF.name,
        at=now,
        actor_id=actor.person_id,
        public_text=given.public_text,
        internal_text=given.internal_text,
        struck=count,
    )
    db.session.add(step)
    db.session.flush()
    journal.record(
        "suggestion:supports_struck",
        "suggestion",
        suggestion.id,
        actor=actor,
        now=now,
        move=step.id,
        supports=suggestion.supports,
    )
    return step

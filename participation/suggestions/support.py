"""Support of a suggestion: given, counted once, taken back."""

from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db, insert
from participation.core.messages import NotFound, NotPermitted
from participation.permissions import Actor, Permission
from participation.suggestions import rules
from participation.suggestions.models import Suggestion, Support
from participation.suggestions.service import Terms, locked, settle


def give(
    suggestion_id: int, actor: Actor, now: datetime, terms: Terms, *, wants_mail: bool
) -> bool:
    """Count a person's support once; tell whether it is new.

    Uniqueness is the key of the table, counting happens under the suggestion's lock: any number
    of parallel clicks gives one support and, at the quorum, one event.

    :raises NotPermitted: :raises NotFound: :raises rules.PeriodNotOpen:
    """
    suggestion = _to_support(suggestion_id, actor, now)
    created = db.session.scalars(
        insert(Support)
        .values(
            suggestion_id=suggestion.id,
            person_id=actor.person_id,
            wants_mail=wants_mail,
            given_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Support.person_id)
    ).first()
    if created is None:
        return False
    suggestion.supports += 1
    db.session.flush()
    settle(suggestion, now, terms)
    return True


def take_back(suggestion_id: int, actor: Actor, now: datetime) -> bool:
    """Take a person's support back, until the period ends; tell whether there was one.

    A quorum that was reached stays reached: one person must not be able to take it back.

    :raises NotPermitted: :raises NotFound: :raises rules.PeriodNotOpen:
    """
    suggestion = _to_support(suggestion_id, actor, now)
    gone = db.session.execute(
        sa.delete(Support).where(
            Support.suggestion_id == suggestion.id, Support.person_id == actor.person_id
        )
    )
    if gone.rowcount == 0:
        return False
    suggestion.supports -= 1
    db.session.flush()
    return True


def _to_support(suggestion_id: int, actor: Actor, now: datetime) -> Suggestion:
    if not actor.may(Permission.SUGGESTION_SUPPORT) or actor.person_id is None:
        raise NotPermitted
    suggestion = locked(suggestion_id)
    if suggestion.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not rules.can_support(suggestion.facts, now):
        raise rules.PeriodNotOpen
    return suggestion

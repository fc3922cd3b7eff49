"""Merging a suggestion into another. Supporters are asked, not moved."""

from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotFound
from participation.permissions import Actor
from participation.suggestions import merging_rules, rules
from participation.suggestions.models import Suggestion
from participation.suggestions.service import Given, Terms, locked, move, settle


def merge(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    terms: Terms,
    *,
    target_number: int,
    public_text: str,
) -> Suggestion:
    """Merge a suggestion into the one with this public number; return the merged one.

    Both rows are locked, the one with the smaller key first: of two merges at once that want to
    make a ring, one happens, and the other finds its target merged.

    :raises NotFound: :raises rules.NotYours: :raises rules.NotNow: :raises rules.SomethingMissing:
    :raises merging_rules.TargetNotOpen:
    """
    target_id = db.session.scalar(
        sa.select(Suggestion.id).where(Suggestion.number == target_number)
    )
    both = {key: locked(key) for key in sorted({suggestion_id, target_id or suggestion_id})}
    suggestion = both[suggestion_id]
    if not rules.may_read(suggestion.facts, actor):
        raise NotFound
    for one in both.values():
        settle(one, now, terms)
    # What is wrong with the suggestion itself is said before what is wrong with the target.
    given = Given(target=target_id, public_text=public_text)
    needs = {*given.needs(), rules.Need.TARGET}
    rules.check_move(rules.TRANSITIONS["merge"], suggestion.facts, actor, needs, now)
    target = both[target_id] if target_id is not None and target_id != suggestion_id else None
    merging_rules.check_target(target.facts if target else None, actor, now)
    move(suggestion, "merge", actor, now, terms, given)
    db.session.flush()
    return suggestion

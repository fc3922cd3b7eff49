"""Reads of what was merged, and what it can be merged into."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.core.db import db
from participation.suggestions.models import Suggestion, SuggestionMove
from participation.suggestions.rules import State


def where_it_ended(suggestion_id: int) -> Suggestion | None:
    """The suggestion at the end of the pointers, whatever its state; one statement.

    A target may be merged itself, later. Rings cannot be made (``merging.merge``); UNION would end
    the walk even in one.
    """
    first = sa.select(Suggestion.merged_into_id.label("id")).where(Suggestion.id == suggestion_id)
    walk = first.cte("walk", recursive=True)
    further = sa.select(Suggestion.merged_into_id).where(
        Suggestion.id == walk.c.id, Suggestion.merged_into_id.is_not(None)
    )
    walk = walk.union(further)
    statement = sa.select(Suggestion).where(
        Suggestion.id.in_(sa.select(walk.c.id)), Suggestion.merged_into_id.is_(None)
    )
    return db.session.scalar(statement)


def merged_into(suggestion_id: int) -> Sequence[sa.Row[tuple[int, datetime]]]:
    """Rows ``(number, at)`` of the suggestions that point at this one, in the order of merging."""
    return db.session.execute(
        sa.select(Suggestion.number, SuggestionMove.at)
        .join(SuggestionMove, SuggestionMove.suggestion_id == Suggestion.id)
        .where(Suggestion.merged_into_id == suggestion_id, SuggestionMove.transition == "merge")
        .order_by(SuggestionMove.id)
    ).all()


def likely_targets(
    suggestion: Suggestion, now: datetime, count: int, alike: Sequence[int] = ()
) -> Sequence[Suggestion]:
    """Suggestions that can be supported now: those that are alike first, then of the same project
    or district, then new ones.

    :param alike: keys, the most alike first
    """
    places = {key: place for place, key in enumerate(alike)}
    is_alike = sa.case(places, value=Suggestion.id, else_=len(places)) if places else sa.literal(0)
    same_project = sa.case((Suggestion.project_id == suggestion.project_id, 0), else_=1)
    same_district = sa.case((Suggestion.district_id == suggestion.district_id, 0), else_=1)
    statement = (
        sa.select(Suggestion)
        .options(joinedload(Suggestion.district))
        .where(Suggestion.state.in_((State.COLLECTING, State.QUORUM_REACHED)))
        .where(Suggestion.opens_at <= now, Suggestion.closes_at > now)
        .where(Suggestion.id != suggestion.id)
        .order_by(
            is_alike,
            same_project,
            same_district,
            Suggestion.published_at.desc(),
            Suggestion.id.desc(),
        )
    )
    return db.session.scalars(statement.limit(count)).all()

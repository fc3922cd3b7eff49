"""Reads of suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.city.models import Topic, TopicText
from participation.core import paging, search
from participation.core.db import db
from participation.core.messages import NotFound
from participation.core.search_index import Kind
from participation.core.texts import best_text
from participation.permissions import Actor
from participation.suggestions.models import (
    Answer,
    Suggestion,
    SuggestionMove,
    suggestion_topic,
)
from participation.suggestions.rules import OPEN_FOR_STAFF, PUBLIC_STATES, State

PAGE_SIZE = 20
NEWEST = paging.Order(
    [(Suggestion.published_at, paging.moment), (Suggestion.id, paging.whole_number)]
)
MOST_SUPPORT = paging.Order(
    [(Suggestion.supports, paging.whole_number), (Suggestion.id, paging.whole_number)]
)
#: Only what collects support now has an end that is near.
ENDING_FIRST = paging.Order(
    [(Suggestion.closes_at, paging.moment), (Suggestion.id, paging.whole_number)], descending=False
)
LAST_ANSWERED = paging.Order(
    [(Suggestion.answered_at, paging.moment), (Suggestion.id, paging.whole_number)]
)
#: What has no day comes last.
_NO_DAY = sa.literal(date.max, sa.Date)
_due_otherwise = sa.func.coalesce(Suggestion.due_on, _NO_DAY)
#: The nearer of two promises: the next act, and the answer to the author's question.
_next_due = sa.case(
    (Suggestion.question_due_on < _due_otherwise, Suggestion.question_due_on),
    else_=_due_otherwise,
)
DUE_FIRST = paging.Order(
    [(_next_due, paging.day), (Suggestion.id, paging.whole_number)], descending=False
)

#: What the list can be narrowed to, by the word in the address.
STATUS_FILTERS: dict[str, frozenset[State]] = {
    "sammelt": frozenset({State.COLLECTING}),
    "quorum": frozenset({State.QUORUM_REACHED}),
    "stadtrat": frozenset({State.COUNCIL}),
    "entschieden": frozenset(
        {State.ADOPTED, State.PARTLY_ADOPTED, State.DECLINED, State.IMPLEMENTING}
    ),
    "umgesetzt": frozenset({State.DONE}),
    "frist-vorbei": frozenset({State.EXPIRED}),
    "abgelehnt": frozenset({State.REJECTED}),
    "zusammengelegt": frozenset({State.MERGED}),
}
#: Without a filter the list leaves out what points at another suggestion of the list.
_LISTED = PUBLIC_STATES - {State.MERGED}


@dataclass(frozen=True)
class Filters:
    """What a list of suggestions is narrowed to; ``None`` means no narrowing."""

    district_id: int | None = None
    status: str | None = None
    topic_id: int | None = None
    is_answered: bool | None = None
    #: A day: only what the city promised an act for, or an answer, on an earlier one.
    late_on: date | None = None
    #: Words that a suggestion has.
    q: str = ""


def _in_states(states: frozenset[State], now: datetime) -> sa.ColumnElement[bool]:
    """Condition: the suggestion is in one of the states, as ``rules.state_at`` sees it."""
    enough = Suggestion.supports >= Suggestion.quorum
    over = Suggestion.closes_at <= now
    collecting = Suggestion.state == State.COLLECTING
    # An empty IN inside the OR would keep the databases from using the index.
    stored = states - {State.COLLECTING}
    parts = [Suggestion.state.in_(stored)] if stored else []
    if State.COLLECTING in states:
        parts.append(sa.and_(collecting, sa.not_(enough), sa.not_(over)))
    if State.QUORUM_REACHED in states:
        parts.append(sa.and_(collecting, enough))
    if State.EXPIRED in states:
        parts.append(sa.and_(collecting, sa.not_(enough), over))
    return sa.or_(*parts)


def is_listed() -> sa.ColumnElement[bool]:
    """Condition: the list has it without a filter. What was merged before it was published has no
    such day, and is in no list."""
    return sa.and_(Suggestion.published_at.is_not(None), Suggestion.state.in_(_LISTED))


def is_late(today: date) -> sa.ColumnElement[bool]:
    """Condition: the city missed a day that it promised."""
    return sa.or_(Suggestion.due_on < today, Suggestion.question_due_on < today)


def _narrowed(
    statement: sa.Select[Any], filters: Filters, order: paging.Order, now: datetime
) -> sa.Select[Any]:
    states = STATUS_FILTERS.get(filters.status or "")
    if states:
        statement = statement.where(Suggestion.published_at.is_not(None), _in_states(states, now))
    else:
        statement = statement.where(is_listed())
    if order is ENDING_FIRST:
        statement = statement.where(_in_states(frozenset({State.COLLECTING}), now))
    if order is LAST_ANSWERED or filters.is_answered:
        statement = statement.where(Suggestion.answered_at.is_not(None))
    if filters.is_answered is False:
        statement = statement.where(Suggestion.answered_at.is_(None))
    if filters.late_on is not None:
        statement = statement.where(is_late(filters.late_on))
    if filters.district_id is not None:
        statement = statement.where(Suggestion.district_id == filters.district_id)
    if filters.topic_id is not None:
        statement = statement.where(
            sa.exists().where(
                suggestion_topic.c.suggestion_id == Suggestion.id,
                suggestion_topic.c.topic_id == filters.topic_id,
            )
        )
    if filters.q:
        statement = statement.where(Suggestion.id.in_(search.ids(Kind.SUGGESTION, filters.q)))
    return statement


def public_page(
    filters: Filters, now: datetime, token: str | None, order: paging.Order = NEWEST
) -> paging.Page[Any]:
    """One page of public suggestions; rows ``(Suggestion,)`` with district."""
    statement = sa.select(Suggestion).options(joinedload(Suggestion.district))
    return paging.page_of(_narrowed(statement, filters, order, now), order, token, PAGE_SIZE)


def newest(filters: Filters, now: datetime, count: int) -> Sequence[sa.Row[Any]]:
    """Rows ``(Suggestion, moved_at)`` of the newest public ones, with district and last change of state."""
    moved = (
        sa.select(sa.func.max(SuggestionMove.at))
        .where(SuggestionMove.suggestion_id == Suggestion.id)
        .scalar_subquery()
    )
    statement = sa.select(Suggestion, moved.label("moved_at"))
    statement = _narrowed(statement.options(joinedload(Suggestion.district)), filters, NEWEST, now)
    statement = statement.order_by(Suggestion.published_at.desc(), Suggestion.id.desc())
    return db.session.execute(statement.limit(count)).all()


def newest_answers(filters: Filters, now: datetime, count: int) -> Sequence[sa.Row[Any]]:
    """Rows ``(Answer, Suggestion)`` of the newest answers to public suggestions, all revisions."""
    statement = sa.select(Answer, Suggestion).join(
        Suggestion, Suggestion.id == Answer.suggestion_id
    )
    statement = _narrowed(statement, filters, LAST_ANSWERED, now)
    statement = statement.order_by(Answer.published_at.desc(), Answer.id.desc())
    return db.session.execute(statement.limit(count)).all()


def how_many(filters: Filters, now: datetime, order: paging.Order = NEWEST) -> int:
    """How many suggestions the list has on all its pages."""
    statement = sa.select(sa.func.count()).select_from(Suggestion)
    return db.session.scalar(_narrowed(statement, filters, order, now)) or 0


def by_number(number: int) -> Suggestion | None:
    """The suggestion with this public number, whether or not it is still public."""
    statement = sa.select(Suggestion).where(Suggestion.number == number)
    options = (joinedload(Suggestion.district), joinedload(Suggestion.department))
    return db.session.scalar(statement.options(*options))


def by_id(suggestion_id: int) -> Suggestion | None:
    """A suggestion with district and department, whatever its state."""
    statement = sa.select(Suggestion).where(Suggestion.id == suggestion_id)
    options = (joinedload(Suggestion.district), joinedload(Suggestion.department))
    return db.session.scalar(statement.options(*options))


def own(suggestion_id: int, actor: Actor) -> Suggestion:
    """The actor's own suggestion, whatever its state. :raises NotFound: if it is not theirs"""
    found = by_id(suggestion_id)
    if found is None or found.author_id != actor.person_id:
        raise NotFound
    return found


def moves_of(suggestion_id: int) -> Sequence[SuggestionMove]:
    """All changes of state, first one first."""
    statement = sa.select(SuggestionMove).where(SuggestionMove.suggestion_id == suggestion_id)
    return db.session.scalars(statement.order_by(SuggestionMove.id)).all()


def answers_of(suggestion_id: int) -> Sequence[Answer]:
    """All revisions of the answer, newest first, with their departments."""
    statement = sa.select(Answer).where(Answer.suggestion_id == suggestion_id)
    options = joinedload(Answer.department)
    return db.session.scalars(statement.options(options).order_by(Answer.revision.desc())).all()


def topics_of(suggestion_id: int, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Rows ``(id, slug, name)`` of a suggestion's topics."""
    name = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    return db.session.execute(
        sa.select(Topic.id, Topic.slug, name.label("name"))
        .join(suggestion_topic, suggestion_topic.c.topic_id == Topic.id)
        .where(suggestion_topic.c.suggestion_id == suggestion_id)
        .order_by(Topic.position, Topic.id)
    ).all()


def ending_first(now: datetime, count: int) -> Sequence[Suggestion]:
    """Suggestions that collect support now, those that end first first, with district."""
    statement = (
        sa.select(Suggestion)
        .options(joinedload(Suggestion.district))
        .where(_in_states(frozenset({State.COLLECTING}), now))
        .order_by(Suggestion.closes_at, Suggestion.id)
    )
    return db.session.scalars(statement.limit(count)).all()


def how_many_collect(now: datetime, up_to: int) -> sa.ScalarSelect[int]:
    """How many collect support now, counted to a bound, as part of another statement."""
    open_now = sa.select(Suggestion.id).where(_in_states(frozenset({State.COLLECTING}), now))
    return (
        sa.select(sa.func.count()).select_from(open_now.limit(up_to).subquery()).scalar_subquery()
    )


def latest_answers(count: int) -> Sequence[sa.Row[tuple[Answer, Suggestion]]]:
    """The newest answers of the city with their suggestions."""
    statement = (
        sa.select(Answer, Suggestion)
        .join(Suggestion, Suggestion.id == Answer.suggestion_id)
        .where(Answer.revision == Suggestion.answer_revision)
        .where(Suggestion.answered_at.is_not(None), Suggestion.state.in_(PUBLIC_STATES))
        .options(joinedload(Answer.department))
        .order_by(Suggestion.answered_at.desc(), Suggestion.id.desc())
    )
    return db.session.execute(statement.limit(count)).all()


def of_project(project_id: int, count: int) -> Sequence[Suggestion]:
    """Public suggestions on a project, newest first."""
    statement = (
        sa.select(Suggestion)
        .where(Suggestion.project_id == project_id, Suggestion.state.in_(_LISTED))
        .order_by(Suggestion.published_at.desc(), Suggestion.id.desc())
    )
    return db.session.scalars(statement.limit(count)).all()


def of_project_with_answers(project_id: int, count: int) -> Sequence[sa.Row[Any]]:
    """Rows ``(Suggestion, status)`` of public suggestions on a project, newest first.

    ``status`` is that of the city's newest answer, or ``None``.
    """
    newest = sa.and_(
        Answer.suggestion_id == Suggestion.id, Answer.revision == Suggestion.answer_revision
    )
    statement = (
        sa.select(Suggestion, Answer.status)
        .outerjoin(Answer, newest)
        .where(Suggestion.project_id == project_id, Suggestion.state.in_(PUBLIC_STATES))
        # What was merged before it was published has no such day, and no public title.
        .where(Suggestion.published_at.is_not(None))
        .order_by(Suggestion.published_at.desc(), Suggestion.id.desc())
    )
    return db.session.execute(statement.limit(count)).all()


def of_author(person_id: int, count: int) -> Sequence[Suggestion]:
    """A person's own suggestions, newest first."""
    statement = sa.select(Suggestion).where(Suggestion.author_id == person_id)
    return db.session.scalars(statement.order_by(Suggestion.id.desc()).limit(count)).all()


def _waits_for_an_answer() -> sa.ColumnElement[bool]:
    states = (State.COLLECTING, State.EXPIRED)
    return sa.and_(Suggestion.state.in_(states), Suggestion.due_on.is_not(None))


def queue_page(
    departments: frozenset[int] | None, token: str | None, today: date | None = None
) -> paging.Page[Any]:
    """One page of what somebody in the city has to do, first due first.

    :param departments: keys of the departments whose tasks are meant; ``None`` for all
    :param today: only what was due before that day
    """
    statement = (
        sa.select(Suggestion)
        .options(joinedload(Suggestion.district), joinedload(Suggestion.department))
        .where(
            sa.or_(
                Suggestion.state.in_(OPEN_FOR_STAFF),
                _waits_for_an_answer(),
                Suggestion.question_due_on.is_not(None),
            )
        )
    )
    if departments is not None:
        statement = statement.where(Suggestion.department_id.in_(departments))
    if today is not None:
        statement = statement.where(_next_due < today)
    return paging.page_of(statement, DUE_FIRST, token, PAGE_SIZE)

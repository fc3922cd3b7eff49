"""Reads of what is added to suggestions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.core import paging
from participation.core.db import db
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.rules import PUBLIC_STATES

PAGE_SIZE = 20
_MOST_COUNTED = 100
OLDEST_FIRST = paging.Order(
    [(SuggestionNote.at, paging.moment), (SuggestionNote.id, paging.whole_number)],
    descending=False,
)
HIDDEN_LAST = paging.Order(
    [(SuggestionNote.hidden_at, paging.moment), (SuggestionNote.id, paging.whole_number)]
)


def notes_of(suggestion_id: int) -> Sequence[SuggestionNote]:
    """All notes of a suggestion, first one first, with their departments; hidden ones too."""
    statement = sa.select(SuggestionNote).where(SuggestionNote.suggestion_id == suggestion_id)
    options = joinedload(SuggestionNote.department)
    return db.session.scalars(statement.options(options).order_by(SuggestionNote.id)).all()


def by_id(note_id: int) -> tuple[SuggestionNote, Suggestion] | None:
    """A note with its suggestion, whatever can be read of either."""
    statement = (
        sa.select(SuggestionNote, Suggestion)
        .join(Suggestion, Suggestion.id == SuggestionNote.suggestion_id)
        .where(SuggestionNote.id == note_id)
        .options(joinedload(SuggestionNote.department))
    )
    row = db.session.execute(statement).first()
    return (row[0], row[1]) if row else None


def _to_decide(person_id: int) -> sa.Select[Any]:
    """Rows ``(SuggestionNote, number, title, language)`` that this person may decide about."""
    return (
        sa.select(
            SuggestionNote,
            Suggestion.number,
            Suggestion.title,
            Suggestion.language.label("title_language"),
        )
        .join(Suggestion, Suggestion.id == SuggestionNote.suggestion_id)
        .where(
            Suggestion.state.in_(PUBLIC_STATES), Suggestion.author_id.is_distinct_from(person_id)
        )
    )


def unread_page(person_id: int, token: str | None) -> paging.Page[Any]:
    """One page of what authors wrote and nobody of the coordination office has looked at."""
    statement = _to_decide(person_id).where(SuggestionNote.read_at.is_(None))
    return paging.page_of(statement, OLDEST_FIRST, token, PAGE_SIZE)


def hidden_page(person_id: int, token: str | None) -> paging.Page[Any]:
    """One page of hidden notes, the last hidden first."""
    statement = _to_decide(person_id).where(SuggestionNote.hidden_at.is_not(None))
    return paging.page_of(statement, HIDDEN_LAST, token, PAGE_SIZE)


def how_many_unread(person_id: int) -> int:
    """How many wait to be looked at, counted to a bound."""
    waiting = _to_decide(person_id).where(SuggestionNote.read_at.is_(None))
    first = waiting.with_only_columns(SuggestionNote.id).limit(_MOST_COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(first)) or 0

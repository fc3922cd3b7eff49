"""How suggestions and the city's answers are found: public ones, each in its own language.

What was added to a suggestion beside its state is found with it; what is hidden of that is not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all, places
from participation.suggestions.models import (
    Answer,
    Suggestion,
    SuggestionNote,
    suggestion_topic,
)
from participation.suggestions.rules import PUBLIC_STATES, State

#: As ``rules.text_is_public`` has it: what was merged before it was published has no public text.
_IS_PUBLIC = (
    Suggestion.state.in_(PUBLIC_STATES),
    Suggestion.number.is_not(None),
    sa.or_(Suggestion.state != State.MERGED, Suggestion.opens_at.is_not(None)),
)


def keys() -> Sequence[int]:
    """Keys of all suggestions that everybody may read."""
    public = sa.select(Suggestion.id).where(*_IS_PUBLIC)
    return db.session.scalars(public.order_by(Suggestion.id)).all()


def answered() -> Sequence[int]:
    """Keys of those among them that have an answer."""
    public = sa.select(Suggestion.id).where(*_IS_PUBLIC, Suggestion.answer_revision > 0)
    return db.session.scalars(public.order_by(Suggestion.id)).all()


def keep(suggestion_ids: Iterable[int]) -> bool:
    """Let these suggestions be found if they are public; otherwise nothing that belongs to them is.

    Tell whether anything changed.
    """
    ids = list(suggestion_ids)
    db.session.flush()
    statement = sa.select(Suggestion).where(Suggestion.id.in_(ids), *_IS_PUBLIC)
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    topics, notes = _topics(ids), _notes(ids)
    return keep_all(
        Kind.SUGGESTION,
        texts
        | {
            one.id: [_text(one, topics[one.id], notes[one.id])]
            for one in db.session.scalars(statement)
        },
    )


def _topics(ids: list[int]) -> defaultdict[int, list[int]]:
    columns = suggestion_topic.c
    statement = sa.select(columns.suggestion_id, columns.topic_id)
    return _by_suggestion(statement.where(columns.suggestion_id.in_(ids)))


def _notes(ids: list[int]) -> defaultdict[int, list[str]]:
    statement = sa.select(SuggestionNote.suggestion_id, SuggestionNote.text)
    visible = SuggestionNote.suggestion_id.in_(ids), SuggestionNote.hidden_at.is_(None)
    return _by_suggestion(statement.where(*visible).order_by(SuggestionNote.id))


def _by_suggestion(statement: sa.Select[Any]) -> defaultdict[int, list[Any]]:
    found = defaultdict(list)
    for key, value in db.session.execute(statement):
        found[key].append(value)
    return found


def keep_answers(suggestion_ids: Iterable[int]) -> bool:
    """Let the newest answers to these suggestions be found; tell whether anything changed."""
    ids = list(suggestion_ids)
    db.session.flush()
    statement = (
        sa.select(Answer, Suggestion)
        .join(Suggestion, Suggestion.id == Answer.suggestion_id)
        .where(Suggestion.id.in_(ids), *_IS_PUBLIC)
        .where(Answer.revision == Suggestion.answer_revision)
    )
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    rows = db.session.execute(statement)
    return keep_all(Kind.ANSWER, texts | {one.id: [_answer(new, one)] for new, one in rows})


def _text(suggestion: Suggestion, topics: list[int], notes: list[str]) -> Text:
    whole_city = suggestion.district_id is None
    return Text(
        language=suggestion.language,
        day=city_date(suggestion.published_at or suggestion.created_at),
        title=suggestion.title,
        body="\n".join([suggestion.text, suggestion.reason, suggestion.place, *notes]),
        address=str(suggestion.number),
        marks=places(
            [] if whole_city else [suggestion.district_id or 0], topics, everywhere=whole_city
        ),
    )


def _answer(answer: Answer, suggestion: Suggestion) -> Text:
    return Text(
        language=answer.language,
        day=city_date(answer.published_at),
        title="",
        body=answer.text,
        address=str(suggestion.number),
        owner=(Kind.SUGGESTION, suggestion.id),
    )

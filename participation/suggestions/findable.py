"""How suggestions and the city's answers are found: public ones, each in its own language."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all, places
from participation.suggestions.models import Answer, Suggestion
from participation.suggestions.rules import PUBLIC_STATES

_IS_PUBLIC = Suggestion.state.in_(PUBLIC_STATES), Suggestion.number.is_not(None)


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
    return keep_all(
        Kind.SUGGESTION, texts | {one.id: [_text(one)] for one in db.session.scalars(statement)}
    )


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


def _text(suggestion: Suggestion) -> Text:
    whole_city = suggestion.district_id is None
    return Text(
        language=suggestion.language,
        day=city_date(suggestion.published_at or suggestion.created_at),
        title=suggestion.title,
        body=f"{suggestion.text}\n{suggestion.reason}",
        address=str(suggestion.number),
        marks=places([] if whole_city else [suggestion.district_id or 0], everywhere=whole_city),
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

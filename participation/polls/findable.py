"""How polls are found: one entry a language that has a title; drafts are not found."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all, places, shown_to
from participation.polls.models import Poll, PollOption, PollQuestion
from participation.polls.rules import PUBLIC_STATES


def keys() -> Sequence[int]:
    """Keys of all polls that everybody may read."""
    public = sa.select(Poll.id).where(Poll.state.in_(PUBLIC_STATES))
    return db.session.scalars(public.order_by(Poll.id)).all()


def keep(poll_ids: Iterable[int]) -> bool:
    """Let these polls be found as they are now; tell whether anything changed."""
    ids = list(poll_ids)
    db.session.flush()
    questions = selectinload(Poll.questions)
    statement = (
        sa.select(Poll)
        .where(Poll.id.in_(ids), Poll.state.in_(PUBLIC_STATES))
        .options(
            selectinload(Poll.texts),
            selectinload(Poll.districts),
            questions.selectinload(PollQuestion.texts),
            questions.selectinload(PollQuestion.options).selectinload(PollOption.texts),
        )
    )
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    return keep_all(Kind.POLL, texts | {p.id: _texts(p) for p in db.session.scalars(statement)})


def _texts(poll: Poll) -> list[Text]:
    not_for = shown_to(text.language for text in poll.texts)
    districts = [row.district_id for row in poll.districts]
    return [
        Text(
            language=text.language,
            day=city_date(poll.opens_at),
            title=text.title,
            body="\n".join(
                part for part in (text.introduction, *_asked(poll, text.language)) if part
            ),
            address=poll.slug,
            marks=places(districts, everywhere=not districts),
            not_for=not_for[text.language],
        )
        for text in poll.texts
    ]


def _asked(poll: Poll, language: str) -> Iterable[str]:
    """Questions and answers in a language."""
    for question in poll.questions:
        for asked in question.texts:
            if asked.language == language:
                yield from (asked.text, asked.explanation)
        for option in question.options:
            for named in option.texts:
                if named.language == language:
                    yield from (named.name, named.text)

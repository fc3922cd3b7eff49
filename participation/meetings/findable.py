"""How meetings are found: one entry a language that has a title."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all, shown_to
from participation.meetings.models import Meeting


def keys() -> Sequence[int]:
    """Keys of all meetings; cancelled ones keep their page."""
    return db.session.scalars(sa.select(Meeting.id).order_by(Meeting.id)).all()


def keep(meeting_ids: Iterable[int]) -> bool:
    """Let these meetings be found as they are now; tell whether anything changed."""
    ids = list(meeting_ids)
    db.session.flush()
    statement = sa.select(Meeting).where(Meeting.id.in_(ids)).options(selectinload(Meeting.texts))
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    return keep_all(Kind.MEETING, texts | {m.id: _texts(m) for m in db.session.scalars(statement)})


def _texts(meeting: Meeting) -> list[Text]:
    not_for = shown_to(text.language for text in meeting.texts)
    return [
        Text(
            language=text.language,
            day=meeting.first_day,
            title=text.title,
            body="\n".join(
                part
                for part in (meeting.place, text.agenda, text.accessibility, text.results)
                if part
            ),
            address=meeting.slug,
            not_for=not_for[text.language],
        )
        for text in meeting.texts
    ]

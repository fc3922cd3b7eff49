"""How projects are found: one entry a language of the sheet."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all, places, shown_to
from participation.projects.models import Project, ProjectText

_FIELDS = (
    "summary", "still_open", "settled", "current_state", "participation_note", "period_note", "cost_note",
    "result",
)  # fmt: skip


def keys() -> Sequence[int]:
    """Keys of all projects that everybody may read."""
    public = sa.select(Project.id).where(Project.published_at.is_not(None))
    return db.session.scalars(public.order_by(Project.id)).all()


def keep(project_ids: Iterable[int]) -> bool:
    """Let these projects be found as they are now; tell whether anything changed."""
    ids = list(project_ids)
    db.session.flush()
    options = [
        selectinload(Project.texts),
        selectinload(Project.districts),
        selectinload(Project.topics),
    ]
    public = sa.select(Project).where(Project.id.in_(ids), Project.published_at.is_not(None))
    there = db.session.scalars(public.options(*options))
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    return keep_all(Kind.PROJECT, texts | {one.id: _texts(one) for one in there})


def _texts(project: Project) -> list[Text]:
    not_for = shown_to(text.language for text in project.texts)
    marks = places(
        (district.id for district in project.districts),
        (topic.id for topic in project.topics),
        everywhere=project.whole_city,
    )
    is_dated = project.as_of_day > date.min
    day = project.as_of_day if is_dated else city_date(project.changed_at)
    return [
        Text(
            language=text.language,
            day=day,
            title=text.title,
            body=_body(text),
            address=project.slug,
            marks=marks,
            not_for=not_for[text.language],
        )
        for text in project.texts
    ]


def _body(text: ProjectText) -> str:
    return "\n".join(part for name in _FIELDS if (part := getattr(text, name)))

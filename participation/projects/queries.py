"""Reads of projects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from participation.city import queries as city
from participation.city.models import Department, Topic, TopicText
from participation.core import paging, search
from participation.core.db import db
from participation.core.search_index import Kind
from participation.core.texts import best_text, is_best_text
from participation.projects.models import (
    Project,
    ProjectText,
    project_department,
    project_district,
    project_topic,
)
from participation.projects.rules import Implementation, Participation

PAGE_SIZE = 12
STAFF_PAGE_SIZE = 20
_OtherText = aliased(ProjectText)

NEWEST = paging.Order([(Project.as_of_day, paging.day), (Project.id, paging.whole_number)])
BY_TITLE = paging.Order(
    [(ProjectText.title, paging.words), (Project.id, paging.whole_number)], descending=False
)
REVIEW_DUE_FIRST = paging.Order(
    [(Project.review_on, paging.day), (Project.id, paging.whole_number)], descending=False
)


@dataclass(frozen=True)
class Filters:
    """What a list of projects is narrowed to; ``None`` means no narrowing."""

    district_id: int | None = None
    topic_id: int | None = None
    participation: Participation | None = None
    implementation: Implementation | None = None
    #: Words that a project's texts have.
    q: str = ""


def _with_text(statement: sa.Select[Any], chain: Sequence[str]) -> sa.Select[Any]:
    best = is_best_text(ProjectText, _OtherText, _OtherText.project_id == Project.id, chain)
    belongs = sa.and_(ProjectText.project_id == Project.id, best)
    return statement.select_from(Project).join(ProjectText, belongs)


def is_public() -> sa.ColumnElement[bool]:
    """Condition: the sheet is no draft. Every read for others than its editors needs it."""
    return Project.published_at.is_not(None)


def _narrowed(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    statement = statement.where(is_public())
    if filters.district_id is not None:
        there = sa.exists().where(
            project_district.c.project_id == Project.id,
            project_district.c.district_id == filters.district_id,
        )
        statement = statement.where(sa.or_(Project.whole_city, there))
    if filters.topic_id is not None:
        statement = statement.where(
            sa.exists().where(
                project_topic.c.project_id == Project.id,
                project_topic.c.topic_id == filters.topic_id,
            )
        )
    if filters.implementation is not None:
        statement = statement.where(Project.implementation == filters.implementation)
    if filters.q:
        statement = statement.where(Project.id.in_(search.ids(Kind.PROJECT, filters.q)))
    return statement


def list_page(
    filters: Filters, order: paging.Order, token: str | None, chain: Sequence[str]
) -> paging.Page[Any]:
    """One page of cards: rows ``(Project, title, language, district_ids)``; one statement.

    ``district_ids`` are numbers with commas between them, or ``None``.
    """
    ids = (
        sa.select(
            sa.func.aggregate_strings(sa.cast(project_district.c.district_id, sa.String), ",")
        )
        .where(project_district.c.project_id == Project.id)
        .scalar_subquery()
    )
    statement = sa.select(
        Project, ProjectText.title, ProjectText.language, ids.label("district_ids")
    )
    statement = _narrowed(_with_text(statement, chain), filters)
    if filters.participation is not None:
        statement = statement.where(Project.participation == filters.participation)
    return paging.page_of(statement, order, token, PAGE_SIZE)


def newest(filters: Filters, chain: Sequence[str], count: int) -> Sequence[sa.Row[Any]]:
    """Rows ``(Project, title, language, summary)`` of the sheets that changed last."""
    columns = (Project, ProjectText.title, ProjectText.language, ProjectText.summary)
    statement = _narrowed(_with_text(sa.select(*columns), chain), filters)
    if filters.participation is not None:
        statement = statement.where(Project.participation == filters.participation)
    statement = statement.order_by(Project.changed_at.desc(), Project.id.desc())
    return db.session.execute(statement.limit(count)).all()


def counts_by_participation(filters: Filters) -> dict[Participation | None, int]:
    """How many projects of the narrowed list have which state of participation."""
    statement = sa.select(Project.participation, sa.func.count()).group_by(Project.participation)
    return dict(db.session.execute(_narrowed(statement, filters)).all())


def sheet(slug: str, chain: Sequence[str]) -> tuple[Project, ProjectText] | None:
    """A project, draft or not, with the text of its sheet, districts, departments and phases;
    two statements. Who may see a draft, ``rules.may_edit`` says."""
    statement = _with_text(sa.select(Project, ProjectText), chain).where(Project.slug == slug)
    found = db.session.execute(
        statement.options(
            selectinload(Project.districts),
            joinedload(Project.departments),
            joinedload(Project.phases),
        )
    )
    row = found.unique().first()
    return (row[0], row[1]) if row else None


def results_of(project_id: int) -> Sequence[ProjectText]:
    """The texts of a project, in whatever language, that say what came of participation."""
    is_said = ProjectText.result != ""
    statement = sa.select(ProjectText).where(ProjectText.project_id == project_id, is_said)
    return db.session.scalars(statement).all()


def topics_of(project_id: int, chain: Sequence[str]) -> Sequence[sa.Row[tuple[str, str]]]:
    """Rows ``(slug, name)`` of a project's topics."""
    name = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    return db.session.execute(
        sa.select(Topic.slug, name.label("name"))
        .join(project_topic, project_topic.c.topic_id == Topic.id)
        .where(project_topic.c.project_id == project_id)
        .order_by(Topic.position)
    ).all()


def recently_updated(chain: Sequence[str], count: int) -> Sequence[sa.Row[Any]]:
    """Rows ``(slug, title, language, as_of)`` of the sheets with the newest state."""
    columns = (Project.slug, ProjectText.title, ProjectText.language, Project.as_of)
    statement = _with_text(sa.select(*columns), chain)
    newest = statement.where(is_public()).order_by(Project.as_of_day.desc(), Project.id.desc())
    return db.session.execute(newest.limit(count)).all()


def titles(chain: Sequence[str]) -> Sequence[sa.Row[tuple[int, str]]]:
    """Rows ``(id, title)`` of all projects that are no drafts, for a choice in a form."""
    statement = _with_text(sa.select(Project.id, ProjectText.title), chain).where(is_public())
    return db.session.execute(statement.order_by(ProjectText.title, Project.id)).all()


def title_of(project_id: int, chain: Sequence[str]) -> Any:
    """Row ``(slug, title)`` of a project, or ``None``; drafts have none."""
    statement = _with_text(sa.select(Project.slug, ProjectText.title), chain)
    return db.session.execute(statement.where(Project.id == project_id, is_public())).first()


def how_many() -> sa.ScalarSelect[int]:
    """Number of projects that are no drafts, as part of another statement."""
    return sa.select(sa.func.count()).select_from(Project).where(is_public()).scalar_subquery()


def whole(condition: Any) -> sa.Select[tuple[Project]]:
    """Statement that reads projects with everything on them."""
    parts = (Project.texts, Project.phases, Project.districts, Project.topics, Project.departments)
    return sa.select(Project).where(condition).options(*[selectinload(part) for part in parts])


def whole_sheet(slug: str) -> Project | None:
    """A project, draft or not, with everything on it."""
    return db.session.scalar(whole(Project.slug == slug))


def staff_page(
    departments: Iterable[int] | None,
    view: str,
    today: date,
    token: str | None,
    chain: Sequence[str],
) -> paging.Page[Any]:
    """One page of sheets for staff, what has to be looked at first: rows ``(Project, title, language)``.

    :param departments: only theirs; ``None`` for all. :param view: ``stale``, ``drafts``, or all
    """
    statement = _with_text(sa.select(Project, ProjectText.title, ProjectText.language), chain)
    if departments is not None:
        statement = statement.where(
            sa.exists().where(
                project_department.c.project_id == Project.id,
                project_department.c.department_id.in_(departments),
            )
        )
    if view == "stale":
        statement = statement.where(is_public(), Project.review_on < today)
    elif view == "drafts":
        statement = statement.where(sa.not_(is_public()))
    return paging.page_of(statement, REVIEW_DUE_FIRST, token, STAFF_PAGE_SIZE)


def names(chain: Sequence[str]) -> dict[str, dict[int, str]]:
    """What the keys in a snapshot are called: districts, topics, departments; two statements."""
    districts, topics = city.choices(chain)
    return {
        "districts": {one.id: one.name for one in districts},
        "topics": {one.id: one.name for one in topics},
        "departments": {one.id: one.label for one in db.session.scalars(sa.select(Department))},
    }

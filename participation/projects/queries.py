"""Reads of projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from participation.city.models import Topic, TopicText
from participation.core import paging, search
from participation.core.db import db
from participation.core.search_index import Kind
from participation.core.texts import best_text, is_best_text
from participation.projects.models import (
    Project,
    ProjectText,
    project_district,
    project_topic,
)
from participation.projects.rules import Implementation, Participation

PAGE_SIZE = 12
_OtherText = aliased(ProjectText)

NEWEST = paging.Order([(Project.as_of_day, paging.day), (Project.id, paging.whole_number)])
BY_TITLE = paging.Order(
    [(ProjectText.title, paging.words), (Project.id, paging.whole_number)], descending=False
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


def _narrowed(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
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


def counts_by_participation(filters: Filters) -> dict[Participation | None, int]:
    """How many projects of the narrowed list have which state of participation."""
    statement = sa.select(Project.participation, sa.func.count()).group_by(Project.participation)
    return dict(db.session.execute(_narrowed(statement, filters)).all())


def sheet(slug: str, chain: Sequence[str]) -> tuple[Project, ProjectText] | None:
    """A project with the text of its sheet, districts, departments and phases; three statements."""
    statement = _with_text(sa.select(Project, ProjectText), chain).where(Project.slug == slug)
    found = db.session.execute(
        statement.options(
            selectinload(Project.districts),
            joinedload(Project.departments),
            selectinload(Project.phases),
        )
    )
    row = found.unique().first()
    return (row[0], row[1]) if row else None


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
    newest = statement.order_by(Project.as_of_day.desc(), Project.id.desc())
    return db.session.execute(newest.limit(count)).all()


def titles(chain: Sequence[str]) -> Sequence[sa.Row[tuple[int, str]]]:
    """Rows ``(id, title)`` of all projects, for a choice in a form."""
    statement = _with_text(sa.select(Project.id, ProjectText.title), chain)
    return db.session.execute(statement.order_by(ProjectText.title, Project.id)).all()


def title_of(project_id: int, chain: Sequence[str]) -> Any:
    """Row ``(slug, title)`` of a project, or ``None``."""
    statement = _with_text(sa.select(Project.slug, ProjectText.title), chain)
    return db.session.execute(statement.where(Project.id == project_id)).first()


def how_many() -> sa.ScalarSelect[int]:
    """Number of projects, as part of another statement."""
    return sa.select(sa.func.count()).select_from(Project).scalar_subquery()

"""Reads of the city's reference data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from participation.city.models import Department, DepartmentKind, District, Topic, TopicText
from participation.core.db import db
from participation.core.texts import best_text


def districts() -> Sequence[District]:
    """All districts by name."""
    return db.session.scalars(sa.select(District).order_by(District.name)).all()


def district_with(slug: str) -> District | None:
    """The district with this name for URLs."""
    return db.session.scalar(sa.select(District).where(District.slug == slug))


def choices(chain: Sequence[str]) -> tuple[list[sa.Row[Any]], list[sa.Row[Any]]]:
    """Districts and topics for filters, rows ``(kind, id, slug, name)``; one statement for both."""
    topic_name = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    place = sa.literal(0).label("position")
    statement = sa.union_all(
        sa.select(
            sa.literal("district").label("kind"), District.id, District.slug, District.name, place
        ),
        sa.select(sa.literal("topic"), Topic.id, Topic.slug, topic_name, Topic.position),
    )
    rows = db.session.execute(statement).all()
    by_name = sorted((row for row in rows if row.kind == "district"), key=lambda row: row.name)
    in_order = sorted((row for row in rows if row.kind == "topic"), key=lambda row: row.position)
    return by_name, in_order


def departments_on(day: date) -> Sequence[Department]:
    """Departments that exist on the day: offices first, then divisions."""
    order = sa.case((Department.kind == DepartmentKind.DIVISION, 1), else_=0)
    return db.session.scalars(
        sa.select(Department)
        .where(Department.valid_from <= day)
        .where(sa.or_(Department.valid_until.is_(None), Department.valid_until > day))
        .order_by(order, Department.name)
    ).all()

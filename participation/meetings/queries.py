"""Reads of meetings. Rows are ``(Meeting, title, language, project_slug)``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participation.core import paging
from participation.core.db import db
from participation.core.texts import is_best_text
from participation.meetings.models import Meeting, MeetingText
from participation.projects.models import Project

PAGE_SIZE = 20
LATEST = paging.Order([(Meeting.starts_at, paging.moment), (Meeting.id, paging.whole_number)])
_OtherText = aliased(MeetingText)


def _with_text(chain: Sequence[str]) -> sa.Select[Any]:
    best = is_best_text(MeetingText, _OtherText, _OtherText.meeting_id == Meeting.id, chain)
    return (
        sa.select(
            Meeting, MeetingText.title, MeetingText.language, Project.slug.label("project_slug")
        )
        .select_from(Meeting)
        .join(MeetingText, sa.and_(MeetingText.meeting_id == Meeting.id, best))
        .outerjoin(Project, Project.id == Meeting.project_id)
    )


def _not_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Meeting.ends_at, Meeting.starts_at) > now


def upcoming(now: datetime, chain: Sequence[str], count: int) -> Sequence[sa.Row[Any]]:
    """The next meetings that are not over, first one first."""
    statement = _with_text(chain).where(_not_over(now)).order_by(Meeting.starts_at, Meeting.id)
    return db.session.execute(statement.limit(count)).all()


def past_page(now: datetime, token: str | None, chain: Sequence[str]) -> paging.Page[Any]:
    """One page of meetings that are over, latest first."""
    statement = _with_text(chain).where(sa.not_(_not_over(now)))
    return paging.page_of(statement, LATEST, token, PAGE_SIZE)


def of_project(project_id: int, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """All meetings on a project, first one first."""
    statement = _with_text(chain).where(Meeting.project_id == project_id)
    return db.session.execute(statement.order_by(Meeting.starts_at, Meeting.id)).all()

"""Reads of a sheet as it is now, and of its versions."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participation.core import paging
from participation.core.db import db
from participation.projects.models import Project, ProjectFile, ProjectFileText, ProjectVersion
from participation.projects.rules import LONGEST, FileRole

PAGE_SIZE = 5
_NEWEST = paging.Order([(ProjectVersion.number, paging.whole_number)])

#: Columns of Project whose values stand in a snapshot as they are.
_PLAIN_FIELDS = (
    "states_are_printed", "whole_city", "latitude", "longitude", "period_from", "period_to",
    "cost", "cost_to", "as_of", "links", "decisions",
)  # fmt: skip
_STATE_FIELDS = ("participation", "implementation", "level", "form")
_RELATIONS = ("districts", "topics", "departments")


def snapshot_of(project: Project) -> dict[str, Any]:
    """Everything that a version keeps of a project; see projects/snapshots.py."""
    found: dict[str, Any] = {name: getattr(project, name) for name in _PLAIN_FIELDS}
    for name in _STATE_FIELDS:
        state = getattr(project, name)
        found[name] = state.value if state else None
    for name in _RELATIONS:
        found[name] = sorted(one.id for one in getattr(project, name))
    found["phases"] = [
        {"first": one.starts_on.isoformat(), "last": one.ends_on.isoformat(), "titles": one.titles}
        for one in sorted(project.phases, key=lambda one: (one.starts_on, one.ends_on, one.id or 0))
    ]
    for text in project.texts:
        for name in LONGEST:
            found[f"{text.language}.{name}"] = getattr(text, name) or ""
        day = text.reviewed_on
        found[f"{text.language}.reviewed_on"] = day.isoformat() if day else ""
    return found | _files_of(project.id)


def _files_of(project_id: int) -> dict[str, list[dict[str, Any]]]:
    """What the sheet says of its pictures and documents, oldest first; one statement.

    Neither bytes nor names of files: what was removed is gone. Their order is no part of a version.
    """
    belongs = ProjectFileText.file_id == ProjectFile.file_id
    rows = db.session.execute(
        sa.select(ProjectFile, ProjectFileText.language, ProjectFileText.text)
        .outerjoin(ProjectFileText, belongs)
        .where(ProjectFile.project_id == project_id)
        .order_by(ProjectFile.file_id, ProjectFileText.language)
    )
    said: dict[int, dict[str, Any]] = {}
    found: dict[str, list[dict[str, Any]]] = {"images": [], "documents": []}
    for one, language, text in rows:
        if one.file_id not in said:
            said[one.file_id] = {"file": one.file_id, "texts": {}, **_said_of(one)}
            found["images" if one.role is FileRole.IMAGE else "documents"].append(said[one.file_id])
        said[one.file_id]["texts"] |= {language: text} if language else {}
    return found


def _said_of(one: ProjectFile) -> dict[str, Any]:
    if one.role is FileRole.IMAGE:
        return {"credit": one.credit}
    return {"language": one.language, "is_accessible": one.is_accessible}


def snapshot_at(project_id: int, number: int) -> dict[str, Any] | None:
    """The sheet as it was saved with this number; 0 is what was there before the first change."""
    if number < 0:
        return None
    return db.session.scalar(
        sa.select(ProjectVersion.snapshot).where(
            ProjectVersion.project_id == project_id, ProjectVersion.number == max(1, number)
        )
    )


def versions_page(project_id: int, token: str | None) -> paging.Page[Any]:
    """One page of the versions that readers may see, newest first; one statement.

    Rows are ``(ProjectVersion, before)``: the public version before it, or ``None``.
    """
    older = aliased(ProjectVersion)
    statement = (
        sa.select(ProjectVersion, older)
        .outerjoin(
            older,
            sa.and_(
                older.project_id == ProjectVersion.project_id,
                older.number == ProjectVersion.number - 1,
                older.is_public,
            ),
        )
        .where(ProjectVersion.project_id == project_id, ProjectVersion.is_public)
    )
    return paging.page_of(statement, _NEWEST, token, PAGE_SIZE)

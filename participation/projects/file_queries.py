"""Reads of a project's pictures and documents."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participation.core.db import db
from participation.core.texts import best_text
from participation.files.models import StoredFile
from participation.projects.models import Project, ProjectFile, ProjectFileText


def of_project(project_id: int, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Rows ``(ProjectFile, text, language)`` in the order of the sheet, pictures last; one statement."""
    belongs = ProjectFileText.file_id == ProjectFile.file_id
    text = best_text(ProjectFileText, belongs, chain, ProjectFileText.text)
    language = best_text(ProjectFileText, belongs, chain, ProjectFileText.language)
    statement = (
        sa.select(ProjectFile, text.label("text"), language.label("language"))
        .where(ProjectFile.project_id == project_id)
        .options(joinedload(ProjectFile.file))
        .order_by(ProjectFile.role, ProjectFile.position, ProjectFile.file_id)
    )
    return db.session.execute(statement).all()


def one(project_id: int, file_id: int) -> ProjectFile | None:
    """A file of this project, with what is known of it and all its texts."""
    statement = sa.select(ProjectFile).where(
        ProjectFile.project_id == project_id, ProjectFile.file_id == file_id
    )
    options = (joinedload(ProjectFile.file), selectinload(ProjectFile.texts))
    return db.session.scalar(statement.options(*options).execution_options(populate_existing=True))


def stored(slug: str, file_id: int) -> tuple[StoredFile, Project] | None:
    """What is known of a file and its project, if it belongs to the project with this slug.

    Of a draft too: who may see it, ``rules.may_edit`` says.
    """
    row = db.session.execute(
        sa.select(StoredFile, Project)
        .join(ProjectFile, ProjectFile.file_id == StoredFile.id)
        .join(Project, Project.id == ProjectFile.project_id)
        .where(Project.slug == slug, StoredFile.id == file_id)
    ).first()
    return (row[0], row[1]) if row else None

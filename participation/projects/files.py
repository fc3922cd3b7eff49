"""A project's pictures and documents: added, described, put in order, removed.

Whoever changes the files of a project locks its row first. Adding, describing and removing make a version
of the sheet, another order does not.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.core.db import db
from participation.core.importing import apply
from participation.core.messages import ChangedMeanwhile, NotFound
from participation.files import service as storage
from participation.files.intake import Prepared
from participation.permissions import Actor
from participation.projects import file_queries, rules, service, version_queries
from participation.projects.models import Project, ProjectFile, ProjectFileText
from participation.projects.rules import FileRole


@dataclass(frozen=True)
class Description:
    """What staff say about a file.

    :param texts: by language; the text in a picture's place, or a document's title
    :param language: a document is written in
    """

    texts: dict[str, str]
    credit: str = ""
    language: str = ""
    is_accessible: bool = False


def add(
    project_id: int,
    role: FileRole,
    actor: Actor,
    now: datetime,
    prepared: Prepared,
    said: Description,
) -> ProjectFile:
    """Put a file on the sheet, behind the others. The same file twice, as by a double click, is one.

    :raises NotFound: :raises rules.NotYourProject: :raises rules.FileWordsMissing:
    :raises rules.TooManyFiles:
    """
    project = service.locked(project_id, actor)
    _check(said)
    kept = _in_order(project_id, role)
    fingerprint = prepared.full.sha256
    for one in kept:
        if one.file.sha256 == fingerprint:
            return one
    if len(kept) >= rules.MOST_FILES[role]:
        raise rules.TooManyFiles
    _keep_what_was(project)
    stored = storage.keep(prepared, actor, now)
    added = ProjectFile(
        file=stored,
        project_id=project_id,
        role=role,
        position=kept[-1].position + 1 if kept else 1,
        texts=[ProjectFileText(language=code, text=text) for code, text in said.texts.items()],
        **_values(said),
    )
    db.session.add(added)
    db.session.flush()
    _end("project:file_added", project, actor, now, stored.id, role)
    return added


def change(
    project_id: int,
    file_id: int,
    actor: Actor,
    now: datetime,
    said: Description,
    *,
    seen_version: int,
) -> ProjectFile:
    """Say something else about a file.

    :param seen_version: of the file, when the editor opened the page
    :raises NotFound: :raises rules.NotYourProject: :raises rules.FileWordsMissing:
    :raises ChangedMeanwhile:
    """
    project = service.locked(project_id, actor)
    _check(said)
    found = file_queries.one(project_id, file_id)
    if found is None:
        raise NotFound
    if found.version != seen_version:
        raise ChangedMeanwhile
    _keep_what_was(project)
    changed = apply(found, _values(said))
    kept = {text.language: text for text in found.texts}
    changed |= set(kept) != set(said.texts)
    found.texts = [kept.get(code) or ProjectFileText(language=code) for code in said.texts]
    for text in found.texts:
        changed |= apply(text, {"text": said.texts[text.language]})
    if changed:
        found.version += 1
        db.session.flush()
        _end("project:file_changed", project, actor, now, file_id, found.role)
    return found


def move(project_id: int, file_id: int, actor: Actor, *, up: bool) -> None:
    """Let a file change places with its neighbour; at the end of the row it stays.

    :raises NotFound: :raises rules.NotYourProject:
    """
    service.locked(project_id, actor)
    found = file_queries.one(project_id, file_id)
    if found is None:
        raise NotFound
    row = _in_order(project_id, found.role)
    place = row.index(found)
    other = place - 1 if up else place + 1
    if 0 <= other < len(row):
        row[place], row[other] = row[other], row[place]
        for position, one in enumerate(row, 1):
            one.position = position


def remove(project_id: int, file_id: int, actor: Actor, now: datetime) -> bool:
    """Take a file off the sheet and delete it; tell whether it was there.

    :raises NotFound: if there is no such project :raises rules.NotYourProject:
    """
    project = service.locked(project_id, actor)
    found = file_queries.one(project_id, file_id)
    if found is None:
        return False
    _keep_what_was(project)
    role = found.role
    db.session.delete(found)
    db.session.flush()
    _end("project:file_removed", project, actor, now, file_id, role)
    storage.remove([file_id], now)
    return True


def _check(said: Description) -> None:
    if not said.texts.get("de"):
        raise rules.FileWordsMissing


def _values(said: Description) -> dict[str, object]:
    return {
        "credit": said.credit,
        "language": said.language,
        "is_accessible": said.is_accessible,
    }


def _in_order(project_id: int, role: FileRole) -> list[ProjectFile]:
    statement = (
        sa.select(ProjectFile)
        .where(ProjectFile.project_id == project_id, ProjectFile.role == role)
        .options(joinedload(ProjectFile.file))
        .order_by(ProjectFile.position, ProjectFile.file_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _keep_what_was(project: Project) -> None:
    """Keep what was there before there were versions; call it before anything is changed."""
    service.keep_first_version(project, version_queries.snapshot_of(project))


def _end(
    event: str, project: Project, actor: Actor, now: datetime, file_id: int, role: FileRole
) -> None:
    """Make a version. Who adds a picture has not looked through the sheet: its review day stays."""
    facts = {"file": file_id, "role": role.value}
    service.end_save(project, event, actor, now, review_on=project.review_on, **facts)

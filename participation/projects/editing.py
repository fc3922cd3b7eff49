"""Writing projects on the web: begin, change, publish, look through. Ends in ``service.end_save``."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.city.service import slug_of
from participation.core.clock import city_date
from participation.core.db import db, insert
from participation.core.messages import ChangedMeanwhile, NotPermitted
from participation.permissions import Actor
from participation.projects import rules, service, snapshots, version_queries
from participation.projects.models import Project
from participation.projects.snapshots import Merged, Snapshot

_LONGEST_SLUG_OF_TITLE = 60


class ChangedByOthers(ChangedMeanwhile):
    """Somebody saved while an editor was writing; ``merged`` says what became of whose changes."""

    def __init__(self, merged: Merged, version: int) -> None:
        super().__init__()
        self.merged = merged
        self.version = version


def create(actor: Actor, now: datetime, key: str, texts: dict[str, str]) -> Project:
    """Begin a sheet as a draft. Its address is made of the German title and stays.

    :param key: of the form: sending it twice makes one project
    :param texts: ``title`` and ``summary`` in German
    :raises NotPermitted: :raises rules.TitleMissing:
    """
    if not rules.may_create(actor):
        raise NotPermitted
    if not texts.get("title"):
        raise rules.TitleMissing
    key = f"{actor.person_id}:{key}"
    found = service.read_locked(Project.creation_key == key)
    while found is None:
        given = {"slug": _free_slug(texts["title"]), "creation_key": key, "changed_at": now}
        statement = insert(Project).values(**given).on_conflict_do_nothing()
        created = db.session.scalars(statement.returning(Project.id)).first()
        found = service.read_locked(
            Project.id == created if created else Project.creation_key == key
        )
        if created and found:
            departments = [] if rules.may_edit(frozenset(), actor) else sorted(actor.departments)
            words = {f"de.{name}": text for name, text in texts.items()}
            service.write(found, words | {"departments": departments}, now)
            service.end_save(found, "project:created", actor, now)
    return found


def _free_slug(title: str) -> str:
    """An address that nobody has now; the database's constraint decides if two take it at once."""
    base = slug_of(title)[:_LONGEST_SLUG_OF_TITLE].strip("-") or "vorhaben"
    like = sa.select(Project.slug).where(
        sa.or_(Project.slug == base, Project.slug.startswith(f"{base}-", autoescape=True))
    )
    taken = {*db.session.scalars(like), *rules.RESERVED_SLUGS}
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def edit(
    project_id: int,
    actor: Actor,
    now: datetime,
    wanted: dict[str, Any],
    *,
    seen_version: int,
    note: str = "",
    review_on: date | None = None,
) -> Project:
    """Save the fields of one page of the sheet.

    :param wanted: the page's fields, as in a snapshot
    Who changed other pages of the sheet meanwhile, or its files, is in nobody's way.

    :param seen_version: number of the version that the editor began with
    :param note: what changed, for readers
    :param review_on: when to look again; ``None`` for three months from now
    :raises NotPermitted: :raises NotFound: :raises rules.TitleMissing:
    :raises rules.DepartmentNeeded: :raises ChangedByOthers: carries both sides; nothing was written
    """
    project = service.locked(project_id, actor)
    stored = version_queries.snapshot_of(project)
    merged = _from_an_editor(project, wanted, stored, seen_version)
    if merged.changes.keys() & {"participation", "implementation"}:
        merged.changes["states_are_printed"] = True  # now it is the city that says so
    if not merged.changes:
        if review_on and review_on != project.review_on:
            _reviewed(project, actor, now, review_on)
        return project
    if merged.taken and project.version != seen_version:
        raise ChangedByOthers(merged, project.version)
    service.keep_first_version(project, stored)
    service.write(project, merged.changes, now)
    _check(project, actor)
    service.end_save(
        project, "project:changed", actor, now,
        note=note, review_on=review_on, fields=sorted(merged.changes),
    )  # fmt: skip
    return project


def _from_an_editor(
    project: Project, wanted: dict[str, Any], stored: Snapshot, seen_version: int
) -> Merged:
    base: Snapshot | None = stored
    if seen_version < project.version:
        base = version_queries.snapshot_at(project.id, seen_version)
    elif seen_version > project.version:
        base = None  # there is no such version yet; nobody can have seen it
    merged = snapshots.merge(base, wanted, stored, wanted)
    if merged.conflicts:
        raise ChangedByOthers(merged, project.version)
    return merged


def publish(project_id: int, actor: Actor, now: datetime, *, seen_version: int) -> Project:
    """Show a draft to everybody; pressing twice publishes once.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: if it is not what was seen
    """
    project = service.locked(project_id, actor)
    if project.published_at is not None:
        return project
    if project.version != seen_version:
        raise ChangedMeanwhile
    project.published_at = now
    service.end_save(project, "project:published", actor, now)
    return project


def mark_reviewed(project_id: int, actor: Actor, now: datetime) -> Project:
    """Say that the sheet is still right. Makes no version; pressing twice counts once.

    :raises NotPermitted: :raises NotFound:
    """
    project = service.locked(project_id, actor)
    review_on = rules.next_review(city_date(now))
    if project.review_on != review_on:
        _reviewed(project, actor, now, review_on)
    return project


def _reviewed(project: Project, actor: Actor, now: datetime, review_on: date) -> None:
    project.review_on = review_on
    db.session.flush()
    service.record("project:reviewed", project, actor, now, review_on=review_on.isoformat())


def try_on(project_id: int, actor: Actor, now: datetime, wanted: dict[str, Any]) -> None:
    """Write the fields for a preview. Whoever calls this rolls back afterwards.

    :raises NotPermitted: :raises NotFound: :raises rules.TitleMissing: :raises rules.DepartmentNeeded:
    """
    project = service.locked(project_id, actor)
    service.write(project, wanted, now)
    _check(project, actor)
    db.session.flush()


def _check(project: Project, actor: Actor) -> None:
    titles = {text.language: text.title for text in project.texts}
    if not titles.get("de") or not all(titles.values()):
        raise rules.TitleMissing
    if not rules.may_edit({one.id for one in project.departments}, actor):
        raise rules.DepartmentNeeded

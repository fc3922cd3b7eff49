"""Writing projects. In this slice they come from a city's list; editing on the web follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.city.models import Department, District, Topic
from participation.core.db import db
from participation.core.importing import Change, apply
from participation.journal import service as journal
from participation.permissions import Actor
from participation.projects import findable
from participation.projects.models import Project, ProjectPhase, ProjectText


@dataclass
class Sheet:
    """A whole project sheet, as plain values.

    :param values: columns of :class:`Project`; :param texts: columns of :class:`ProjectText` by
        language; :param phases: first and last day, sorted
    """

    slug: str
    values: dict[str, Any]
    texts: dict[str, dict[str, str]]
    districts: Sequence[District] = field(default_factory=list)
    topics: Sequence[Topic] = field(default_factory=list)
    departments: Sequence[Department] = field(default_factory=list)
    phases: Sequence[tuple[date, date]] = field(default_factory=list)


def save(sheet: Sheet, actor: Actor, now: datetime) -> Change:
    """Create the project with this slug, or change what differs."""
    project = db.session.scalar(
        sa.select(Project).where(Project.slug == sheet.slug).options(selectinload("*"))
    )
    created = project is None
    if project is None:
        project = Project(slug=sheet.slug, changed_at=now)
        db.session.add(project)
    changed = apply(project, sheet.values)
    changed |= _put_in(project, "districts", sheet.districts)
    changed |= _put_in(project, "topics", sheet.topics)
    changed |= _put_in(project, "departments", sheet.departments)
    changed |= _put_texts(project, sheet.texts)
    changed |= _put_phases(project, sheet.phases)
    if not changed:
        return Change.UNCHANGED
    project.changed_at = now
    db.session.flush()
    event = "project:created" if created else "project:changed"
    journal.record(event, "project", project.id, actor=actor, now=now)
    findable.keep([project.id])
    return Change.CREATED if created else Change.CHANGED


def _put_in(project: Project, name: str, things: Sequence[Any]) -> bool:
    by_id = {thing.id: thing for thing in things}  # a list may name the same thing twice
    if {thing.id for thing in getattr(project, name)} == set(by_id):
        return False
    setattr(project, name, list(by_id.values()))
    return True


def _put_texts(project: Project, texts: dict[str, dict[str, str]]) -> bool:
    kept = {text.language: text for text in project.texts}
    changed = set(kept) != set(texts)
    project.texts = [kept.get(code) or ProjectText(language=code) for code in texts]
    for text in project.texts:
        changed |= apply(text, texts[text.language])
    return changed


def _put_phases(project: Project, phases: Sequence[tuple[date, date]]) -> bool:
    if [(phase.starts_on, phase.ends_on) for phase in project.phases] == list(phases):
        return False
    project.phases = [ProjectPhase(starts_on=first, ends_on=last) for first, last in phases]
    return True

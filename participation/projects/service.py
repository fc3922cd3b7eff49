"""Writing projects: a city's list, and what editing stands on. Every save ends in :func:`end_save`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.city.models import Department, District, Topic
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.importing import Change, Report
from participation.core.messages import NotFound
from participation.journal import service as journal
from participation.permissions import VISITOR, Actor
from participation.projects import findable, queries, rules, snapshots, version_queries
from participation.projects.models import Project, ProjectPhase, ProjectText, ProjectVersion
from participation.projects.snapshots import Merged, Snapshot

_STATES: dict[str, Any] = {
    "participation": rules.Participation,
    "implementation": rules.Implementation,
    "level": rules.Level,
    "form": rules.Form,
}
_THINGS: dict[str, Any] = {"districts": District, "topics": Topic, "departments": Department}
#: Columns that cannot be empty, and what stands for nothing in them.
_NOTHING: dict[str, Any] = {"period_from": "", "period_to": "", "as_of": "", "whole_city": False}


@dataclass
class Sheet:
    """A project sheet as a city's list gives it. What the list does not know is left out.

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

    def snapshot(self) -> dict[str, Any]:
        """The same, field by field."""
        found = {
            name: value.value if name in _STATES and value else value
            for name, value in self.values.items()
        }
        for name in _THINGS:
            found[name] = sorted({one.id for one in getattr(self, name)})
        found["phases"] = [
            {"first": first.isoformat(), "last": last.isoformat(), "titles": {}}
            for first, last in self.phases
        ]
        for code, words in self.texts.items():
            found |= {f"{code}.{name}": text for name, text in words.items()}
        return found


def save(sheet: Sheet, actor: Actor, now: datetime, report: Report | None = None) -> Change:
    """Create the project of a city's list, or change what the list says differently than last time.

    What staff changed on the web meanwhile stays; where the list changed it too, the report says so.
    """
    wanted = sheet.snapshot()
    project = read_locked(Project.slug == sheet.slug)
    if project is None:
        project = Project(slug=sheet.slug, changed_at=now, published_at=now, source=wanted)
        project.phases, project.texts = [], []
        db.session.add(project)
        write(project, wanted, now)
        end_save(project, "project:created", actor, now)
        return Change.CREATED
    stored = version_queries.snapshot_of(project)
    merged = _from_the_list(project, wanted, stored)
    for key in merged.conflicts if report else ():
        report.keep(sheet.slug, key, wanted.get(key))  # type: ignore[union-attr]
    if merged.conflicts:
        record("project:source_differs", project, actor, now, fields=sorted(merged.conflicts))
    if merged.changes:
        keep_first_version(project, stored)
        write(project, merged.changes, now)
    if project.source != wanted:
        project.source = wanted
    if not merged.changes:
        return Change.UNCHANGED
    end_save(project, "project:changed", actor, now, fields=sorted(merged.changes))
    return Change.CHANGED


def _from_the_list(project: Project, wanted: dict[str, Any], stored: Snapshot) -> Merged:
    """What the list changes: only fields in which it says something else than last time."""
    last: Snapshot | None = project.source
    if last is None and project.creation_key is None:
        last = stored  # imported before there were versions, and not changed since
    if last is None:  # it began on the web: the list fills in what nobody has written yet
        said = [key for key in wanted if snapshots.said(wanted, key) is not None]
        return snapshots.merge({}, wanted, stored, said)
    gone = [key for key in last if "." in key and key.split(".")[0] + ".title" in last]
    merged = snapshots.merge(last, wanted, stored, dict.fromkeys([*wanted, *gone]))
    for key in [key for key in merged.changes if key.endswith(".title")]:
        code = key.split(".")[0]
        rest = {k: v for k, v in {**stored, **merged.changes}.items() if k.startswith(f"{code}.")}
        if merged.changes[key] is None and any(v for k, v in rest.items() if k != key):
            del merged.changes[key]  # staff wrote more in a language that the list dropped
    return merged


def locked(project_id: int, actor: Actor) -> Project:
    """Read a project that the actor is about to change: nobody else can until the commit.

    :raises NotFound: if there is none; :raises rules.NotYourProject: if it is not the actor's
    """
    project = read_locked(Project.id == project_id)
    if project is None:
        raise NotFound
    if not rules.may_edit({one.id for one in project.departments}, actor):
        raise rules.NotYourProject
    return project


def read_locked(condition: Any) -> Project | None:
    statement = queries.whole(condition).with_for_update(of=Project)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def write(project: Project, changes: dict[str, Any], now: datetime) -> None:
    """Put the fields into their columns and tables."""
    words: dict[str, dict[str, str]] = {}
    for key, value in changes.items():
        language, name = snapshots.language_and_name(key)
        if language:
            words.setdefault(language, {})[name] = value or ""
        elif name in _THINGS:
            found = sa.select(_THINGS[name]).where(_THINGS[name].id.in_(value or []))
            setattr(project, name, list(db.session.scalars(found)))
        elif name == "phases":
            project.phases = [_phase(one) for one in value or []]
        elif name in _STATES:
            setattr(project, name, _STATES[name](value) if value else None)
        elif name in ("links", "decisions"):
            setattr(project, name, value or [])
        else:
            setattr(project, name, _NOTHING.get(name) if value is None else value)
    if "as_of" in changes:
        project.as_of_day = _first_day(project.as_of)
    _write_texts(project, words, now)


def _phase(one: dict[str, Any]) -> ProjectPhase:
    first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
    return ProjectPhase(starts_on=first, ends_on=last, titles=one["titles"])


def _write_texts(project: Project, words: dict[str, dict[str, str]], now: datetime) -> None:
    kept = {text.language: text for text in project.texts}
    for code, fields in words.items():
        empty = dict.fromkeys(rules.LONGEST, "")
        text = kept.setdefault(code, ProjectText(language=code, **empty))
        if fields.get("result", text.result) != text.result:
            text.result_on = city_date(now) if fields["result"] else None
        for name, value in fields.items():
            if name == "reviewed_on":
                text.reviewed_on = date.fromisoformat(value) if value else None
            else:
                setattr(text, name, value)
        if not any(getattr(text, name) for name in rules.LONGEST):
            del kept[code]
    if words:
        project.texts = list(kept.values())


def _first_day(rough: str) -> date:
    return date.fromisoformat(rough + "-01" * (2 - rough.count("-"))) if rough else date.min


def keep_first_version(project: Project, stored: Snapshot) -> None:
    """Keep what was there before there were versions; call it before the first change."""
    if project.version:
        return
    project.version = 1
    _add_version(project, stored, VISITOR, project.changed_at)
    if project.source is None and project.creation_key is None:
        project.source = dict(stored)


def end_save(
    project: Project,
    event: str,
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    review_on: date | None = None,
    **facts: Any,
) -> None:
    """End every save of every sheet: version, review day, journal. The sheet is written already."""
    project.version = (project.version or 0) + 1
    project.changed_at = now
    project.review_on = review_on or rules.next_review(city_date(now))
    db.session.flush()
    _add_version(project, version_queries.snapshot_of(project), actor, now, note)
    record(event, project, actor, now, version=project.version, **facts)


def _add_version(
    project: Project, snapshot: Snapshot, actor: Actor, at: datetime, note: str = ""
) -> None:
    version = ProjectVersion(
        project_id=project.id,
        number=project.version,
        at=at,
        actor_id=actor.person_id,
        is_public=project.published_at is not None,
        note=note,
        snapshot=dict(snapshot),
    )
    db.session.add(version)
    db.session.flush()


def record(event: str, project: Project, actor: Actor, now: datetime, **facts: Any) -> None:
    """Tell the journal, and let readers find the sheet as it is now."""
    journal.record(event, "project", project.id, actor=actor, now=now, **facts)
    findable.keep([project.id])

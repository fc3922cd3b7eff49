"""Meetings from CSV files; the columns are described in docs/import.md."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from participation.city.imports import texts_of, translated
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.importing import Change, Row, read_rows, refuse_doubles
from participation.meetings import service
from participation.meetings.rules import RESERVED_SLUGS, MeetingKind
from participation.projects.models import Project

_KINDS = {
    "veranstaltung": MeetingKind.EVENT,
    "digital": MeetingKind.ONLINE,
    "workshop": MeetingKind.WORKSHOP,
    "forum": MeetingKind.FORUM,
    "vor-ort": MeetingKind.ON_SITE,
    "jugend": MeetingKind.YOUTH,
}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


class MeetingImport:
    """Reads and saves a file of meetings; knows the projects."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        rows = db.session.execute(sa.select(Project.slug, Project.id))
        self._projects = dict(rows.all())

    def read(self, path: Path) -> list[Row]:
        """Read the file's rows."""
        optional = ["ende", "ort", "vorhaben_id", *translated("titel")]
        rows = read_rows(path, ["id", "beginn", "titel", "art"], optional)
        refuse_doubles(rows, "id")
        return rows

    def save(self, row: Row) -> Change:
        """Save one row, unless it has a fault."""
        slug = row.slug("id")
        if slug in RESERVED_SLUGS:
            row.fault("id", "is the address of another page")
        first, last = row.city_moment("beginn"), row.city_moment("ende")
        if not row.text("beginn"):
            row.fault("beginn", "is needed")
        whole_days = first is not None and not isinstance(first, datetime)
        if first is not None and last is not None and isinstance(last, datetime) == whole_days:
            row.fault("ende", "has a time where the beginning has none, or the reverse")
        elif first is not None and last is not None and last < first:
            row.fault("ende", "is before the beginning")
        kind = row.choice("art", _KINDS)
        if not row.text("art"):
            row.fault("art", "is needed")
        slug_of_project = row.text("vorhaben_id")
        project_id = (
            row.known("vorhaben_id", slug_of_project, self._projects) if slug_of_project else None
        )
        titles = texts_of(row, "titel", longest=200, required=True)
        place = row.text("ort", longest=200)
        if row.faults or first is None:
            return Change.UNCHANGED
        if isinstance(first, datetime):
            starts_at = first.astimezone(UTC)
            ends_at = last.astimezone(UTC) if isinstance(last, datetime) else None
        else:
            starts_at = _midnight(first)
            ends_at = _midnight((last or first) + timedelta(days=1))
        values = {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "whole_days": whole_days,
            "kind": kind,
            "place": place,
            "project_id": project_id,
        }
        return service.save(slug, values, titles, self._now)

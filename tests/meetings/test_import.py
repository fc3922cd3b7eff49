"""Meetings from files, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.importing import ImportRefused
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from participation.projects.models import Project
from tests.core.files import (
    changed_copy,
    collected,
    demo_file,
    everything,
    load,
    load_mainz,
    text_file,
)

_HEADER = "id;beginn;ende;titel;art"


@pytest.fixture(autouse=True)
def city(app: Flask) -> Iterator[None]:
    """Mainz with its projects."""
    with app.app_context():
        load_mainz("digitalprojekte")
        yield
        db.session.rollback()


def faults_of(path: Path) -> list[str]:
    """The faults of a file, which must change nothing."""
    before = everything()
    with pytest.raises(ImportRefused) as refused:
        load("meetings", path)
    assert everything() == before
    return refused.value.faults


def test_city_reads_its_meetings_completely_and_again_without_a_change() -> None:
    assert load("meetings", demo_file("termine")) == {"created": 23}
    before = everything()
    assert load("meetings", demo_file("termine")) == {"unchanged": 23}
    assert everything() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("beginn", "2022-03-17T17:30"),
        ("ende", ""),
        ("titel", "Auftakt"),
        ("titel_en", ""),
        ("art", "Workshop"),
        ("ort", "Rathaus"),
        ("vorhaben_id", ""),
        ("vorhaben_id", "radkonsens"),
    ],
)
def test_city_changes_one_cell_and_one_meeting_changes(
    tmp_path: Path, column: str, value: str
) -> None:
    load("meetings", demo_file("termine"))
    path = changed_copy(tmp_path, "termine", (0, column, value))
    assert load("meetings", path) == {"changed": 1, "unchanged": 22}
    after = everything()
    assert load("meetings", path) == {"unchanged": 23}
    assert everything() == after


@pytest.mark.parametrize("is_loaded", [False, True])
def test_file_with_three_faults_changes_nothing_and_names_each(
    tmp_path: Path, is_loaded: bool
) -> None:
    if is_loaded:
        load("meetings", demo_file("termine"))
    path = changed_copy(
        tmp_path,
        "termine",
        (0, "art", "Feuerwerk"),
        (7, "beginn", "2023-02-29"),
        (22, "vorhaben_id", "raumfahrt"),
    )
    faults = faults_of(path)
    assert len(faults) == 3, faults
    assert faults[0].startswith("line 2, art: must be one of: veranstaltung")
    assert faults[1].startswith("line 9, beginn: is not a day")
    assert faults[2].startswith("line 24, vorhaben_id: 'raumfahrt' is not known; import it first")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a;;;A;digital", "line 2, beginn: is needed"),
        ("a;2026-03-01;;;digital", "line 2, titel: is needed"),
        ("a;2026-03-01;;A;", "line 2, art: is needed"),
        (";2026-03-01;;A;digital", "line 2, id: is needed"),
        ("a;2026-03-01T18:00;2026-03-01;A;digital", "line 2, ende: has a time where"),
        ("a;2026-03-01;2026-03-01T18:00;A;digital", "line 2, ende: has a time where"),
        ("a;2026-03-01T18:00;2026-03-01T17:59;A;digital", "line 2, ende: is before the beginning"),
        ("a;2026-03-02;2026-03-01;A;digital", "line 2, ende: is before the beginning"),
        ("a;2026-03-01T24:30;;A;digital", "line 2, beginn: is not a time"),
        ("a;2026-03-01T18;;A;digital", "line 2, beginn: is not a time"),
        ("a;01.03.2026;;A;digital", "line 2, beginn: is not a day"),
        ("a;٢٠٢٦-٠٣-٠١;;A;digital", "line 2, beginn: is not a day"),
        ("a;0001-01-01;;A;digital", "line 2, beginn: is not a day"),
        ("a;9999-12-31;;A;digital", "line 2, beginn: is not a day"),
        ("a;0001-01-01T00:00;;A;digital", "line 2, beginn: is not a time"),
        ("a;2026-03-01;;" + "A" * 201 + ";digital", "line 2, titel: has 201 characters"),
    ],
)
def test_city_is_told_what_cannot_be_taken(tmp_path: Path, row: str, sentence: str) -> None:
    faults = faults_of(text_file(tmp_path, _HEADER, row))
    assert len(faults) == 1, faults
    assert faults[0].startswith(sentence)


@pytest.mark.parametrize(
    ("beginning", "end", "starts_at", "ends_at"),
    [
        ("2026-01-27T16:00", "2026-01-27T19:00", (2026, 1, 27, 15), (2026, 1, 27, 18)),
        ("2026-07-01T16:00", "", (2026, 7, 1, 14), None),
        ("2026-07-01T16:00+00:00", "", (2026, 7, 1, 16), None),
        ("2026-07-01", "", (2026, 6, 30, 22), (2026, 7, 1, 22)),
        ("2025-10-13", "2025-11-16", (2025, 10, 12, 22), (2025, 11, 16, 23)),
        ("2026-03-29", "", (2026, 3, 28, 23), (2026, 3, 29, 22)),
        ("2026-10-25", "2026-10-25", (2026, 10, 24, 22), (2026, 10, 25, 23)),
    ],
)
def test_meeting_is_at_the_time_of_the_city(
    tmp_path: Path,
    beginning: str,
    end: str,
    starts_at: tuple[int, int, int, int],
    ends_at: tuple[int, int, int, int] | None,
) -> None:
    load("meetings", text_file(tmp_path, _HEADER, f"a;{beginning};{end};A;digital"))
    db.session.expire_all()
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert meeting.starts_at == datetime(*starts_at, tzinfo=UTC)
    assert meeting.ends_at == (datetime(*ends_at, tzinfo=UTC) if ends_at else None)
    assert meeting.first_day == date.fromisoformat(beginning[:10])
    assert meeting.last_day == date.fromisoformat((end or beginning)[:10])


_KINDS = {
    "digital": MeetingKind.ONLINE,
    "Veranstaltung": MeetingKind.EVENT,
    "Workshop": MeetingKind.WORKSHOP,
    "Forum": MeetingKind.FORUM,
    "Vor-Ort": MeetingKind.ON_SITE,
    "Jugend": MeetingKind.YOUTH,
}


def _written(meeting: Meeting) -> tuple[str, str]:
    """Beginning and end as the city writes them."""
    if meeting.whole_days:
        last = meeting.last_day.isoformat() if meeting.last_day != meeting.first_day else ""
        return meeting.first_day.isoformat(), last
    ends_at = meeting.ends_at.astimezone(CITY_TIME) if meeting.ends_at else None
    end = ends_at.strftime("%Y-%m-%dT%H:%M") if ends_at else ""
    return meeting.starts_at.astimezone(CITY_TIME).strftime("%Y-%m-%dT%H:%M"), end


def test_meetings_are_those_that_were_collected_about_mainz() -> None:
    load("meetings", demo_file("termine"))
    slugs = dict(db.session.execute(sa.select(Project.id, Project.slug)).all())
    stored = sorted(
        (
            *_written(one),
            next(text.title for text in one.texts if text.language == "de"),
            one.kind,
            one.place,
            slugs.get(one.project_id, ""),
        )
        for one in db.session.scalars(sa.select(Meeting))
    )
    rows = collected("termine")
    assert len(rows) == 23
    assert stored == sorted(
        (r["beginn"], r["ende"], r["titel"], _KINDS[r["art"]], r["ort"], r["vorhaben_id"])
        for r in rows
    )


def test_every_meeting_has_a_title_in_each_language() -> None:
    load("meetings", demo_file("termine"))
    for one in db.session.scalars(sa.select(Meeting)):
        assert {text.language for text in one.texts} == {"de", "de_simple", "en"}, one.slug


def test_meetings_and_their_projects_name_the_same_days() -> None:
    load("meetings", demo_file("termine"))
    for one in db.session.scalars(sa.select(Meeting).where(Meeting.project_id.is_not(None))):
        phases = db.session.get_one(Project, one.project_id).phases
        days = {phase.starts_on for phase in phases}
        assert one.first_day in days, one.slug

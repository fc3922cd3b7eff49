"""A city's list is read again after staff changed sheets on the web; on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.importing import Report
from participation.imports import import_file
from participation.journal.models import JournalEntry
from participation.projects import editing, queries, version_queries
from participation.projects.models import Project, ProjectVersion
from tests.core.files import load_mainz, text_file
from tests.factories import coordinator
from tests.people import NOW
from tests.projects.steps import make_draft

_HEADER = "id;titel;kurzbeschreibung;kosten_eur;titel_en;kurzbeschreibung_en;beteiligungstermine"


@pytest.fixture(autouse=True)
def city(app: Flask) -> Iterator[None]:
    """Mainz with its districts, departments and topics."""
    with app.app_context():
        load_mainz("themen")
        yield
        db.session.rollback()


def read(folder: Path, cells: str) -> tuple[dict[str, int], Report]:
    """Read a list with one project, ``radweg``."""
    path = text_file(folder, _HEADER, f"radweg;{cells}")
    result = import_file("projects", path)
    return {change.value: n for change, n in result.counts.items() if n}, result.report


def edit(**wanted: Any) -> Project:
    """Change the project on the web."""
    project = db.session.scalars(sa.select(Project)).one()
    fields = {key.replace("__", "."): value for key, value in wanted.items()}
    return editing.edit(project.id, coordinator(), NOW, fields, seen_version=project.version)


def sheet() -> dict[str, Any]:
    found = queries.whole_sheet("radweg")
    assert found is not None
    return version_queries.snapshot_of(found)


def versions() -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(ProjectVersion)).one()


def test_changed_row_makes_a_version_and_an_unchanged_one_makes_none(tmp_path: Path) -> None:
    assert read(tmp_path, "Radweg;Alt;100;;;")[0] == {"created": 1}
    assert read(tmp_path, "Radweg;Alt;100;;;")[0] == {"unchanged": 1}
    assert versions() == 1
    assert read(tmp_path, "Radweg;Neu;100;;;")[0] == {"changed": 1}
    assert versions() == 2
    first = sa.select(ProjectVersion.snapshot).where(ProjectVersion.number == 1)
    assert db.session.scalars(first).one()["de.summary"] == "Alt"


def test_import_keeps_what_staff_changed_and_takes_what_the_list_changed(tmp_path: Path) -> None:
    read(tmp_path, "Radweg;Alt;100;Path;;2026-03-01")
    titles = {"first": "2026-03-01", "last": "2026-03-01", "titles": {"de": "Rundgang"}}
    edit(de__summary="Vom Amt", phases=[titles], de__result="Gut")
    assert read(tmp_path, "Radweg;Alt;100;Path;;2026-03-01")[0] == {"unchanged": 1}
    counts, report = read(tmp_path, "Radweg;Alt;200;Path;;2026-03-01")
    assert (counts, report.kept) == ({"changed": 1}, [])
    found = sheet()
    assert (found["de.summary"], found["cost"], found["de.result"]) == ("Vom Amt", 200, "Gut")
    assert found["phases"] == [titles]


def test_conflict_keeps_the_webs_text_and_is_said_plainly(tmp_path: Path) -> None:
    read(tmp_path, "Radweg;Alt;100;;;")
    edit(de__summary="Vom Amt")
    counts, report = read(tmp_path, "Radweg;Aus der Liste;300;;;")
    assert counts == {"changed": 1}
    assert report.lines() == [
        "radweg, de.summary: changed in the file and on the web; the web's stays "
        "(read: 'Aus der Liste')"
    ]
    assert (sheet()["de.summary"], sheet()["cost"]) == ("Vom Amt", 300)
    differs = sa.select(JournalEntry.facts).where(JournalEntry.event == "project:source_differs")
    assert db.session.scalars(differs).one() == {"fields": ["de.summary"]}
    counts, report = read(tmp_path, "Radweg;Aus der Liste;300;;;")
    assert (counts, report.lines()) == ({"unchanged": 1}, [])
    assert read(tmp_path, "Radweg;Vom Amt;300;;;")[0] == {"unchanged": 1}


def test_language_that_the_list_drops_goes_unless_staff_wrote_more(tmp_path: Path) -> None:
    read(tmp_path, "Radweg;Alt;;Path;A text;")
    assert read(tmp_path, "Radweg;Alt;;;;")[0] == {"changed": 1}
    assert "en.title" not in sheet()
    read(tmp_path, "Radweg;Alt;;Path;A text;")
    edit(en__current_state="Digging has begun.")
    read(tmp_path, "Radweg;Alt;;;;")
    found = sheet()
    assert (found["en.title"], found["en.current_state"]) == ("Path", "Digging has begun.")


def test_list_does_not_overwrite_a_sheet_that_began_on_the_web(tmp_path: Path) -> None:
    make_draft(coordinator(), "Radweg")
    counts, report = read(tmp_path, "Radweg;Aus der Liste;100;;;")
    assert counts == {"changed": 1}  # what nobody had written yet
    assert [line.split(":")[0] for line in report.kept] == ["radweg, de.summary"]
    assert (sheet()["de.summary"], sheet()["cost"]) == ("Von hier nach dort.", 100)
    project = db.session.scalars(sa.select(Project)).one()
    assert project.published_at is None
    assert read(tmp_path, "Radweg;Aus der Liste;200;;;")[0] == {"changed": 1}


def test_sheet_from_before_there_were_versions_keeps_its_first_text(tmp_path: Path) -> None:
    read(tmp_path, "Radweg;Alt;100;;;")
    db.session.execute(sa.delete(ProjectVersion))
    db.session.execute(sa.update(Project).values(version=0, source=None))
    db.session.expire_all()
    assert read(tmp_path, "Radweg;Alt;100;;;")[0] == {"unchanged": 1}
    edit(de__summary="Vom Amt")
    assert versions() == 2
    assert read(tmp_path, "Radweg;Alt;200;;;")[0] == {"changed": 1}
    numbers = sa.select(ProjectVersion.number, ProjectVersion.snapshot).order_by(
        ProjectVersion.number
    )
    found = [(n, s["de.summary"], s["cost"]) for n, s in db.session.execute(numbers)]
    assert found == [(1, "Alt", 100), (2, "Vom Amt", 100), (3, "Vom Amt", 200)]

"""Files of the city for tests of imports: the demo's, changed copies of them, and the city's own."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.config import ROOT
from participation.core.db import db
from participation.core.importing import Change, Report
from participation.imports import import_file
from participation.journal.models import JournalEntry

MAINZ = ROOT / "participation" / "demo" / "mainz"
#: What was collected about Mainz, outside the repository: the demo must say the same.
COLLECTED = ROOT.parent / "shared" / "data" / "mainz"
#: Project lists that other cities publish, outside the repository.
JENA = ROOT.parent / "shared" / "data" / "jena_vorhabenliste_2015"
BERLIN = ROOT.parent / "shared" / "data" / "berlin_2021"

#: Kind, name of the file, rows; in the order in which they need each other.
FILES = (
    ("districts", "stadtteile", 15),
    ("departments", "dezernate", 21),
    ("topics", "themen", 10),
    ("projects", "vorhaben", 30),
    ("projects", "digitalprojekte", 26),
    ("meetings", "termine", 23),
)
Rows = list[dict[str, str]]


def demo_file(name: str) -> Path:
    """One of the demo's files."""
    return MAINZ / f"{name}.csv"


def read(path: Path) -> Rows:
    """The rows of a file, read without our own code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def collected(name: str) -> Rows:
    """The rows that were collected about Mainz."""
    assert COLLECTED.is_dir(), f"{COLLECTED} is missing: the demo cannot be compared with Mainz"
    return read(COLLECTED / f"{name}.csv")


def published(folder: Path, name: str) -> Any:
    """What another city's JSON file holds, read without our own code."""
    assert folder.is_dir(), f"{folder} is missing: other cities' lists cannot be read"
    return json.loads((folder / name).read_text(encoding="utf-8"))


def write_json(folder: Path, content: Any) -> Path:
    """Write a JSON file."""
    path = folder / "file.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def write(path: Path, rows: Rows) -> Path:
    """Write rows as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def text_file(folder: Path, *lines: str) -> Path:
    """Write lines as a file."""
    path = folder / "file.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def changed_copy(folder: Path, name: str, *changes: tuple[int, str, str]) -> Path:
    """Copy a file of the demo with other values: row (from 0), column, value."""
    rows = read(demo_file(name))
    for number, column, value in changes:
        assert rows[number][column] != value, "this would change nothing"
        rows[number][column] = value
    return write(folder / f"{name}.csv", rows)


def load(kind: str, path: Path, file_format: str = "csv") -> dict[str, int]:
    """Import and commit, as the command does; returns what happened to how many rows."""
    return load_with_report(kind, path, file_format)[0]


def load_with_report(
    kind: str, path: Path, file_format: str = "csv"
) -> tuple[dict[str, int], Report]:
    """Import and commit; returns what happened to how many rows, and what was not taken over."""
    result = import_file(kind, path, file_format=file_format)
    db.session.commit()
    return {change.value: count for change, count in result.counts.items() if count}, result.report


def load_mainz(until: str = "termine") -> None:
    """Import the demo's files up to and with this one."""
    for kind, name, count in FILES:
        assert load(kind, demo_file(name)) == {Change.CREATED: count}
        if name == until:
            return


def everything() -> dict[str, Sequence[Any]]:
    """All that is stored in the database."""
    db.session.expire_all()
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table))))
        for table in db.metadata.sorted_tables
    }


def journal() -> list[tuple[str, int]]:
    """What happened to whom, oldest first."""
    columns = (JournalEntry.event, JournalEntry.subject_id)
    rows = db.session.execute(sa.select(*columns).order_by(JournalEntry.id))
    return [(row.event, row.subject_id) for row in rows]

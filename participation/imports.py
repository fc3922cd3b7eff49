"""Which files a city can import, and the one way all of them are read."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from participation.city import imports as city
from participation.core import clock
from participation.core.db import db
from participation.core.importing import Change, ImportRefused, Report
from participation.meetings.imports import MeetingImport
from participation.projects.imports import ProjectImport
from participation.projects.jena import JenaImport
from participation.projects.meinberlin import MeinberlinImport


@dataclass
class Importer:
    """How a file is read, and how one of its rows is saved; a row notes its own ``faults``."""

    read: Callable[[Path], Sequence[Any]]
    save: Callable[[Any], Change]
    report: Report = field(default_factory=Report)


@dataclass
class Result:
    """What an import did to how many rows, and what it did not take over."""

    counts: dict[Change, int]
    report: Report


def _of(importer: Any) -> Importer:
    return Importer(importer.read, importer.save, getattr(importer, "report", None) or Report())


IMPORTS: dict[str, Callable[[], Importer]] = {
    "districts": lambda: Importer(city.read_districts, city.save_district),
    "departments": lambda: Importer(city.read_departments, city.save_department),
    "topics": lambda: Importer(city.read_topics, city.save_topic),
    "projects": lambda: _of(ProjectImport(clock.now())),
    "meetings": lambda: _of(MeetingImport(clock.now())),
}
#: Other cities' project lists, by the name of their format.
PROJECT_FORMATS: dict[str, Callable[[], Importer]] = {
    "csv": IMPORTS["projects"],
    "jena": lambda: _of(JenaImport(clock.now())),
    "meinberlin": lambda: _of(MeinberlinImport(clock.now())),
}


def import_file(
    kind: str, file: Path, *, file_format: str = "csv", show_progress: bool = False
) -> Result:
    """Import a file in the present transaction, which the caller commits.

    :param file_format: a name of PROJECT_FORMATS; all but projects are CSV
    :raises ImportRefused: names every fault; the transaction has been rolled back
    """
    importer = (PROJECT_FORMATS[file_format] if kind == "projects" else IMPORTS[kind])()
    counts = dict.fromkeys(Change, 0)
    faults: list[str] = []
    rows = importer.read(file)
    hidden = not show_progress or not sys.stderr.isatty()
    with click.progressbar(rows, label=kind, file=sys.stderr, hidden=hidden) as progress:
        for row in progress:
            counts[importer.save(row)] += 1
            faults += row.faults
    if faults:
        db.session.rollback()
        raise ImportRefused(faults)
    return Result(counts, importer.report)

"""Which files a city can import, and the one way all of them are read."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from participation.city import imports as city
from participation.core import clock
from participation.core.db import db
from participation.core.importing import Change, ImportRefused
from participation.meetings.imports import MeetingImport
from participation.projects.imports import ProjectImport


def _rows_of(importer: Any) -> Any:
    return importer.read, importer.save


IMPORTS: dict[str, Callable[[], Any]] = {
    "districts": lambda: (city.read_districts, city.save_district),
    "departments": lambda: (city.read_departments, city.save_department),
    "topics": lambda: (city.read_topics, city.save_topic),
    "projects": lambda: _rows_of(ProjectImport(clock.now())),
    "meetings": lambda: _rows_of(MeetingImport(clock.now())),
}


def import_file(kind: str, file: Path, *, show_progress: bool = False) -> dict[Change, int]:
    """Import a file in the present transaction, which the caller commits.

    :raises ImportRefused: names every fault; the transaction has been rolled back
    """
    read, save = IMPORTS[kind]()
    counts = dict.fromkeys(Change, 0)
    faults: list[str] = []
    rows = read(file)
    hidden = not show_progress or not sys.stderr.isatty()
    with click.progressbar(rows, label=kind, file=sys.stderr, hidden=hidden) as progress:
        for row in progress:
            counts[save(row)] += 1
            faults += row.faults
    if faults:
        db.session.rollback()
        raise ImportRefused(faults)
    return counts

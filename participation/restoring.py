"""Filling the database from a backup: all of it in one transaction, or nothing."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.backups import FORMAT, MANIFEST, Progress, checksum, is_heavy, seal, tables
from participation.core import schema
from participation.core.db import db
from participation.core.portable import readers

_ROWS_AT_ONCE = 500
#: Letters of rows that are held at a time, about.
_MOST_LETTERS = 4_000_000
#: Tables that only hold something if somebody works with the platform. Others have rows from the
#: beginning: the search index, counters, pages that migrations bring.
_SAY_THAT_IT_IS_USED = ("person", "journal_entry", "project", "meeting", "district", "department")


class RestoreRefused(Exception):
    """The database is as it was; the text says why."""


@dataclass(frozen=True)
class Backup:
    """A backup that is whole.

    :param made_at: ISO form
    :param database: kind of the database it was made from
    """

    folder: Path
    made_at: str
    database: str
    entries: dict[str, dict[str, Any]]
    last_keys: dict[str, int]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(entry["rows"] for entry in self.entries.values())


def open_backup(folder: Path) -> Backup:
    """Read the manifest and check every file against it.

    :raises RestoreRefused: if this is no backup, a part is missing or damaged, or it was made by a
        version of the platform with other tables
    """
    manifest = _manifest(folder)
    if manifest["revision"] != schema.needed_revision():
        raise RestoreRefused(
            f"The backup has the form {manifest['revision']}, this program needs "
            f"{schema.needed_revision()}. Restore it with the version of the platform that made it, "
            "then update."
        )
    entries = {entry["name"]: entry for entry in manifest["tables"]}
    for table in tables():
        entry = entries.get(table.name)
        if entry is None or entry["columns"] != [column.name for column in table.columns]:
            raise RestoreRefused(
                f"{folder}: the table {table.name} is missing or has other columns."
            )
        file = folder / entry["file"]
        if file.parent != folder or not file.is_file():
            raise RestoreRefused(f"{folder}: {entry['file']} is missing.")
        if checksum(file) != entry["sha256"]:
            raise RestoreRefused(f"{file} is damaged: its checksum is not the manifest's.")
    return Backup(folder, manifest["made_at"], manifest["database"], entries, manifest["last_keys"])


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise RestoreRefused(f"{folder} is no backup: {MANIFEST} cannot be read.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise RestoreRefused(f"{folder} is no backup of this platform.")
    if manifest.get("seal") != seal(manifest):
        raise RestoreRefused(f"{file} is damaged: it is not what was sealed.")
    return manifest


def is_used() -> bool:
    """Whether the database holds anything that would be lost."""
    known = db.metadata.tables
    return any(
        db.session.scalar(sa.select(sa.literal(1)).select_from(known[name]).limit(1))
        for name in _SAY_THAT_IT_IS_USED
    )


def fill(backup: Backup, begin: Callable[[int], Progress]) -> None:
    """Let the database hold what the backup holds, and nothing else. The caller commits.

    :param begin: as in ``backups.write``
    :raises RestoreRefused: if the database has another form, or does not take a row
    """
    connection = db.session.connection()
    present = schema.revision_of(connection)
    if present != schema.needed_revision():
        raise RestoreRefused(
            f"The database has the form {present}, this program needs {schema.needed_revision()}. "
            "Run: participation migrate"
        )
    step = begin(backup.rows)
    _empty(connection)
    for table in tables():
        try:
            _fill_table(connection, table, backup, step)
        except (sa.exc.SQLAlchemyError, ValueError, TypeError, LookupError) as error:
            raise RestoreRefused(
                f"{table.name}: a row cannot be restored ({type(error).__name__})."
            ) from error
        except (OSError, EOFError, zlib.error) as error:
            raise RestoreRefused(f"{table.name}: the file cannot be unpacked.") from error
    for table in tables():
        _point_back(connection, table, backup)
    if connection.dialect.name == "sqlite" and (
        connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    ):
        raise RestoreRefused("The backup has rows that point at nothing.")
    for table in tables():
        schema.go_on_counting(connection, table, backup.last_keys.get(table.name, 0))


def _empty(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # The triggers that keep the journal look at rows, and TRUNCATE does not.
        names = ", ".join(f'"{table.name}"' for table in tables())
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    kept = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
    ).all()
    for name, _ in kept:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for table in reversed(tables()):
        connection.execute(sa.delete(table))
    for _, made_by in kept:
        connection.exec_driver_sql(made_by)


def _fill_table(connection: sa.Connection, table: sa.Table, backup: Backup, step: Progress) -> None:
    count, later = 0, _later(table)
    for some in _batches(table, backup):
        rows = [row | dict.fromkeys(later) for row in some]
        connection.execute(sa.insert(table), rows)
        count += len(some)
        step(len(some))
    if count != backup.entries[table.name]["rows"]:
        raise ValueError("another number of rows than the manifest says")


def _later(table: sa.Table) -> list[str]:
    """Columns that point at rows which may come later: of the same table, or of one after it."""
    order = {one.name: number for number, one in enumerate(tables())}
    return [
        column.name
        for column in table.columns
        if column.nullable
        and any(order[key.column.table.name] >= order[table.name] for key in column.foreign_keys)
    ]


def _point_back(connection: sa.Connection, table: sa.Table, backup: Backup) -> None:
    """Fill in what pointed at rows that were not there yet."""
    later, keys = _later(table), [column.name for column in table.primary_key.columns]
    if not later:
        return
    statement = (
        sa.update(table)
        .where(*(table.c[name] == sa.bindparam(f"key_{name}") for name in keys))
        .values({name: sa.bindparam(f"new_{name}") for name in later})
    )
    for some in _batches(table, backup):
        changes = [
            {f"key_{name}": row[name] for name in keys}
            | {f"new_{name}": row[name] for name in later}
            for row in some
            if any(row[name] is not None for name in later)
        ]
        if changes:
            connection.execute(statement, changes)


def _batches(table: sa.Table, backup: Backup) -> Iterator[list[dict[str, Any]]]:
    names = [column.name for column in table.columns]
    make = readers(list(table.columns))
    some: list[dict[str, Any]] = []
    letters = 0
    with gzip.open(backup.folder / backup.entries[table.name]["file"], "rb") as lines:
        for line in lines:
            values = json.loads(line)
            some.append(
                {name: one(value) for name, one, value in zip(names, make, values, strict=True)}
            )
            letters += len(line)
            if len(some) >= _ROWS_AT_ONCE or letters > _MOST_LETTERS or is_heavy(table):
                yield some
                some, letters = [], 0
    if some:
        yield some

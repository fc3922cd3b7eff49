"""Backups: everything the platform keeps, as files that both databases can be filled from.

A backup is a folder with one file a table (rows as JSON, one a line, compressed) and a manifest that
says what belongs to it (docs/adr/0023-portable-backups.md). It is read in one transaction, so it is
one moment of the city, whatever happens meanwhile; uploads are rows like all others.
"""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.core import schema
from participation.core.db import db, reading
from participation.core.portable import to_json

FORMAT = "participation backup 1"
MANIFEST = "manifest.json"
#: Rows that are fetched at a time; of tables with files in them, one.
_ROWS_AT_ONCE = 500
_PIECE = 1 << 20
_LEVEL = 6
Progress = Callable[[int], None]


class BackupFailed(Exception):
    """The backup was not made, and nothing is left of it; the text says why."""


def tables() -> list[sa.Table]:
    """Return all tables, those first that others point at."""
    return list(db.metadata.sorted_tables)


def is_heavy(table: sa.Table) -> bool:
    """Whether the rows hold files."""
    return any(isinstance(column.type, sa.LargeBinary) for column in table.columns)


def checksum(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def seal(manifest: dict[str, Any]) -> str:
    """Return the checksum of what a manifest says, without its seal."""
    said = {name: value for name, value in manifest.items() if name != "seal"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def write(folder: Path, now: datetime, begin: Callable[[int], Progress]) -> int:
    """Write a backup into a new folder; return the number of rows.

    :param begin: is told how many rows there are, and returns what is told of each step
    :raises BackupFailed: if the folder is there and not empty, cannot be made, or the database is not
        of the form that this program knows
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupFailed(f"{folder} is there already. Name a folder that is new or empty.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        rows = _write_everything(unfinished, now, begin)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
        _flush(folder.parent)
    except OSError as error:
        raise BackupFailed(f"{folder} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return rows


def _write_everything(folder: Path, now: datetime, begin: Callable[[int], Progress]) -> int:
    with _one_moment() as connection:
        revision = schema.revision_of(connection)
        if revision != schema.needed_revision():
            raise BackupFailed(
                f"The database has the form {revision}, this program needs "
                f"{schema.needed_revision()}. Run: participation migrate"
            )
        counts = {table: _count(connection, table) for table in tables()}
        step = begin(sum(counts.values()))
        entries = [_write_table(connection, table, folder, step) for table in tables()]
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "revision": revision,
            "database": connection.dialect.name,
            "tables": entries,
            "last_keys": _last_keys(connection),
        }
    manifest["seal"] = seal(manifest)
    with _opened(folder / MANIFEST) as raw:
        raw.write(json.dumps(manifest, indent=1).encode())
    _flush(folder)
    return sum(counts.values())


@contextmanager
def _one_moment() -> Iterator[sa.Connection]:
    """A connection that sees the database as it is at one moment, and writes nothing."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with reading():
            connection.begin()
        yield connection
        connection.rollback()


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _write_table(
    connection: sa.Connection, table: sa.Table, folder: Path, step: Progress
) -> dict[str, Any]:
    name, count = f"{table.name}.jsonl.gz", 0
    at_once = 1 if is_heavy(table) else _ROWS_AT_ONCE
    with _opened(folder / name) as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed:
        for some in _rows(connection, table, at_once):
            for row in some:
                line = json.dumps([to_json(value) for value in row], ensure_ascii=False)
                packed.write(line.encode() + b"\n")
            count += len(some)
            step(len(some))
    return {
        "name": table.name,
        "columns": [column.name for column in table.columns],
        "rows": count,
        "file": name,
        "sha256": checksum(folder / name),
    }


def _rows(connection: sa.Connection, table: sa.Table, at_once: int) -> Iterator[Any]:
    """Yield the rows in the order of their keys, a bounded number at a time."""
    statement = sa.select(*table.columns).order_by(*table.primary_key.columns)
    found = connection.execute(statement.execution_options(yield_per=at_once))
    yield from found.partitions()


def _last_keys(connection: sa.Connection) -> dict[str, int]:
    """The last key that each table has given: some keys must never be given again."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(sa.text("SELECT name, seq FROM sqlite_sequence"))
        known = {table.name for table in tables()}
        return {name: last for name, last in found if name in known}
    keys = {}
    for table in tables():
        column = table.autoincrement_column
        name = column is not None and connection.scalar(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        )
        if name:
            last, is_given = connection.exec_driver_sql(
                f"SELECT last_value, is_called FROM {name}"
            ).one()
            keys[table.name] = last if is_given else 0
    return keys


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """A new file that only its owner reads, on the disk for good when the block ends."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb", buffering=_PIECE) as raw:
        yield raw
        raw.flush()
        os.fsync(raw.fileno())


def _flush(folder: Path) -> None:
    """Let the names in a folder be on the disk for good."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

"""Which form the database has, and which one this program needs: numbers of migrations."""

import functools

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from participation.config import ROOT

_STAMP = sa.table("alembic_version", sa.column("version_num", sa.String))


@functools.cache
def needed_revision() -> str:
    """Return the number of the newest migration in ``migrations/versions/``."""
    return str(ScriptDirectory(str(ROOT / "migrations")).get_current_head())


def revision_of(connection: sa.Connection) -> str | None:
    """Return the number of the newest migration that the database went through, if any."""
    if not sa.inspect(connection).has_table(_STAMP.name):
        return None
    return connection.scalar(sa.select(_STAMP.c.version_num))


def go_on_counting(connection: sa.Connection, table: sa.Table, last: int = 0) -> None:
    """Let new rows get keys after the highest one that is there, after rows came with their keys.

    :param last: a key that was given already, even if its row is gone
    """
    column = table.autoincrement_column
    if column is None or len(table.primary_key.columns) != 1:
        return
    last = max(connection.scalar(sa.select(sa.func.max(column))) or 0, last)
    if connection.dialect.name == "postgresql":
        name = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
        if name:
            connection.execute(sa.select(sa.func.setval(name, max(last, 1), last > 0)))
    elif table.dialect_kwargs.get("sqlite_autoincrement"):
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        connection.exec_driver_sql(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last)
        )

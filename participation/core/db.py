"""The database: one session, two engines (SQLite and PostgreSQL), and what differs between them.

Reading requests get a read-only transaction from the database itself, so no GET can change
anything; writing ones take SQLite's write lock at once (``BEGIN IMMEDIATE``), because a read
transaction that turns into a writing one fails there without waiting.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, declared_attr


class Base(DeclarativeBase):
    """All tables. Constraints are named alike on both databases, so that migrations can drop them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
    )

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        """Name the table after the class: ``SuggestionMove`` becomes ``suggestion_move``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


db = SQLAlchemy(model_class=Base)

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment with its time zone, kept in UTC (SQLite has no zones of its own)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone does not go into the database")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def named(kind: type[StrEnum], length: int = 24) -> sa.Enum:
    """Column type for one of our enumerations: its value as text, checked in Python."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def insert(table: Any) -> Any:
    """Return an INSERT of the current database, which knows ``on_conflict_do_…`` on both."""
    dialect = db.session.get_bind().dialect.name
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def writes() -> None:
    """Say that this transaction is going to write (the default)."""
    _read_only.set(False)


def only_reads() -> None:
    """Say that this request only reads: its transactions are opened read-only."""
    _read_only.set(True)


@contextmanager
def reading() -> Iterator[None]:
    """Open the transactions within as read-only ones."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA query_only={'ON' if _read_only.get() else 'OFF'}")
    raw.execute("BEGIN" if _read_only.get() else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: sa.Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.read_only = _read_only.get()


def join_database(app: Flask) -> None:
    """Connect the app to its database and set up how transactions begin."""
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                sa.event.listen(engine, "connect", _set_up_sqlite)
                sa.event.listen(engine, "begin", _begin_sqlite)
            else:
                sa.event.listen(engine, "begin", _begin_postgresql)

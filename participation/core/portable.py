"""Rows as JSON and back, the same for both databases: what a backup is made of.

A value is written as the column's type says, not as a database keeps it: moments in UTC with their
zone, days in ISO form, bytes in base64, members of enumerations by their value.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from participation.core.db import UtcDateTime

Reader = Callable[[Any], Any]


def to_json(value: Any) -> Any:
    """Return a value of a row as JSON can hold it. JSON columns hold plain values already."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    return value


def readers(columns: Sequence[sa.Column[Any]]) -> list[Reader]:
    """Return for each column what makes its value out of JSON.

    They raise ValueError or TypeError for what the column cannot hold.
    """
    return [_reader(column.type) for column in columns]


def _reader(kind: Any) -> Reader:
    if isinstance(kind, UtcDateTime):
        return _or_nothing(datetime.fromisoformat)
    if isinstance(kind, sa.Date):
        return _or_nothing(date.fromisoformat)
    if isinstance(kind, sa.LargeBinary):
        return _or_nothing(lambda text: base64.b64decode(text, validate=True))
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return _or_nothing(kind.enum_class)
    return lambda value: value


def _or_nothing(make: Reader) -> Reader:
    return lambda value: None if value is None else make(value)

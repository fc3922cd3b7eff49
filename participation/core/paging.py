"""Lists that page by keyset: page 1,000 costs what page 1 costs, and nothing is shown twice.

The place in a list travels as a token: the sort keys of the row it starts after. A token that
was changed or comes from elsewhere means the first page; it can never do harm.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from participation.core.db import db

Row = TypeVar("Row")
_LARGEST_KEY = 2**31 - 1
#: Room for a title of 200 characters that each need several bytes.
_LONGEST_TOKEN = 2000


def whole_number(value: object) -> int:
    """Read a key from a token. :raises ValueError: if no database could hold it."""
    if not isinstance(value, int) or not 0 <= value <= _LARGEST_KEY:
        raise ValueError(value)
    return value


def moment(value: object) -> datetime:
    """Read a moment with its zone from a token. :raises ValueError, OverflowError: otherwise."""
    parsed = datetime.fromisoformat(str(value))
    if parsed.tzinfo is None:
        raise ValueError(value)
    return parsed.astimezone(UTC)


def day(value: object) -> date:
    """Read a calendar day from a token. :raises ValueError: otherwise."""
    return date.fromisoformat(str(value))


def words(value: object) -> str:
    """Read a text from a token. :raises ValueError: if no database could hold it."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    return value.encode("utf-8", "strict").decode()


@dataclass(frozen=True)
class Order:
    """How a list is sorted: columns whose values together are unique, all in one direction.

    :param columns: each with the function that reads its value from a token
    """

    columns: Sequence[tuple[Any, Callable[[object], Any]]]
    descending: bool = True


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. Tokens are ``None`` where there is nothing more."""

    rows: Sequence[Row]
    next_token: str | None
    previous_token: str | None


def _write_token(forward: bool, keys: Sequence[Any]) -> str:
    plain = [k.isoformat() if isinstance(k, date) else k for k in keys]
    text = json.dumps([forward, *plain], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: str | None, order: Order) -> tuple[bool, list[Any]] | None:
    """Return direction and keys of a place in a list, ``None`` if the token is not one of ours."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        forward, *values = json.loads(text)
        keys = [read(v) for (_, read), v in zip(order.columns, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return bool(forward), keys


def page_of(statement: sa.Select[Any], order: Order, token: str | None, size: int) -> Page[Any]:
    """Run the statement for one page of ``size`` rows; one SQL statement, whatever the page.

    :param statement: selects without ORDER BY; its rows must show the order's columns as ``key_0``,
        ``key_1`` … , which this function adds
    """
    place = read_token(token, order)
    forward, keys = place or (True, [])
    columns = [column for column, _ in order.columns]
    descending = order.descending == forward
    if keys:
        here, there = (
            sa.tuple_(*columns),
            sa.tuple_(*[sa.literal(k, c.type) for k, c in zip(keys, columns, strict=True)]),
        )
        statement = statement.where(here < there if descending else here > there)
    statement = statement.add_columns(*[c.label(f"key_{n}") for n, c in enumerate(columns)])
    statement = statement.order_by(*[c.desc() if descending else c.asc() for c in columns])
    found = list(db.session.execute(statement.limit(size + 1)).unique())

    def keys_of(row: Any) -> list[Any]:
        return [getattr(row, f"key_{n}") for n in range(len(columns))]

    return cut(found, size, forward=forward, starts=not keys, keys=keys_of)


def cut(
    found: list[Any],
    size: int,
    *,
    forward: bool,
    starts: bool,
    keys: Callable[[Any], Sequence[Any]],
) -> Page[Any]:
    """Make a page of the rows that were found in one direction, one more than fit if there are.

    :param starts: the list was read from its beginning; :param keys: the sort keys of a row
    """
    more, rows = len(found) > size, found[:size]
    if not forward:
        rows.reverse()
    has_next, has_previous = (more, not starts) if forward else (not starts, more)
    return Page(
        rows=rows,
        next_token=_write_token(True, keys(rows[-1])) if rows and has_next else None,
        previous_token=_write_token(False, keys(rows[0])) if rows and has_previous else None,
    )


def numbered_page(rows: Sequence[Row], number: str, size: int) -> Page[Row]:
    """Return a page of rows that are all there already; what is no number is the first page."""
    last = max(1, -(-len(rows) // size))
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
    here = min(max(1, wanted), last)
    return Page(
        rows=rows[(here - 1) * size : here * size],
        next_token=str(here + 1) if here < last else None,
        previous_token=str(here - 1) if here > 1 else None,
    )

"""Own data as one JSON file (RFC 8259): all tables of the registry, row by row."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import IO, Any

from participation.privacy.queries import Owner, exported
from participation.privacy.rules import TABLES

#: Where something can be looked at or fetched, by the name of its table.
Address = Callable[[Mapping[str, Any]], str]


def write(
    file: IO[bytes], owner: Owner, now: datetime, note: str, addresses: Mapping[str, Address]
) -> None:
    """Write everything that is kept about the person; at no time more than some rows are in memory.

    :param note: what the file is, for who opens it
    :param addresses: functions that are given a row with the columns' own names
    """

    def put(text: str) -> None:
        file.write(text.encode("utf-8", "replace"))

    put("{\n" + f'  "hinweis": {_json(note)},\n  "stand": {_json(now)}')
    for name, columns, rows in exported(owner):
        put(f",\n  {_json(TABLES[name].section)}: [")
        between = "\n    "
        for row in rows:
            said = {german: row[column] for column, german in columns.items()}
            if name in addresses:
                said["adresse"] = addresses[name](row)
            put(between + _json(said))
            between = ",\n    "
        put("]" if between == "\n    " else "\n  ]")
    put("\n}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no place in JSON")

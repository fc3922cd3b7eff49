"""Reading other cities' JSON files: a list of records, each with its place, its faults, and typed readers.

All or nothing as with CSV (``core/importing.py``). A reader notes a fault and returns a harmless value.
"""

import html
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from participation.core.importing import ImportRefused, Report, read_text
from participation.core.invisible import without_invisible

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_LONGEST_NUMBER = 30
_ADDRESS = re.compile(r"https?://[^\s/\\\"'<>]+\.[^\s\\\"'<>]*")
#: Controls of terminals and old protocols; a line break is not meant.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_MOST_KEYS = 8


def shown(value: Any) -> str:
    """Return any JSON value for a message, however deep it is: of an object only the keys."""
    if isinstance(value, dict):
        return f"object with {', '.join(list(value)[:_MOST_KEYS])}"
    if isinstance(value, list):
        return f"list of {len(value)}"
    return value if isinstance(value, str) else str(value)


def clean_text(text: str) -> str:
    """Return plain text: no HTML entities, hard spaces or foreign line ends, one space between words."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@dataclass
class Record:
    """One object of the list. :param number: its place, from 1; :param name: what people know it by"""

    number: int
    values: dict[str, Any]
    name: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it stands, and what it is called."""
        return f"record {self.number}" + (f" ({self.name[:60]!r})" if self.name else "")

    def fault(self, key: str, reason: str) -> None:
        """Note that the key's value cannot be taken."""
        read = f" (read: {shown(self.values[key])[:60]!r})" if key in self.values else ""
        sentence = f"{self.place}, {key}: {reason}{read}"
        if sentence not in self.faults:
            self.faults.append(sentence)

    def value(self, key: str, kind: type | tuple[type, ...], name: str) -> Any:
        """Return the value if it is of this kind; ``None`` and a fault if not, or if it is missing."""
        if key not in self.values:
            self.fault(key, "is missing")
            return None
        value = self.values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"is not {name}")
            return None
        return value

    def text(self, key: str, *, longest: int = 20000, required: bool = False) -> str:
        """Return a clean text."""
        value = self.value(key, str, "a text")
        if value is None:
            return ""
        text = without_invisible(self.fitting(key, clean_text(value), longest))
        if required and not text:
            self.fault(key, "is needed")
        return text

    def texts(self, key: str) -> list[str]:
        """Return the clean texts of a list; empty ones and those of a single dash say nothing."""
        items = self.value(key, list, "a list of texts")
        if items is None:
            return []
        if not all(isinstance(item, str) for item in items):
            self.fault(key, "is not a list of texts")
            return []
        cleaned = [without_invisible(self.fitting(key, clean_text(item), 20000)) for item in items]
        return [text for text in cleaned if text not in ("", "-", "–")]

    def fitting(self, key: str, text: str, longest: int) -> str:
        """Return the text; note a fault if no column can hold it."""
        if len(text) > longest:
            self.fault(key, f"has {len(text)} characters, at most {longest} fit")
        if _CONTROL.search(text):
            self.fault(key, "contains a control character")
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.fault(key, "contains half a character")
        return text

    def choice(self, key: str, choices: dict[Any, Any]) -> Any:
        """Return what the word or number stands for."""
        value = self.value(key, (str, int), "a word or number")
        if value is not None and value not in choices:
            self.fault(key, f"must be one of: {', '.join(map(str, choices))}")
        return choices.get(value)

    def address(self, key: str, address: str, longest: int) -> str:
        """Return an address of the web; note a fault if it is none."""
        address = self.fitting(key, address.strip(), longest)
        if not _ADDRESS.fullmatch(address):
            self.fault(key, "is no address that begins with https:// or http://")
        return address

    def leave_all_but(self, known: Iterable[str], report: Report) -> None:
        """Report all keys that are not known and hold something."""
        for key in [key for key in self.values if key not in set(known)]:
            if self.values[key] not in (None, "", [], {}):
                report.leave(key, shown(self.values[key]))


def read_json(path: Path) -> Any:
    """Return what a JSON file holds. Numbers are finite, no object has a key twice.

    :raises ImportRefused: if it is no such file
    """
    text = read_text(path)
    try:
        return json.loads(
            text,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ImportRefused([f"{place}: the file is no JSON: {error.msg}"]) from error
    except RecursionError as error:
        raise ImportRefused(["the file's lists and objects are nested too deeply"]) from error
    except ValueError as error:
        raise ImportRefused([f"the file is no JSON that can be read: {error}"]) from error


def records_of(items: Any, name_of: Callable[[dict[str, Any]], Any]) -> list[Record]:
    """Return the records of a list; what is no object carries a fault and has no values.

    :param name_of: what people know an object by
    :raises ImportRefused: if it is no list, or an empty one
    """
    if not isinstance(items, list) or not items:
        raise ImportRefused([f"there is no list of records (read: {shown(items)[:60]!r})"])
    records = []
    for number, item in enumerate(items, 1):
        if isinstance(item, dict) and item:
            name = name_of(item)
            records.append(Record(number, item, name if isinstance(name, str) else ""))
        else:
            fault = f"record {number}: is no object with keys (read: {shown(item)[:60]!r})"
            records.append(Record(number, {}, faults=[fault]))
    return records


def refuse_doubles(records: Iterable[Record], key: str) -> None:
    """Note a fault on each record whose key stood in an earlier one."""
    seen: dict[str, int] = {}
    for record in records:
        value = record.values.get(key)
        if isinstance(value, str):
            if value.strip() in seen:
                record.fault(key, f"stands in record {seen[value.strip()]} already")
            seen.setdefault(value.strip(), record.number)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:_LONGEST_NUMBER]} is too large a number")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} stands twice in one object")
    return values

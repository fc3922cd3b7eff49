"""Reading a city's files: all or nothing, and every fault named with its line.

CSV: UTF-8 (with or without a byte order mark), a header line, ``;`` or ``,`` or tab between the columns.
What other files share with it (changes, refusal, report) is here too.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from participation.core.clock import CITY_TIME
from participation.core.invisible import without_invisible

Kind = TypeVar("Kind", bound=StrEnum)
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?")
_ROUGH_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,8})?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LARGEST_NUMBER = 2**31 - 1


class Change(StrEnum):
    """What saving one row did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class ImportRefused(Exception):
    """The file has faults; nothing was changed. ``faults`` are sentences that name line and reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


class Report:
    """What a file says that has no place here; an importer notes it instead of losing it silently."""

    _MOST_EXAMPLES = 3
    _LONGEST_EXAMPLE = 80

    def __init__(self) -> None:
        #: How many values of each field were left out.
        self.counts: Counter[str] = Counter()
        #: A few different values of each field.
        self.examples: dict[str, list[str]] = {}
        #: A sentence for each value that stays although the file says something else now.
        self.kept: list[str] = []

    def keep(self, thing: str, field_name: str, value: Any) -> None:
        """Note that somebody changed this on the web while the file changed it too: the web's stays."""
        read = repr(value)[: self._LONGEST_EXAMPLE]
        self.kept.append(
            f"{thing}, {field_name}: changed in the file and on the web; the web's stays (read: {read})"
        )

    def leave(self, field_name: str, value: str) -> None:
        """Note that the value of this field is not taken over."""
        name = field_name[: self._LONGEST_EXAMPLE]
        field_name = name if name.isprintable() else ascii(name)
        self.counts[field_name] += 1
        examples = self.examples.setdefault(field_name, [])
        shown = (
            value if len(value) <= self._LONGEST_EXAMPLE else value[: self._LONGEST_EXAMPLE] + " …"
        )
        if len(examples) < self._MOST_EXAMPLES and shown not in examples:
            examples.append(shown)

    def lines(self) -> list[str]:
        """Return a sentence for each field, in the order in which they were met, and what stays."""
        left = [
            f"{name}: {count}, such as {', '.join(map(repr, self.examples[name]))}"
            for name, count in self.counts.items()
        ]
        return [*left, *self.kept]


@dataclass
class Row:
    """One line of the file. The readers note a fault and return a harmless value."""

    line: int
    values: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def fault(self, column: str, reason: str) -> None:
        """Note that the column's value cannot be taken."""
        shown = self.values.get(column, "")[:60]
        sentence = f"line {self.line}, {column}: {reason} (read: {shown!r})"
        if sentence not in self.faults:
            self.faults.append(sentence)

    def text(self, column: str, *, longest: int = 20000, required: bool = False) -> str:
        """Return a text without the spaces around it, and without what nobody can see."""
        given = self.values.get(column, "")
        value = without_invisible(given)
        if required and not value:
            self.fault(column, "is needed")
        if len(value) > longest:
            self.fault(column, f"has {len(value)} characters, at most {longest} fit")
        if "\x00" in given:
            self.fault(column, "contains a null character")
        return value

    def slug(self, column: str) -> str:
        """Return a name for URLs: lower-case letters a–z, digits, single hyphens."""
        value = self.text(column, longest=80, required=True)
        if value and not _SLUG.fullmatch(value):
            self.fault(column, "may only have a–z, 0–9 and single hyphens")
        return value

    def parts(self, column: str, separator: str = "|") -> list[str]:
        """Return the values of a column that holds several."""
        return [part.strip() for part in self.text(column).split(separator) if part.strip()]

    def number(self, column: str, largest: int = _LARGEST_NUMBER) -> int | None:
        """Return a whole number that is not negative, or ``None`` for an empty column."""
        value = self.text(column)
        if not value:
            return None
        digits = value.lstrip("0") or "0"
        is_whole = value.isascii() and value.isdecimal()
        if not is_whole or len(digits) > len(str(largest)) or int(digits) > largest:
            self.fault(column, f"is not a whole number from 0 to {largest}")
            return None
        return int(digits)

    def degrees(self, column: str, limit: float) -> float | None:
        """Return WGS 84 degrees within ± limit, or ``None`` for an empty column."""
        value = self.text(column)
        if not value:
            return None
        if not _DEGREES.fullmatch(value) or abs(float(value)) > limit:
            self.fault(column, "is not a position in degrees, such as 49.998")
            return None
        return float(value)

    def day(self, column: str) -> date | None:
        """Return a day written as 2026-03-01, or ``None`` for an empty column."""
        value = self.text(column)
        if not value:
            return None
        reason = "is not a day of the years 1000 to 2999 such as 2026-03-01"
        return self._parsed(column, value, _DAY, date.fromisoformat, reason)

    def rough_date(self, column: str) -> str:
        """Return a year, month or day as written (2026, 2026-03, 2026-03-01), or ``""``."""
        value = self.text(column)
        if value and not _ROUGH_DATE.fullmatch(value):
            self.fault(column, "is not a year, month or day such as 2026-03")
            return ""
        filled = value + "-01" * (2 - value.count("-"))
        reason = "is not a date of the calendar"
        if not value or not self._parsed(column, filled, _DAY, date.fromisoformat, reason):
            return ""
        return value

    def city_moment(self, column: str) -> datetime | date | None:
        """Return a moment at the city's time (2026-03-01T18:00), or the day if no time is given."""
        value = self.text(column)
        if not value:
            return None
        if "T" not in value:
            return self.day(column)
        reason = "is not a time such as 2026-03-01T18:00"
        parsed = self._parsed(column, value, _MOMENT, datetime.fromisoformat, reason)
        return parsed.replace(tzinfo=CITY_TIME) if parsed and parsed.tzinfo is None else parsed

    def choice(self, column: str, choices: dict[str, Any]) -> Any:
        """Return what the word stands for, ``None`` for an empty column."""
        value = self.text(column)
        if not value:
            return None
        if value.casefold() not in choices:
            self.fault(column, f"must be one of: {', '.join(choices)}")
        return choices.get(value.casefold())

    def known(self, column: str, value: str, things: dict[str, Any]) -> Any:
        """Look a value up among things that must exist already."""
        if value not in things:
            self.fault(column, f"{value!r} is not known; import it first")
        return things.get(value)

    def _parsed(
        self,
        column: str,
        value: str,
        pattern: re.Pattern[str],
        parse: Callable[[str], Any],
        reason: str,
    ) -> Any:
        try:
            if pattern.fullmatch(value):
                return parse(value)
        except ValueError:
            pass  # the pattern fits, but there is no such day or hour
        self.fault(column, reason)
        return None


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    :raises ImportRefused: if it is not UTF-8, or cannot be read
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ImportRefused([f"line {line}: the file is not UTF-8 (byte {error.start})"]) from error
    except OSError as error:
        raise ImportRefused([f"{path}: {error.strerror}"]) from error


def read_rows(path: Path, required: Iterable[str], optional: Iterable[str]) -> list[Row]:
    """Read a file's rows.

    :raises ImportRefused: if it is no CSV file with these columns
    """
    text = read_text(path)
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    faults: list[str] = []
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not names:
                names = [cell.strip() for cell in cells]
                faults += _header_faults(names, set(required), set(optional))
            elif len(cells) != len(names) and cells:
                faults.append(f"line {line}: has {len(cells)} columns, the header has {len(names)}")
            elif any(cell.strip() for cell in cells):
                rows.append(Row(line, dict(zip(names, cells, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(f"line {line}: {error}")
    if not names and not faults:
        faults += _header_faults(names, set(required), set(optional))
    if faults:
        raise ImportRefused(faults)
    return rows


def _header_faults(names: list[str], required: set[str], optional: set[str]) -> list[str]:
    twice = [name for name, count in Counter(names).items() if count > 1]
    return [
        *(f"line 1: column {name!r} is missing" for name in sorted(required - set(names))),
        *(
            f"line 1: column {name!r} is not known"
            for name in names
            if name not in required | optional
        ),
        *(f"line 1: column {name!r} stands there twice" for name in twice),
    ]


def refuse_doubles(
    rows: Sequence[Row], column: str, *further: str, same: Callable[[str], str] = str.strip
) -> None:
    """Note a fault on each row whose key stood in an earlier row.

    :param further: columns that belong to the key; :param same: turns equal values into one
    """
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(same(row.values.get(name, "")) for name in (column, *further))
        if key in seen:
            row.fault(column, f"stands in line {seen[key]} already")
        seen.setdefault(key, row.line)


def apply(thing: Any, values: dict[str, Any]) -> bool:
    """Set the attributes that differ; tell whether any did."""
    changed = {name: value for name, value in values.items() if getattr(thing, name) != value}
    for name, value in changed.items():
        setattr(thing, name, value)
    return bool(changed)

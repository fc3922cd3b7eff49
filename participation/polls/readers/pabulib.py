"""Pabulib ``.pb``: votes about a city's budget.

Three sections of CSV with semicolons: ``META`` (key and value), ``PROJECTS``, ``VOTES``, the last
two with a line of columns. ``vote_type`` says what a vote is: ``approval`` (a list of projects),
``ordinal`` (the same, best first), ``cumulative`` and ``scoring`` (with a list of points). A vote
for more projects than ``max_length``, or with more points together than ``max_sum_points``, is
invalid.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from participation.polls.profiles import Profile, distinct_names, merged_ballots
from participation.polls.readers.ballot_file import (
    BallotFile,
    BallotFileBroken,
    check_once,
    shown,
    text_lines,
    whole_number,
)

_AMOUNT = re.compile(r"\d{1,15}(?:[.,]\d{1,9})?$", re.ASCII)
_SECTIONS = ("META", "PROJECTS", "VOTES")


@dataclass(frozen=True)
class _Row:
    """A row of the file, by its columns. :param line: where it ends"""

    line: int
    values: dict[str, str]

    def value(self, column: str) -> str:
        if column not in self.values:
            raise BallotFileBroken(self.line, f"die Spalte {column} fehlt")
        return self.values[column].strip()


@dataclass(frozen=True)
class _Poll:
    """The head of the file. :param numbers: of options, by the projects' ids"""

    numbers: dict[str, int]
    most_named: int | None
    most_points: int | None


class _Overvote(Exception):
    """A vote names or gives more than allowed; the words say what."""


def read_pabulib(text: str) -> BallotFile:
    """Read a file of Pabulib. :raises BallotFileBroken:"""
    rows = _sections(text)
    meta = {row.values.get("key", ""): row for row in rows["META"]}
    projects = rows["PROJECTS"]
    ids = [row.value("project_id") for row in projects]
    twice = {project_id for project_id, many in Counter(ids).items() if many > 1}
    for row, project_id in zip(projects, ids, strict=True):
        if project_id in twice:
            raise BallotFileBroken(
                row.line, f"das Vorhaben {shown(project_id)} steht zweimal in der Datei"
            )
    _check_amount(meta, "num_projects", len(projects))
    _check_amount(meta, "num_votes", len(rows["VOTES"]))
    poll = _Poll(
        {project_id: number for number, project_id in enumerate(ids, 1)},
        _meta_number(meta, "max_length"),
        _meta_number(meta, "max_sum_points"),
    )
    kind, read = _vote_type(meta)
    ballots, blank, reasons = _votes(rows["VOTES"], poll, read)
    profile = Profile(
        kind=kind,
        options=distinct_names(
            row.values.get("name", "").strip() or row.value("project_id") for row in projects
        ),
        ballots=merged_ballots(ballots),
        blank=blank,
        invalid=reasons.total(),
        reasons=tuple(sorted(reasons.items())),
        costs=tuple(_amount(row.line, row.value("cost"), "cost") for row in projects),
        budget=_amount(*_meta_value(meta, "budget"), "budget"),
        k=poll.most_named,
    )
    return BallotFile(
        profile, title=meta["description"].value("value") if "description" in meta else ""
    )


def _sections(text: str) -> dict[str, list[_Row]]:
    """Split the file into its sections, and rows by their columns."""
    found: dict[str, list[_Row]] = {}
    columns: list[str] | None = None
    section = ""
    for line, cells in _cells(text):
        if len(cells) == 1 and cells[0].strip() in _SECTIONS:
            section, columns = cells[0].strip(), None
            if section in found:
                raise BallotFileBroken(line, f"der Abschnitt {section} steht zweimal in der Datei")
            found[section] = []
        elif not section:
            raise BallotFileBroken(line, "die Datei muss mit META beginnen")
        elif columns is None:
            columns = [cell.strip() for cell in cells]
        else:
            if len(cells) != len(columns):
                raise BallotFileBroken(line, f"{len(cells)} Werte für {len(columns)} Spalten")
            found[section].append(_Row(line, dict(zip(columns, cells, strict=True))))
    for name in _SECTIONS:
        if name not in found:
            raise BallotFileBroken(len(text_lines(text)), f"der Abschnitt {name} fehlt")
    return found


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BallotFileBroken(reader.line_num, f"das ist nicht lesbar ({error})") from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _meta_value(meta: dict[str, _Row], key: str) -> tuple[int, str]:
    if key not in meta:
        raise BallotFileBroken(1, f"in META fehlt {key}")
    return meta[key].line, meta[key].value("value")


def _meta_number(meta: dict[str, _Row], key: str) -> int | None:
    """Return a limit, if there is one."""
    if key not in meta:
        return None
    line, value = _meta_value(meta, key)
    return whole_number(line, value, key)


def _check_amount(meta: dict[str, _Row], key: str, counted: int) -> None:
    line, value = _meta_value(meta, key)
    if whole_number(line, value, key) != counted:
        raise BallotFileBroken(line, f"{key} ist {value}, aber es sind {counted}")


def _amount(line: int, text: str, what: str) -> Fraction:
    if not _AMOUNT.match(text):
        raise BallotFileBroken(line, f"{what}: Hier muss ein Betrag stehen, nicht {shown(text)}")
    return Fraction(text.replace(",", "."))


def _votes(
    rows: list[_Row], poll: _Poll, read: Callable[[_Row, _Poll], Any]
) -> tuple[Counter[Any], int, Counter[str]]:
    ballots: Counter[Any] = Counter()
    reasons: Counter[str] = Counter()
    blank = 0
    for row in rows:
        try:
            choice = read(row, poll)
        except _Overvote as reason:
            reasons[str(reason)] += 1
            continue
        if choice:
            ballots[choice] += 1
        else:
            blank += 1
    return ballots, blank, reasons


def _named(row: _Row, poll: _Poll) -> list[int]:
    """Return the projects that a vote names, in its order."""
    vote = row.value("vote")
    if not vote:
        return []
    ids = [part.strip() for part in vote.split(",")]
    for project_id in ids:
        if project_id not in poll.numbers:
            raise BallotFileBroken(row.line, f"das Vorhaben {shown(project_id)} gibt es nicht")
    check_once(row.line, ids)
    if poll.most_named is not None and len(ids) > poll.most_named:
        raise _Overvote(f"mehr als {poll.most_named} Vorhaben genannt")
    return [poll.numbers[project_id] for project_id in ids]


def _read_approval(row: _Row, poll: _Poll) -> tuple[int, ...]:
    return tuple(sorted(_named(row, poll)))


def _read_order(row: _Row, poll: _Poll) -> tuple[tuple[int, ...], ...]:
    return tuple((number,) for number in _named(row, poll))


def _read_points(row: _Row, poll: _Poll) -> tuple[tuple[int, int], ...]:
    named = _named(row, poll)
    given = [part.strip() for part in row.value("points").split(",")] if named else []
    if len(given) != len(named):
        raise BallotFileBroken(row.line, f"{len(named)} Vorhaben, aber {len(given)}-mal Punkte")
    points = [whole_number(row.line, part, "Punkte") for part in given]
    if poll.most_points is not None and sum(points) > poll.most_points:
        raise _Overvote(f"mehr als {poll.most_points} Punkte gegeben")
    return tuple(sorted(zip(named, points, strict=True)))


_VOTE_TYPES: dict[str, tuple[str, Callable[[_Row, _Poll], Any]]] = {
    "approval": ("approval", _read_approval),
    "choose-1": ("approval", _read_approval),
    "ordinal": ("rank", _read_order),
    "cumulative": ("points", _read_points),
    "scoring": ("points", _read_points),
}


def _vote_type(meta: dict[str, _Row]) -> tuple[str, Callable[[_Row, _Poll], Any]]:
    line, value = _meta_value(meta, "vote_type")
    if value not in _VOTE_TYPES:
        raise BallotFileBroken(
            line, f"vote_type muss eins von {', '.join(_VOTE_TYPES)} sein, nicht {shown(value)}"
        )
    return _VOTE_TYPES[value]

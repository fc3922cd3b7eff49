"""PrefLib: rankings, strict or with equal places, complete or not; and categories.

Lines ``# KEY: value`` first, then ``how many: 1,{2,3},4``, best first. ``DATA TYPE`` says which of
soc, soi, toc, toi and cat it is. The older form without such lines is refused.

cat: groups are categories, best first, and ``{}`` is an empty one. Two categories are approval of
the first one; more are a ranking with equal places.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from participation.polls.profiles import Profile, distinct_names, merged_ballots
from participation.polls.readers.ballot_file import (
    BallotFile,
    BallotFileBroken,
    Ranking,
    Rankings,
    check_once,
    shown,
    text_lines,
    whole_number,
)

_NAME = re.compile(r"ALTERNATIVE NAME (\d{1,9})$")
_GROUP = re.compile(r"\s*\{([^{}]*)\}\s*(?:,|$)|([^{},]*)(?:,|$)")
_STRICT = frozenset({"soc", "soi"})
_COMPLETE = frozenset({"soc", "toc"})
_TYPES = _STRICT | _COMPLETE | {"toi", "cat"}


@dataclass
class _Head:
    """What stands before the rankings; lines are kept for messages."""

    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def number(self, key: str) -> int:
        if key not in self.values:
            raise BallotFileBroken(1, f"im Kopf fehlt {key}")
        line, text = self.values[key]
        return whole_number(line, text, key)


def read_preflib(text: str) -> BallotFile:
    """Read a file of PrefLib. :raises BallotFileBroken:"""
    head = _Head()
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text_lines(text), 1):
        if line.startswith("#"):
            _read_head_line(head, number, line)
        elif line.strip():
            if "DATA TYPE" not in head.values:
                raise BallotFileBroken(number, "davor fehlt der Kopf mit # DATA TYPE")
            lines.append((number, line))
    data_type = _data_type(head)
    _check_names(head)
    rankings = Rankings()
    unnamed: dict[int, int] = {}
    for number, line in lines:
        weight, ranking = _read_line(number, line, data_type)
        named = {option for group in ranking for option in group}
        if data_type in _COMPLETE and named != head.names.keys():
            raise BallotFileBroken(number, f"bei {data_type} muss jede Zeile alle Nummern nennen")
        for option in sorted(named - head.names.keys()):
            unnamed.setdefault(option, number)
        rankings.add(weight, ranking)
    _check_voters(head, rankings.total)
    return BallotFile(
        _profile(head, data_type, rankings, unnamed),
        title=head.values.get("TITLE", (0, ""))[1],
    )


def _read_head_line(head: _Head, number: int, line: str) -> None:
    key, colon, value = (part.strip() for part in line[1:].partition(":"))
    if not colon:
        return  # a comment
    key = key.upper()
    if name := _NAME.match(key):
        option = int(name[1])
        if option in head.names:
            raise BallotFileBroken(number, f"die Nummer {option} hat zwei Namen")
        head.names[option] = value or str(option)
    else:
        head.values[key] = number, value


def _data_type(head: _Head) -> str:
    if "DATA TYPE" not in head.values:
        raise BallotFileBroken(1, "davor fehlt der Kopf mit # DATA TYPE")
    line, value = head.values["DATA TYPE"]
    if value.lower() not in _TYPES:
        raise BallotFileBroken(
            line, f"DATA TYPE muss eins von {', '.join(sorted(_TYPES))} sein, nicht {shown(value)}"
        )
    return value.lower()


def _check_names(head: _Head) -> None:
    wanted = head.number("NUMBER ALTERNATIVES")
    if wanted != len(head.names):
        line = head.values["NUMBER ALTERNATIVES"][0]
        raise BallotFileBroken(
            line, f"NUMBER ALTERNATIVES ist {wanted}, aber {len(head.names)} haben Namen"
        )


def _check_voters(head: _Head, total: int) -> None:
    wanted = head.number("NUMBER VOTERS")
    if wanted != total:
        line = head.values["NUMBER VOTERS"][0]
        raise BallotFileBroken(
            line, f"NUMBER VOTERS ist {wanted}, aber es sind {total} Stimmzettel"
        )


def _read_line(number: int, line: str, data_type: str) -> tuple[int, Ranking]:
    """Read how many ballots there are, and their ranking. Empty groups stand in categories only."""
    weight_text, colon, order = line.partition(":")
    if not colon:
        raise BallotFileBroken(number, "nach der Zahl der Stimmzettel fehlt der Doppelpunkt")
    weight = whole_number(number, weight_text.strip(), "Zahl der Stimmzettel", least=1)
    groups: list[tuple[int, ...]] = []
    place = 0
    order = order.strip()
    while place < len(order):
        found = _GROUP.match(order, place)
        if found is None:
            raise BallotFileBroken(number, f"das ist nicht lesbar: {shown(order[place:])}")
        place = found.end()
        parts = [
            part.strip() for part in (found[1] if found[1] is not None else found[2]).split(",")
        ]
        if parts == [""] and (found[1] is None or data_type != "cat"):
            raise BallotFileBroken(number, "zwischen zwei Kommas oder Klammern fehlt eine Nummer")
        group = [whole_number(number, part, "Nummer") for part in parts if part]
        if len(group) < len(parts) and parts != [""]:
            raise BallotFileBroken(number, "zwischen zwei Kommas fehlt eine Nummer")
        if len(group) > 1 and data_type in _STRICT:
            raise BallotFileBroken(number, f"bei {data_type} gibt es keine gleichen Plätze")
        groups.append(tuple(sorted(group)))
    check_once(number, [option for group in groups for option in group])
    return weight, tuple(groups)


def _profile(head: _Head, data_type: str, rankings: Rankings, unnamed: dict[int, int]) -> Profile:
    names = head.names | {number: str(number) for number in unnamed}
    places = {number: place for place, number in enumerate(sorted(names), 1)}
    is_approval = (
        data_type == "cat" and head.values.get("NUMBER CATEGORIES", (0, ""))[1].strip() == "2"
    )
    ballots: Counter[tuple[int, ...] | Ranking] = Counter()
    blank = rankings.blank
    for ranking, weight in rankings.ballots.items():
        moved = [tuple(sorted(places[number] for number in group)) for group in ranking]
        choice = moved[0] if is_approval else tuple(group for group in moved if group)
        if choice:
            ballots[choice] += weight
        else:
            blank += weight
    return Profile(
        kind="approval" if is_approval else "rank",
        options=distinct_names(names[number] for number in sorted(names)),
        ballots=merged_ballots(ballots),
        blank=blank,
        notes=tuple(_unnamed_notes(unnamed.items())),
    )


def _unnamed_notes(unnamed: Iterable[tuple[int, int]]) -> list[str]:
    return [
        f"Zeile {line} nennt die Nummer {number}, die am Anfang der Datei keinen Namen hat. Sie "
        "zählt als "
        "eine Option."
        for number, line in sorted(unnamed)
    ]

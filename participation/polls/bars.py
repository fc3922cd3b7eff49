"""A question's result as bars, one for each option, and its steps page by page; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_TENTHS_OF_ALL = 1000
#: Bars on a page; the table beside them has all options.
MOST_BARS = 12
#: Characters of steps on one page: a count in many rounds tells all votes in each of them.
STEPS_ON_A_PAGE = 5000
TIES_ON_A_PAGE = 2000


@dataclass(frozen=True)
class Bar:
    """What one option has.

    :param place: of the option on the ballot, from 1
    :param total: exact; :param width: of the bar, such as ``53.9%``; the longest bar is 100 %
    """

    place: int
    name: str
    total: Fraction
    width: str
    has_won: bool


def bars_of(result: Mapping[str, Any]) -> list[Bar]:
    """Return the bars of a count's plain form, longest first; equal ones as on the ballot."""
    totals = {name: Fraction(total) for name, total in result["totals"].items()}
    longest = max(totals.values(), default=Fraction(0))
    bars = [
        Bar(
            place,
            name,
            totals.get(name, Fraction(0)),
            width_of(totals.get(name, Fraction(0)), longest),
            name in result["winners"],
        )
        for place, name in enumerate(result["options"], 1)
    ]
    return sorted(bars, key=lambda bar: (-bar.total, bar.place))


def width_of(part: Fraction, whole: Fraction) -> str:
    """Return how much of the whole a part is, cut off after the first decimal."""
    tenths = max(Fraction(0), part) * _TENTHS_OF_ALL // whole if whole > 0 else 0
    return f"{tenths // 10}.{tenths % 10}%"


def winners_of(result: Mapping[str, Any]) -> list[int]:
    """Return the places of who has won, in the order of election."""
    return [result["options"].index(name) + 1 for name in result["winners"]]


def pages_of(steps: Sequence[str], most: int) -> list[range]:
    """Return which steps stand on which page: as many as fit, at least one.

    :param most: characters on a page
    """
    pages: list[range] = []
    start = length = 0
    for place, step in enumerate(steps):
        if length and length + len(step) > most:
            pages.append(range(start, place))
            start, length = place, 0
        length += len(step)
    return [*pages, range(start, len(steps))]


def figures_of(result: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """Return how many ballots there are of each sort: all, counted, blank, invalid."""
    counted = result["ballots"] - result["blank"] - result["invalid"]
    return (
        ("ballots", result["ballots"]),
        ("counted", counted),
        ("blank", result["blank"]),
        ("invalid", result["invalid"]),
    )

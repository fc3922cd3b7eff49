"""What the figures say: pure, exact, without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: Months that the course of the figures shows, the current one too.
MONTHS = 6


@dataclass(frozen=True)
class Topic:
    """Public suggestions on a topic: all, with an answer of the city, and with a promise missed."""

    topic_id: int
    all: int
    answered: int
    late: int


@dataclass(frozen=True)
class Figures:
    """How participation goes at one moment. Counts only: no figure is about a person.

    :param statuses: public suggestions by the word by which their list is narrowed
    :param listed: public suggestions that the list has without a filter
    :param waiting: suggestions that are not public yet: submitted, or under review
    :param waiting_late: of these, the ones whose review the city promised for an earlier day
    :param answer_days: pairs (working days from publication to the first answer, how many took so long)
    :param late: public suggestions for which the city missed a day that it promised
    :param projects: public sheets; ``stale`` of them were to be looked at before today
    :param months: rows (first day, submitted, first answers), oldest first
    """

    statuses: dict[str, int] = field(default_factory=dict)
    listed: int = 0
    waiting: int = 0
    waiting_late: int = 0
    topics: tuple[Topic, ...] = ()
    answer_days: tuple[tuple[int, int], ...] = ()
    late: int = 0
    supports: int = 0
    comments: int = 0
    projects: int = 0
    stale: int = 0
    months: tuple[tuple[date, int, int], ...] = ()

    @property
    def answered(self) -> int:
        """Suggestions that have an answer of the city."""
        return sum(count for _, count in self.answer_days)


def half_within(days: Iterable[tuple[int, int]]) -> int | None:
    """Return the fewest working days within which at least half of the first answers came (the lower
    median); ``None`` without any."""
    pairs = sorted(days)
    total, seen = sum(count for _, count in pairs), 0
    for day, count in pairs:
        seen += count
        if 2 * seen >= total > 0:
            return day
    return None


def percent_within(days: Iterable[tuple[int, int]], promise: int) -> int | None:
    """Return how many of a hundred first answers came within the promised working days, rounded down:
    100 means all of them. ``None`` without any."""
    pairs = list(days)
    total = sum(count for _, count in pairs)
    return sum(count for day, count in pairs if day <= promise) * 100 // total if total else None


def months_until(today: date, count: int = MONTHS) -> list[date]:
    """Return the first days of so many months, oldest first; the last one is today's."""
    number = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1)]


def month_after(first: date) -> date:
    """Return the first day of the month that follows."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def as_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as plain values that a database can keep."""
    return {
        **vars(figures),
        "topics": [[one.topic_id, one.all, one.answered, one.late] for one in figures.topics],
        "answer_days": [list(pair) for pair in figures.answer_days],
        "months": [[day.isoformat(), new, answers] for day, new, answers in figures.months],
    }


def from_json(values: dict[str, Any]) -> Figures:
    """Read what :func:`as_json` made; figures that did not exist yet when it was made are 0."""
    known = {key: value for key, value in values.items() if key in Figures.__dataclass_fields__}
    return Figures(
        **{
            **known,
            "topics": tuple(Topic(*row) for row in values.get("topics", [])),
            "answer_days": tuple((day, count) for day, count in values.get("answer_days", [])),
            "months": tuple(
                (date.fromisoformat(day), new, answers)
                for day, new, answers in values.get("months", [])
            ),
        }
    )

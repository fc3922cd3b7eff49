"""What the figures say. No database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.reports import rules
from participation.reports.rules import Figures, Topic

_DAYS = st.dictionaries(st.integers(0, 60), st.integers(1, 50))


@pytest.mark.parametrize(
    ("days", "half", "percent"),
    [
        ([], None, None),
        ([(4, 1)], 4, 100),
        ([(4, 1), (30, 1)], 4, 50),
        ([(30, 1), (4, 1), (16, 1)], 16, 33),
        ([(15, 2), (16, 1)], 15, 66),
        ([(0, 199), (16, 1)], 0, 99),
    ],
)
def test_reader_is_told_how_fast_answers_came(
    days: list[tuple[int, int]], half: int | None, percent: int | None
) -> None:
    assert rules.half_within(days) == half
    assert rules.percent_within(days, 15) == percent


@given(_DAYS)
def test_half_of_the_answers_came_by_that_day_and_not_before(counts: dict[int, int]) -> None:
    half = rules.half_within(counts.items())
    if not counts:
        assert half is None
        return
    each = sorted(day for day, count in counts.items() for _ in range(count))
    assert half is not None
    assert 2 * sum(day <= half for day in each) >= len(each)
    assert 2 * sum(day < half for day in each) < len(each)


@given(_DAYS, st.integers(0, 60))
def test_a_hundred_percent_is_said_only_if_it_is_true(counts: dict[int, int], promise: int) -> None:
    percent = rules.percent_within(counts.items(), promise)
    if counts:
        assert (percent == 100) == all(day <= promise for day in counts)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 3, 10), date(2025, 10, 1), date(2026, 3, 1)),
        (date(2026, 1, 31), date(2025, 8, 1), date(2026, 1, 1)),
        (date(2026, 12, 31), date(2026, 7, 1), date(2026, 12, 1)),
    ],
)
def test_course_ends_with_this_month(today: date, first: date, last: date) -> None:
    months = rules.months_until(today)
    assert (len(months), months[0], months[-1]) == (rules.MONTHS, first, last)
    assert [rules.month_after(day) for day in months[:-1]] == months[1:]


def test_figures_that_were_kept_are_read_as_they_were() -> None:
    figures = Figures(
        statuses={"sammelt": 3}, listed=4, topics=(Topic(1, 3, 2, 1),), answer_days=((3, 2),),
        months=((date(2026, 3, 1), 2, 1),), stale=1,
    )  # fmt: skip
    assert rules.from_json(rules.as_json(figures)) == figures


def test_figures_of_an_older_version_are_read_too() -> None:
    assert rules.from_json({"listed": 3, "something_else": [1]}) == Figures(listed=3)

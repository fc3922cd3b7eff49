"""Working days of Rheinland-Pfalz, as the answer clock counts them. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.workdays import add_workdays, is_workday, workdays_between

#: Every day off of 2026 that is no weekend; by hand, from the state's law on holidays (LFtG).
_OFF_2026 = {
    "2026-01-01": "Neujahr",
    "2026-04-03": "Karfreitag",
    "2026-04-06": "Ostermontag",
    "2026-05-01": "Tag der Arbeit",
    "2026-05-14": "Christi Himmelfahrt",
    "2026-05-25": "Pfingstmontag",
    "2026-06-04": "Fronleichnam",
    "2026-12-24": "office closed",
    "2026-12-25": "1. Weihnachtstag",
    "2026-12-31": "office closed",
}
_DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def days_of(year: int) -> list[date]:
    """All days of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_offices_are_closed_on_weekends_and_holidays_of_the_state_and_on_no_other_day() -> None:
    closed = {day.isoformat() for day in days_of(2026) if day.weekday() < 5 and not is_workday(day)}
    assert closed == set(_OFF_2026)
    assert not any(is_workday(day) for day in days_of(2026) if day.weekday() >= 5)


@pytest.mark.parametrize(
    "day",
    ["2024-05-30", "2025-06-19", "2027-05-27", "2022-11-01", "2023-11-01", "2024-11-01", "2023-10-03",
     "2024-12-24", "2024-12-31", "2024-12-26", "2025-12-24", "2025-12-31"],
)  # fmt: skip
def test_fronleichnam_allerheiligen_and_the_end_of_the_year_are_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    ["2026-01-06", "2022-08-15", "2023-10-31", "2022-11-16", "2026-03-09", "2026-02-16", "2026-12-23",
     "2026-12-30", "2026-03-08"],
)  # fmt: skip
def test_holidays_of_other_states_are_working_days_here(day: str) -> None:
    one = date.fromisoformat(day)
    assert is_workday(one) == (one.weekday() < 5)


def test_city_in_another_state_has_its_own_holidays() -> None:
    epiphany, allsaints = date(2026, 1, 6), date(2024, 11, 1)
    assert not is_workday(epiphany, "BW")
    assert is_workday(epiphany, "HE")
    assert is_workday(allsaints, "HE")


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-03-10", 0, "2026-03-10"),
        ("2026-03-10", 1, "2026-03-11"),
        ("2026-03-13", 1, "2026-03-16"),
        ("2026-03-14", 1, "2026-03-16"),
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-03-30", 15, "2026-04-22"),
        ("2026-12-23", 1, "2026-12-28"),
        ("2026-12-30", 1, "2027-01-04"),
        ("2026-12-18", 15, "2027-01-14"),
        ("2026-12-24", 0, "2026-12-24"),
        ("2024-02-28", 2, "2024-03-01"),
    ],
)
def test_due_date_skips_easter_weekends_and_the_turn_of_the_year(
    day: str, count: int, expected: str
) -> None:
    assert add_workdays(date.fromisoformat(day), count).isoformat() == expected


@given(_DAYS, st.integers(0, 60))
def test_counting_back_gives_what_was_added(day: date, count: int) -> None:
    due = add_workdays(day, count)
    assert workdays_between(day, due) == count
    assert due == day or is_workday(due)


@given(_DAYS, st.integers(-90, 90))
def test_counting_is_the_same_in_both_directions(day: date, days: int) -> None:
    other = day + timedelta(days=days)
    assert workdays_between(day, other) == -workdays_between(other, day)
    assert abs(workdays_between(day, other)) <= abs(days)


@given(_DAYS, st.integers(0, 40), st.integers(0, 40))
def test_adding_in_two_steps_is_adding_at_once(day: date, first: int, second: int) -> None:
    assert add_workdays(add_workdays(day, first), second) == add_workdays(day, first + second)

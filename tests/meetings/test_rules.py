"""What holds of meetings, as tables; no database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from participation.core.clock import CITY_TIME
from participation.meetings import rules
from participation.meetings.rules import Facts
from participation.permissions import GRANTS, Actor, Permission, Role

_NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_SECOND, _HOUR = timedelta(seconds=1), timedelta(hours=1)
#: Days on which the clock changes at 01:00 UTC.
CHANGES = [
    ("2026-03-29", "2026-10-25"),
    ("2027-03-28", "2027-10-31"),
    ("2028-03-26", "2028-10-29"),
    ("2029-03-25", "2029-10-28"),
    ("2030-03-31", "2030-10-27"),
]
SPRING = [date.fromisoformat(spring) for spring, _ in CHANGES]
AUTUMN = [date.fromisoformat(autumn) for _, autumn in CHANGES]


@pytest.mark.parametrize(
    ("starts", "ends", "is_over"),
    [
        (_SECOND, None, False),
        (-rules.OPEN_END, None, True),
        (_SECOND - rules.OPEN_END, None, False),
        (-_HOUR, _SECOND, False),
        (-_HOUR, timedelta(), True),
        (-_HOUR, -_SECOND, True),
    ],
)
def test_meeting_is_over_from_the_moment_of_its_end(
    starts: timedelta, ends: timedelta | None, is_over: bool
) -> None:
    facts = Facts(_NOW + starts, None if ends is None else _NOW + ends)
    assert rules.is_over(facts, _NOW) == is_over


@pytest.mark.parametrize(
    ("starts", "closes", "is_open"),
    [
        (_SECOND, None, True),
        (timedelta(), None, False),
        (-_SECOND, None, False),
        (_HOUR, _SECOND, True),
        (_HOUR, timedelta(), False),
        (_HOUR, -_SECOND, False),
        # The sign-up ends at the beginning, whatever else is set.
        (timedelta(), _HOUR, False),
        (_SECOND, _HOUR, True),
    ],
)
def test_sign_up_is_open_up_to_but_without_its_end(
    starts: timedelta, closes: timedelta | None, is_open: bool
) -> None:
    closing = None if closes is None else _NOW + closes
    facts = Facts(_NOW + starts, capacity=5, sign_up_closes_at=closing)
    assert rules.can_sign_up(facts, _NOW) == is_open


def test_nobody_signs_up_where_none_is_asked_for_or_what_is_cancelled() -> None:
    tomorrow = _NOW + timedelta(days=1)
    assert not rules.can_sign_up(Facts(tomorrow), _NOW)
    assert not rules.can_sign_up(Facts(tomorrow, capacity=5, cancelled_at=_NOW), _NOW)
    assert rules.can_sign_up(Facts(tomorrow, capacity=5), _NOW)


@pytest.mark.parametrize(
    ("starts", "is_cancelled", "can"),
    [(_SECOND, False, True), (timedelta(), False, False), (_SECOND, True, False)],
)
def test_place_can_be_given_back_until_the_beginning(
    starts: timedelta, is_cancelled: bool, can: bool
) -> None:
    # Also when nobody can sign up any more.
    facts = Facts(
        _NOW + starts,
        capacity=5,
        sign_up_closes_at=_NOW - _HOUR,
        cancelled_at=_NOW if is_cancelled else None,
    )
    assert rules.can_sign_off(facts, _NOW) == can


@pytest.mark.parametrize(
    ("facts", "can"),
    [
        (Facts(_NOW + _SECOND), True),
        (Facts(_NOW - rules.OPEN_END + _SECOND), True),
        (Facts(_NOW - rules.OPEN_END), False),
        (Facts(_NOW - _HOUR, _NOW + _SECOND), True),
        (Facts(_NOW - _HOUR, _NOW), False),
        (Facts(_NOW + _HOUR, cancelled_at=_NOW), False),
    ],
)
def test_coordinator_cancels_only_what_is_still_to_be(facts: Facts, can: bool) -> None:
    assert rules.can_cancel(facts, _NOW) == can
    assert rules.is_worth_a_mail(["place"], facts, _NOW) == can
    assert not rules.is_worth_a_mail(["texts", "capacity"], facts, _NOW)


@pytest.mark.parametrize(
    ("people", "capacity", "with_place", "waiting"),
    [
        ([], 2, [], []),
        ([7], 2, [7], []),
        ([7, 8], 2, [7, 8], []),
        ([7, 8, 9], 2, [7, 8], [9]),
        ([9, 8, 7], 2, [9, 8], [7]),
        ([7, 8, 9], None, [7, 8, 9], []),
    ],
)
def test_first_come_are_first_served(
    people: list[int], capacity: int | None, with_place: list[int], waiting: list[int]
) -> None:
    assert rules.with_places(people, capacity) == with_place
    assert rules.waiting(people, capacity) == waiting


@pytest.mark.parametrize(
    ("before", "places", "after", "places_after", "up"),
    [
        ([1, 2, 3, 4], 2, [2, 3, 4], 2, [3]),  # one with a place leaves
        ([1, 2, 3, 4], 2, [1, 2, 4], 2, []),  # one who waits leaves
        ([1, 2], 2, [1], 2, []),  # nobody waits
        ([1, 2, 3, 4], 2, [1, 2, 3, 4], 3, [3]),  # one place more
        ([1, 2, 3, 4], 2, [1, 2, 3, 4], 9, [3, 4]),
        ([1, 2, 3, 4], 2, [1, 2, 3, 4], None, [3, 4]),
        ([1, 2, 3], 3, [1, 2, 3], 3, []),
    ],
)
def test_who_waits_moves_up(
    before: list[int], places: int, after: list[int], places_after: int | None, up: list[int]
) -> None:
    assert rules.moved_up(before, places, after, places_after) == up


@pytest.mark.parametrize(
    ("signed_up", "before", "after", "is_refused"),
    [
        (5, 10, 5, False),
        (5, 10, 4, True),
        (15, 10, 10, False),
        (15, 10, 9, True),
        (15, 10, None, False),
        (15, None, 14, True),
        (15, None, 15, False),
        (0, None, 1, False),
    ],
)
def test_nobody_loses_a_place(
    signed_up: int, before: int | None, after: int | None, is_refused: bool
) -> None:
    if not is_refused:
        assert rules.check_places(signed_up, before, after) is None
        return
    with pytest.raises(rules.TooFewPlaces):
        rules.check_places(signed_up, before, after)


@pytest.mark.parametrize("role", Role)
def test_coordinators_edit_and_residents_sign_up(role: Role) -> None:
    actor = Actor(person_id=1, roles=frozenset({role}))
    assert rules.may_edit(actor) == (role is Role.COORDINATOR)
    assert rules.may_sign_up(actor) == (role is Role.RESIDENT)
    assert rules.may_edit(actor) == (Permission.MEETING_EDIT in GRANTS[role])
    nobody = Actor(roles=frozenset({role}))
    assert not rules.may_edit(nobody)
    assert not rules.may_sign_up(nobody)


@pytest.mark.parametrize("day", SPRING)
def test_time_that_the_clock_jumps_over_is_none(day: date) -> None:
    def at(*hour: int) -> datetime | None:
        return rules.city_moment(day, time(*hour), CITY_TIME)

    jump = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    assert at(1, 59, 59) == jump - _SECOND
    assert at(2, 0, 0) is None
    assert at(2, 59, 59) is None
    assert at(3, 0, 0) == jump
    assert at(3, 0, 1) == jump + _SECOND


@pytest.mark.parametrize("day", AUTUMN)
def test_time_that_comes_twice_is_the_first_one(day: date) -> None:
    back = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    for hour, moment in (
        (time(1, 59, 59), back - _HOUR - _SECOND),
        (time(2, 0, 0), back - _HOUR),
        (time(2, 59, 59), back - _SECOND),
        (time(3, 0, 0), back + _HOUR),
        (time(3, 0, 1), back + _HOUR + _SECOND),
    ):
        found = rules.city_moment(day, hour, CITY_TIME)
        assert found is not None
        assert found.astimezone(UTC) == moment


_TODAY = date(2026, 3, 10)
_BOUNDS = (_TODAY, date(2025, 11, 30), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", "2026-03"),
        ("2025-11", "2025-11"),
        ("2026-12", "2026-12"),
        ("2025-10", "2025-11"),
        ("2027-01", "2026-12"),
        ("0001-01", "2025-11"),
        ("9999-12", "2026-12"),
        *(
            (text, "2026-03")
            for text in ("", "0000-13", "0000-01", "2026-13", "2026-00", "2026-3", "2026-03-01",
                         "٢٠٢٦-٠٣", "2026-03\n", " 2026-03", "-026-03", "März", "\x00", "9" * 5000)
        ),
    ],
)  # fmt: skip
def test_whatever_month_is_asked_for_one_between_the_bounds_is_shown(text: str, month: str) -> None:
    assert rules.first_of_month(text, *_BOUNDS) == date.fromisoformat(f"{month}-01")


def test_this_month_is_shown_where_there_is_no_meeting_in_it() -> None:
    past = date(2020, 1, 1)
    assert rules.first_of_month("", _TODAY, past, past) == date(2026, 3, 1)
    future = date(2030, 1, 1)
    assert rules.first_of_month("", _TODAY, future, future) == date(2026, 3, 1)


@pytest.mark.parametrize("year", range(2026, 2031))
def test_months_follow_each_other_and_have_each_day_once(year: int) -> None:
    month, days = date(year, 1, 1), []
    while month.year == year:
        weeks = rules.weeks_of(month)
        assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
        days += [day for week in weeks for day in week if day.month == month.month]
        assert rules.previous_month(rules.next_month(month)) == month
        month = rules.next_month(month)
    assert days == [date(year, 1, 1) + timedelta(days=n) for n in range(len(days))]
    assert days[-1] == date(year, 12, 31)

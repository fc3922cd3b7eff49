"""The only place that asks the clock, and the city's calendar day. No database."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from participation.core import clock


def test_clock_gives_this_moment_in_utc() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ((2026, 3, 9, 22, 59, 59), (2026, 3, 9)),
        ((2026, 3, 9, 23, 0, 0), (2026, 3, 10)),
        ((2026, 7, 9, 21, 59, 59), (2026, 7, 9)),
        ((2026, 7, 9, 22, 0, 0), (2026, 7, 10)),
        ((2026, 12, 31, 23, 0, 0), (2027, 1, 1)),
        # Summer time begins on 29 March and ends on 25 October, each at 1:00 UTC.
        ((2026, 3, 28, 23, 0, 0), (2026, 3, 29)),
        ((2026, 3, 29, 21, 59, 59), (2026, 3, 29)),
        ((2026, 3, 29, 22, 0, 0), (2026, 3, 30)),
        ((2026, 10, 24, 22, 0, 0), (2026, 10, 25)),
        ((2026, 10, 25, 22, 59, 59), (2026, 10, 25)),
        ((2026, 10, 25, 23, 0, 0), (2026, 10, 26)),
    ],
)
def test_day_begins_at_the_midnight_of_the_city(
    moment: tuple[int, ...], day: tuple[int, int, int]
) -> None:
    at = datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert clock.city_date(at) == date(*day)
    assert clock.city_date(at.astimezone(timezone(timedelta(hours=-9)))) == date(*day)


def test_clock_stands_still_only_within_the_block_even_if_it_fails() -> None:
    outer, inner = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    with clock.stopped_at(outer):
        with pytest.raises(RuntimeError), clock.stopped_at(inner):
            assert clock.now() == inner
            raise RuntimeError
        assert clock.now() == outer
    assert clock.now() > inner

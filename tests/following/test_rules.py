"""When digests are due, and what a link stops. No database."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from participation.core.clock import CITY_TIME
from participation.following import links
from participation.following.links import Stop, StopAll, StopGuest, StopThings
from participation.following.rules import (
    FREQUENCY_NAMES,
    Followed,
    Frequency,
    StopLinkInvalid,
    next_digest,
)


def here(text: str) -> datetime:
    """A moment by the city's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        (Frequency.DAILY, "2026-03-10T06:59", "2026-03-10T07:00"),
        (Frequency.DAILY, "2026-03-10T07:00", "2026-03-11T07:00"),
        (Frequency.DAILY, "2026-03-10T23:59", "2026-03-11T07:00"),
        # The clocks go forward on 29 March 2026 and back on 25 October 2026.
        (Frequency.DAILY, "2026-03-28T07:00", "2026-03-29T07:00"),
        (Frequency.DAILY, "2026-03-29T01:59", "2026-03-29T07:00"),
        (Frequency.DAILY, "2026-10-24T07:00", "2026-10-25T07:00"),
        (Frequency.DAILY, "2026-10-25T02:30", "2026-10-25T07:00"),
        (Frequency.WEEKLY, "2026-03-10T10:00", "2026-03-16T07:00"),
        (Frequency.WEEKLY, "2026-03-16T06:59", "2026-03-16T07:00"),
        (Frequency.WEEKLY, "2026-03-16T07:00", "2026-03-23T07:00"),
        (Frequency.WEEKLY, "2026-03-23T07:00", "2026-03-30T07:00"),
        (Frequency.WEEKLY, "2026-10-19T07:00", "2026-10-26T07:00"),
        (Frequency.AT_ONCE, "2026-03-10T10:00", "2026-03-10T10:00"),
        (Frequency.NEVER, "2026-03-10T10:00", "2026-03-10T10:00"),
    ],
)
def test_digest_comes_at_seven_by_the_citys_clocks(
    frequency: Frequency, now: str, due: str
) -> None:
    assert next_digest(frequency, here(now).astimezone(UTC), CITY_TIME) == here(due)


def test_there_is_one_digest_a_day_through_a_year_with_both_changes_of_the_clocks() -> None:
    now, days = here("2026-01-01T00:00").astimezone(UTC), []
    while now.astimezone(CITY_TIME).year == 2026:
        now = next_digest(Frequency.DAILY, now, CITY_TIME)
        days.append(now.astimezone(CITY_TIME))
    assert len(days) == 366  # the last one is of the next year
    assert {(day.hour, day.minute) for day in days} == {(7, 0)}
    gaps = [b.astimezone(UTC) - a.astimezone(UTC) for a, b in pairwise(days)]
    odd = [gap for gap in gaps if gap != timedelta(days=1)]
    assert odd == [timedelta(hours=23), timedelta(hours=25)]


def test_every_frequency_has_a_name() -> None:
    assert set(FREQUENCY_NAMES) == set(Frequency)


@pytest.mark.parametrize(
    "stop",
    [
        StopThings(7, ((Followed.TOPIC, 3), (Followed.DISTRICT, 5))),
        StopAll(7, Frequency.WEEKLY),
        StopGuest(3, "a" * 64),
    ],
)
def test_link_is_read_as_it_was_written_and_with_our_key_only(stop: Stop) -> None:
    token = links.write("one key", stop)
    assert links.read("one key", token) == stop
    for bad in ("", "x", token[:-1], token + "x", links.write("another key", stop)):
        with pytest.raises(StopLinkInvalid):
            links.read("one key", bad)

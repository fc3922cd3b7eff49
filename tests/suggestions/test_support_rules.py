"""Who counts as one supporter, and the collection period over both daylight-saving days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.accounts.rules import mailbox_key
from participation.core.clock import CITY_TIME
from participation.core.stamps import TooFast, Trapped, check_sending
from participation.suggestions import rules, support_rules
from participation.suggestions.rules import Facts, State
from tests.people import NOW

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("mara@example.org", "mara@example.org"),
        ("  Mara@Example.ORG ", "mara@example.org"),
        ("mara+stadt@example.org", "mara@example.org"),
        ("mara+a+b@example.org", "mara@example.org"),
        ("+tag@example.org", "+tag@example.org"),
        ("ma.ra@example.org", "ma.ra@example.org"),
        ("ma-ra@example.org", "ma-ra@example.org"),
        ("m.a.r.a@gmail.com", "mara@gmail.com"),
        ("M.Ara+x@googlemail.com", "mara@gmail.com"),
        ("mara@GMail.com.", "mara@gmail.com"),
        ("mara@gmail.com.example.org", "mara@gmail.com.example.org"),
        ("mara@grün.de", "mara@xn--grn-ioa.de"),
        ("mara@GRÜN.de", "mara@xn--grn-ioa.de"),
        ("mara@xn--grn-ioa.de", "mara@xn--grn-ioa.de"),
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("no address", "@no address"),
    ],
)
def test_aliases_of_one_mailbox_have_one_key(address: str, key: str) -> None:
    assert mailbox_key(address) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Jörg", "Weiß", "Hauptstr. 5", "55116"), ("JOERG", "weiss", "Hauptstraße 5", "55116")),
        (("Anna", "de la Cruz", "Rheinstrasse 2 a", "55118"), ("anna", "DeLaCruz", "Rheinstr.2A", "55118")),
        (("José", "Núñez", "Am  Fort-Weg 3", "55122"), ("Jose", "Nunez", "Am Fort Weg 3", "55122")),
    ],
)  # fmt: skip
def test_one_resident_is_recognised_however_it_is_written(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert support_rules.compared_resident(*one) == support_rules.compared_resident(*other)


@pytest.mark.parametrize(
    "other",
    [
        ("Jana", "Weiß", "Hauptstr. 5", "55116"),
        ("Jan", "Weiser", "Hauptstr. 5", "55116"),
        ("Jan", "Weiß", "Hauptstr. 51", "55116"),
        ("Jan", "Weiß", "Hauptstr. 5", "55118"),
        ("JanWeiß", "W", "Hauptstr. 5", "55116"),
        ("Ян", "Вайс", "Hauptstr. 5", "55116"),
        ("Jan", "Weiß", "Haupt-Strasser-Weg 5", "55116"),
    ],
)
def test_two_residents_stay_two(other: tuple[str, ...]) -> None:
    jan = ("Jan", "Weiß", "Hauptstr. 5", "55116")
    assert support_rules.compared_resident(*jan) != support_rules.compared_resident(*other)


def test_link_ends_after_two_days_or_with_the_period() -> None:
    far, near = NOW + timedelta(days=30), NOW + timedelta(hours=5)
    assert support_rules.link_ends(NOW, far) == NOW + timedelta(hours=48)
    assert support_rules.link_ends(NOW, near) == near


def test_machine_is_told_from_a_person_by_the_trap_and_the_time() -> None:
    check_sending(NOW, "", NOW + timedelta(seconds=3))
    with pytest.raises(Trapped):
        check_sending(NOW, "https://example.org", NOW + timedelta(minutes=1))
    for shown_at in (None, NOW, NOW + timedelta(minutes=1)):
        with pytest.raises(TooFast):
            check_sending(shown_at, "", NOW + timedelta(seconds=2))


#: Days on which the clocks change in Mainz (Directive 2000/84/EC: last Sundays of March and October).
CHANGES = [
    date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26),
    date(2028, 10, 29), date(2029, 3, 25), date(2029, 10, 28), date(2030, 3, 31), date(2030, 10, 27),
]  # fmt: skip
#: The clocks change one day, four weeks, and nearly eight weeks after the opening.
DAYS_BEFORE = [1, 28, 55]
TIMES = [(0, 0), (1, 59), (2, 30), (3, 0), (9, 0), (18, 45), (23, 59)]


def in_city(day: date, hour: int, minute: int, fold: int = 0) -> datetime:
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY_TIME, fold=fold)
    return moment.astimezone(UTC)


def wall(moment: datetime) -> tuple[date, int, int]:
    local = moment.astimezone(CITY_TIME)
    return local.date(), local.hour, local.minute


@pytest.mark.parametrize("change", CHANGES)
def test_these_are_the_days_on_which_clocks_change(change: date) -> None:
    day = in_city(change + timedelta(days=1), 0, 0) - in_city(change, 0, 0)
    assert day == timedelta(hours=23 if change.month == 3 else 25)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("days", DAYS_BEFORE)
@pytest.mark.parametrize("time", TIMES)
def test_period_ends_at_the_same_wall_time_after_the_clocks_changed(
    change: date, days: int, time: tuple[int, int]
) -> None:
    opens = in_city(change - timedelta(days=days), *time)
    closes = rules.closing_time(opens, 8, CITY_TIME)
    assert wall(closes) == (change + timedelta(days=56 - days), *time)
    hours = -1 if change.month == 3 else 1
    assert closes - opens == timedelta(weeks=8, hours=hours)


@pytest.mark.parametrize("change", [day for day in CHANGES if day.month == 10])
@pytest.mark.parametrize("fold", [0, 1])
def test_period_that_opens_in_the_doubled_hour_ends_at_that_wall_time(
    change: date, fold: int
) -> None:
    opens = in_city(change, 2, 30, fold)
    closes = rules.closing_time(opens, 8, CITY_TIME)
    assert wall(closes) == (change + timedelta(weeks=8), 2, 30)
    assert closes - opens == timedelta(weeks=8, hours=1 - fold)


@pytest.mark.parametrize("change", [day for day in CHANGES if day.month == 10])
def test_period_that_ends_in_the_doubled_hour_ends_the_second_time(change: date) -> None:
    """When the wall shows 02:30 twice, the second one counts: nobody loses an hour."""
    opens = in_city(change - timedelta(weeks=8), 2, 30)
    assert rules.closing_time(opens, 8, CITY_TIME) == in_city(change, 2, 30, fold=1)


@pytest.mark.parametrize("change", [day for day in CHANGES if day.month == 3])
def test_period_that_would_end_in_the_missing_hour_ends_an_hour_later_on_the_wall(
    change: date,
) -> None:
    """02:30 does not exist that day; the clock jumps from 02:00 to 03:00, so it is 03:30."""
    opens = in_city(change - timedelta(weeks=8), 2, 30)
    closes = rules.closing_time(opens, 8, CITY_TIME)
    assert wall(closes) == (change, 3, 30)
    assert closes - opens == timedelta(weeks=8)


@pytest.mark.parametrize("weeks", [1, 8, 52])
def test_period_without_a_change_is_as_long_as_it_says(weeks: int) -> None:
    opens = in_city(date(2026, 4, 1), 9, 0)
    closes = rules.closing_time(opens, weeks, CITY_TIME)
    assert wall(closes)[1:] == (9, 0)


def facts(opens: datetime, supports: int = 5) -> Facts:
    return Facts(
        State.COLLECTING, 1, None, supports, 200, opens, rules.closing_time(opens, 8, CITY_TIME)
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("days", "hour", "minute"), [(1, 9, 0), (28, 2, 30), (55, 23, 59), (56, 2, 30)]
)
def test_support_is_possible_from_the_first_second_to_the_last(
    change: date, days: int, hour: int, minute: int
) -> None:
    opens = in_city(change - timedelta(days=days), hour, minute)
    one = facts(opens)
    assert one.closes_at is not None
    for moment, is_open in [
        (opens - SECOND, False),
        (opens, True),
        (one.closes_at - SECOND, True),
        (one.closes_at, False),
        (one.closes_at + SECOND, False),
    ]:
        assert rules.can_support(one, moment) is is_open, moment
        state = State.EXPIRED if moment >= one.closes_at else State.COLLECTING
        assert rules.state_at(one, moment) is state
    assert rules.state_at(facts(opens, 200), one.closes_at) is State.QUORUM_REACHED

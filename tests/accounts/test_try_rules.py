"""How long one waits after failed sign-ins, and what a browser is called."""

from datetime import timedelta

import pytest

from participation.accounts.browsers import browser_and_system
from participation.accounts.try_rules import (
    LONGEST_WAIT,
    MAILBOX_WINDOW,
    Limit,
    Tries,
    has_to_wait,
    wait_after,
    with_one_more,
)
from tests.people import NOW

_LIMIT = Limit(5, MAILBOX_WINDOW)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10**6, 15)],
)
def test_person_waits_longer_and_longer_but_never_for_good(failures: int, minutes: int) -> None:
    assert wait_after(failures, 5) == timedelta(minutes=minutes)


def test_stranger_has_about_a_hundred_tries_a_day() -> None:
    now, tried = NOW, 0
    tries = Tries(0, NOW)
    while now < NOW + timedelta(days=1):
        tries = with_one_more(tries, _LIMIT, now)
        tried += 1
        now = tries.wait_until or now
    assert 90 < tried < 110


def test_count_begins_anew_after_its_window() -> None:
    old = Tries(40, NOW, NOW + LONGEST_WAIT)
    assert has_to_wait(old, NOW + LONGEST_WAIT - timedelta(seconds=1))
    assert not has_to_wait(old, NOW + LONGEST_WAIT)
    later = NOW + MAILBOX_WINDOW
    assert with_one_more(old, _LIMIT, later) == Tries(1, later)
    assert with_one_more(old, _LIMIT, later - timedelta(seconds=1)).failures == 41


_UA = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", ("Firefox", "Android")),
        (_UA.format("Windows NT 10.0; Win64; x64", "Chrome/140.0 Safari/537.36"), ("Chrome", "Windows")),
        (_UA.format("Windows NT 10.0", "Chrome/140.0 Safari/537.36 Edg/140.0"), ("Edge", "Windows")),
        (_UA.format("iPhone; CPU iPhone OS 18_0 like Mac OS X", "Version/18.0 Safari/604.1"),
         ("Safari", "iPhone")),
        (_UA.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.0 Safari/605.1"), ("Safari", "Mac")),
        (_UA.format("X11; Linux x86_64", "Chrome/140.0 Safari/537.36 OPR/120"), ("Opera", "Linux")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>" * 10_000, ("", "")),
    ],
)  # fmt: skip
def test_browser_is_called_what_people_call_it(said: str, names: tuple[str, str]) -> None:
    assert browser_and_system(said) == names

"""Who is told what."""

from datetime import timedelta

from participation.config import ROOT
from participation.notifications.rules import MOST_TRIES, NOTICES, next_try_after
from participation.suggestions.rules import PUBLIC_STATES, TRANSITIONS, State


def test_every_public_change_of_state_is_told() -> None:
    silent = {
        row.event
        for row in TRANSITIONS.values()
        if row.target in PUBLIC_STATES and row.event not in NOTICES
    }
    assert silent == set()


def test_only_public_changes_are_told_to_supporters() -> None:
    for event, notice in NOTICES.items():
        rows = [row for row in TRANSITIONS.values() if row.event == event]
        if notice.supporters and rows:
            assert all(row.target in PUBLIC_STATES for row in rows), event
    assert not NOTICES["suggestion:hidden"].supporters
    assert State.HIDDEN not in PUBLIC_STATES


def test_every_notice_has_its_words() -> None:
    folders = {path.name for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()}
    assert folders == {notice.template for notice in NOTICES.values()}
    for name in folders:
        for part in ("subject.txt", "body.txt"):
            assert (ROOT / "templates" / "emails" / name / part).read_text().strip()


def test_waiting_grows_up_to_half_a_day_and_ends_after_days() -> None:
    waits = [next_try_after(tries) for tries in range(1, MOST_TRIES + 1)]
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert max(waits) == timedelta(hours=12)
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=6)

"""The rules of suggestions, without a database: state × role × time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from participation.permissions import CLOCK, VISITOR, Actor, Permission, Role
from participation.suggestions import rules
from participation.suggestions.rules import TRANSITIONS, Facts, Need, State, Who

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
AUTHOR = Actor(1, frozenset({Role.RESIDENT}))
OTHER = Actor(2, frozenset({Role.RESIDENT}))
OFFICER = Actor(3, frozenset({Role.OFFICER}), frozenset({67}))
OTHER_OFFICER = Actor(4, frozenset({Role.OFFICER}), frozenset({61}))
COORDINATOR = Actor(5, frozenset({Role.COORDINATOR}))
BOARD = Actor(6, frozenset({Role.BOARD_MEMBER}))
ADMIN = Actor(7, frozenset({Role.ADMINISTRATOR}))
EVERYBODY = [VISITOR, AUTHOR, OTHER, OFFICER, OTHER_OFFICER, COORDINATOR, BOARD, ADMIN, CLOCK]
BASE = Facts(
    state=State.COLLECTING,
    author_id=1,
    department_id=67,
    supports=0,
    quorum=200,
    opens_at=NOW - timedelta(days=1),
    closes_at=NOW + timedelta(days=55),
)

#: From the domain's table: where each transition leads from, and who makes it.
EXPECTED: dict[str, tuple[set[str], str, list[Actor], set[str]]] = {
    "submit": ({"draft"}, "submitted", [AUTHOR], set()),
    "resubmit": ({"returned"}, "submitted", [AUTHOR], set()),
    "take": ({"submitted"}, "in_review", [COORDINATOR], {"department", "due_on"}),
    "return": ({"in_review"}, "returned", [COORDINATOR], {"public_text"}),
    "reject": ({"in_review"}, "rejected", [COORDINATOR], {"reason", "public_text"}),
    "publish": ({"in_review"}, "collecting", [COORDINATOR], set()),
    "reach_quorum": ({"collecting"}, "quorum_reached", [CLOCK], set()),
    "expire": ({"collecting"}, "expired", [CLOCK], set()),
    "strike_off": ({"quorum_reached"}, "collecting", [COORDINATOR], {"public_text"}),
    "council": ({"quorum_reached"}, "council", [COORDINATOR], {"reference", "meeting_on"}),
    "adopt": ({"council"}, "adopted", [COORDINATOR], {"public_text", "link"}),
    "partly_adopt": ({"council"}, "partly_adopted", [COORDINATOR], {"public_text", "link"}),
    "decline": ({"council"}, "declined", [COORDINATOR], {"public_text", "link"}),
    "implement": (
        {"adopted", "partly_adopted"}, "implementing", [OFFICER, COORDINATOR], {"public_text"},
    ),
    "finish": ({"implementing"}, "done", [OFFICER, COORDINATOR], {"public_text"}),
    "withdraw": (
        {"draft", "submitted", "in_review", "returned", "collecting"}, "withdrawn", [AUTHOR], set(),
    ),
    "merge": ({"in_review", "collecting"}, "merged", [COORDINATOR], {"target", "public_text"}),
    "hide": (
        {
            "submitted", "in_review", "rejected", "collecting", "quorum_reached", "expired", "council",
            "adopted", "declined", "partly_adopted", "implementing", "done",
        },
        "hidden", [COORDINATOR], {"hide_reason", "internal_text"},
    ),
}  # fmt: skip


def facts_for(name: str, state: State) -> Facts:
    """Facts in which only state and actor can stand in the way of the transition."""
    facts = replace(BASE, state=state)
    if name == "reach_quorum":
        return replace(facts, supports=200)
    if name == "expire":
        return replace(facts, closes_at=NOW)
    return facts


def everything() -> Iterable[Need]:
    return list(Need)


def test_table_is_the_domains_table() -> None:
    assert set(TRANSITIONS) == set(EXPECTED)
    for name, (sources, target, _, needs) in EXPECTED.items():
        row = TRANSITIONS[name]
        assert {state.value for state in row.sources} == sources, name
        assert row.target.value == target, name
        assert {need.value for need in row.needs} == needs, name
        assert row.event.startswith("suggestion:")


@pytest.mark.parametrize("name", TRANSITIONS)
def test_transition_is_made_from_its_states_by_its_people_only(name: str) -> None:
    row = TRANSITIONS[name]
    allowed_people = EXPECTED[name][2]
    for state in State:
        for actor in EVERYBODY:
            facts = facts_for(name, state)
            may = actor in allowed_people
            if may and state in row.sources:
                rules.check_move(row, facts, actor, everything(), NOW)
            else:
                refusal = rules.NotNow if may else rules.NotYours
                with pytest.raises(refusal):
                    rules.check_move(row, facts, actor, everything(), NOW)


@pytest.mark.parametrize("name", [name for name, row in TRANSITIONS.items() if row.needs])
def test_transition_is_refused_when_one_of_its_needs_is_missing(name: str) -> None:
    row = TRANSITIONS[name]
    state = sorted(row.sources)[0]
    actor = EXPECTED[name][2][0]
    for missing in row.needs:
        given = [need for need in Need if need is not missing]
        with pytest.raises(rules.SomethingMissing) as caught:
            rules.check_move(row, facts_for(name, state), actor, given, NOW)
        assert caught.value.needs == (missing,)


def test_every_state_can_be_reached_and_left_as_the_domain_says() -> None:
    targets = {row.target for row in TRANSITIONS.values()}
    assert targets == set(State) - {State.DRAFT}
    left = {state for row in TRANSITIONS.values() if row.name != "hide" for state in row.sources}
    final = {State.REJECTED, State.HIDDEN, State.EXPIRED, State.DECLINED, State.DONE,
             State.WITHDRAWN, State.MERGED}  # fmt: skip
    assert set(State) - left == final


def test_author_cannot_withdraw_what_somebody_supports() -> None:
    facts = replace(BASE, supports=1)
    with pytest.raises(rules.AlreadySupported):
        rules.check_move(TRANSITIONS["withdraw"], facts, AUTHOR, [], NOW)


@pytest.mark.parametrize(
    ("supports", "after_closing", "expected"),
    [
        (0, False, State.COLLECTING), (199, False, State.COLLECTING),
        (200, False, State.QUORUM_REACHED), (250, False, State.QUORUM_REACHED),
        (0, True, State.EXPIRED), (199, True, State.EXPIRED), (200, True, State.QUORUM_REACHED),
    ],
)  # fmt: skip
def test_count_and_clock_decide_what_a_collecting_suggestion_is(
    supports: int, after_closing: bool, expected: State
) -> None:
    closes = NOW if after_closing else NOW + timedelta(microseconds=1)
    facts = replace(BASE, supports=supports, closes_at=closes)
    assert rules.state_at(facts, NOW) is expected


@pytest.mark.parametrize("state", [state for state in State if state is not State.COLLECTING])
def test_clock_changes_no_other_state(state: State) -> None:
    facts = replace(BASE, state=state, supports=500, closes_at=NOW)
    assert rules.state_at(facts, NOW) is state


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_resident_can_support_within_the_half_open_period_only(seconds: int) -> None:
    opens, closes = NOW, NOW + timedelta(weeks=8)
    facts = replace(BASE, opens_at=opens, closes_at=closes)
    step = timedelta(seconds=seconds)
    assert rules.can_support(facts, opens + step) is (seconds >= 0)
    assert rules.can_support(facts, closes + step) is (seconds < 0)


@pytest.mark.parametrize("state", list(State))
def test_support_is_open_while_collecting_and_until_the_council_has_it(state: State) -> None:
    expected = state in (State.COLLECTING, State.QUORUM_REACHED)
    assert rules.can_support(replace(BASE, state=state), NOW) is expected


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        # 8 weeks over the change to summer time (29 March 2026) and to winter time (25 October 2026):
        # the wall time stays, the number of hours does not.
        (datetime(2026, 2, 10, 18, 0, tzinfo=BERLIN), datetime(2026, 4, 7, 18, 0, tzinfo=BERLIN)),
        (datetime(2026, 9, 15, 18, 0, tzinfo=BERLIN), datetime(2026, 11, 10, 18, 0, tzinfo=BERLIN)),
        (datetime(2026, 5, 5, 9, 30, tzinfo=BERLIN), datetime(2026, 6, 30, 9, 30, tzinfo=BERLIN)),
    ],
)
def test_collection_period_ends_at_the_same_wall_time(opens: datetime, closes: datetime) -> None:
    end = rules.closing_time(opens.astimezone(UTC), 8, BERLIN)
    assert end == closes.astimezone(UTC)
    assert end.tzinfo is UTC


@pytest.mark.parametrize("state", list(State))
def test_who_may_read_follows_from_the_state(state: State) -> None:
    facts = replace(BASE, state=state)
    public = state in rules.PUBLIC_STATES
    for actor in (VISITOR, OTHER, BOARD, ADMIN):
        assert rules.may_read(facts, actor) is public
    assert rules.may_read(facts, AUTHOR)
    authors_only = state in (State.DRAFT, State.RETURNED, State.WITHDRAWN)
    for staff in (OFFICER, COORDINATOR):
        assert rules.may_read(facts, staff) is not authors_only
    assert rules.may_read(facts, OTHER_OFFICER) is public


@pytest.mark.parametrize("state", list(State))
def test_only_the_assigned_department_and_coordinators_answer_public_suggestions(
    state: State,
) -> None:
    facts = replace(BASE, state=state)
    answerable = state in rules.PUBLIC_STATES - {State.REJECTED, State.MERGED}
    for actor in EVERYBODY:
        expected = answerable and actor in (OFFICER, COORDINATOR)
        assert rules.may_answer(facts, actor, NOW) is expected, actor


def test_unassigned_suggestion_is_nobodys_but_the_coordinators() -> None:
    facts = replace(BASE, department_id=None)
    assert not rules.is_assigned(facts, Actor(8, frozenset({Role.OFFICER})))
    assert rules.is_assigned(facts, COORDINATOR)


def test_clock_moves_belong_to_the_clock_alone() -> None:
    for row in TRANSITIONS.values():
        assert (row.permission is Permission.SUGGESTION_CLOSE) is (row.who is Who.CLOCK)


def test_days_left_are_calendar_days_of_the_city() -> None:
    closes = datetime(2026, 3, 11, 0, 30, tzinfo=BERLIN)
    assert rules.days_left(closes, datetime(2026, 3, 10, 23, 59, tzinfo=BERLIN), BERLIN) == 1
    assert rules.days_left(closes, datetime(2026, 3, 11, 0, 1, tzinfo=BERLIN), BERLIN) == 0

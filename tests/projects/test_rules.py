"""Words and timeline of a project sheet. No database."""

from datetime import date, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.permissions import VISITOR, Actor, Role
from participation.projects import rules
from participation.projects.rules import Step, participation_steps

_TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("names", "states"),
    [
        (rules.PARTICIPATION_NAMES, rules.Participation),
        (rules.IMPLEMENTATION_NAMES, rules.Implementation),
        (rules.LEVEL_NAMES, rules.Level),
        (rules.FORM_NAMES, rules.Form),
        (rules.PARTICIPATION_SLUGS, rules.Participation),
        (rules.IMPLEMENTATION_SLUGS, rules.Implementation),
    ],
)
def test_reader_finds_a_different_word_for_each_state(
    names: dict[StrEnum, str], states: type[StrEnum]
) -> None:
    assert set(names) == set(states)
    assert len(set(names.values())) == len(names)


def test_participation_and_implementation_are_the_states_of_the_domain() -> None:
    assert [state.value for state in rules.Participation] == ["planned", "running", "completed"]
    assert [state.value for state in rules.Implementation] == [
        "planning",
        "running",
        "completed",
        "cancelled",
    ]


@pytest.mark.parametrize(
    ("first", "last", "phase"),
    [
        (_TODAY, _TODAY, "now"),
        (_TODAY - timedelta(days=1), _TODAY, "now"),
        (_TODAY, _TODAY + timedelta(days=1), "now"),
        (_TODAY - timedelta(days=1), _TODAY - timedelta(days=1), "done"),
        (_TODAY + timedelta(days=1), _TODAY + timedelta(days=1), "next"),
        (_TODAY - timedelta(days=9), _TODAY + timedelta(days=9), "now"),
    ],
)
def test_reader_sees_what_is_over_what_runs_and_what_comes(
    first: date, last: date, phase: str
) -> None:
    assert participation_steps([(first, last)], [], _TODAY) == [Step(phase, first, last)]
    meeting = (first, last, "Forum", "de", "Schloss", "forum", True)
    assert participation_steps([], [meeting], _TODAY) == [Step(phase, *meeting)]


def test_meeting_stands_for_the_phase_that_begins_on_its_day() -> None:
    meeting = (_TODAY, _TODAY, "Forum", "de", "Schloss", "forum", False)
    later = (_TODAY + timedelta(days=1), _TODAY + timedelta(days=5))
    steps = participation_steps([(_TODAY, _TODAY), later], [meeting], _TODAY)
    assert steps == [Step("now", *meeting), Step("next", *later)]


def test_two_meetings_on_one_day_are_both_there() -> None:
    meetings = [(_TODAY, _TODAY, title, "de", "", "x", False) for title in ("Forum", "Ausstellung")]
    steps = participation_steps([(_TODAY, _TODAY)], meetings, _TODAY)
    assert [step.title for step in steps] == ["Ausstellung", "Forum"]


def test_project_without_dates_has_no_timeline() -> None:
    assert participation_steps([], [], _TODAY) == []


def test_phase_with_a_title_stays_beside_a_meeting_on_its_day() -> None:
    meeting = (_TODAY, _TODAY, "Forum", "de", "Schloss")
    titled = (_TODAY, _TODAY + timedelta(days=5), "Ideen sammeln", "de")
    steps = participation_steps([], [meeting], _TODAY, [titled])
    assert steps == [Step("now", *meeting), Step("now", *titled)]


def _actor(*roles: Role, departments: tuple[int, ...] = ()) -> Actor:
    return Actor(1, frozenset(roles), frozenset(departments))


@pytest.mark.parametrize(
    ("actor", "edits_theirs", "edits_others", "creates"),
    [
        (VISITOR, False, False, False),
        (_actor(Role.RESIDENT), False, False, False),
        (_actor(Role.BOARD_MEMBER), False, False, False),
        (_actor(Role.ADMINISTRATOR), False, False, False),
        (_actor(Role.OFFICER), False, False, False),
        (_actor(Role.OFFICER, departments=(7,)), True, False, True),
        (_actor(Role.OFFICER, departments=(7, 8)), True, True, True),
        (_actor(Role.COORDINATOR), True, True, True),
        (_actor(Role.RESIDENT, departments=(7,)), False, False, False),
        (Actor(None, frozenset({Role.COORDINATOR})), False, False, False),
    ],
)
def test_officer_edits_the_own_departments_sheets_and_coordinator_all(
    actor: Actor, edits_theirs: bool, edits_others: bool, creates: bool
) -> None:
    assert rules.may_edit({7}, actor) is edits_theirs
    assert rules.may_edit({8}, actor) is edits_others
    assert rules.may_create(actor) is creates


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 3, 10), date(2026, 6, 10)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 6, 30)),
        (date(2026, 12, 1), date(2027, 3, 1)),
    ],
)
def test_sheet_is_due_three_months_later(today: date, due: date) -> None:
    assert rules.next_review(today) == due


def test_sheet_is_stale_when_its_review_day_is_over() -> None:
    assert not rules.is_stale(_TODAY, _TODAY)
    assert rules.is_stale(_TODAY - timedelta(days=1), _TODAY)


@pytest.mark.parametrize("participation", [None, *rules.Participation])
@pytest.mark.parametrize("implementation", [None, *rules.Implementation])
def test_project_is_finished_when_either_state_says_so(
    participation: rules.Participation | None, implementation: rules.Implementation | None
) -> None:
    expected = participation == "completed" or implementation in ("completed", "cancelled")
    assert rules.is_finished(participation, implementation) is expected


_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_PERIODS = st.lists(st.tuples(_DAYS, _DAYS).map(lambda pair: (min(pair), max(pair))), unique=True)


@given(_PERIODS, _PERIODS)
def test_timeline_is_in_order_and_loses_no_day(
    phases: list[tuple[date, date]], meetings: list[tuple[date, date]]
) -> None:
    steps = participation_steps(
        phases, [(*one, "Forum", "de", "", "x", False) for one in meetings], _TODAY
    )
    assert [step.first for step in steps] == sorted(step.first for step in steps)
    assert {step.first for step in steps} == {first for first, _ in [*phases, *meetings]}
    assert sum(bool(step.title) for step in steps) == len(meetings)
    order = [step.phase for step in steps if step.first == step.last]
    assert order == sorted(order, key=["done", "now", "next"].index)


@pytest.mark.parametrize(
    ("done", "later", "first", "last"),
    [
        (0, 3, 0, 2),
        (12, 0, 0, 11),
        (30, 0, 18, 29),
        (30, 3, 21, 32),
        (30, 30, 26, 37),
        (2, 30, 0, 11),
    ],
)
def test_long_timeline_shows_the_steps_around_today(
    done: int, later: int, first: int, last: int
) -> None:
    days = [_TODAY + timedelta(days=number - done) for number in range(done + later)]
    steps = participation_steps([(day, day) for day in days], [], _TODAY)
    assert rules.nearest_steps(steps) == steps[first : last + 1]
    assert rules.nearest_steps([]) == []

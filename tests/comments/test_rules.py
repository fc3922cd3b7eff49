"""Who may do what with a comment, when. No database."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from participation.comments import rules
from participation.comments.rules import Facts, State, Subject, SubjectKind
from participation.core import stamps
from participation.permissions import VISITOR, Actor, Role

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AUTHOR, OTHER, OFFICER, FOREIGN, KIM = 1, 2, 3, 4, 5


def actor(person_id: int, *roles: Role, departments: frozenset[int] = frozenset()) -> Actor:
    return Actor(person_id, frozenset(roles), departments)


ACTORS = {
    "visitor": VISITOR,
    "author": actor(AUTHOR, Role.RESIDENT),
    "other": actor(OTHER, Role.RESIDENT),
    "officer": actor(OFFICER, Role.OFFICER, departments=frozenset({67})),
    "foreign officer": actor(FOREIGN, Role.OFFICER, departments=frozenset({61})),
    "coordinator": actor(KIM, Role.COORDINATOR),
    "board member": actor(6, Role.BOARD_MEMBER),
    "administrator": actor(7, Role.ADMINISTRATOR),
}
SUBJECT = Subject(
    kind=SubjectKind.SUGGESTION, id=1, key="1", title="x", language="de",
    departments=frozenset({67}), author_id=None, is_public=True, thread_id=None, count=0,
)  # fmt: skip
FACTS = Facts(State.VISIBLE, AUTHOR, is_reply=False, created_at=NOW)


def those(allowed: object) -> set[str]:
    """The names of the actors for whom the rule says yes."""
    return {name for name, one in ACTORS.items() if allowed(one)}  # type: ignore[operator]


def test_state_is_read_from_two_moments() -> None:
    assert rules.state_of(None, None) is State.VISIBLE
    assert rules.state_of(None, NOW) is State.HIDDEN
    assert rules.state_of(NOW, None) is State.DELETED
    assert rules.state_of(NOW, NOW) is State.DELETED


def test_residents_and_those_who_answer_write() -> None:
    may = those(lambda one: rules.may_write(SUBJECT, one))
    assert may == {"author", "other", "officer", "coordinator"}


def test_nobody_writes_on_what_is_not_public() -> None:
    hidden = replace(SUBJECT, is_public=False)
    assert those(lambda one: rules.may_write(hidden, one)) == set()


def test_only_who_answers_speaks_for_the_city() -> None:
    assert those(lambda one: rules.speaks_for_the_city(SUBJECT, one)) == {"officer", "coordinator"}
    assert rules.department_of(SUBJECT, ACTORS["officer"]) == 67
    assert rules.department_of(SUBJECT, ACTORS["coordinator"]) is None
    assert rules.department_of(SUBJECT, ACTORS["other"]) is None


def test_officer_who_lives_in_the_city_is_a_resident_elsewhere() -> None:
    both = actor(8, Role.OFFICER, Role.RESIDENT, departments=frozenset({61}))
    assert rules.may_write(SUBJECT, both)
    assert not rules.speaks_for_the_city(SUBJECT, both)


def test_nobody_is_official_about_the_own_suggestion() -> None:
    both = actor(9, Role.COORDINATOR, Role.RESIDENT)
    own = replace(SUBJECT, author_id=9)
    assert rules.may_write(own, both)
    assert not rules.speaks_for_the_city(own, both)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("is_reply", [False, True])
def test_replies_go_one_level_deep_and_to_what_can_be_read(state: State, is_reply: bool) -> None:
    parent = replace(FACTS, state=state, is_reply=is_reply)
    may = those(lambda one: rules.may_reply(SUBJECT, parent, one))
    possible = state is State.VISIBLE and not is_reply
    assert may == ({"author", "other", "officer", "coordinator"} if possible else set())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("after", "is_early"),
    [
        (timedelta(0), True), (rules.EDIT_TIME - SECOND, True),
        (rules.EDIT_TIME - timedelta(microseconds=1), True),
        (rules.EDIT_TIME, False), (rules.EDIT_TIME + SECOND, False),
    ],
)  # fmt: skip
def test_author_edits_for_five_minutes(state: State, after: timedelta, is_early: bool) -> None:
    facts = replace(FACTS, state=state)
    may = those(lambda one: rules.may_edit(facts, one, NOW + after))
    assert may == ({"author"} if is_early and state is State.VISIBLE else set())


@pytest.mark.parametrize("state", State)
def test_author_deletes_what_is_not_deleted(state: State) -> None:
    may = those(lambda one: rules.may_delete(replace(FACTS, state=state), one))
    assert may == (set() if state is State.DELETED else {"author"})


@pytest.mark.parametrize("state", State)
def test_everybody_else_with_an_account_reports_what_can_be_read(state: State) -> None:
    may = those(lambda one: rules.may_report(replace(FACTS, state=state), one))
    everybody = set(ACTORS) - {"visitor", "author"}
    assert may == (everybody if state is State.VISIBLE else set())


def test_coordinator_decides_but_not_about_the_own_text() -> None:
    assert those(lambda one: rules.may_moderate(FACTS, one)) == {"coordinator"}
    assert those(lambda one: rules.may_moderate(replace(FACTS, author_id=KIM), one)) == set()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("kein Link, nur www und http", 0), ("https://a.example http://b.example", 2),
        ("www.a.example", 1), ("[a](https://www.a.example) [b](b.example)", 2),
        ("HTTPS://A.EXAMPLE", 1), ("mailto:x@a.example <https://a.example>", 2),
        ("<a@b.example> <A@B.example> <mailto:a@b.example>", 3), ("a < b@c.example", 0),
        ("Ein [Text] (in Klammern)", 0), ("a](http://x ](www.y ](z", 3),
    ],
)  # fmt: skip
def test_links_are_counted_once_however_they_are_written(text: str, links: int) -> None:
    assert rules.links_in(text) == links


@pytest.mark.parametrize(
    "part", ["](", "](   ", "http", "https://", "www.", "[a](", "mailto:", " ", "<", "<a", "<a@"]
)
def test_counting_links_takes_no_time_even_in_huge_texts(part: str) -> None:
    text = part * (50_000 // len(part))
    began = time.perf_counter()
    rules.links_in(text)
    assert time.perf_counter() - began < 0.2


def test_more_links_than_allowed_are_refused() -> None:
    rules.check_links("https://a.example " * rules.MOST_LINKS)
    with pytest.raises(rules.TooManyLinks):
        rules.check_links("https://a.example " * (rules.MOST_LINKS + 1))


def test_form_that_is_sent_too_soon_or_with_the_trap_filled_is_refused() -> None:
    rules.check_sending(NOW, "", NOW + rules.SHORTEST_WRITING)
    for shown_at in (NOW, NOW + SECOND, None):
        with pytest.raises(rules.TooFast):
            rules.check_sending(shown_at, "", NOW + rules.SHORTEST_WRITING - SECOND)
    with pytest.raises(rules.Trapped):
        rules.check_sending(NOW, "x", NOW + timedelta(hours=1))


def test_stamp_belongs_to_one_person_and_cannot_be_made_up() -> None:
    key = "a key that is only good for tests, long enough"
    stamp = stamps.write(key, "comment", AUTHOR, NOW)
    assert stamps.read(key, "comment", stamp, AUTHOR) == NOW
    assert stamps.read(key, "another", stamp, AUTHOR) is None
    assert stamps.read(key, "comment", stamp, OTHER) is None
    assert stamps.read("another key that is long enough too", "comment", stamp, AUTHOR) is None
    for forged in ("", None, stamp[:-1], f"{stamp}x", "[1,2]", "\x00", "x" * 60_000):
        assert stamps.read(key, "comment", forged, AUTHOR) is None

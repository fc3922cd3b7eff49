"""Who hears of what, and why: the rule as a table. No database."""

import pytest

from participation.following.rules import Followed
from participation.notifications.rules import (
    LINES,
    NOTICES,
    About,
    Standing,
    Why,
    is_announced,
    is_collected,
    line_of,
    reasons,
    to_stop,
)

_SUGGESTION = About(
    is_public=True, suggestion_id=1, author_id=10, topics=frozenset({3}), districts=frozenset({5})
)
_PROJECT = About(is_public=True, project_id=2, topics=frozenset({3, 4}), districts=frozenset({5}))
_HIDDEN = About(is_public=False, suggestion_id=1, author_id=10)
_AUTHOR = Standing(10)
_SILENT = Standing(10, silenced=frozenset({1}))
_SUPPORTER = Standing(11, supports=frozenset({1}))
_FOLLOWER = Standing(12, follows=frozenset({(Followed.SUGGESTION, 1), (Followed.PROJECT, 2)}))
_AROUND = Standing(13, follows=frozenset({(Followed.TOPIC, 3), (Followed.DISTRICT, 5)}))
_ALL = Standing(10, follows=_FOLLOWER.follows | _AROUND.follows, supports=_SUPPORTER.supports)
_OTHER = Standing(
    14, follows=frozenset({(Followed.SUGGESTION, 2), (Followed.PROJECT, 1), (Followed.TOPIC, 9)})
)


@pytest.mark.parametrize(
    ("event", "about", "standing", "expected"),
    [
        ("suggestion:answered", _SUGGESTION, _AUTHOR, [Why.AUTHOR]),
        ("suggestion:answered", _SUGGESTION, _SILENT, []),
        ("suggestion:answered", _SUGGESTION, _SUPPORTER, [Why.SUPPORTER]),
        ("suggestion:answered", _SUGGESTION, _FOLLOWER, [Why.SUGGESTION]),
        ("suggestion:answered", _SUGGESTION, _AROUND, []),
        ("suggestion:answered", _SUGGESTION, _OTHER, []),
        ("suggestion:answered", _SUGGESTION, _ALL, [Why.AUTHOR, Why.SUPPORTER, Why.SUGGESTION]),
        ("suggestion:answered", _HIDDEN, _AUTHOR, [Why.AUTHOR]),
        ("suggestion:answered", _HIDDEN, _SUPPORTER, []),
        ("suggestion:answered", _HIDDEN, _FOLLOWER, []),
        ("suggestion:supports_struck", _SUGGESTION, _SUPPORTER, []),
        ("suggestion:addition_written", _SUGGESTION, _AUTHOR, []),
        ("suggestion:addition_written", _SUGGESTION, _SUPPORTER, [Why.SUPPORTER]),
        ("suggestion:published", _SUGGESTION, _AUTHOR, []),  # that one is no news, but owed
        ("suggestion:published", _SUGGESTION, _ALL, []),
        ("suggestion:published", _SUGGESTION, _AROUND, [Why.TOPIC, Why.DISTRICT]),
        ("suggestion:published", _SUGGESTION, _FOLLOWER, []),
        ("project:changed", _PROJECT, _FOLLOWER, [Why.PROJECT]),
        ("project:changed", _PROJECT, _AROUND, []),
        ("project:published", _PROJECT, _AROUND, [Why.TOPIC, Why.DISTRICT]),
        ("meeting:created", _PROJECT, _AROUND, [Why.TOPIC, Why.DISTRICT]),
        ("meeting:created", _PROJECT, _FOLLOWER, [Why.PROJECT]),
        ("meeting:cancelled", _PROJECT, _AROUND, []),
        ("comment:written", _PROJECT, _FOLLOWER, [Why.PROJECT]),
        ("comment:written", _SUGGESTION, _ALL, [Why.AUTHOR, Why.SUPPORTER, Why.SUGGESTION]),
    ],
)
def test_person_hears_for_these_reasons(
    event: str, about: About, standing: Standing, expected: list[Why]
) -> None:
    found = reasons(NOTICES[event], about, standing, actor_id=99)
    assert [why for why, _ in found] == expected


def test_nobody_hears_what_they_did_themselves_but_of_their_own_suggestion() -> None:
    for standing, expected in (
        (_SUPPORTER, [Why.SUPPORTER]),
        (_FOLLOWER, []),
        (_AUTHOR, [Why.AUTHOR]),
    ):
        found = reasons(NOTICES["suggestion:answered"], _SUGGESTION, standing, standing.person_id)
        assert [why for why, _ in found] == expected


def test_stopping_ends_the_thing_itself_once_or_else_what_is_around_it() -> None:
    every = reasons(NOTICES["suggestion:answered"], _SUGGESTION, _ALL, None)
    assert to_stop(every) == ((Followed.SUGGESTION, 1),)
    around = reasons(NOTICES["project:published"], _PROJECT, _AROUND, None)
    assert to_stop(around) == ((Followed.TOPIC, 3), (Followed.DISTRICT, 5))


def test_every_news_has_its_line_for_digests() -> None:
    for event, notice in NOTICES.items():
        if notice.is_news:
            assert line_of(event, {}), event
    assert set(LINES) <= set(NOTICES)
    assert "Ergebnis" in line_of("project:changed", {"fields": ["de.result"]})
    assert "Ergebnis" not in line_of("project:changed", {"fields": ["cost"]})


def test_small_and_imported_changes_wait_for_the_morning() -> None:
    changed, phase = NOTICES["project:changed"], NOTICES["project:phase_began"]
    assert is_collected(changed, imported=False, first_result=False)
    assert not is_collected(changed, imported=False, first_result=True)
    assert is_collected(changed, imported=True, first_result=True)
    assert not is_collected(phase, imported=False, first_result=False)
    assert is_announced("project:created", imported=True)
    assert not is_announced("project:created", imported=False)

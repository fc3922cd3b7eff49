"""Striking supports off in the database; both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotFound
from participation.permissions import VISITOR, Actor, Role
from participation.suggestions import (
    guest_support,
    queries,
    rules,
    service,
    striking,
    support,
    support_queries,
)
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import Need, State
from participation.suggestions.service import Given
from participation.suggestions.support_models import Support
from participation.suggestions.support_queries import PAGE_SIZE
from participation.suggestions.support_rules import NothingToStrike, SupportStruck
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_answer,
    make_suggestion,
    make_supporters,
    resident,
)
from tests.people import JONAS, KIM, MARA, NOW, make_person
from tests.suggestions.guest_steps import (
    ask,
    assert_count_is_true,
    events,
    link_of,
    support_as_guest,
)

pytestmark = pytest.mark.usefixtures("session")

GIVEN = Given(public_text=LONG_ENOUGH, internal_text="Alle aus demselben Haus.")


def keys_of(suggestion: Suggestion) -> list[int]:
    found = sa.select(Support.id).filter_by(suggestion_id=suggestion.id).order_by(Support.id)
    return list(db.session.scalars(found))


def strike(
    suggestion: Suggestion,
    keys: Sequence[int],
    now: datetime = NOW,
    actor: Actor | None = None,
    given: Given = GIVEN,
) -> int:
    who = actor or coordinator()
    count = striking.strike(suggestion.id, keys, who, now, TERMS, given)
    assert_count_is_true(suggestion.id)
    return count


def test_count_falls_by_exactly_what_was_struck_off_and_is_noted_with_number_and_day() -> None:
    suggestion = make_suggestion(supports=5)
    assert strike(suggestion, keys_of(suggestion)[:2]) == 2
    assert (suggestion.supports, suggestion.state) == (3, State.COLLECTING)
    step = queries.moves_of(suggestion.id)[-1]
    assert (step.transition, step.struck, step.at) == ("strike_off", 2, NOW)
    assert (step.public_text, step.internal_text) == (GIVEN.public_text, GIVEN.internal_text)
    assert step.actor_id == make_person(KIM).id
    assert events("suggestion:supports_struck") == 1


def test_state_falls_back_when_the_quorum_is_missed_and_no_motion_exists() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=3)
    strike(suggestion, keys_of(suggestion)[:1])
    assert (suggestion.supports, suggestion.state) == (2, State.COLLECTING)
    assert events("suggestion:fell_back") == 1
    assert events("suggestion:supports_struck") == 0
    assert suggestion.due_on == TERMS.answer_due(suggestion.published_at)
    step = queries.moves_of(suggestion.id)[-1]
    assert (step.struck, step.internal_text) == (1, GIVEN.internal_text)


def test_state_stays_while_the_quorum_is_reached_without_them() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=3)
    support_as_guest(suggestion.id)
    strike(suggestion, keys_of(suggestion)[:1])
    assert (suggestion.supports, suggestion.state) == (3, State.QUORUM_REACHED)
    assert events("suggestion:fell_back") == 0


def test_quorum_can_be_reached_again_and_is_a_new_event() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=3)
    strike(suggestion, keys_of(suggestion)[:1])
    support_as_guest(suggestion.id)
    assert suggestion.state is State.QUORUM_REACHED
    assert events("suggestion:quorum_reached") == 2


def test_fallen_back_suggestion_expires_if_its_period_is_over() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=3)
    late = suggestion.closes_at + timedelta(days=2)
    strike(suggestion, keys_of(suggestion)[:1], late)
    assert suggestion.state is State.EXPIRED
    assert (events("suggestion:fell_back"), events("suggestion:expired")) == (1, 1)
    assert suggestion.due_on == TERMS.answer_due(suggestion.closes_at)


def test_answered_suggestion_that_falls_back_has_no_promise_left() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=2)
    make_answer(suggestion, NOW)
    strike(suggestion, keys_of(suggestion)[:1])
    assert suggestion.due_on is None


@pytest.mark.parametrize(
    "state", [State.COUNCIL, State.ADOPTED, State.DECLINED, State.IMPLEMENTING, State.DONE]
)
def test_from_the_council_on_only_the_count_falls(state: State) -> None:
    suggestion = make_suggestion(state, quorum=3)
    strike(suggestion, keys_of(suggestion)[:2])
    assert (suggestion.supports, suggestion.state) == (1, state)
    assert queries.moves_of(suggestion.id)[-1].struck == 2


def test_clock_is_asked_before_the_count_falls() -> None:
    """Who missed the quorum by the end has missed it; striking off changes only the count."""
    suggestion = make_suggestion(supports=3)
    strike(suggestion, keys_of(suggestion)[:1], suggestion.closes_at)
    assert (suggestion.supports, suggestion.state) == (2, State.EXPIRED)


def test_struck_support_cannot_be_given_again_either_way() -> None:
    suggestion = make_suggestion()
    mara = make_person(MARA).actor
    support.give(suggestion.id, mara, NOW, TERMS, wants_mail=True)
    support_as_guest(suggestion.id, wants_mail=True)
    strike(suggestion, keys_of(suggestion))
    with pytest.raises(SupportStruck):
        support.give(suggestion.id, mara, NOW, TERMS, wants_mail=False)
    with pytest.raises(SupportStruck):
        guest_support.confirm(ask(suggestion.id), NOW, TERMS)
    with pytest.raises(SupportStruck):
        guest_support.confirm(ask(suggestion.id, MARA.email), NOW, TERMS)
    assert support_queries.guests_to_tell(suggestion.id) == []
    assert db.session.scalars(support_queries.supporters_to_tell(suggestion.id)).all() == []
    assert assert_count_is_true(suggestion.id) == 0


def test_struck_person_with_another_mailbox_is_not_counted() -> None:
    suggestion = make_suggestion()
    support_as_guest(suggestion.id, last_name="Groß")
    strike(suggestion, keys_of(suggestion))
    guest_support.confirm(ask(suggestion.id, "x@example.org", last_name="Groß"), NOW, TERMS)
    assert assert_count_is_true(suggestion.id) == 0


def test_withdrawing_does_not_bring_a_struck_support_back_into_play() -> None:
    suggestion = make_suggestion(supports=1)
    support_as_guest(suggestion.id)
    strike(suggestion, keys_of(suggestion))
    assert not guest_support.take_back(link_of(suggestion.id), NOW)
    first = resident(make_supporters(1)[0])
    assert not support.take_back(suggestion.id, first, NOW, TERMS)
    assert len(keys_of(suggestion)) == 2


def test_striking_the_same_again_is_refused_and_changes_nothing() -> None:
    suggestion = make_suggestion(supports=4)
    keys = keys_of(suggestion)[:2]
    strike(suggestion, keys)
    with pytest.raises(NothingToStrike):
        strike(suggestion, keys)
    assert suggestion.supports == 2
    assert strike(suggestion, [*keys, keys_of(suggestion)[2]]) == 1


def test_supports_of_other_suggestions_and_keys_that_nobody_has_are_left_alone() -> None:
    one, other = make_suggestion(supports=2), make_suggestion(supports=2)
    with pytest.raises(NothingToStrike):
        strike(one, [*keys_of(other), 0, -5, 2**31, 2**70])
    assert (one.supports, other.supports) == (2, 2)


@pytest.mark.parametrize("given", [Given(), Given(internal_text="Ein Vermerk.")])
def test_public_note_is_demanded(given: Given) -> None:
    suggestion = make_suggestion(supports=2)
    with pytest.raises(rules.SomethingMissing) as error:
        strike(suggestion, keys_of(suggestion), given=given)
    assert error.value.needs == (Need.PUBLIC_TEXT,)


def test_nobody_but_a_coordinator_strikes_off_and_nobody_on_the_own_suggestion() -> None:
    suggestion = make_suggestion(supports=2)
    author = Actor(person_id=suggestion.author_id, roles=frozenset({Role.COORDINATOR}))
    for actor in (author, make_person(JONAS).actor, make_person(MARA).actor, VISITOR):
        with pytest.raises(rules.NotYours):
            strike(suggestion, keys_of(suggestion), actor=actor)
    assert suggestion.supports == 2


@pytest.mark.parametrize("state", [s for s in State if s not in rules.PUBLIC_STATES])
def test_nothing_is_struck_off_what_is_not_public(state: State) -> None:
    suggestion = make_suggestion(state)
    with pytest.raises(NotFound):
        strike(suggestion, [1])


def test_plain_act_still_refuses_to_strike_off() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=2)
    with pytest.raises(ValueError, match="more than a change of state"):
        service.act(suggestion.id, "strike_off", coordinator(), NOW, TERMS, GIVEN)


def test_list_is_paged_oldest_first_and_shows_what_is_worth_a_look() -> None:
    suggestion = make_suggestion(supports=support_queries.PAGE_SIZE)
    for number in range(3):
        email = f"groß{number}@example.org"
        support_as_guest(suggestion.id, email, first_name=f"Nr{number}a", last_name="Groß")
    support_as_guest(suggestion.id, "far@example.org", street="Rheinallee 9", last_name="Klein")
    first = support_queries.page_of(suggestion.id, None)
    assert len(first.rows) == support_queries.PAGE_SIZE
    second = support_queries.page_of(suggestion.id, first.next_token)
    rows = [row[0] for row in second.rows]
    looks = support_queries.looks_of(suggestion.id, rows)
    assert [looks[row.id].address for row in rows] == [3, 3, 3, 0]
    assert [looks[row.id].name for row in rows] == [3, 3, 3, 0]
    assert {look.minute for look in looks.values()} == {PAGE_SIZE + 4}
    shown = [row[0].id for row in first.rows] + [row.id for row in rows]
    assert shown == keys_of(suggestion)


def test_supports_of_one_minute_are_counted_over_the_edges_of_a_page(session: None) -> None:
    suggestion = make_suggestion(supports=PAGE_SIZE + 3)
    first = support_queries.page_of(suggestion.id, None)
    second = support_queries.page_of(suggestion.id, first.next_token)
    for page in (first, second):
        looks = support_queries.looks_of(suggestion.id, [row[0] for row in page.rows])
        assert {look.minute for look in looks.values()} == {PAGE_SIZE + 3}

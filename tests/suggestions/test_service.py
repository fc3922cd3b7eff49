"""What happens to suggestions in the database; both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from participation.suggestions import answers, drafts, queries, rules, service, support
from participation.suggestions.models import Answer, SuggestionMove
from participation.suggestions.rules import AnswerStatus, Need, State
from participation.suggestions.service import Given, Terms
from participation.suggestions.support_models import Support
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_answer,
    make_department,
    make_suggestion,
    make_supporters,
    resident,
)
from tests.people import JONAS, KIM, MARA, NOAH, NOW, OTHER_OFFICER, make_person

pytestmark = pytest.mark.usefixtures("session")


def events() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.event).order_by(JournalEntry.id)))


@pytest.mark.parametrize("state", list(State))
def test_suggestion_can_go_its_way_to_every_state(state: State) -> None:
    suggestion = make_suggestion(state, quorum=2)
    assert suggestion.state is state
    assert (suggestion.number is not None) is (
        state in rules.PUBLIC_STATES or state is State.HIDDEN
    )


def test_publication_opens_the_period_and_gives_a_number() -> None:
    first, second = make_suggestion(), make_suggestion()
    assert (first.number, second.number) == (1, 2)
    assert first.opens_at == NOW
    assert first.closes_at == NOW + timedelta(weeks=8) - timedelta(hours=1)  # summer time begins
    assert first.quorum == 200


def test_number_of_a_rejected_suggestion_comes_from_the_same_row() -> None:
    assert [make_suggestion(State.REJECTED).number, make_suggestion().number] == [1, 2]


def test_hidden_suggestion_keeps_its_number() -> None:
    suggestion = make_suggestion(State.HIDDEN)
    assert suggestion.number == 1
    assert make_suggestion().number == 2


def test_every_move_is_written_down_with_what_was_said() -> None:
    suggestion = make_suggestion(State.REJECTED)
    move = queries.moves_of(suggestion.id)[-1]
    assert (move.transition, move.reason) == ("reject", "too-far-advanced")
    assert move.public_text == LONG_ENOUGH
    assert move.actor_id == make_person(KIM).id
    assert events()[-1] == "suggestion:rejected"


def test_review_is_promised_in_working_days() -> None:
    suggestion = make_suggestion(State.SUBMITTED)
    assert suggestion.due_on == TERMS.review_due(NOW)


def test_resident_counts_once_and_can_withdraw_until_the_end() -> None:
    suggestion = make_suggestion()
    mara = make_person(MARA).actor
    assert support.give(suggestion.id, mara, NOW, TERMS, wants_mail=True)
    assert not support.give(suggestion.id, mara, NOW, TERMS, wants_mail=True)
    assert suggestion.supports == 1
    last_moment = suggestion.closes_at - timedelta(microseconds=1)
    assert support.take_back(suggestion.id, mara, last_moment, TERMS)
    assert not support.take_back(suggestion.id, mara, last_moment, TERMS)
    assert suggestion.supports == 0


def test_nobody_supports_at_or_after_the_end() -> None:
    suggestion = make_suggestion()
    mara = make_person(MARA).actor
    with pytest.raises(rules.PeriodNotOpen):
        support.give(suggestion.id, mara, suggestion.closes_at, TERMS, wants_mail=False)
    with pytest.raises(rules.PeriodNotOpen):
        support.take_back(suggestion.id, mara, suggestion.closes_at, TERMS)


@pytest.mark.parametrize("state", [s for s in State if s not in rules.PUBLIC_STATES])
def test_resident_cannot_support_what_is_not_public(state: State) -> None:
    suggestion = make_suggestion(state)
    with pytest.raises(NotFound):
        support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=False)


@pytest.mark.parametrize("persona", [KIM, JONAS])
def test_staff_account_cannot_support(persona: object) -> None:
    suggestion = make_suggestion()
    with pytest.raises(NotPermitted):
        support.give(suggestion.id, make_person(persona).actor, NOW, TERMS, wants_mail=False)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        support.give(suggestion.id, VISITOR, NOW, TERMS, wants_mail=False)


def test_the_last_supporter_reaches_the_quorum_once() -> None:
    suggestion = make_suggestion(quorum=3)
    for person_id in make_supporters(5):
        support.give(suggestion.id, resident(person_id), NOW, TERMS, wants_mail=False)
    assert suggestion.state is State.QUORUM_REACHED
    assert suggestion.supports == 5
    assert events().count("suggestion:quorum_reached") == 1


def test_reached_quorum_stays_when_one_person_withdraws() -> None:
    suggestion = make_suggestion(State.QUORUM_REACHED, quorum=2)
    support.take_back(suggestion.id, resident(make_supporters(1)[0]), NOW, TERMS)
    assert (suggestion.supports, suggestion.state) == (1, State.QUORUM_REACHED)


def test_clock_closes_a_period_once_even_if_the_worker_comes_late() -> None:
    suggestion = make_suggestion(supports=5)
    late = suggestion.closes_at + timedelta(days=3)
    assert rules.state_at(suggestion.facts, late) is State.EXPIRED
    assert service.close_periods(late, TERMS) == 1
    assert suggestion.state is State.EXPIRED
    assert service.close_periods(late, TERMS) == 0
    assert events().count("suggestion:expired") == 1


def test_promise_after_the_end_counts_from_the_end_however_late_it_is_written_down() -> None:
    suggestion = make_suggestion()
    due = TERMS.answer_due(suggestion.closes_at)
    service.close_periods(suggestion.closes_at + timedelta(days=9), TERMS)
    assert suggestion.due_on == due


def test_nothing_more_is_due_after_the_end_if_the_city_has_answered() -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    assert suggestion.due_on is None
    service.close_periods(suggestion.closes_at, TERMS)
    assert (suggestion.state, suggestion.due_on) == (State.EXPIRED, None)


def test_clock_leaves_open_periods_alone() -> None:
    suggestion = make_suggestion()
    assert service.close_periods(suggestion.closes_at - timedelta(seconds=1), TERMS) == 0
    assert suggestion.state is State.COLLECTING


def test_answer_after_the_end_writes_down_first_that_the_period_is_over() -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, suggestion.closes_at + timedelta(days=1))
    assert suggestion.state is State.EXPIRED
    assert events()[-2:] == ["suggestion:expired", "suggestion:answered"]


def test_changed_answer_is_a_new_revision_and_keeps_the_old_one() -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW + timedelta(days=1), "Die erste Antwort ist lang genug.")
    make_answer(suggestion, NOW + timedelta(days=2), "Die zweite Antwort ist lang genug.")
    answers = queries.answers_of(suggestion.id)
    assert [(a.revision, a.text[:10]) for a in answers] == [(2, "Die zweite"), (1, "Die erste ")]
    assert events().count("suggestion:answered") == 2


def test_second_of_two_people_who_answer_at_once_is_told() -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    with pytest.raises(ChangedMeanwhile):
        answers.publish(
            suggestion.id, coordinator(), NOW, TERMS,
            status=AnswerStatus.ACCEPTED, text=LONG_ENOUGH, seen_revision=0,
        )  # fmt: skip
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 1


def test_officer_answers_for_the_own_department_only() -> None:
    suggestion = make_suggestion()
    assert suggestion.department_id == make_department("67").id
    given = {"status": AnswerStatus.ACCEPTED, "text": LONG_ENOUGH, "seen_revision": 0}
    with pytest.raises(rules.NotYours):
        answers.publish(suggestion.id, make_person(OTHER_OFFICER).actor, NOW, TERMS, **given)
    answer = answers.publish(suggestion.id, make_person(JONAS).actor, NOW, TERMS, **given)
    assert answer.department_id == make_department("67").id


def test_stranger_learns_nothing_of_a_suggestion_that_is_not_public() -> None:
    suggestion = make_suggestion(State.IN_REVIEW)
    with pytest.raises(NotFound):
        service.act(suggestion.id, "withdraw", make_person(MARA).actor, NOW, TERMS)


def test_draft_of_somebody_else_cannot_be_changed() -> None:
    suggestion = make_suggestion(State.DRAFT)
    with pytest.raises(NotFound):
        drafts.save(make_person(MARA).actor, NOW, {"title": "Meins"}, suggestion.id)
    assert suggestion.title == "Mehr Schatten auf dem Spielplatz"


def test_author_cannot_change_the_text_after_sending() -> None:
    suggestion = make_suggestion(State.SUBMITTED)
    with pytest.raises(rules.NotNow):
        drafts.save(make_person(NOAH).actor, NOW, {"title": "Anders"}, suggestion.id)


def test_author_corrects_what_was_given_back_and_sends_again() -> None:
    suggestion = make_suggestion(State.RETURNED)
    noah = make_person(NOAH).actor
    drafts.save(noah, NOW, {"title": "Ein besserer Titel"}, suggestion.id)
    service.act(suggestion.id, "resubmit", noah, NOW, TERMS)
    assert (suggestion.state, suggestion.title) == (State.SUBMITTED, "Ein besserer Titel")


def test_move_without_what_is_needed_changes_nothing() -> None:
    suggestion = make_suggestion(State.IN_REVIEW)
    moves = db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionMove))
    with pytest.raises(rules.SomethingMissing) as caught:
        service.act(suggestion.id, "reject", coordinator(), NOW, TERMS, Given(public_text="Nein."))
    assert caught.value.needs == (Need.REASON,)
    assert suggestion.state is State.IN_REVIEW
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionMove)) == moves


def test_kept_count_is_the_number_of_rows() -> None:
    suggestion = make_suggestion(supports=7)
    support.take_back(suggestion.id, resident(make_supporters(1)[0]), NOW, TERMS)
    rows = sa.select(sa.func.count()).where(Support.suggestion_id == suggestion.id)
    assert suggestion.supports == db.session.scalar(rows) == 6


def test_terms_of_the_city_are_fixed_at_publication() -> None:
    suggestion = make_suggestion(quorum=5)
    for person_id in make_supporters(5):
        support.give(suggestion.id, resident(person_id), NOW, Terms(quorum=500), wants_mail=False)
    assert suggestion.state is State.QUORUM_REACHED

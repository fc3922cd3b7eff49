"""Voting through the services: once a person, while the poll is open, with what was asked."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotFound
from participation.permissions import VISITOR
from participation.polls import (
    answer_rules,
    casting,
    keeping_time,
    making,
    queries,
    rules,
    service,
)
from participation.polls.draft_rules import Gap
from participation.polls.models import (
    PollCode,
    PollRoll,
)
from participation.polls.rules import Declared, Eligible, PollKind, QuestionKind
from tests.factories import coordinator, make_district
from tests.people import AYLIN, JONAS, MARA, NOW, make_person
from tests.polls.steps import (
    CLOSES,
    DURING,
    OPENS,
    end,
    make_draft,
    make_open,
    make_voters,
    open_with_letters,
    question,
    redeem,
    rows_of,
    vote,
)

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize("moment", [OPENS - timedelta(seconds=1), CLOSES])
def test_nobody_votes_before_the_beginning_or_after_the_end(moment: Any) -> None:
    poll = make_open()
    [mara] = make_voters(1)
    with pytest.raises(rules.NotOpen):
        vote(poll, mara, 1, now=moment)
    assert rows_of(PollRoll) == 0


def test_nobody_votes_in_what_is_closed_whatever_their_clock_says() -> None:
    poll = make_open()
    keeping_time.keep_time(CLOSES)
    with pytest.raises(rules.NotOpen):
        vote(poll, make_voters(1)[0], 1, now=DURING)
    with pytest.raises(NotFound):
        casting.cast(poll.id + 1000, make_voters(1, 1)[0], DURING, [1])


@pytest.mark.parametrize("kind", list(PollKind))
def test_who_votes_again_replaces_the_own_vote(kind: PollKind) -> None:
    poll = make_open(kind=kind)
    mara, noah = make_voters(2)
    vote(poll, mara, 1)
    vote(poll, noah, 2)
    code = vote(poll, mara, 3)
    assert rows_of(PollRoll) == 2
    end(poll)
    found = queries.result(poll)
    assert found is not None
    assert found.results[0]["totals"] == {"Marktplatz": "0", "Volkspark": "1", "Rheinufer": "1"}
    mine = queries.ballot(poll, code)
    assert (mine.answers if mine else None) == ([3] if kind is PollKind.SEALED else None)


def test_answers_that_do_not_fit_are_named_and_change_nothing() -> None:
    poll = make_open()
    [mara] = make_voters(1)
    vote(poll, mara, 1)
    before = queries.own_vote(poll.id, mara.person_id)
    with pytest.raises(answer_rules.AnswersInvalid) as caught:
        vote(poll, mara, 4)
    assert caught.value.faults == {1: answer_rules.NO_SUCH_OPTION}
    assert queries.own_vote(poll.id, mara.person_id) == before


def test_envelopes_of_a_poll_are_equally_long_whatever_is_in_them() -> None:
    poll = make_open(question(QuestionKind.RANK, "irv"), question())
    mara, noah = make_voters(2)
    vote(poll, mara, None, None)
    vote(poll, noah, [3, 1, 2], 2)
    sizes = sa.select(sa.func.count(sa.distinct(sa.func.length(PollRoll.envelope))))
    assert db.session.scalar(sizes) == 1


def test_person_from_elsewhere_or_too_young_does_not_vote() -> None:
    here, there = make_district(), make_district("Laubenheim", 9)
    poll = make_open(eligible=Eligible.DISTRICTS, min_age=16, districts=frozenset({here.id}))
    [mara] = make_voters(1)
    for declared in (Declared(), Declared(True, there.id), Declared(False, here.id)):
        with pytest.raises(rules.DeclarationMissing):
            vote(poll, mara, 1, declared=declared)
    vote(poll, mara, 1, declared=Declared(True, here.id))
    with pytest.raises(rules.NotEntitled):
        vote(poll, make_person(JONAS).actor, 1, declared=Declared(True, here.id))
    assert poll.definition and poll.definition["eligible"] == (
        "Einwohner:innen der Stadtteile Gonsenheim, ab 16 Jahren"
    )


def test_only_who_is_on_the_list_votes_with_whatever_account() -> None:
    draft = make_draft(eligible=Eligible.LISTED)
    kim = coordinator()
    assert service.gaps_of(draft, NOW) == [Gap.LISTED]
    making.set_listed(
        draft.id,
        kim,
        NOW,
        ["Aylin+rat@Example.org", "aylin@example.org"],
        seen_version=draft.version,
    )
    assert queries.listed(draft.id) == ["aylin@example.org"]
    service.announce(draft.id, kim, NOW, seen_version=draft.version)
    keeping_time.keep_time(OPENS)
    vote(draft, make_person(AYLIN).actor, 1)
    with pytest.raises(rules.NotEntitled):
        vote(draft, make_person(MARA).actor, 1)
    with pytest.raises(rules.NotEntitled):
        vote(draft, VISITOR, 1)


def test_letter_votes_once_and_is_kept_as_a_keyed_hash() -> None:
    poll, codes = open_with_letters()
    assert len(set(codes)) == 3
    kept = db.session.scalars(sa.select(PollCode.code_hash)).all()
    assert not any(code in hashed for code in codes for hashed in kept)
    key = redeem(poll, codes[0].lower().replace("-", " "))
    assert key is not None
    vote(poll, VISITOR, 1, code_id=key)
    vote(poll, VISITOR, 2, code_id=key)
    assert rows_of(PollRoll) == 1
    with pytest.raises(rules.NotEntitled):
        vote(poll, make_person(MARA).actor, 1)
    with pytest.raises(rules.NotEntitled):
        vote(poll, VISITOR, 1, code_id=key + 1000)


def test_who_tries_codes_has_to_wait() -> None:
    poll, codes = open_with_letters()
    assert [redeem(poll, "AAAA-AAAA-AAAA") for _ in range(casting.FREE_TRIES)] == [None] * 10
    with pytest.raises(rules.TooManyTries):
        redeem(poll, codes[0])
    assert redeem(poll, codes[0], "5.6.7.8") is not None


def test_right_code_counts_as_no_failure() -> None:
    poll, codes = open_with_letters()
    assert all(redeem(poll, codes[0]) for _ in range(3 * casting.FREE_TRIES))


def test_code_of_another_poll_is_unknown() -> None:
    _, codes = open_with_letters()
    other, _ = open_with_letters()
    assert redeem(other, codes[0]) is None

"""What happens to a poll, on both databases."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.journal.models import JournalEntry
from participation.permissions import CLOCK, VISITOR
from participation.polls import (
    answer_rules,
    board,
    board_job,
    casting,
    counting_job,
    draft_rules,
    keeping_time,
    making,
    opening,
    queries,
    record,
    rules,
    service,
    tallying,
    trial_opening,
    verifying,
)
from participation.polls.draft_rules import Gap
from participation.polls.models import (
    Poll,
    PollBallot,
    PollBoard,
    PollCode,
    PollEntitled,
    PollHead,
    PollRoll,
)
from participation.polls.rules import Declared, Eligible, PollKind, PollState, QuestionKind
from tests.factories import FINGERPRINT_KEY, coordinator, make_district
from tests.people import ADA, AYLIN, JONAS, MARA, NOW, make_person
from tests.polls.steps import (
    AFTER,
    CLOSES,
    DURING,
    OBJECTION,
    OPENS,
    count,
    end,
    make_draft,
    make_open,
    make_voters,
    opened,
    options,
    question,
    sheet,
    vote,
    voter,
)

pytestmark = pytest.mark.usefixtures("session")


def rows_of(table: Any) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def events(name: str) -> list[JournalEntry]:
    return list(db.session.scalars(sa.select(JournalEntry).where(JournalEntry.event == name)))


def test_draft_is_seen_by_the_office_only() -> None:
    poll = make_draft()
    assert queries.sheet(poll.slug, coordinator()) is poll
    assert queries.sheet(poll.slug, make_person(AYLIN).actor) is poll
    assert queries.sheet(poll.slug, make_person(MARA).actor) is None
    assert queries.sheet(poll.slug, VISITOR) is None
    assert queries.current(["de"]) == []


def test_form_that_is_sent_twice_makes_one_poll() -> None:
    kim = coordinator()
    first = making.create(kim, NOW, "one form", sheet())
    assert making.create(kim, NOW, "one form", sheet()).id == first.id
    other = making.create(kim, NOW, "another", sheet())
    assert other.slug.startswith(f"{first.slug}-")


def test_editor_who_did_not_see_the_newest_version_overwrites_nothing() -> None:
    poll = make_draft()
    seen = poll.version
    making.change(poll.id, coordinator(), NOW, sheet(question(text="Wann?")), seen_version=seen)
    with pytest.raises(ChangedMeanwhile):
        making.change(poll.id, coordinator(), NOW, sheet(), seen_version=seen)
    assert poll.questions[0].texts[0].text == "Wann?"


def test_draft_without_what_is_needed_cannot_be_announced() -> None:
    kim = coordinator()
    empty = sheet(
        question(options=options("Nur eine")),
        texts={"en": {"title": "No German"}},
        closes_at=OPENS,
    )
    poll = making.create(kim, NOW, "empty", empty)
    with pytest.raises(draft_rules.NotReady) as caught:
        service.announce(poll.id, kim, NOW, seen_version=poll.version)
    assert set(caught.value.gaps) == {Gap.TITLE, Gap.OPTIONS, Gap.DATES, Gap.KEY, Gap.TEST}
    assert poll.state is PollState.DRAFT


def test_sealed_poll_waits_for_every_pair_of_shares() -> None:
    poll = make_draft()
    public = poll.public_key
    poll.tests_passed, poll.test_opened_at = ["1+2", "1+3"], None
    assert service.gaps_of(poll, NOW) == [Gap.TEST]
    board_member = make_person(AYLIN).actor
    with pytest.raises(trial_opening.WordWrong):
        making.record_test(poll.id, board_member, NOW, "2+3", poll.test_words["1+2"])
    making.record_test(poll.id, board_member, NOW, "2+3", poll.test_words["2+3"].lower())
    assert service.gaps_of(poll, NOW) == []
    assert poll.public_key == public


def test_announced_poll_opens_and_closes_by_the_clock() -> None:
    poll = make_draft()
    service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
    keeping_time.keep_time(OPENS - timedelta(seconds=1))
    assert poll.state is PollState.ANNOUNCED
    keeping_time.keep_time(OPENS)
    assert poll.state is PollState.OPEN
    keeping_time.keep_time(CLOSES - timedelta(seconds=1))
    assert poll.state is PollState.OPEN
    keeping_time.keep_time(CLOSES)
    assert poll.state is PollState.CLOSED


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


def open_with_letters(count: int = 3) -> tuple[Poll, list[str]]:
    draft = make_draft(eligible=Eligible.LETTER)
    kim = coordinator()
    codes = making.make_letters(
        draft.id, kim, NOW, count, fingerprint_key=FINGERPRINT_KEY, seen_version=draft.version
    )
    service.announce(draft.id, kim, NOW, seen_version=draft.version)
    keeping_time.keep_time(OPENS)
    return draft, codes


def redeem(poll: Poll, typed: str, network: str = "1.2.3.4") -> int | None:
    return casting.redeem(poll.id, typed, network, DURING, fingerprint_key=FINGERPRINT_KEY)


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


_CHANGES: dict[str, Any] = {
    "change": lambda key, kim, v: making.change(key, kim, DURING, sheet(), seen_version=v),
    "set_listed": lambda key, kim, v: making.set_listed(key, kim, DURING, [], seen_version=v),
    "make_letters": lambda key, kim, v: making.make_letters(
        key, kim, DURING, 1, fingerprint_key=FINGERPRINT_KEY, seen_version=v
    ),
    "set_key": lambda key, kim, _v: making.set_key(key, kim, DURING, b"{}"),
    "add_picture": lambda key, kim, _v: making.add_picture(key, kim, DURING, 1, None, ""),  # type: ignore[arg-type]
    "record_test": lambda key, kim, _v: making.record_test(key, kim, DURING, "1+2", ""),
    "announce": lambda key, kim, v: service.announce(key, kim, DURING, seen_version=v),
    "take_back": lambda key, kim, v: service.take_back(key, kim, DURING, seen_version=v),
}


@pytest.mark.parametrize("act", _CHANGES)
def test_nothing_is_changed_after_the_first_vote(act: str) -> None:
    poll = make_open()
    vote(poll, make_voters(1)[0], 1)
    before = poll.definition, poll.text_hash, poll.version, poll.state
    with pytest.raises(rules.PollIsFrozen) as caught:
        _CHANGES[act](poll.id, coordinator(), poll.version)
    assert (caught.value.poll_id, caught.value.act) == (poll.id, act)
    assert int(caught.value.status) == 409
    assert (poll.definition, poll.text_hash, poll.version, poll.state) == before


def test_open_poll_without_votes_can_be_taken_back() -> None:
    poll = make_open()
    service.take_back(poll.id, coordinator(), DURING, seen_version=poll.version)
    assert (poll.state, poll.definition, poll.text_hash) == (PollState.DRAFT, None, "")


def test_board_shows_what_arrived_in_ten_minutes_sorted_by_hash() -> None:
    poll = make_open()
    mara, noah, third = make_voters(3)
    vote(poll, mara, 1)
    vote(poll, noah, 2)
    assert board_job.look_after(OPENS + timedelta(minutes=1)) == 0
    assert rows_of(PollBoard) == 0
    assert board_job.look_after(OPENS + timedelta(minutes=10)) == 1
    vote(poll, third, 1)
    vote(poll, mara, 3)
    assert board_job.look_after(OPENS + timedelta(minutes=10)) == 0
    board_job.look_after(OPENS + timedelta(minutes=20))
    rows = db.session.execute(
        sa.select(PollBoard.seq, PollBoard.envelope_hash, PollBoard.head).order_by(PollBoard.seq)
    ).all()
    hashes = [row.envelope_hash for row in rows]
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert hashes[:2] == sorted(hashes[:2]) and hashes[2:] == sorted(hashes[2:])
    entries = [board.Entry(*row) for row in rows]
    assert board.verify_chain(poll.text_hash, entries) is None
    assert [head.seq for head in queries.heads(poll.id)] == [4, 2]
    assert set(counting_job.final_hashes(poll.id)) < set(hashes)


def test_last_votes_are_on_the_board_when_the_poll_is_closed() -> None:
    poll = make_open()
    vote(poll, make_voters(1)[0], 1)
    keeping_time.keep_time(CLOSES)
    assert (poll.voters, rows_of(PollBoard), rows_of(PollHead)) == (1, 1, 1)


def test_nobody_has_results_or_envelopes_before_the_end() -> None:
    poll = make_open()
    code = vote(poll, make_voters(1)[0], 1)
    board_member = make_person(AYLIN).actor

    def nothing() -> None:
        assert queries.result(poll) is None
        assert queries.file_of(poll) is None
        assert queries.ballot(poll, code) is None

    nothing()
    assert poll.voters is None
    for act in (
        counting_job.material_of,
        lambda key: counting_job.envelopes_file(key, board_member),
    ):
        with pytest.raises(rules.NotNow):
            act(poll.id)
    keeping_time.keep_time(CLOSES)
    nothing()
    for persona in (MARA, JONAS, ADA):
        with pytest.raises(NotPermitted):
            counting_job.envelopes_file(poll.id, make_person(persona).actor)
    count(poll)
    assert queries.result(poll) and queries.file_of(poll) and queries.ballot(poll, code)


def test_published_file_is_verified_without_a_fault() -> None:
    rank = question(QuestionKind.RANK, "irv", text="In welcher Reihenfolge?")
    verdict = question(QuestionKind.VERDICT, "verdict", text="Soll er laufen?", options=())
    poll = make_open(question(), rank, verdict)
    voters = make_voters(5)
    for actor in voters[:4]:
        vote(poll, actor, 1, [2, 1], "yes")
    board_job.look_after(OPENS + timedelta(minutes=10))
    vote(poll, voters[0], 3, None, "no")
    vote(poll, voters[4], None, [3], None)
    end(poll)
    file = queries.file_of(poll)
    assert file is not None
    found = verifying.verify(record.read(file), [head.head for head in queries.heads(poll.id)])
    assert found.faults == []
    assert [result["winners"] for result in json.loads(file)["results"]] == [
        ["Marktplatz"], ["Volkspark"], ["Ja"],
    ]  # fmt: skip


def test_file_of_an_open_poll_is_verified_without_a_fault() -> None:
    poll = make_open(kind=PollKind.OPEN)
    for number, actor in enumerate(make_voters(6)):
        vote(poll, actor, 1 + number % 2)
    end(poll)
    file = queries.file_of(poll)
    assert file is not None
    assert verifying.verify(record.read(file)).faults == []


def test_opened_votes_that_are_not_the_envelopes_are_refused() -> None:
    poll = make_open()
    for actor in make_voters(3):
        vote(poll, actor, 1)
    keeping_time.keep_time(CLOSES)
    material = counting_job.material_of(poll.id)
    file = opened(counting_job.envelopes_file(poll.id, coordinator()))
    assert len(tallying.opened_of(material, file).ballots) == 3
    whole = opening.read_ballots(file)
    (first, answers), *rest = whole.ballots
    for other in (
        replace(whole, ballots=tuple(rest)),
        replace(whole, text_hash="0" * 64),
        replace(whole, envelopes_hash="0" * 64),
        replace(whole, ballots=(*whole.ballots, ("ZZZZ-ZZZZ-ZZZZ-ZZZZ", [1]))),
    ):
        with pytest.raises(opening.BallotsOfOtherEnvelopes):
            tallying.opened_of(material, opening.ballots_file(other))
    for other in (
        replace(whole, ballots=((first, [*answers, 1]), *rest)),
        replace(whole, ballots=((first, answers), (first, answers), rest[0])),
    ):
        with pytest.raises(opening.BallotsRefused):
            tallying.opened_of(material, opening.ballots_file(other))


def test_poll_is_published_once() -> None:
    poll = make_open(kind=PollKind.OPEN)
    vote(poll, make_voters(1)[0], 1)
    keeping_time.keep_time(CLOSES)
    material = counting_job.material_of(poll.id)
    counted = tallying.tally(material, material.ballots)
    with pytest.raises(NotPermitted):
        counting_job.publish(counted, coordinator(), AFTER)
    counting_job.publish(counted, CLOCK, AFTER)
    with pytest.raises(rules.NotNow):
        counting_job.publish(counted, CLOCK, AFTER)
    assert len(events("poll:published")) == 1


def test_votes_of_an_open_poll_leave_the_people_when_it_is_closed() -> None:
    poll = make_open(kind=PollKind.OPEN)
    for number, actor in enumerate(make_voters(6)):
        vote(poll, actor, 1 + number % 3)
    assert rows_of(PollBallot) == 0
    keeping_time.keep_time(CLOSES)
    left = sa.select(sa.func.count()).where(PollRoll.choice.is_not(None))
    assert (rows_of(PollBallot), rows_of(PollRoll), db.session.scalar(left)) == (6, 6, 0)


def test_envelopes_lists_and_people_are_destroyed_after_the_objection_period() -> None:
    poll, codes = open_with_letters()
    vote(poll, VISITOR, 1, code_id=redeem(poll, codes[0]))
    end(poll)
    keeping_time.keep_time(OBJECTION - timedelta(seconds=1))
    assert rows_of(PollRoll) == 1
    keeping_time.keep_time(OBJECTION)
    assert (rows_of(PollRoll), rows_of(PollCode), rows_of(PollEntitled)) == (0, 0, 0)
    assert (poll.state, poll.destroyed_at) == (PollState.ARCHIVED, OBJECTION)
    assert poll.voters == 1 and rows_of(PollBallot) == 1 and rows_of(PollBoard) == 1
    assert len(events("poll:archived")) == 1


def test_late_count_leaves_time_to_object() -> None:
    poll = make_open(kind=PollKind.OPEN)
    keeping_time.keep_time(CLOSES)
    material = counting_job.material_of(poll.id)
    late = OBJECTION + timedelta(days=3)
    counting_job.publish(tallying.tally(material, []), CLOCK, late)
    keeping_time.keep_time(late + timedelta(days=6))
    assert poll.state is PollState.PUBLISHED
    keeping_time.keep_time(late + timedelta(days=7))
    assert poll.state is PollState.ARCHIVED


def test_cancelled_poll_says_why_and_forgets_the_votes() -> None:
    poll = make_open()
    vote(poll, make_voters(1)[0], 1)
    kim = coordinator()
    with pytest.raises(rules.ReasonMissing):
        service.cancel(poll.id, kim, DURING, seen_version=poll.version, reason=" ")
    service.cancel(poll.id, kim, DURING, seen_version=poll.version, reason="Ein Fehler im Text.")
    assert (poll.state, rows_of(PollRoll)) == (PollState.CANCELLED, 0)
    keeping_time.keep_time(AFTER)
    assert poll.state is PollState.CANCELLED
    with pytest.raises(rules.NotNow):
        counting_job.material_of(poll.id)


def test_journal_does_not_say_who_votes_or_when() -> None:
    poll = make_open()
    mara, noah = make_voters(2)
    vote(poll, mara, 1)
    vote(poll, noah, 1)
    vote(poll, mara, 2)
    about = sa.select(JournalEntry).where(
        JournalEntry.actor_id.in_([mara.person_id, noah.person_id])
    )
    assert db.session.scalars(about).all() == []
    board_job.look_after(OPENS + timedelta(minutes=10))
    board_job.look_after(OPENS + timedelta(minutes=20))
    entry = events("poll:votes_arrived")[0]
    assert (entry.actor_id, entry.facts) == (None, {})
    assert sorted(board_job.take_arrivals(poll.id)) == sorted([mara.person_id, noah.person_id])
    assert board_job.take_arrivals(poll.id) == []


@pytest.mark.parametrize("persona", [MARA, JONAS, AYLIN, ADA])
def test_only_the_office_makes_polls(persona: Any) -> None:
    poll = make_draft()
    actor = make_person(persona).actor
    with pytest.raises(NotPermitted):
        making.create(actor, NOW, "key", sheet())
    with pytest.raises(NotPermitted):
        making.change(poll.id, actor, NOW, sheet(), seen_version=poll.version)
    with pytest.raises(NotPermitted):
        service.announce(poll.id, actor, NOW, seen_version=poll.version)


def test_sheet_names_no_picture_of_others() -> None:
    poll = make_draft(question(options=options("A", "B", file_id=1)))
    assert {option.file_id for option in poll.questions[0].options} == {None}


def test_who_is_not_on_the_list_has_not_voted() -> None:
    poll = make_open()
    [mara] = make_voters(1)
    assert queries.own_vote(poll.id, mara.person_id) == (False, None)
    vote(poll, voter(mara.person_id or 0), 1)
    has_voted, hashed = queries.own_vote(poll.id, mara.person_id)
    assert has_voted and hashed and queries.on_board(poll.id, hashed) is None

"""The board, the end, the count, and what is destroyed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotPermitted
from participation.permissions import CLOCK, VISITOR
from participation.polls import (
    board,
    board_job,
    counting_job,
    keeping_time,
    opening,
    queries,
    record,
    rules,
    tallying,
    verifying,
)
from participation.polls.models import (
    PollBallot,
    PollBoard,
    PollCode,
    PollEntitled,
    PollHead,
    PollRoll,
)
from participation.polls.rules import PollKind, PollState, QuestionKind
from tests.factories import coordinator
from tests.people import ADA, AYLIN, JONAS, MARA, make_person
from tests.polls.steps import (
    AFTER,
    CLOSES,
    OBJECTION,
    OPENS,
    count,
    end,
    events,
    make_open,
    make_voters,
    open_with_letters,
    opened,
    question,
    redeem,
    rows_of,
    vote,
)

pytestmark = pytest.mark.usefixtures("session")


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

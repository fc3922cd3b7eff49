"""Many people vote at once, with real commits: the database does the counting."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, DomainError
from participation.journal.models import JournalEntry
from participation.permissions import CLOCK, VISITOR, Actor
from participation.polls import (
    board_job,
    casting,
    counting_job,
    keeping_time,
    making,
    opening,
    queries,
    rules,
    sealing,
    service,
    tallying,
)
from participation.polls.models import Poll, PollBallot, PollBoard, PollHead, PollRoll
from participation.polls.rules import Eligible, PollKind, PollState
from tests.factories import FINGERPRINT_KEY, coordinator
from tests.people import AYLIN, NOW, make_person
from tests.polls.steps import (
    AFTER,
    CLOSES,
    DURING,
    OPENS,
    make_draft,
    make_open,
    make_voters,
    opened,
    sheet,
    vote,
)

_THREADS = 25


def all_at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[str]:
    """Let each act happen in a thread and a transaction of its own; return what was said to each."""

    def do(act: Callable[[], Any]) -> str:
        with app.app_context():
            try:
                act()
                db.session.commit()
            except DomainError as error:
                db.session.rollback()
                return type(error).__name__
            return "done"

    with ThreadPoolExecutor(_THREADS) as pool:
        return [future.result() for future in [pool.submit(do, act) for act in acts]]


@pytest.fixture
def made(app: Flask) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """A function that makes something and commits."""

    def make(act: Callable[[], Any]) -> Any:
        with app.app_context():
            found = act()
            db.session.commit()
            return found

    yield make


Made = Callable[[Callable[[], Any]], Any]


def numbers(app: Flask, *tables: Any) -> list[int]:
    with app.app_context():
        return [
            db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()
            for table in tables
        ]


def happened(app: Flask, event: str) -> int:
    with app.app_context():
        count = sa.select(sa.func.count()).where(JournalEntry.event == event)
        return db.session.scalars(count).one()


def cast(key: int, actor: Actor, choice: int, code_id: int | None = None) -> None:
    casting.cast(key, actor, DURING, [choice], code=sealing.new_code(), code_id=code_id)


@pytest.mark.parametrize("kind", list(PollKind))
def test_a_hundred_people_who_vote_fifty_times_at_once_count_a_hundred(
    app: Flask, made: Made, kind: PollKind
) -> None:
    key, people = made(lambda: (make_open(kind=kind).id, make_voters(100)))
    acts = [
        lambda actor=actor, n=n: cast(key, actor, 1 + n % 3) for n in range(50) for actor in people
    ]
    assert set(all_at_once(app, acts)) == {"done"}
    assert len(acts) == 5000
    assert numbers(app, PollRoll) == [100]
    made(lambda: keeping_time.keep_time(CLOSES))
    with app.app_context():
        poll = db.session.get_one(Poll, key)
        assert (poll.state, poll.voters) == (PollState.CLOSED, 100)
        if kind is PollKind.SEALED:
            file = opened(counting_job.envelopes_file(key, make_person(AYLIN).actor))
            assert len(opening.read_ballots(file).ballots) == 100
    assert numbers(app, PollBallot) == [0 if kind is PollKind.SEALED else 100]


def test_letter_that_is_used_many_times_at_once_counts_once(app: Flask, made: Made) -> None:
    def begin() -> tuple[int, int]:
        draft, kim = make_draft(eligible=Eligible.LETTER), coordinator()
        [code] = making.make_letters(
            draft.id, kim, NOW, 1, fingerprint_key=FINGERPRINT_KEY, seen_version=draft.version
        )
        service.announce(draft.id, kim, NOW, seen_version=draft.version)
        keeping_time.keep_time(OPENS)
        key = casting.redeem(draft.id, code, "1.2.3.4", DURING, fingerprint_key=FINGERPRINT_KEY)
        assert key is not None
        return draft.id, key

    key, letter = made(begin)
    acts = [lambda n=n: cast(key, VISITOR, 1 + n % 3, letter) for n in range(100)]
    assert set(all_at_once(app, acts)) == {"done"}
    assert numbers(app, PollRoll) == [1]


def test_wrong_codes_at_once_are_all_counted(app: Flask, made: Made) -> None:
    key = made(lambda: make_open().id)
    acts = [
        lambda n=n: casting.redeem(
            key, f"AAAA-AAAA-{n:04}", "1.2.3.4", DURING, fingerprint_key=FINGERPRINT_KEY
        )
        for n in range(40)
    ]
    said = all_at_once(app, acts)
    assert said.count("done") == casting.FREE_TRIES
    assert said.count("TooManyTries") == 40 - casting.FREE_TRIES


def test_who_votes_while_the_poll_is_closed_is_counted_or_told_that_it_is_over(
    app: Flask, made: Made
) -> None:
    key, people = made(lambda: (make_open(kind=PollKind.OPEN).id, make_voters(60)))
    acts: list[Callable[[], Any]] = [lambda actor=actor: cast(key, actor, 1) for actor in people]
    acts.insert(20, lambda: keeping_time.keep_time(CLOSES))
    acts.insert(21, lambda: keeping_time.keep_time(CLOSES))
    said = all_at_once(app, acts)
    assert set(said) <= {"done", "NotOpen"}
    with app.app_context():
        poll = db.session.get_one(Poll, key)
        rows = sa.select(sa.func.count()).select_from(PollRoll)
        assert poll.voters == said.count("done") - 2 == db.session.scalar(rows)
    assert numbers(app, PollBallot) == [said.count("done") - 2]
    assert happened(app, "poll:closed") == 1


def test_several_workers_keep_one_board_while_people_vote(app: Flask, made: Made) -> None:
    key, people = made(lambda: (make_open().id, make_voters(40)))
    acts: list[Callable[[], Any]] = []
    for n in range(4):
        at = OPENS + timedelta(minutes=10 * (n + 1))
        acts += [lambda actor=actor: cast(key, actor, 1) for actor in people]
        acts += [lambda at=at: board_job.look_after(at)] * 3
    assert set(all_at_once(app, acts)) == {"done"}
    made(lambda: keeping_time.keep_time(CLOSES))
    shown, heads = numbers(app, PollBoard, PollHead)
    assert shown >= 40 and 1 <= heads <= 5
    with app.app_context():
        material = counting_job.material_of(key)
        assert len(material.final_hashes) == 40
        assert set(material.final_hashes) <= {hashed for _, hashed in material.board}
        assert [seq for seq, _ in material.board] == list(range(1, shown + 1))


def test_form_of_a_poll_that_is_sent_many_times_at_once_makes_one(app: Flask, made: Made) -> None:
    kim = made(coordinator)
    said = all_at_once(app, [lambda: making.create(kim, NOW, "form", sheet())] * 12)
    assert set(said) == {"done"}
    assert numbers(app, Poll) == [1]
    assert happened(app, "poll:created") == 1


def _announce(poll_id: int, kim: Actor, version: int) -> None:
    service.announce(poll_id, kim, NOW, seen_version=version)


def _cancel(poll_id: int, kim: Actor, version: int) -> None:
    service.cancel(poll_id, kim, NOW, seen_version=version, reason="Ein Fehler.")


def _letters(poll_id: int, kim: Actor, version: int) -> None:
    making.make_letters(poll_id, kim, NOW, 5, fingerprint_key=FINGERPRINT_KEY, seen_version=version)


@pytest.mark.parametrize(
    ("act", "event", "make"),
    [
        (_announce, "poll:announced", make_draft),
        (_cancel, "poll:cancelled", make_open),
        (_letters, "poll:letters_made", make_draft),
    ],
)
def test_editor_who_presses_many_times_at_once_does_it_once(
    app: Flask, made: Made, act: Any, event: str, make: Any
) -> None:
    key, version, kim = made(lambda: (lambda p: (p.id, p.version, coordinator()))(make()))
    said = all_at_once(app, [lambda: act(key, kim, version)] * 10)
    assert sorted(said) == [ChangedMeanwhile.__name__] * 9 + ["done"]
    assert happened(app, event) == 1


def test_first_vote_and_taking_back_at_once_never_lose_the_vote(app: Flask, made: Made) -> None:
    key, version, people, kim = made(
        lambda: (lambda p: (p.id, p.version, make_voters(10), coordinator()))(make_open())
    )
    acts: list[Callable[[], Any]] = [lambda a=a: cast(key, a, 1) for a in people]
    acts.insert(3, lambda: service.take_back(key, kim, DURING, seen_version=version))
    said = all_at_once(app, acts)
    taken_back = said.pop(3)
    with app.app_context():
        state = db.session.get_one(Poll, key).state
    if taken_back == "done":
        assert (state, said.count("done")) == (PollState.DRAFT, 0)
    else:
        assert (taken_back, state) == (rules.PollIsFrozen.__name__, PollState.OPEN)
        assert numbers(app, PollRoll) == [said.count("done")]


def test_count_that_is_brought_many_times_at_once_is_published_once(app: Flask, made: Made) -> None:
    def begin() -> tuple[tallying.Counted, int]:
        poll = make_open(kind=PollKind.OPEN)
        for actor in make_voters(5):
            vote(poll, actor, 1)
        keeping_time.keep_time(CLOSES)
        material = counting_job.material_of(poll.id)
        return tallying.tally(material, material.ballots), poll.id

    counted, key = made(begin)
    said = all_at_once(app, [lambda: counting_job.publish(counted, CLOCK, AFTER)] * 8)
    assert sorted(said) == ["NotNow"] * 7 + ["done"]
    assert happened(app, "poll:published") == 1
    with app.app_context():
        found = queries.result(db.session.get_one(Poll, key))
        assert found is not None

"""Each person is told of each event at most once, and exactly once if they want it throughout."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core import clock
from participation.core.db import db
from participation.following import service as following
from participation.following.rules import Followed, Frequency
from participation.journal.models import JournalEntry
from participation.notifications import service as notifications
from participation.notifications.models import Mail, News
from participation.suggestions.models import Suggestion
from participation.worker import Worker
from tests.factories import TERMS, make_answer, make_suggestion, make_supporters, resident
from tests.notifications.conftest import Post
from tests.people import NOW

_ANSWERED = "suggestion:answered"


def told() -> Counter[tuple[int, int]]:
    """How often each person was told of each answer, by person and entry: what was really sent."""
    answers = sa.select(JournalEntry.id).where(JournalEntry.event == _ANSWERED)
    alone = sa.select(Mail.person_id, Mail.entry_id).where(
        Mail.template != "digest", Mail.sent_at.is_not(None), Mail.entry_id.in_(answers)
    )
    together = (
        sa.select(News.person_id, News.entry_id)
        .join(Mail, Mail.id == News.mail_id)
        .where(Mail.sent_at.is_not(None), News.entry_id.in_(answers))
    )
    return Counter((row[0], row[1]) for one in (alone, together) for row in db.session.execute(one))


def last_answer() -> int:
    newest = sa.select(sa.func.max(JournalEntry.id)).where(JournalEntry.event == _ANSWERED)
    return db.session.scalars(newest).one()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_nobody_is_told_twice_and_who_wants_it_is_told(
    mail_app: Flask, worker: Worker, post: Post, seed: int
) -> None:
    chance, now = random.Random(seed), NOW
    with mail_app.app_context():
        things = [make_suggestion().id for _ in range(3)]
        people = list(make_supporters(5))
        follows: set[tuple[int, int]] = set()
        wants = dict.fromkeys(people, Frequency.AT_ONCE)
        #: By entry: which suggestion, who wanted to hear of it, of whom nothing can be said.
        events: dict[int, tuple[int, set[int], set[int]]] = {}
        for _ in range(60):
            act, person, thing = chance.randrange(5), chance.choice(people), chance.choice(things)
            if act == 0:
                make_answer(db.session.get_one(Suggestion, thing), now)
                readers = {
                    one for one in people
                    if (one, thing) in follows and wants[one] is not Frequency.NEVER
                }  # fmt: skip
                events[last_answer()] = (thing, readers, set())
            elif act == 1:
                _change_follow(follows, person, thing)
                for other, _, maybe in events.values():
                    maybe |= {person} if other == thing else set()
            elif act == 2:
                before, wants[person] = wants[person], chance.choice(list(Frequency))
                following.set_frequency(person, wants[person], now)
                if Frequency.NEVER in (before, wants[person]):
                    for _, _, maybe in events.values():
                        maybe.add(person)
            else:
                now += timedelta(minutes=chance.choice([1, 200, 1500, 6000]))
                db.session.commit()
                with clock.stopped_at(now):
                    for _ in range(chance.randrange(30)):
                        worker.step()
            db.session.commit()
        with clock.stopped_at(now):
            worker.run_until_idle()
        with clock.stopped_at(now + timedelta(days=8)):
            worker.run_until_idle()
        counts = told()
    _check(events, people, counts)
    ids = [mail["Message-ID"] for mail in post.mails()]
    assert len(ids) == len(set(ids))


def _check(
    events: dict[int, tuple[int, set[int], set[int]]],
    people: list[int],
    counts: Counter[tuple[int, int]],
) -> None:
    assert len(events) > 5
    assert set(counts.values()) <= {1}
    for entry, (_, readers, maybe) in events.items():
        for person in set(people) - maybe:
            assert counts[person, entry] == (person in readers), (person, entry)


def _change_follow(follows: set[tuple[int, int]], person: int, thing: int) -> None:
    if (person, thing) in follows:
        follows.remove((person, thing))
        following.stop(person, [(Followed.SUGGESTION, thing)], NOW, TERMS)
    else:
        follows.add((person, thing))
        following.follow(Followed.SUGGESTION, thing, resident(person), NOW)


def _followed_with_answers(count: int) -> list[int]:
    """A suggestion that eight people follow, with so many answers; returns their keys."""
    suggestion = make_suggestion()
    people = list(make_supporters(8))
    for person in people:
        following.follow(Followed.SUGGESTION, suggestion.id, resident(person), NOW)
        following.set_frequency(person, Frequency.DAILY, NOW)
    for number in range(count):
        make_answer(suggestion, NOW, f"Antwort {number} ist lang genug, um eine zu sein.")
    db.session.commit()
    return people


def test_workers_at_once_and_settings_that_change_meanwhile_tell_everything_once(
    mail_app: Flask, worker: Worker
) -> None:
    with mail_app.app_context():
        people = _followed_with_answers(12)
    days = [NOW + timedelta(days=number) for number in range(3)]

    def write(number: int) -> None:
        with mail_app.app_context():
            for _ in range(12):
                notifications.write_next(days[number % 3], "example.org")
                db.session.commit()

    def collect(number: int) -> None:
        with mail_app.app_context():
            for _ in range(12):
                notifications.write_digest(days[number % 3], "example.org")
                db.session.commit()

    def choose(number: int) -> None:
        chance = random.Random(number)
        with mail_app.app_context():
            for _ in range(12):
                wanted = chance.choice([Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY])
                following.set_frequency(chance.choice(people), wanted, days[number % 3])
                db.session.commit()

    jobs = [partial(one, number) for number in range(2) for one in (write, collect, choose)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()
    for day in (4, 12):
        with clock.stopped_at(NOW + timedelta(days=day)):
            worker.run_until_idle()
    with mail_app.app_context():
        counts = {pair: count for pair, count in told().items() if pair[0] in people}
    assert len(counts) == len(people) * 12
    assert set(counts.values()) == {1}


def test_following_twice_at_once_is_once(app: Flask) -> None:
    with app.app_context():
        key, person = make_suggestion().id, make_supporters(1)[0]
        db.session.commit()

    def follow() -> None:
        with app.app_context():
            following.follow(Followed.SUGGESTION, key, resident(person), NOW)
            following.set_frequency(person, Frequency.WEEKLY, NOW)
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(follow) for _ in range(4)]:
            future.result()

"""Workers that are killed at random while residents and staff act, and what must be true afterwards.

Used by the tests with a few kills and by ``benchmarks/kills.py`` with many.
"""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from participation.config import ROOT, Settings
from participation.core import clock
from participation.core.db import db
from participation.demo.mail_sink import _free_port
from participation.journal.models import JournalEntry, OutboxEntry
from participation.notifications.models import Mail
from participation.notifications.rules import NOTICES
from participation.suggestions import support
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.worker import Worker
from tests.factories import TERMS, make_answer, make_suggestion, make_supporters, resident
from tests.people import MARA, NOAH, make_person

_COLLECTED = timedelta(weeks=8)
#: Seconds that a worker lives: some die while they start, some in the middle of their work.
_SHORT, _LONG = 0.1, 1.2
_TOLD_TO_SUPPORTERS = ("suggestion:answered", "suggestion:quorum_reached", "suggestion:expired")


class Letterbox:
    """A mail server that notes the Message-ID and the reader of each mail that it takes."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        self.taken[str(mail["Message-ID"]), str(mail["To"])] += 1
        return "250 kept"


@contextmanager
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """A letterbox, and its port."""
    box, port = Letterbox(), _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@dataclass
class Crowd(threading.Thread):
    """Residents and staff who act until told to stop, each act in a transaction of its own.

    :param done: what happened, by suggestion
    """

    app: Flask
    stop: threading.Event
    done: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(name="crowd")

    def __hash__(self) -> int:
        return id(self)

    def prepare(self) -> None:
        """People first: they are made once."""
        with self.app.app_context():
            make_person(MARA), make_person(NOAH), make_supporters(2)
            db.session.commit()

    def run(self) -> None:
        """Act, one thing after the other."""
        acts = (self._reject, self._answer, self._reach_the_quorum, self._run_out)
        number = 0
        while not self.stop.is_set():
            try:
                with self.app.app_context():
                    done = acts[number % len(acts)]()
                    db.session.commit()
                self.done += done
            except Exception as error:  # who waits for the thread tells it
                self.failures.append(repr(error))
                return
            number += 1
            self.stop.wait(0.05)

    def _reject(self) -> Counter[tuple[str, int]]:
        one = make_suggestion(State.REJECTED, now=_now())
        return _of(one, "submitted", "taken", "rejected")

    def _supported(self, published: datetime, quorum: int) -> Suggestion:
        one = make_suggestion(now=published, quorum=quorum)
        mara = make_person(MARA).actor
        support.give(one.id, mara, published, TERMS, wants_mail=True)
        return one

    def _answer(self) -> Counter[tuple[str, int]]:
        one = self._supported(_now(), 200)
        make_answer(one, _now())
        return _of(one, "submitted", "taken", "published", "answered")

    def _reach_the_quorum(self) -> Counter[tuple[str, int]]:
        one = self._supported(_now(), 3)
        for key in make_supporters(2):
            support.give(one.id, resident(key), _now(), TERMS, wants_mail=False)
        return _of(one, "submitted", "taken", "published", "quorum_reached")

    def _run_out(self) -> Counter[tuple[str, int]]:
        """Ends in a moment: that it has expired only a worker writes down."""
        end = (_now() + timedelta(seconds=2)).astimezone(clock.CITY_TIME)
        one = self._supported((end - _COLLECTED).astimezone(UTC), 200)  # by the clock on the wall
        return _of(one, "submitted", "taken", "published", "expired")


def _now() -> datetime:
    return clock._system_time()


def _of(suggestion: Suggestion, *events: str) -> Counter[tuple[str, int]]:
    return Counter({(f"suggestion:{event}", suggestion.id): 1 for event in events})


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    :param faults: what must not be; empty if all is well
    """

    kills: int
    events: int
    #: Taken from workers that were killed afterwards.
    before: int
    mails: int
    repeats: int
    faults: list[str]


def kill_workers(app: Flask, box: Letterbox, kills: int, seed: int) -> Outcome:
    """Kill so many workers at random while people act; then let one finish, and look."""
    settings: Settings = app.extensions["settings"]
    environment = os.environ | {
        f"PARTICIPATION_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
    }
    dice, stop = random.Random(seed), threading.Event()
    crowd = Crowd(app, stop)
    crowd.prepare()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.worker_nursery"],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as nursery:  # fmt: skip
        assert nursery.stdin and nursery.stdout
        _expect(nursery.stdout.readline(), "ready")
        crowd.start()
        for _ in range(kills):
            seconds = dice.uniform(0, dice.choice((_SHORT, _LONG)))
            nursery.stdin.write(f"{seconds}\n")
            nursery.stdin.flush()
            _expect(nursery.stdout.readline(), "killed")
        stop.set()
        crowd.join(timeout=60)
        nursery.stdin.close()
    before = sum(box.taken.values())
    with clock.stopped_at(_now() + timedelta(hours=1)):
        Worker(app).run_until_idle()
    return _look(app, box, crowd, kills, before)


def _expect(line: str, word: str) -> None:
    if line.strip() != word:
        raise RuntimeError(f"expected {word!r}, got {line!r}")


def _look(app: Flask, box: Letterbox, crowd: Crowd, kills: int, before: int) -> Outcome:
    faults = list(crowd.failures)
    with app.app_context():
        entries = db.session.scalars(
            sa.select(JournalEntry).where(JournalEntry.subject == "suggestion")
        ).all()
        happened = Counter((entry.event, entry.subject_id) for entry in entries)
        happened = Counter({key: n for key, n in happened.items() if key[0] in _known(crowd)})
        twice = [key for key, n in happened.items() if n > 1]
        faults += [f"happened twice: {key}" for key in twice]
        faults += [
            f"was lost, or nobody did it: {key}"
            for key in (happened - crowd.done) + (crowd.done - happened)
        ]
        noah, mara = make_person(NOAH), make_person(MARA)
        domain = app.extensions["settings"].mail_from.partition("@")[2]
        expected = set()
        for entry in entries:
            if entry.event in NOTICES:
                readers = [noah, mara] if entry.event in _TOLD_TO_SUPPORTERS else [noah]
                template = NOTICES[entry.event].template
                for one in readers:
                    expected.add((f"<{entry.id}.{one.id}.{template}@{domain}>", one.email))
        faults += [f"lost: {mail}" for mail in sorted(expected - box.taken.keys())]
        faults += [f"nobody asked for it: {mail}" for mail in sorted(box.taken.keys() - expected)]
        for rest in (
            sa.select(sa.func.count()).select_from(OutboxEntry),
            sa.select(sa.func.count()).where(Mail.sent_at.is_(None)),
        ):
            if count := db.session.scalar(rest):
                faults.append(f"{count} left over: {rest}")
    repeats = sum(box.taken.values()) - len(box.taken)
    return Outcome(kills, sum(happened.values()), before, len(box.taken), repeats, faults)


def _known(crowd: Crowd) -> set[str]:
    return {event for event, _ in crowd.done}

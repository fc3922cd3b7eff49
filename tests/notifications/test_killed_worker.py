"""A worker that is killed loses no mail; a repeat has the same Message-ID."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from participation.config import ROOT
from participation.core import clock
from participation.core.db import db
from participation.suggestions.rules import State
from participation.worker import Worker
from tests.factories import make_suggestion
from tests.notifications.conftest import Post
from tests.notifications.killing import kill_workers, letterbox

_SUGGESTIONS = 6
_KILLS = 8


class Killer:
    """A mail server that kills the worker it talks to: before it took the mail, or just after."""

    def __init__(self, folder: Path, kill_at: set[int], *, after_taking: bool) -> None:
        self.folder = folder
        self.kill_at = kill_at
        self.after_taking = after_taking
        self.seen = 0
        self.killed = 0
        self.worker: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.seen += 1
        kill = self.seen in self.kill_at and self.worker is not None
        if kill and not self.after_taking:
            self._kill()
            return "451 gone"
        raw = envelope.original_content or b""
        (self.folder / f"{self.seen:06}.eml").write_bytes(raw)
        if kill:
            self._kill()
        return "250 kept"

    def _kill(self) -> None:
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
            self.killed += 1


@pytest.fixture(params=[False, True], ids=["before-it-is-taken", "after-it-is-taken"])
def killer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Killer, int]]:
    folder = tmp_path / "mails"
    folder.mkdir()
    killer = Killer(folder, {2, 5, 9}, after_taking=request.param)
    from participation.demo.mail_sink import _free_port

    port = _free_port()
    controller = Controller(killer, hostname="127.0.0.1", port=port)
    controller.start()
    yield killer, port
    controller.stop()


def test_killed_worker_loses_no_mail(
    app: Flask, app_beside: Callable[..., Flask], killer: tuple[Killer, int]
) -> None:
    sink, port = killer
    finisher = app_beside(smtp_port=port, mail_lease_seconds=1)
    settings = finisher.extensions["settings"]
    environment = os.environ | {
        f"PARTICIPATION_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
    }
    with app.app_context():
        for _ in range(_SUGGESTIONS):
            make_suggestion(State.REJECTED)
        db.session.commit()
        expected = {"submitted": _SUGGESTIONS, "rejected": _SUGGESTIONS}
    while sink.killed < len(sink.kill_at):
        sink.worker = subprocess.Popen(
            [sys.executable, "-m", "participation", "worker"], cwd=ROOT, env=environment
        )
        ended = sink.worker.wait(timeout=60)
        assert ended == -signal.SIGKILL, "the worker ended by itself"
    sink.worker = None
    with clock.stopped_at(clock._system_time() + timedelta(hours=1)):
        Worker(finisher).run_until_idle()
    mails = Post(sink.folder, port).mails()
    ids = Counter(mail["Message-ID"] for mail in mails)
    kinds = Counter(str(one).split(".")[2].split("@")[0].removeprefix("suggestion_") for one in ids)
    assert kinds == expected
    repeats = sum(ids.values()) - len(ids)
    assert repeats == (len(sink.kill_at) if sink.after_taking else 0)


def test_workers_killed_at_random_lose_no_mail_and_repeat_no_event(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    with letterbox() as (box, port):
        beside = app_beside(smtp_port=port, mail_lease_seconds=5)
        outcome = kill_workers(beside, box, _KILLS, seed=4)
    assert outcome.faults == []
    assert (outcome.kills, outcome.mails > 0) == (_KILLS, True)

"""Kills the server again and again under load and counts what it had acknowledged. Run by hand:

    .venv/bin/python -m benchmarks.server_kills [kills] [databases, as sqlite,postgresql]

People support suggestions and write comments over HTTP, several at once, against a real ``serve`` with
two workers. At random moments all its processes get SIGKILL, and it is started again. An act counts
as acknowledged when its 303 has arrived; at the end, each one has to be in the database, and what is
counted beside rows has to fit them.
"""

import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from participation.app import create_app
from participation.comments.models import Comment, CommentThread
from participation.config import Settings
from participation.core import clock, stamps
from participation.core.db import db
from participation.server import server_command
from participation.suggestions.models import Suggestion
from participation.suggestions.support_models import Support
from tests import postgresql_server
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.factories import make_suggestion
from tests.people import Persona, make_person

_PEOPLE = 8
#: Of one person within an hour; the platform allows ten.
_COMMENTS = 9


@dataclass
class Visitor:
    """Somebody who is signed in: what the browser would send."""

    person_id: int
    cookie: str
    token: str
    supported: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class Trial:
    """One database, one server, some people, and what was acknowledged to them."""

    def __init__(self, app: Flask, port: int, suggestions: int) -> None:
        self._app = app
        self._settings: Settings = app.extensions["settings"]
        self._port = port
        self._stop = threading.Event()
        self._server: subprocess.Popen[bytes] | None = None
        self.failed: list[str] = []
        with clock.stopped_at(clock.now()), app.app_context():
            self._numbers = {}
            for _ in range(suggestions):
                one = make_suggestion(now=clock.now())
                self._numbers[one.number] = one.id
            db.session.commit()
        self.visitors = [self._visitor(number) for number in range(_PEOPLE)]

    def _visitor(self, number: int) -> Visitor:
        persona = Persona(f"person-{number}@example.org", is_resident=True)
        client = CheckingClient(self._app).sign_in(persona)
        with self._app.app_context():
            key = make_person(persona).id
        token = client.token()
        cookie = client.browser.get_cookie(self._app.config["SESSION_COOKIE_NAME"])
        if cookie is None:
            raise RuntimeError("signing in gave no cookie")
        return Visitor(key, f"{cookie.key}={cookie.value}", token)

    def run(self, kills: int, progress: Callable[[int], None] = lambda _count: None) -> None:
        """Let people act, and kill the server so many times meanwhile."""
        dice = random.Random(4)  # noqa: S311
        self._start()
        threads = [threading.Thread(target=self._act, args=(one,)) for one in self.visitors]
        for thread in threads:
            thread.start()
        try:
            for number in range(1, kills + 1):
                time.sleep(dice.uniform(0.3, 1.5))
                self._kill()
                self._start()
                progress(number)
            time.sleep(1)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(timeout=60)
            self._kill()

    def _start(self) -> None:
        environment = os.environ | {
            f"PARTICIPATION_{name.upper()}": str(value)
            for name, value in self._settings.model_dump(exclude_none=True).items()
        }
        self._server = subprocess.Popen(  # noqa: S603
            server_command(f"127.0.0.1:{self._port}", 2, 4),
            env=environment, start_new_session=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            try:
                self._ask("GET", "/healthz", "")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not start")

    def _kill(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()

    def _ask(self, method: str, path: str, cookie: str, **form: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Cookie": cookie, "Host": "localhost"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            return connection.getresponse().status
        except http.client.HTTPException as error:
            raise ConnectionError from error
        finally:
            connection.close()

    def _act(self, one: Visitor) -> None:
        """Support one suggestion after the other, and say something now and then."""
        for place, number in enumerate(self._numbers):
            while not self._stop.is_set():
                try:
                    self._support(one, number)
                    if place % 5 == 0 and len(one.said) < _COMMENTS:
                        self._say(one, number)
                    break
                except OSError:  # the server is gone just now: press the button again
                    time.sleep(0.05)
            if self._stop.is_set():
                return

    def _support(self, one: Visitor, number: int) -> None:
        path = f"/de/anregungen/{number}/unterstuetzen/"
        status = self._ask("POST", path, one.cookie, csrf_token=one.token)
        if status == 303:
            one.supported.append(self._numbers[number])
        else:
            self.failed.append(f"{path}: {status}")

    def _say(self, one: Visitor, number: int) -> None:
        text = f"Wort {one.person_id} zu Nummer {number}: Das ist gut."
        shown_at = clock.now() - timedelta(minutes=1)
        stamp = stamps.write(self._settings.secret_key, "comment", one.person_id, shown_at)
        path = f"/de/anregungen/{number}/kommentare/"
        form = {"text": text, "stamp": stamp, "csrf_token": one.token}
        status = self._ask("POST", path, one.cookie, **form)
        if status == 303:
            one.said.append(text)
        else:
            self.failed.append(f"{path}: {status}")

    def lost(self) -> list[str]:
        """Name each acknowledged act that is not in the database, and each count that is wrong."""
        with self._app.app_context():
            supports = set(db.session.execute(sa.select(Support.person_id, Support.suggestion_id)))
            texts = set(db.session.scalars(sa.select(Comment.text)))
            lost = [
                f"support of {key} by {one.person_id}"
                for one in self.visitors
                for key in one.supported
                if (one.person_id, key) not in supports
            ]
            lost += [text for one in self.visitors for text in one.said if text not in texts]
            counted = dict(db.session.execute(
                sa.select(Support.suggestion_id, sa.func.count()).group_by(Support.suggestion_id)
            ).all())  # fmt: skip
            lost += [
                f"count of {key}: {count}"
                for key, count in db.session.execute(sa.select(Suggestion.id, Suggestion.supports))
                if count != counted.get(key, 0)
            ]
            visible = db.session.scalar(sa.select(sa.func.sum(CommentThread.visible))) or 0
            if visible != len(texts):
                lost.append(f"{visible} comments counted, {len(texts)} there")
            db.session.rollback()
        return lost

    def acknowledged(self) -> tuple[int, int]:
        """How many supports and comments were acknowledged."""
        return (
            sum(len(one.supported) for one in self.visitors),
            sum(len(one.said) for one in self.visitors),
        )


def main(kills: int, kinds: list[str]) -> int:
    """Try both databases; the exit status tells whether anything was lost."""
    from benchmarks.pages import free_port

    server = postgresql_server.start(Path(tempfile.gettempdir()))
    lost: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            urls = {"sqlite": f"sqlite:///{folder}/kills.db", "postgresql": server.url}
            for kind in kinds:
                app = create_app(settings_for(urls[kind]))
                with app.app_context():
                    flask_migrate.upgrade()
                trial = Trial(app, free_port(), 20 * kills)
                trial.run(kills)
                lost += trial.lost()
                supports, comments = trial.acknowledged()
                print(  # noqa: T201
                    f"{kind}: {kills} kills, {supports} supports and {comments} comments "
                    f"acknowledged, {len(trial.lost())} lost, {len(trial.failed)} refused"
                )
                with app.app_context():
                    db.engine.dispose()
    finally:
        server.stop()
    return bool(lost)


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(
        main(
            int(words[0]) if words else 50,
            (words[1] if len(words) > 1 else "sqlite,postgresql").split(","),
        )
    )

"""Votes per second through the real server, as a share of bare single-row commits. By hand:

    .venv/bin/python -m benchmarks.casting [rounds] [databases, as sqlite,postgresql]

Runs ``serve`` with two workers on both databases. Eight clients, each signed in as residents of its own,
send ballots of a sealed poll that they have looked at before: every answer is a vote that is sealed,
written and committed, by somebody who has not voted yet. In the same round, eight threads write one row
of about an envelope's size and commit, with the driver alone; the share is taken within the round, and
the median of the rounds counts.
"""

import http.client
import re
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import sqlalchemy as sa
from flask_migrate import upgrade

from benchmarks.pages import serving
from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.accounts.sessions import SESSION_KEY
from participation.app import create_app
from participation.config import Settings
from participation.core.db import db
from participation.polls import keeping_time, service
from tests import postgresql_server
from tests.factories import coordinator
from tests.polls import steps

_CLIENTS = 8
_VOTES_A_CLIENT = 40
_SECONDS = 3.0
_ENVELOPE = 300
#: Of a form: the hidden fields that are sent back.
_HIDDEN = re.compile(r'<input[^>]* name="([^"]+)" type="hidden" value="([^"]*)"')


class Voter:
    """A signed-in resident with a ballot in the hand."""

    def __init__(self, port: int, cookie: str, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": f"sitzung={cookie}", "Origin": f"http://127.0.0.1:{port}"}
        self._path = path
        page = self._asked("GET", "")
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(page)}
        self._body = urlencode(fields | {"q1": "2", "act": "cast"})
        self._connection.close()  # the server does not keep it open as long as the others prepare

    def vote(self) -> None:
        """Send the ballot. :raises RuntimeError: if it is not taken"""
        self._headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._asked("POST", self._body, wanted=303)

    def _asked(self, method: str, body: str, wanted: int = 200) -> str:
        self._connection.request(method, self._path, body or None, self._headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if cookie := answer.headers.get("Set-Cookie"):
            self._headers["Cookie"] = cookie.partition(";")[0]
        if answer.status != wanted:
            raise RuntimeError(f"{method} {self._path}: {answer.status} {text[:300]}")
        return text


def rate_of(acts: list[list[Callable[[], object]]]) -> float:
    """Return how many acts a second there are when each list is done by a thread of its own."""

    def do(mine: list[Callable[[], object]]) -> None:
        for act in mine:
            act()

    began = time.perf_counter()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(do, acts))
    return sum(len(mine) for mine in acts) / (time.perf_counter() - began)


def bare_rate(url: str) -> float:
    """Return how many single-row commits a second eight threads of the driver make."""
    opened = [_bare(url) for _ in range(_CLIENTS)]
    end = time.perf_counter() + _SECONDS
    began = time.perf_counter()

    def write(one: tuple[Callable[[str, bytes], None], Callable[[], None]]) -> int:
        count = 0
        while time.perf_counter() < end:
            one[0](secrets.token_hex(16), secrets.token_bytes(_ENVELOPE))
            count += 1
        one[1]()
        return count

    with ThreadPoolExecutor(_CLIENTS) as pool:
        done = sum(pool.map(write, opened))
    return done / (time.perf_counter() - began)


def _bare(url: str) -> tuple[Callable[[str, bytes], None], Callable[[], None]]:
    """A connection of the driver: what writes one row and commits it, and what closes it."""
    parts = sa.make_url(url)
    table = "CREATE TABLE IF NOT EXISTS bare_row (name VARCHAR(32) PRIMARY KEY, data {})"
    if parts.drivername == "sqlite":
        lite = sqlite3.connect(
            str(parts.database), timeout=60, isolation_level=None, check_same_thread=False
        )
        lite.execute("PRAGMA synchronous = NORMAL")
        lite.execute(table.format("BLOB"))
        return lambda name, data: lite.execute(
            "INSERT INTO bare_row VALUES (?, ?)", (name, data)
        ), lite.close
    plain = parts.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True)
    connection.execute(table.format("BYTEA"))
    return lambda name, data: connection.execute(
        "INSERT INTO bare_row VALUES (%s, %s)", (name, data)
    ), connection.close


def prepared(url: str, secret: str, voters: int) -> tuple[str, list[str]]:
    """Make an open sealed poll and voters; return the ballot's path and the voters' cookies."""
    app = create_app(Settings(database_url=url, secret_key=secret))
    cookies = []
    with app.app_context():
        upgrade()
        now = datetime.now(UTC)
        poll = steps.make_draft(
            opens_at=now - timedelta(minutes=1),
            closes_at=now + timedelta(days=1),
            objection_until=now + timedelta(days=20),
        )
        service.announce(poll.id, coordinator(), now, seen_version=poll.version)
        keeping_time.keep_time(now)
        for actor in steps.make_voters(voters):
            token = accounts.sign_in(db.session.get_one(Person, actor.person_id), now, 14)
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookies.append(str(serializer.dumps({SESSION_KEY: token, "_fresh": True})))
        db.session.commit()
        path = f"/de/abstimmungen/{poll.slug}/stimmzettel/"
        db.session.remove()
        db.engine.dispose()
    return path, cookies


def measure(url: str, rounds: int) -> float:
    """Print the rates; return the share of votes among bare commits."""
    a_round = _CLIENTS * _VOTES_A_CLIENT
    secret = secrets.token_hex(32)
    path, cookies = prepared(url, secret, a_round * (rounds + 1))
    shares, votes, bare = [], [], []
    with serving("participation.app:create_app()", url, secret) as server:
        for number in range(rounds + 1):
            mine = cookies[number * a_round : (number + 1) * a_round]
            voters = [Voter(server.port, cookie, path) for cookie in mine]
            acts = [[one.vote for one in voters[place::_CLIENTS]] for place in range(_CLIENTS)]
            one, other = rate_of(acts), bare_rate(url)
            if number:  # the first round warms up
                shares.append(one / other)
                votes.append(one)
                bare.append(other)
    share = statistics.median(shares)
    print(  # noqa: T201
        f"  votes {statistics.median(votes):7.1f} a second, bare commits "
        f"{statistics.median(bare):7.1f} a second, share 1/{1 / share:.1f}",
        flush=True,
    )
    return share


def main(rounds: int, kinds: list[str]) -> int:
    """Measure on both databases."""
    server = postgresql_server.start(Path(tempfile.gettempdir()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            for kind in kinds:
                url = f"sqlite:///{folder}/casting.db"
                if kind == "postgresql":
                    base = sa.make_url(server.url)
                    plain = base.set(drivername="postgresql").render_as_string(hide_password=False)
                    with psycopg.connect(plain, autocommit=True) as connection:
                        connection.execute("CREATE DATABASE casting")
                    url = base.set(database="casting").render_as_string(hide_password=False)
                print(f"{kind}, {_CLIENTS} clients", flush=True)  # noqa: T201
                measure(url, rounds)
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(
        main(
            int(given[0]) if given else 3,
            (given[1] if len(given) > 1 else "sqlite,postgresql").split(","),
        )
    )

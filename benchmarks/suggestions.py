"""How long the lists of suggestions take among many, on both databases. Run by hand:

    .venv/bin/python -m benchmarks.suggestions [number of suggestions]

Makes suggestions in all states with answers, topics, notes and supports in two new databases, and prints
the median and the worst of 15 reads of each kind, and by which index each list is read.
"""

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from benchmarks.search import timed
from participation.accounts.models import Person
from participation.app import create_app
from participation.city import service as city
from participation.city.models import DepartmentKind
from participation.config import read_settings
from participation.core.db import db
from participation.core.paging import Order, Page
from participation.suggestions import merging_queries, note_queries, queries, support_queries
from participation.suggestions.models import Suggestion, SuggestionNote, suggestion_topic
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.queries import Filters
from participation.suggestions.rules import PUBLIC_STATES, Kind, State
from participation.suggestions.support_models import Support
from tests import postgresql_server

_NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_BATCH = 2000
_PEOPLE = 20_000
#: The most supported one: this many supports, besides three of each of the others.
_CROWD = 20_000
#: How the states of a city that has done this for years are shared out.
_SHARES = {
    State.COLLECTING: 3, State.QUORUM_REACHED: 1, State.COUNCIL: 1, State.IN_REVIEW: 2,
    State.SUBMITTED: 1, State.EXPIRED: 40, State.REJECTED: 20, State.DONE: 10, State.DECLINED: 10,
    State.IMPLEMENTING: 2, State.MERGED: 5, State.WITHDRAWN: 3, State.DRAFT: 2,
}  # fmt: skip
_ORDERS = {
    "newest": queries.NEWEST,
    "most support": queries.MOST_SUPPORT,
    "ending soon": queries.ENDING_FIRST,
    "last answered": queries.LAST_ANSWERED,
}


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many suggestions; the same ones on every call."""
    dice = random.Random(14)  # noqa: S311
    states, weights = list(_SHARES), list(_SHARES.values())
    for key in range(1, count + 1):
        state = dice.choices(states, weights)[0]
        is_open = state in (State.COLLECTING, State.QUORUM_REACHED)
        published = _NOW - timedelta(minutes=dice.randrange(60_000 if is_open else 4_000_000))
        is_public = state in PUBLIC_STATES
        is_answered = is_public and dice.random() < 0.7
        yield {
            "id": key,
            "number": key if is_public else None,
            "state": state,
            "kind": Kind.NEW_PROJECT,
            "title": f"Anregung mit der Nummer {key}",
            "text": "Ein Text, der so lang ist, wie Menschen schreiben. " * 12,
            "reason": "Ein Grund, der überzeugt. " * 4,
            "language": "de",
            "place": "",
            "district_id": dice.randint(1, 15),
            "department_id": 1,
            "author_id": dice.randint(1, _PEOPLE),
            "created_at": published,
            "published_at": published if is_public else None,
            "opens_at": published if is_public else None,
            "closes_at": published + timedelta(weeks=8) if is_public else None,
            "quorum": 200,
            "supports": dice.randrange(199) if state is State.COLLECTING else dice.randrange(900),
            "answer_revision": int(is_answered),
            "answered_at": published + timedelta(days=20) if is_answered else None,
            "due_on": published.date() if state in queries.OPEN_FOR_STAFF else None,
        }


def supports(count: int) -> Iterator[dict[str, Any]]:
    """Yield three supports of each suggestion, and those of the crowd."""
    for key in range(1, count + 1):
        people = range(1, _CROWD + 1) if key == 1 else range(key % 997 + 1, key % 997 + 4)
        for person in people:
            yield {
                "suggestion_id": key, "person_id": person, "mailbox": f"{person:064}",
                "wants_mail": person % 2 == 0, "given_at": _NOW + timedelta(seconds=person),
            }  # fmt: skip


def notes(count: int) -> Iterator[dict[str, Any]]:
    """Yield an addition to every tenth suggestion; few are not read yet."""
    for key in range(1, count + 1, 10):
        yield {
            "suggestion_id": key, "kind": NoteKind.ADDITION, "author_id": 1, "language": "de",
            "text": "Das ist inzwischen anders.", "at": _NOW - timedelta(minutes=key), "link": "",
            "internal_text": "", "read_at": None if key % 1000 == 1 else _NOW,
        }  # fmt: skip


def put(table: Any, made: Iterator[dict[str, Any]]) -> None:
    """Insert rows in batches."""
    some: list[dict[str, Any]] = []
    for row in made:
        some.append(row)
        if len(some) == _BATCH:
            db.session.execute(sa.insert(table), some)
            some = []
    if some:
        db.session.execute(sa.insert(table), some)


def fill(count: int) -> float:
    """Put everything into the database; return the seconds it took."""
    began = time.perf_counter()
    for number in range(1, 16):
        city.save_district(number, f"Stadtteil {number}", latitude=50.0, longitude=8.2)
    for number in range(1, 10):
        city.save_topic(f"thema-{number}", number, {"de": f"Thema {number}"})
    office = {"kind": DepartmentKind.OFFICE, "number": "67", "name": "Amt", "valid_from": None}
    city.save_department(office)
    people = ({"id": n, "email": f"p{n}@example.org", "created_at": _NOW, "confirmed_at": _NOW}
              for n in range(1, _PEOPLE + 1))  # fmt: skip
    put(Person, people)
    put(Suggestion, rows(count))
    about = ({"suggestion_id": n, "topic_id": n % 9 + 1} for n in range(1, count + 1))
    put(suggestion_topic, about)
    put(Support, supports(count))
    put(SuggestionNote, notes(count))
    db.session.commit()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return time.perf_counter() - began


def indexes_of(act: Callable[[], object]) -> str:
    """Say by which indexes the statements of an act are read."""
    said: list[str] = []
    engine, is_server = db.engine, db.engine.dialect.name == "postgresql"

    def explain(connection: sa.Connection, _c: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plan = "EXPLAIN " if is_server else "EXPLAIN QUERY PLAN "
            lines = connection.exec_driver_sql(plan + statement, values).all()
            words = " ".join(str(line) for line in lines)
            said.extend(
                re.findall(r"(?:INDEX|Index(?: Only)? Scan(?: \w+)? (?:using|on)) (\w+)", words)
            )
            said.extend(
                f"ALL OF {name}"
                for name in re.findall(r"(?:Seq Scan on|SCAN) (\w+)(?! USING)", words)
            )

    sa.event.listen(engine, "before_cursor_execute", explain)
    try:
        act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", explain)
        db.session.rollback()
    return ", ".join(dict.fromkeys(said))


def page(order: Order, filters: Filters = Filters(), token: str | None = None) -> Page[Any]:  # noqa: B008
    """One page of the public list."""
    return queries.public_page(filters, _NOW, token, order)


def measure() -> None:
    """Print how long the reads take in the database that is full now."""
    narrow = Filters(district_id=3, topic_id=4)
    acts: dict[str, Callable[[], object]] = {}
    for name, order in _ORDERS.items():
        acts[name] = lambda order=order: page(order)
        acts[f"{name}, district and topic"] = lambda order=order: page(order, narrow)
        token = None
        for _ in range(50):
            token = page(order, token=token).next_token or token
        acts[f"{name}, page 51"] = lambda order=order, token=token: page(order, token=token)
        acts[f"{name}, how many"] = lambda order=order: queries.how_many(Filters(), _NOW, order)
    acts["collecting, most support"] = lambda: page(queries.MOST_SUPPORT, Filters(status="sammelt"))
    acts["without an answer"] = lambda: page(queries.NEWEST, Filters(is_answered=False))
    acts["queue of the coordination"] = lambda: queries.queue_page(None, None)
    acts["queue of a department"] = lambda: queries.queue_page(frozenset({1}), None)
    acts["notes to read"] = lambda: note_queries.unread_page(2, None)
    one = db.session.get_one(Suggestion, 1)
    acts["likely targets of a merge"] = lambda: merging_queries.likely_targets(one, _NOW, 8)
    told = support_queries.supporters_to_tell(1, not_on=2)
    acts["who is asked, of 20,000"] = lambda: db.session.execute(told).all()
    acts["own support"] = lambda: support_queries.own_support(1, 9, f"{9:064}")

    def supports_page() -> None:
        found = support_queries.page_of(1, None)
        support_queries.looks_of(1, [row[0] for row in found.rows])

    acts["page of supports, with looks"] = supports_page
    for name, act in acts.items():
        timed(name, act)
        print(f"      {indexes_of(act)}")  # noqa: T201


def main(count: int) -> None:
    """Fill and measure both databases."""
    server = postgresql_server.start(Path(tempfile.gettempdir()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            for url in (f"sqlite:///{folder}/suggestions.db", server.url):
                app = create_app(read_settings(secret_key="x" * 40, database_url=url))
                with app.app_context():
                    flask_migrate.upgrade()
                    name = db.engine.dialect.name
                    seconds = fill(count)
                    print(f"{name}: {count} suggestions, filled in {seconds:.0f} s")  # noqa: T201
                    measure()
                    db.session.remove()
                    db.engine.dispose()
    finally:
        server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

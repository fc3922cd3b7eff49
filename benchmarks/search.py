"""How long a search takes among many texts, on both databases. Run by hand:

    .venv/bin/python -m benchmarks.search [--texts 100000] [--only sqlite|postgresql]

Makes texts that are distributed like German ones (few frequent words, many rare, many compounds) in
new databases, and prints the median and the worst of 15 searches of each kind.
"""

import argparse
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import flask_migrate
import sqlalchemy as sa

from participation.app import create_app
from participation.config import read_settings
from participation.core import search
from participation.core.db import db, reading
from participation.core.search import Filters
from participation.core.search_index import Kind, Text, keep_all, places
from tests import postgresql_server

_ROUNDS = 15
_INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_search_entry_vector'"
_BATCH = 500
#: (name, in which share of the texts)
_PLACED = (("gemeinsam", 0.6), ("grünfläche", 0.6), ("spielplatz", 0.1), ("radweg", 0.02))
_COMPOUNDS = ("fahrradwege", "radwegenetz", "spielplätze", "abenteuerspielplatz", "radwegplanung")
_BEGINS = ("b", "d", "f", "g", "h", "k", "l", "m", "n", "r", "s", "t", "w", "sch", "st", "br", "gr")
_ENDS = ("al", "an", "ar", "au", "ei", "el", "en", "er", "eu", "in", "it", "ol", "or", "um", "und")
_SYLLABLES = [begin + end for begin in _BEGINS for end in _ENDS]


def texts(count: int) -> "list[tuple[Kind, int, Text]]":
    """Return texts of about 60 to 160 words; the same ones on every call."""
    dice = random.Random(14)  # noqa: S311
    stock = [
        "".join(dice.choices(_SYLLABLES, k=1 + (rank > 30) + (rank > 2000)))
        for rank in range(20_000)
    ]
    stock += [dice.choice(stock) + dice.choice(stock) for _ in range(100_000)]
    steps = list(accumulate(1 / (rank + 3) for rank in range(len(stock))))
    kinds = [Kind.COMMENT] * 6 + [Kind.SUGGESTION] * 2 + [Kind.PROJECT, Kind.MEETING]

    def some(number: int) -> list[str]:
        return [stock[bisect(steps, dice.random() * steps[-1])] for _ in range(number)]

    made = []
    for number in range(1, count + 1):
        words = some(dice.randint(60, 160))
        words += [word for word, share in _PLACED if dice.random() < share]
        words += [word for word in _COMPOUNDS if dice.random() < 0.01]
        dice.shuffle(words)
        title = " ".join(some(4)) + (" Spielplatz" if dice.random() < 0.02 else "")
        day = date(2020, 1, 1) + timedelta(days=dice.randrange(2000))
        marks = places([dice.randint(1, 15)], [dice.randint(1, 9)])
        made.append(
            (dice.choice(kinds), number, Text("de", day, title, " ".join(words), "x", marks))
        )
    return made


def server_is(connection: sa.Connection) -> bool:
    """Tell whether this is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def fill(made: "list[tuple[Kind, int, Text]]") -> float:
    """Put them into the database; return the seconds it took. PostgreSQL indexes them at the end."""
    began = time.perf_counter()
    with db.engine.begin() as connection:
        index = connection.exec_driver_sql(_INDEX).scalar() if server_is(connection) else None
        if index:
            connection.exec_driver_sql("DROP INDEX ix_search_entry_vector")
    for kind in Kind:
        mine = [(key, text) for one, key, text in made if one is kind]
        for start in range(0, len(mine), _BATCH):
            keep_all(kind, {key: [text] for key, text in mine[start : start + _BATCH]})
    db.session.commit()
    with db.engine.begin() as connection:
        if index:
            connection.exec_driver_sql("SET maintenance_work_mem = '1GB'")
            connection.exec_driver_sql(index)
        connection.exec_driver_sql("ANALYZE")
    return time.perf_counter() - began


def timed(name: str, act: Callable[[], object]) -> None:
    """Print how long an act takes."""
    took = []
    with reading():
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            act()
            took.append((time.perf_counter() - began) * 1000)
            db.session.rollback()
    print(f"  {name:34} {statistics.median(took):7.1f} ms   worst {max(took):7.1f} ms")  # noqa: T201


def measure(made: "list[tuple[Kind, int, Text]]") -> None:
    """Print how long searches take in the database that is full now."""
    rare = made[len(made) // 2][2].body.split()
    rare_word = max(rare, key=len)

    def hits(text: str, filters: Filters = search.NO_FILTERS, **how: bool) -> Callable[[], object]:
        return lambda: search.page_of_hits(search.read_query(text), filters, None, **how)

    timed("word in 60 %", hits("gemeinsam", Filters("de")))
    timed("word in 60 %, newest first", hits("gemeinsam", Filters("de"), newest_first=True))
    timed("two words in 60 %", hits("gemeinsam grünfläche", Filters("de")))
    timed("word in 10 %, with compounds", hits("Spielplatz", Filters("de")))
    timed("part of words: radweg", hits("radweg", Filters("de")))
    timed("frequent and rare word", hits(f"gemeinsam {rare_word}", Filters("de")))
    timed("rare word", hits(rare_word, Filters("de")))
    timed("four letters in many words", hits("stun", Filters("de")))
    timed("six letters of a word in 60 %", hits("gemein", Filters("de")))
    timed("three letters", hits("gra", Filters("de")))
    timed(
        "eight words, of which six count",
        hits("gemeinsam grünfläche radweg spielplatz stun bral sten wund"),
    )
    timed("no hit", hits("zzzzz", Filters("de")))
    narrow = Filters("de", Kind.PROJECT, district_id=3, topic_id=2)
    timed("word in 60 %, all filters", hits("gemeinsam", narrow))
    token = None
    for _ in range(50):
        page, _ = search.page_of_hits(search.read_query("spielplatz"), Filters("de"), token)
        token = page.next_token
    db.session.rollback()
    query = search.read_query("spielplatz")
    timed("page 51", lambda: search.page_of_hits(query, Filters("de"), token))
    whole = made[len(made) // 3][2]
    timed(
        "candidates of a text",
        lambda: search.candidates([Kind.SUGGESTION], whole.title + whole.body),
    )
    ids = search.ids(Kind.PROJECT, "gemeinsam")
    timed("ids of projects, word in 60 %", lambda: db.session.execute(ids).all())


def main(count: int, only: str | None) -> None:
    """Fill and measure both databases, or one."""
    made = texts(count)
    server = postgresql_server.start(Path(tempfile.gettempdir()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            urls = {"sqlite": f"sqlite:///{folder}/search.db", "postgresql": server.url}
            for name in [only] if only else urls:
                app = create_app(read_settings(secret_key="x" * 40, database_url=urls[name]))
                with app.app_context():
                    flask_migrate.upgrade()
                    seconds = fill(made)
                    print(f"{name}: {count} texts, filled in {seconds:.0f} s")  # noqa: T201
                    measure(made)
                    db.session.remove()
                    db.engine.dispose()
    finally:
        server.stop()


if __name__ == "__main__":
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("--texts", type=int, default=100_000)
    command.add_argument("--only", choices=["sqlite", "postgresql"])
    given = command.parse_args()
    main(given.texts, given.only)

"""Who has everything that is stored learns nothing about how anybody voted in a sealed poll.

The attacker has the whole database with its log, the order and the moments the database itself keeps
(``rowid``, ``xmin``, ``ctid``), all mails and the journal, and knows in which order people voted. Only
the key is missing.
"""

import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.notifications.models import Mail
from participation.polls import board_job, casting, keeping_time, queries
from participation.polls.models import Poll
from participation.worker import Worker
from tests.conftest import Database
from tests.polls.steps import AFTER, CLOSES, DURING, OPENS, count, make_open, make_voters, question
from tests.polls.steps import options as names

#: Votes in each poll, and how often an attacker may try to tell who chose what.
_VOTERS = 20
_TRIALS = 1000
#: So many of 1,000 guesses between two answers are right by chance, but for one run in a million.
_BY_CHANCE = 500 + 78
_CODE = "KANA-RIEN-VOGE-L{:03}"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def codes(how_many: int, chance: random.Random) -> list[str]:
    letters = [["".join(chance.choices(_BASE32, k=4)) for _ in range(4)] for _ in range(how_many)]
    return ["-".join(groups) for groups in letters]


class Election:
    """A sealed poll with votes, each cast in a transaction of its own."""

    def __init__(self, app: Flask, chance: random.Random, start: int) -> None:
        with app.app_context():
            asked = question(options=names("Kanarienvogel", "Wellensittich"))
            self.key = make_open(asked).id
            self.people = [actor.person_id or 0 for actor in make_voters(_VOTERS, start)]
            db.session.commit()
        half = _VOTERS // 2
        self.choices = [1] * half + [2] * half
        chance.shuffle(self.choices)
        self.codes = codes(_VOTERS, chance)

    def vote(self, app: Flask) -> None:
        from tests.polls.steps import voter

        for person, choice, code in zip(self.people, self.choices, self.codes, strict=True):
            with app.app_context():
                casting.cast(self.key, voter(person), DURING, [choice], code=code)
                db.session.commit()


def everything(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order in which the database keeps it, with what it adds."""
    found = {}
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            hidden = not is_sqlite or table.dialect_options["sqlite"]["with_rowid"]
            more = "rowid AS r_," if is_sqlite else "xmin::text AS x_, ctid::text AS c_,"
            order = "ORDER BY rowid" if is_sqlite else "ORDER BY ctid"
            words = f"SELECT {more if hidden else ''} * FROM {table.name} {order if hidden else ''}"
            rows = connection.execute(sa.text(words)).mappings()
            found[table.name] = [dict(row) for row in rows]
        connection.rollback()
    return found


def guesses(stored: dict[str, list[dict[str, Any]]], key: int) -> dict[str, dict[int, Any]]:
    """What an attacker makes of it: for each way to look, who is thought to have chosen what.

    Every numbering of the roll (order of rows, ``xmin``, ``ctid``, key, hash, bytes of the envelope,
    place on the board, mail) is laid beside every order of the counted votes.
    """
    roll = [row for row in stored["poll_roll"] if row["poll_id"] == key]
    ballots = [row for row in stored["poll_ballot"] if row["poll_id"] == key]
    if isinstance(ballots[0]["answers"], str):
        ballots = [row | {"answers": json.loads(row["answers"])} for row in ballots]
    seq = {row["envelope_hash"]: row["seq"] for row in stored["poll_board"]}
    mails = {row["person_id"]: row["id"] for row in stored["mail"]}
    ways: dict[str, Callable[[dict[str, Any]], Any]] = {
        "order of rows": lambda row: roll.index(row),
        "person": lambda row: row["person_id"],
        "key": lambda row: row["key"],
        "hash": lambda row: row["envelope_hash"],
        "envelope": lambda row: bytes(row["envelope"])[32:],
        "its tail": lambda row: bytes(row["envelope"])[::-1],
        "board": lambda row: seq[row["envelope_hash"]],
        "mail": lambda row: mails[row["person_id"]],
        "moment": lambda row: int(row.get("x_", 0)),
        "place": lambda row: row.get("c_", ""),
    }
    orders: dict[str, Callable[[dict[str, Any]], Any]] = {
        "stored": lambda row: ballots.index(row),
        "code": lambda row: row["code"],
        "place": lambda row: row.get("c_", ""),
        "moment": lambda row: int(row.get("x_", 0)),
    }
    found = {}
    for way, of_row in ways.items():
        for order, of_ballot in orders.items():
            pairs = zip(sorted(roll, key=of_row), sorted(ballots, key=of_ballot), strict=True)
            found[f"{way} beside {order}"] = {
                row["person_id"]: ballot["answers"][0] for row, ballot in pairs
            }
    return found


def hits(guess: dict[int, Any], election: Election) -> int:
    truth = dict(zip(election.people, election.choices, strict=True))
    return sum(guess[person] == choice for person, choice in truth.items())


def write_mails(app: Flask) -> None:
    worker = Worker(app)
    with app.app_context():
        while worker._write():
            pass


def test_who_has_the_database_links_people_to_votes_no_better_than_chance(
    app: Flask, database: Database
) -> None:
    chance = random.Random(20261121)
    right: dict[str, int] = {}
    for number in range(_TRIALS // _VOTERS):
        election = Election(app, chance, number * _VOTERS)
        election.vote(app)
        with app.app_context():
            board_job.look_after(OPENS + timedelta(minutes=10))
            db.session.commit()
        write_mails(app)
        with app.app_context():
            keeping_time.keep_time(CLOSES)
            count(db.session.get_one(Poll, election.key))
            db.session.commit()
        for way, guess in guesses(everything(database.engine), election.key).items():
            right[way] = right.get(way, 0) + hits(guess, election)
    assert len(right) == 40
    too_good = {way: n for way, n in right.items() if not _TRIALS - _BY_CHANCE <= n <= _BY_CHANCE}
    assert too_good == {}


def test_attack_finds_votes_that_are_kept_in_the_order_of_casting(
    app: Flask, database: Database
) -> None:
    # The same attack on a table of plain votes: what this design is about.
    chance = random.Random(1)
    election = Election(app, chance, 0)
    election.vote(app)
    with app.app_context():
        board_job.look_after(OPENS + timedelta(minutes=10))
        db.session.commit()
    write_mails(app)
    stored = everything(database.engine)
    stored["poll_ballot"] = [
        {"poll_id": election.key, "code": code, "answers": [choice], "x_": n, "c_": f"{n:04}"}
        for n, (code, choice) in enumerate(zip(election.codes, election.choices, strict=True))
    ]
    best = max(hits(guess, election) for guess in guesses(stored, election.key).values())
    assert best == _VOTERS


def files_of(database: Database) -> Iterator[tuple[str, bytes]]:
    """All bytes that the database has on disk, with its log."""
    if database.kind == "sqlite":
        path = Path(str(database.engine.url.database))
        for file in (path, Path(f"{path}-wal")):
            yield file.name, file.read_bytes()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
        folder = Path(str(connection.scalar(sa.text("SHOW data_directory"))))
    for file in sorted(folder.rglob("*")):
        if file.is_file() and (
            "base" in file.parts or "pg_wal" in file.parts or file.suffix == ".log"
        ):
            yield str(file.relative_to(folder)), file.read_bytes()


def test_no_choice_and_no_code_is_on_disk_before_the_envelopes_are_opened(
    app: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    election = Election(app, random.Random(7), 0)
    with app.app_context():
        for person, code in zip(election.people, election.codes, strict=True):
            from tests.polls.steps import voter

            casting.cast(election.key, voter(person), DURING, [2], code=code)
            db.session.commit()
        board_job.look_after(OPENS + timedelta(minutes=10))
        db.session.commit()
    write_mails(app)
    seen = dict(files_of(database))
    assert sum(len(data) for data in seen.values()) > 100_000
    # The files are the right ones: what may be there is found.
    with app.app_context():
        has_voted, hashed = queries.own_vote(election.key, election.people[0])
        mails = db.session.scalars(sa.select(sa.func.count()).select_from(Mail)).one()
    assert has_voted and hashed and mails == _VOTERS
    assert any(hashed.encode() in data for data in seen.values())
    secrets = [code.encode() for code in election.codes]
    secrets += [code.replace("-", "").encode() for code in election.codes]
    secrets += [code.encode("utf-16-le") for code in election.codes]
    for name, data in seen.items():
        assert not any(secret in data for secret in secrets), name
    said = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert not any(code in said for code in election.codes)


def test_votes_that_are_opened_do_not_say_whose_they_are_after_publication(
    app: Flask, database: Database
) -> None:
    election = Election(app, random.Random(9), 0)
    election.vote(app)
    with app.app_context():
        keeping_time.keep_time(CLOSES)
        poll = db.session.get_one(Poll, election.key)
        count(poll)
        db.session.commit()
        file = queries.file_of(poll)
    assert file is not None
    record = json.loads(file)
    assert sorted(record["final_hashes"]) == record["final_hashes"]
    assert [code for code, _ in record["ballots"]] == sorted(election.codes)
    stored = everything(database.engine)
    known = set(stored["poll_ballot"][0])
    assert known <= {"poll_id", "code", "answers", "x_", "c_", "r_"}
    assert AFTER > CLOSES

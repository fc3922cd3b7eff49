"""Acts of the office and the board, done twice at once, that need files or secrets of their own."""

import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from flask import Flask

from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.polls import keys, making, trial_opening
from participation.polls.canonical import canonical, lines_of
from participation.polls.models import Poll, PollBallot, PollCode
from participation.polls.rules import Eligible, PollKind
from tests.checking_client import CheckingClient
from tests.factories import coordinator
from tests.people import AYLIN, KIM, NOW, Persona
from tests.polls.steps import AFTER, KEY, SHARES, make_draft, opened, sheet
from tests.polls.test_board_pages import closed

_BOARD = "/de/beirat/abstimmungen/wohin-mit-dem-brunnen/"


def twice(app: Flask, personas: tuple[Persona, Persona], path: str, fields: Any) -> Counter[int]:
    """Send a form by two browsers at once; return the statuses."""
    clients = [CheckingClient(app).sign_in(persona) for persona in personas]
    tokens = [client.token() for client in clients]

    def post(number: int) -> int:
        data = fields() | {"csrf_token": tokens[number]}
        return clients[number].browser.post(path, data=data).status_code

    with ThreadPoolExecutor(2) as pool:
        return Counter(pool.map(post, range(2)))


def events(app: Flask, name: str) -> int:
    with app.app_context():
        found = sa.select(sa.func.count()).where(JournalEntry.event == name)
        return db.session.scalar(found) or 0


def test_letters_that_are_asked_for_twice_at_once_are_made_once(app: Flask) -> None:
    with app.app_context():
        key = make_draft(kind=PollKind.OPEN, eligible=Eligible.LETTER).id
        db.session.commit()
    path = f"/de/verwaltung/abstimmungen/{key}/briefe/"
    statuses = twice(app, (KIM, KIM), path, lambda: {"count": "3", "seen_version": "1"})
    assert statuses == {200: 1, 409: 1}
    with app.app_context():
        assert len(db.session.scalars(sa.select(PollCode)).all()) == 3


def test_key_that_is_uploaded_twice_at_once_is_one(app: Flask) -> None:
    with app.app_context():
        making.create(coordinator(), NOW, "form", sheet())
        db.session.commit()
    public = lines_of(keys.public_document(KEY, keys.Mode.SHARES))
    path = f"{_BOARD}schluessel/"
    statuses = twice(
        app, (KIM, KIM), path, lambda: {"key-file": (io.BytesIO(public), "public.json")}
    )
    assert statuses == {303: 2}
    assert events(app, "poll:key_given") == 1


def test_word_that_two_of_the_board_type_at_once_counts_once(app: Flask) -> None:
    with app.app_context():
        poll = making.create(coordinator(), NOW, "form", sheet())
        public = keys.public_document(KEY, keys.Mode.SHARES)
        poll = making.set_key(poll.id, coordinator(), NOW, canonical(public))
        trial = trial_opening.read_trial_file(canonical(making.test_envelope(poll)))
        private = keys.combine(SHARES[0], SHARES[1]).private_key
        word = trial_opening.open_trial(trial, "1+2", private)
        db.session.commit()
    statuses = twice(app, (KIM, AYLIN), f"{_BOARD}test/1-2/", lambda: {"test0-word": word})
    assert statuses == {303: 2}
    assert events(app, "poll:key_tested") == 1


def test_votes_that_two_of_the_board_bring_at_once_are_counted_once(
    app: Flask, client: CheckingClient
) -> None:
    closed(client)
    with clock.stopped_at(AFTER):
        envelopes = client.sign_in(AYLIN).get(f"{_BOARD}umschlaege.json").response.data
        brought = opened(envelopes)
        path = f"{_BOARD}stimmen/"
        statuses = twice(
            app, (KIM, AYLIN), path, lambda: {"votes-file": (io.BytesIO(brought), "stimmen.json")}
        )
    assert statuses == {303: 1, 409: 1}
    assert events(app, "poll:published") == 1
    with app.app_context():
        assert len(db.session.scalars(sa.select(PollBallot)).all()) == 3
        assert db.session.scalars(sa.select(Poll.voters)).one() == 3

"""Many people at once, through HTTP, with real commits: the database does the counting."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.accounts.sessions import SESSION_KEY
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.notifications.models import Mail
from participation.suggestions import drafts
from participation.suggestions.models import Answer, Suggestion, SuggestionMove
from participation.suggestions.rules import Kind, State
from participation.suggestions.support_models import Support
from participation.worker import Worker
from tests.factories import LONG_ENOUGH, make_suggestion, make_supporters, resident
from tests.people import JONAS, KIM, MARA, NOAH, NOW, make_person

_THREADS = 25


def browsers_of(app: Flask, ids: list[int]) -> list[tuple[FlaskClient, str]]:
    """Return a signed-in browser for each person, with a token for its forms."""
    with app.app_context():
        tokens = [accounts.sign_in(db.session.get_one(Person, key), NOW, 14) for key in ids]
        db.session.commit()
    return [(browser, csrf) for browser, csrf in (browser_with(app, token) for token in tokens)]


def browser_with(app: Flask, token: str) -> tuple[FlaskClient, str]:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session[SESSION_KEY] = token
    page = browser.get("/de/konto/").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return browser, found[1]


def all_at_once(jobs: list[Callable[[], int]]) -> list[int]:
    """Run the jobs in many threads; return the statuses."""
    with ThreadPoolExecutor(_THREADS) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


def post(app: Flask, browser: FlaskClient, path: str, data: dict[str, str]) -> int:
    """POST with a copy of the browser's cookie, so that threads do not share a cookie jar."""
    cookie = browser.get_cookie("sitzung")
    assert cookie is not None
    copy = app.test_client()
    copy.set_cookie("sitzung", cookie.value)
    return copy.post(path, data=data).status_code


def counts(app: Flask, key: int) -> tuple[int, int, int]:
    """Return the kept count, the rows, and the quorum events."""
    with app.app_context():
        kept = db.session.scalars(sa.select(Suggestion.supports).filter_by(id=key)).one()
        rows = db.session.scalars(
            sa.select(sa.func.count())
            .select_from(Support)
            .filter_by(suggestion_id=key, struck_by=None)
        ).one()
        events = sa.select(sa.func.count()).where(JournalEntry.event == "suggestion:quorum_reached")
        return kept, rows, db.session.scalars(events).one()


def test_twenty_people_who_press_fifty_times_at_once_count_twenty(app: Flask) -> None:
    with app.app_context():
        suggestion = make_suggestion()
        key, number = suggestion.id, suggestion.number
        people = list(make_supporters(20))
        db.session.commit()
    browsers = browsers_of(app, people)
    path = f"/de/anregungen/{number}/unterstuetzen/"
    jobs = [
        lambda browser=browser, csrf=csrf: post(app, browser, path, {"csrf_token": csrf})
        for _ in range(50)
        for browser, csrf in browsers
    ]
    statuses = all_at_once(jobs)
    assert set(statuses) == {303}
    assert len(statuses) == 1000
    assert counts(app, key) == (20, 20, 0)


def test_twenty_people_at_199_reach_the_quorum_once_and_everybody_gets_one_mail(
    app: Flask,
) -> None:
    with app.app_context():
        suggestion = make_suggestion(supports=199)
        key, number, author = suggestion.id, suggestion.number, suggestion.author_id
        people = list(make_supporters(219))[199:]
        db.session.commit()
    browsers = browsers_of(app, people)
    path = f"/de/anregungen/{number}/unterstuetzen/"
    jobs = [
        lambda browser=browser, csrf=csrf: post(
            app, browser, path, {"csrf_token": csrf, "wants_mail": "y"}
        )
        for browser, csrf in browsers
    ]
    assert set(all_at_once(jobs)) == {303}
    assert counts(app, key) == (219, 219, 1)
    worker = Worker(app)
    while write(app, worker):
        pass
    with app.app_context():
        mails = db.session.execute(
            sa.select(Mail.person_id, Mail.message_id).where(Mail.template == "suggestion_quorum")
        ).all()
        supporters = set(people)
        state = db.session.get_one(Suggestion, key).state
    assert state is State.QUORUM_REACHED
    told = [person_id for person_id, _ in mails]
    assert len(told) == len(set(told))
    assert author in told
    # Whoever pressed and agreed is told, once; at the time the entry is read all twenty had agreed.
    assert set(told) == {author} | supporters


def write(app: Flask, worker: Worker) -> bool:
    with app.app_context():
        return worker._write()


def test_supporting_and_withdrawing_at_once_keeps_the_count_true(app: Flask) -> None:
    with app.app_context():
        suggestion = make_suggestion()
        key, number = suggestion.id, suggestion.number
        people = list(make_supporters(5))
        db.session.commit()
    browsers = browsers_of(app, people)
    jobs = [
        lambda browser=browser, csrf=csrf, word=word: post(
            app, browser, f"/de/anregungen/{number}/{word}/", {"csrf_token": csrf}
        )
        for _ in range(10)
        for browser, csrf in browsers
        for word in ("unterstuetzen", "zurueckziehen")
    ]
    assert set(all_at_once(jobs)) == {303}
    kept, rows, _ = counts(app, key)
    assert kept == rows


@pytest.mark.parametrize("word", ["veroeffentlichen", "ablehnen"])
def test_coordinator_who_decides_twice_at_once_decides_once(app: Flask, word: str) -> None:
    with app.app_context():
        key = make_suggestion(State.IN_REVIEW).id
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    data = {"csrf_token": csrf, "reject-reason": "under-way", "reject-public_text": LONG_ENOUGH}
    path = f"/de/verwaltung/anregungen/{key}/{word}/"
    statuses = all_at_once([lambda: post(app, browser, path, data)] * 8)
    assert sorted(statuses) == [303] + [409] * 7
    with app.app_context():
        moves = db.session.scalars(sa.select(SuggestionMove.transition)).all()
    assert len(moves) == 3


def test_author_who_sends_twice_at_once_sends_once(app: Flask) -> None:
    with app.app_context():
        key = make_suggestion(State.DRAFT).id
        noah = make_person(NOAH).id
        db.session.commit()
    browser, csrf = browsers_of(app, [noah])[0]
    path = f"/de/anregungen/neu/{key}/pruefen/"
    statuses = all_at_once([lambda: post(app, browser, path, {"csrf_token": csrf})] * 8)
    assert statuses.count(303) >= 1
    assert set(statuses) <= {303, 409}
    with app.app_context():
        sent = sa.select(sa.func.count()).where(JournalEntry.event == "suggestion:submitted")
        assert db.session.scalar(sent) == 1


def test_two_officers_who_answer_at_once_give_one_answer(app: Flask) -> None:
    with app.app_context():
        key = make_suggestion().id
        people = [make_person(JONAS).id, make_person(KIM).id]
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/antwort/"
    answer = {"status": "accepted", "text": LONG_ENOUGH, "seen_revision": "0"}
    jobs = [
        lambda browser=browser, csrf=csrf: post(app, browser, path, answer | {"csrf_token": csrf})
        for browser, csrf in browsers_of(app, people)
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 1


def test_publications_at_once_get_different_numbers(app: Flask) -> None:
    with app.app_context():
        keys = [make_suggestion(State.IN_REVIEW).id for _ in range(12)]
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    jobs = [
        lambda key=key: post(
            app, browser, f"/de/verwaltung/anregungen/{key}/veroeffentlichen/", {"csrf_token": csrf}
        )
        for key in keys
    ]
    assert set(all_at_once(jobs)) == {303}
    with app.app_context():
        numbers = db.session.scalars(sa.select(Suggestion.number).order_by(Suggestion.number)).all()
    assert list(numbers) == list(range(1, 13))


def _saves_a_draft(person: Person) -> None:
    values = {
        "kind": Kind.NEW_PROJECT,
        "title": "Mehr Bänke",
        "text": "",
        "reason": "",
        "language": "de",
    }
    drafts.save(resident(person.id), NOW, values)


def _confirms(person: Person) -> None:
    accounts.confirm(person.id, person.password_hash, NOW)


def _registers_again(person: Person) -> None:
    accounts.register(person.email, "another hash", "de", NOW)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("act", [_saves_a_draft, _confirms, _registers_again])
def test_rows_that_point_at_a_person_never_wait_for_an_act_of_that_person(
    app: Flask, act: Callable[[Person], None]
) -> None:
    # Others hold a suggestion and write such rows; waiting for us they would wait in a ring.
    with app.app_context():
        key = make_person(MARA).id
        db.session.commit()
        act(db.session.get_one(Person, key))
        db.session.flush()
        with app.app_context():
            db.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            accounts.sign_in(db.session.get_one(Person, key), NOW, 14)
            db.session.flush()
            db.session.rollback()

"""Every act of the site, done twice at once: by one person who presses twice, and by two people.

The database is asked afterwards: what may happen once has happened once, and whoever was second got
a page that says so.
"""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.accounts.sessions import SESSION_KEY
from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.permissions import GRANTS, Permission, Role
from participation.suggestions.forms import WHOLE_CITY
from participation.suggestions.staff_views import ACTS
from tests.checking_client import parse
from tests.factories import LONG_ENOUGH
from tests.files.uploads import PDF, picture
from tests.people import ADA, JONAS, KIM, MARA, NOAH, NOW, VISITOR, Persona, make_person
from tests.site.samples import Sample, make_world, samples

_KEA = Persona("kea@example.org", Role.COORDINATOR)
_ADE = Persona("ade@example.org", Role.ADMINISTRATOR)
#: Who makes a request: the first who may. The second is somebody else with the same right.
_PAIRS: tuple[tuple[Role, Persona | None, Persona | None], ...] = (
    (Role.VISITOR, VISITOR, VISITOR),
    (Role.RESIDENT, MARA, NOAH),
    (Role.COORDINATOR, KIM, _KEA),
    (Role.OFFICER, JONAS, JONAS),
    (Role.ADMINISTRATOR, ADA, _ADE),
)
#: What every transition could ask for, and valid values of forms that the samples leave out.
_VALID = {
    "public_text": LONG_ENOUGH, "internal_text": "Ein Vermerk für die Akten.", "reason": "duplicate",
    "hide_reason": "unlawful", "department": "1", "due_on": "2026-03-24", "reference": "0123/2026",
    "meeting_on": "2026-06-24", "link": "https://bi.mainz.de/0123",
}  # fmt: skip
#: What stands for itself each time: two people may each do it once.
_EACH_PERSONS = frozenset({"meeting:signed_up", "meeting:signed_off"})
#: Forms that need more than the samples have. A file is made anew for each request.
_FORMS: dict[str, dict[str, Any]] = {
    "page_staff.edit_text": {"act": "save", "title": "Kontakt", "body": "Kurzer Text."},
    "ballots.ballot": {"act": "cast", "q1": "2"},
    "comments.edit": {"text": "Ein Text, der jetzt anders lautet als vorher."},
    "comments.write_on_project": {"text": "Eine Stellungnahme, zweimal gesendet."},
    "comments.write_on_suggestion": {"text": "Eine Stellungnahme, zweimal gesendet."},
    "comments.reply": {"text": "Eine Antwort, zweimal gesendet."},
    "meeting_staff.cancel_meeting": {
        "cancel-reason": "Der Saal ist gesperrt.", "cancel-seen_sequence": "1",
    },
    "project_staff.edit_text": {"act": "save", "title": "A project", "seen_version": "2"},
    "attachments.attach": {"text": "Ein Bild vom Platz."},
    "poll_questions.add_picture": {"alt": "Ein Bild vom Platz."},
    "project_files.add_image": {"text_de": "Ein Bild vom Platz.", "credit": "Stadt Mainz"},
    "project_files.edit_file": {"text_de": "Ein anderer Text.", "credit": "Stadt Mainz"},
    "project_files.add_document": {"text_de": "Ein Plan", "language": "de"},
    "writing.write_suggestion": {
        "kind": "new-project", "title": "Eine neue Idee für alle", "text": LONG_ENOUGH,
        "reason": LONG_ENOUGH, "place": WHOLE_CITY,
    },
    "writing.edit_suggestion": {
        "kind": "new-project", "title": "Eine andere Idee für alle", "text": LONG_ENOUGH,
        "reason": LONG_ENOUGH, "place": WHOLE_CITY,
    },
}  # fmt: skip
_FILES: dict[str, tuple[bytes, str]] = {
    "attachments.attach": (picture(), "platz.jpg"),
    "project_files.add_image": (picture(), "platz.jpg"),
    "poll_questions.add_picture": (picture(), "platz.jpg"),
    "project_files.add_document": (PDF, "plan.pdf"),
}
#: Acts that cannot succeed here, and where they are done twice at once instead.
_ELSEWHERE = {
    "accounts.confirm": "needs the link of a mail: tests/accounts/test_pages.py",
    "accounts.register": "tests/accounts/test_service.py",
    "accounts.sign_in": "makes a session each time",
    "resetting.ask": "each time asks for a mail: tests/accounts/test_reset.py",
    "resetting.choose": "needs the link of a mail: tests/accounts/test_reset.py",
    "own_settings.password": "needs a password: tests/accounts/test_settings_pages.py",
    "own_settings.address": "needs a password: tests/accounts/test_settings_pages.py",
    "own_settings.confirm_address": "needs the link of a mail: tests/accounts/test_settings_pages.py",
    "unsubscribing.one_click": "answers 200 (RFC 8058): tests/following/test_unsubscribing.py",
    "poll_voters.letters": "answers with a file: tests/polls/test_pages_parallel.py",
    "poll_board.give_key": "needs a file of its own: tests/polls/test_pages_parallel.py",
    "poll_board.record_test": "needs a secret word: tests/polls/test_pages_parallel.py",
    "poll_board.bring_votes": "needs a file of its own: tests/polls/test_pages_parallel.py",
    "ballots.letter_ballot": "needs the code of a letter: tests/polls/test_parallel.py",
    "ballots.letter": "needs the code of a letter: tests/polls/test_parallel.py",
    "privacy.delete": "needs a password: tests/privacy/test_parallel.py",
    "results.find": "answers 200: it looks a code up, and writes nothing",
}
#: They end what others here need: a draft.
_LAST = frozenset({"writing.check_suggestion", "suggestions.take_back"})
_Answer = tuple[int, str]


def people_for(permission: Permission | None) -> tuple[Persona | None, Persona | None]:
    """Two people who may."""
    for role, first, second in _PAIRS:
        if permission is None or permission in GRANTS[role]:
            return first, second
    raise LookupError(permission)


def cookies_of(app: Flask) -> dict[Persona | None, str]:
    """Sign everybody in; return the value of each session's cookie."""
    found: dict[Persona | None, str] = {}
    for _, *personas in _PAIRS:
        for persona in personas:
            browser = app.test_client()
            if persona is not None:
                with app.app_context():
                    person = db.session.get_one(Person, make_person(persona).id)
                    token = accounts.sign_in(person, NOW, 14)
                    db.session.commit()
                with browser.session_transaction() as session:
                    session[SESSION_KEY] = token
            browser.get("/de/konto/registrieren/")
            cookie = browser.get_cookie("sitzung")
            assert cookie is not None
            found[persona] = cookie.value
    return found


def client_of(app: Flask, cookie: str) -> Any:
    client = app.test_client()
    client.set_cookie("sitzung", cookie)
    return client


def fields_of(app: Flask, cookie: str, sample: Sample) -> dict[str, Any]:
    """What a browser would send: the form's hidden fields, and valid values for the others."""
    client = client_of(app, cookie)
    page = client.get(sample.path).text or "<!DOCTYPE html><title></title>"
    hidden = {
        str(field.get("name")): str(field.get("value") or "")
        for field in parse(page).iter("input")
        if field.get("type") == "hidden"
    }
    token = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/de/konto/registrieren/").text
    )
    assert token
    word = sample.path.rstrip("/").rsplit("/", 1)[-1]
    given = (
        {f"{ACTS[word]}-{name}": value for name, value in _VALID.items()} if word in ACTS else {}
    )
    return hidden | given | sample.data | _FORMS.get(sample.endpoint, {}) | {"csrf_token": token[1]}


def at_once(jobs: list[Callable[[], _Answer]]) -> list[_Answer]:
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


def send(app: Flask, cookie: str, sample: Sample, fields: dict[str, Any]) -> _Answer:
    if sample.endpoint in _FILES:
        content, name = _FILES[sample.endpoint]
        fields = fields | {"file": (BytesIO(content), name)}
    answer = client_of(app, cookie).post(sample.path, data=fields)
    return answer.status_code, answer.headers.get("Location", "")


def journal_after(app: Flask, key: int) -> list[tuple[Any, ...]]:
    """What happened: the event and to what, and for acts that are each person's own, by whom."""
    with app.app_context():
        rows = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.id > key))
        return [
            (row.event, row.subject, row.subject_id)
            + ((row.actor_id,) if row.event in _EACH_PERSONS else ())
            for row in rows
        ]


def last_entry(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.max(JournalEntry.id))) or 0


def faults_of(answers: list[_Answer], entries: list[tuple[Any, ...]]) -> list[str]:
    """What two requests at once did that they must not."""
    faults = [f"answered {status}" for status, _ in answers if status >= 500]
    twice = [entry for entry, count in Counter(entries).items() if count > 1]
    return faults + [f"{entry} happened twice" for entry in twice]


@pytest.mark.parametrize("by", ["one person twice", "two people"])
def test_act_happens_once_when_it_is_done_twice_at_once(app: Flask, by: str) -> None:
    with app.app_context():
        make_person(_KEA)
        make_person(_ADE)
        db.session.commit()
    keys = make_world(app)
    cookies = cookies_of(app)
    wrong, done = [], set()
    posts = [one for one in samples(app, keys) if one.method == "POST"]
    for sample in sorted(posts, key=lambda one: one.endpoint in _LAST):
        first, second = people_for(sample.permission)
        pair = (first, first) if by == "one person twice" else (first, second)
        before = last_entry(app)
        forms = [fields_of(app, cookies[one], sample) for one in pair]
        jobs = [
            partial(send, app, cookies[one], sample, form)
            for one, form in zip(pair, forms, strict=True)
        ]
        with clock.stopped_at(clock.now() + timedelta(minutes=1)):  # nobody writes in no time
            answers = at_once(jobs)
        entries = journal_after(app, before)
        wrong += [f"{sample.path}: {fault}" for fault in faults_of(answers, entries)]
        done |= {sample.endpoint} if 303 in {status for status, _ in answers} else set()
    assert wrong == []
    not_done = {one.endpoint for one in posts} - done
    assert not_done == set(_ELSEWHERE), "give these a valid form, or say where they are tested"


def test_act_that_happens_twice_is_found() -> None:
    entry = ("suggestion:published", "suggestion", 1)
    assert (
        faults_of([(303, ""), (409, "")], [entry, ("suggestion:published", "suggestion", 2)]) == []
    )
    assert faults_of([(303, ""), (303, "")], [entry, entry]) == [f"{entry} happened twice"]
    assert faults_of([(303, ""), (500, "")], [entry]) == ["answered 500"]

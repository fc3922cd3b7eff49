"""What authors attach: through HTTP, by those who may, and by everybody else."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core import clock
from participation.core.db import db
from participation.files.models import StoredFile, StoredFileContent
from participation.journal.models import JournalEntry
from participation.suggestions import service
from participation.suggestions.models import Suggestion, SuggestionFile
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import TERMS, make_attachment, make_suggestion, resident
from tests.files.uploads import (
    GIF_SCRIPT,
    HTML,
    PDF,
    SVG,
    bomb,
    picture,
    picture_with_a_place,
    upload,
)
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    Persona,
    make_person,
)
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

_EVERYBODY: list[Persona | None] = [None, MARA, NOAH, JONAS, OTHER_OFFICER, KIM, AYLIN, ADA]


def made(client: CheckingClient, state: State, files: int = 1) -> tuple[int, int | None, int, str]:
    """Mara's suggestion with files: its key and number, and the first file's key and name."""
    with client.app.app_context():
        pictures = [picture(size=(40, 10 + number)) for number in range(files)]
        suggestion = make_suggestion(state, author=make_person(MARA), attached=pictures)
        db.session.flush()
        rows = db.session.scalars(sa.select(SuggestionFile).filter_by(suggestion_id=suggestion.id))
        first = min(rows.all(), key=lambda one: one.position, default=None)
        found = (first.file_id, first.file.name) if first else (0, "")
        db.session.commit()
        return suggestion.id, suggestion.number, *found


def page_of(key: int) -> str:
    return f"/de/anregungen/neu/{key}/anhaenge/"


def count(client: CheckingClient, table: Any) -> int:
    with client.app.app_context():
        return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def readers(client: CheckingClient, path: str) -> set[str]:
    """Who gets the file at this address; all others must get the same as for nothing at all."""
    got = set()
    for persona in _EVERYBODY:
        client.sign_in(persona)
        response = client.browser.get(path)
        if response.status_code == 200:
            got.add(persona.email.split("@")[0] if persona else "visitor")
        else:
            assert response.status_code in (303, 403, 404), (path, persona)
            assert b"JFIF" not in response.data
    return got


def test_author_attaches_looks_at_and_removes_files(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    client.sign_in(MARA)
    assert "keine" in client.get(f"/de/anregungen/neu/{key}/pruefen/").main
    page = client.get(page_of(key))
    assert "höchstens 5 MB" in page.main
    data = {"file": upload(picture_with_a_place(), "Mein Foto.jpg"), "text": "Der  leere Platz"}
    assert client.post(page_of(key), data).location == f"{page_of(key)}?fertig=angelegt"
    client.post(page_of(key), {"file": upload(PDF, "Plan.pdf"), "text": "Mein Plan"})
    page = client.get(page_of(key))
    assert "Der leere PlatzMein Foto.jpg · JPEG" in page.main
    assert "Plan.pdf · PDF" in page.main
    page = client.get(f"/de/anregungen/neu/{key}/pruefen/")
    assert 'alt="Der leere Platz"' in page.html
    with client.app.app_context():
        first, second = db.session.scalars(sa.select(StoredFile.id).order_by(StoredFile.id))
    answer = client.browser.get(f"/de/anregungen/eigene/{key}/dateien/{first}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"Geheim" not in answer.data
    document = client.browser.get(f"/de/anregungen/eigene/{key}/dateien/{second}")
    assert document.headers["Content-Disposition"] == "attachment; filename=Plan.pdf"
    for _ in range(2):  # pressed twice
        client.post(f"{page_of(key)}{first}/entfernen/")
    assert "Mein Foto" not in client.get(page_of(key)).main
    assert client.browser.get(f"/de/anregungen/eigene/{key}/dateien/{first}").status_code == 404
    assert count(client, SuggestionFile) == 1


def test_author_goes_from_the_text_to_the_attachments(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    client.sign_in(MARA)
    page = client.get(f"/de/anregungen/neu/{key}/text/")
    typed = {name: page.value(name) for name in ("title", "text", "reason")}
    typed |= {"kind": "new-project", "place": "ganz-mainz", "project": "", "anhaenge": "ja"}
    assert client.post(f"/de/anregungen/neu/{key}/text/", typed).location == page_of(key)
    del typed["anhaenge"]
    location = client.post(f"/de/anregungen/neu/{key}/text/", typed).location
    assert location.endswith("/pruefen/")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (SVG, "bild.svg", "Dieses Format nehmen wir nicht an."),
        (HTML, "foto.jpg", "Dieses Format nehmen wir nicht an."),
        (GIF_SCRIPT, "foto.gif", "Dieses Format nehmen wir nicht an."),
        (HTML + PDF, "plan.pdf", "Dieses Format nehmen wir nicht an."),
        (picture()[:3000], "foto.jpg", "beschädigt oder nicht vollständig"),
        (bomb(), "foto.png", "zu viele Bildpunkte"),
        (b"", "foto.jpg", "Diese Datei ist leer."),
    ],
    ids=["svg", "html", "gif and script", "html and pdf", "half", "bomb", "empty"],
)
def test_unfit_file_is_refused_and_the_description_is_kept(
    client: CheckingClient, data: bytes, name: str, says: str
) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    client.sign_in(MARA)
    typed = {"file": upload(data, name), "text": "Was ich zeigen will"}
    page = client.post(page_of(key), typed, status=422)
    assert says in page.main
    assert page.value("text") == "Was ich zeigen will"
    page = client.post(page_of(key), {"file": upload(picture()), "text": " "}, status=422)
    assert "Bitte beschreiben Sie die Datei." in page.main
    assert "Bitte wählen Sie die Datei noch einmal." in page.main
    assert count(client, StoredFile) == 0


def test_there_are_at_most_three_attachments(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 3)
    client.sign_in(MARA)
    assert "Mehr sind nicht möglich." in client.get(page_of(key)).main
    page = client.post(page_of(key), {"file": upload(picture()), "text": "Ein viertes"}, status=409)
    assert "Mehr als 3 Anhänge" in page.main
    assert page.value("text") == "Ein viertes"
    # The third one again, as by a double click, is not a fourth.
    again = {"file": upload(picture(size=(40, 12))), "text": "Noch einmal"}
    client.post(page_of(key), again)
    assert count(client, SuggestionFile) == 3


def test_uploads_of_a_day_are_counted_with_those_that_were_removed(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    client.sign_in(MARA)
    most = client.app.extensions["settings"].attachments_a_day
    with client.app.app_context():
        mara = resident(make_person(MARA).id)
        for number in range(most):
            draft = db.session.get_one(Suggestion, key)
            one = make_attachment(draft, picture(size=(30, number + 1)))
            from participation.suggestions import attachments

            attachments.detach(key, one.file_id, mara, NOW)
        db.session.commit()
    typed = {"file": upload(picture()), "text": "Eines zu viel"}
    page = client.post(page_of(key), typed, status=429)
    assert "heute schon viele Dateien" in page.main
    assert page.value("text") == "Eines zu viel"
    with clock.stopped_at(NOW + timedelta(days=1, seconds=1)):
        client.post(page_of(key), {"file": upload(picture()), "text": "Am nächsten Tag"})
        assert count(client, StoredFile) == 1  # the removed ones are forgotten by now


_BEFORE = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.IN_REVIEW)
_STAFF_READS = {
    State.DRAFT: set(), State.RETURNED: set(), State.SUBMITTED: {"kim"},
    State.IN_REVIEW: {"kim", "jonas"},
}  # fmt: skip


@pytest.mark.parametrize("state", _BEFORE)
def test_file_of_an_unpublished_suggestion_is_for_its_author_and_those_who_work_on_it(
    client: CheckingClient, state: State
) -> None:
    key, number, file, name = made(client, state)
    assert number is None
    assert readers(client, f"/de/anregungen/eigene/{key}/dateien/{file}") == {"mara"}
    staff = f"/de/verwaltung/anregungen/{key}/dateien/{file}"
    assert readers(client, staff) == _STAFF_READS[state]
    for guess in range(1, 4):
        assert readers(client, f"/de/anregungen/{guess}/dateien/{file}/{name}") == set()


def test_file_of_a_public_suggestion_is_for_all_until_it_is_hidden(client: CheckingClient) -> None:
    key, number, file, name = made(client, State.COLLECTING)
    path = f"/de/anregungen/{number}/dateien/{file}/{name}"
    assert readers(client, path) == {
        "visitor",
        "mara",
        "noah",
        "jonas",
        "olga",
        "kim",
        "aylin",
        "ada",
    }
    client.sign_in(None)
    etag = client.browser.get(path).headers["ETag"]
    assert path in client.get(f"/de/anregungen/{number}/").html
    assert client.browser.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert client.browser.get(path.replace(name, "anders.jpg")).status_code == 404
    client.sign_in(KIM)
    assert f"{key}/dateien/{file}" in client.get(f"/de/verwaltung/anregungen/{key}/").html
    data = {"hide-hide_reason": "personal-data", "hide-internal_text": "Ein Gesicht ist zu sehen."}
    client.post(f"/de/verwaltung/anregungen/{key}/verbergen/", data)
    assert (
        client.sign_in(None).browser.get(path, headers={"If-None-Match": etag}).status_code == 404
    )
    assert readers(client, path) == {"mara", "kim", "jonas"}
    answer = client.sign_in(MARA).browser.get(path)
    assert answer.headers["Cache-Control"] == "no-store"


def test_file_of_one_suggestion_is_no_file_of_another(client: CheckingClient) -> None:
    key, _number, file, name = made(client, State.DRAFT)
    other, number, others_file, _name = made(client, State.COLLECTING)
    with client.app.app_context():
        noahs = make_suggestion(State.DRAFT, author=make_person(NOAH)).id
        db.session.commit()
    assert readers(client, f"/de/anregungen/{number}/dateien/{file}/{name}") == set()
    assert readers(client, f"/de/anregungen/eigene/{other}/dateien/{file}") == set()
    assert readers(client, f"/de/verwaltung/anregungen/{other}/dateien/{file}") == set()
    client.sign_in(NOAH)
    client.get(page_of(key), status=404)
    client.post(page_of(key), {"file": upload(picture()), "text": "Fremd"}, status=404)
    client.post(f"{page_of(key)}{file}/entfernen/", status=404)
    client.post(f"{page_of(noahs)}{file}/entfernen/")
    client.post(f"{page_of(noahs)}{others_file}/entfernen/")
    assert count(client, SuggestionFile) == 2


@pytest.mark.parametrize("state", [State.SUBMITTED, State.COLLECTING, State.HIDDEN, State.DONE])
def test_what_was_sent_keeps_its_files(client: CheckingClient, state: State) -> None:
    key, _number, file, _name = made(client, state)
    client.sign_in(MARA)
    client.get(page_of(key), status=409)
    client.post(page_of(key), {"file": upload(picture()), "text": "Zu spät"}, status=409)
    client.post(f"{page_of(key)}{file}/entfernen/", status=409)
    assert count(client, SuggestionFile) == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED])
def test_withdrawn_suggestion_keeps_no_bytes(client: CheckingClient, state: State) -> None:
    key, _number, file, _name = made(client, state, 2)
    client.sign_in(MARA).post(f"/de/anregungen/eigene/{key}/zurueckziehen/")
    assert count(client, StoredFileContent) == count(client, SuggestionFile) == 0
    assert readers(client, f"/de/anregungen/eigene/{key}/dateien/{file}") == set()
    assert "zurückgezogen" in client.sign_in(MARA).get(f"/de/anregungen/eigene/{key}/").main


def test_journal_knows_what_was_attached_and_removed(client: CheckingClient) -> None:
    key, _number, file, _name = made(client, State.DRAFT)
    client.sign_in(MARA).post(f"{page_of(key)}{file}/entfernen/")
    with client.app.app_context():
        about = sa.select(JournalEntry.event, JournalEntry.facts).order_by(JournalEntry.id)
        entries = db.session.execute(about.where(JournalEntry.subject == "suggestion")).all()
    assert [tuple(entry) for entry in entries] == [
        ("suggestion:file_added", {"file": file}), ("suggestion:file_removed", {"file": file}),
    ]  # fmt: skip


@pytest.mark.parametrize("state", [State.SUBMITTED, State.COLLECTING, State.DONE])
def test_coordinator_takes_a_picture_of_a_face_away_for_good(
    client: CheckingClient, state: State
) -> None:
    key, number, file, name = made(client, state, 2)
    path = f"/de/verwaltung/anregungen/{key}/dateien/{file}/entfernen/"
    client.sign_in(KIM)
    assert path in client.get(f"/de/verwaltung/anregungen/{key}/").html
    assert "Die Datei ist dann endgültig weg." in client.get(path).main
    assert "Grund" in client.post(path, status=422).main
    client.post(path, {"reason": "made-up"}, status=422)
    client.post(path, {"reason": "new-matter"}, status=422)
    assert count(client, SuggestionFile) == 2
    done = client.post(path, {"reason": "personal-data"})
    assert "Gespeichert." in client.get(done.location).main
    client.post(path, {"reason": "personal-data"})  # pressed twice
    client.get(path, status=404)
    assert count(client, SuggestionFile) == 1
    assert readers(client, f"/de/verwaltung/anregungen/{key}/dateien/{file}") == set()
    if number:
        assert readers(client, f"/de/anregungen/{number}/dateien/{file}/{name}") == set()
    with client.app.app_context():
        about = sa.select(JournalEntry.facts).filter_by(event="suggestion:file_taken_away")
        assert db.session.scalars(about).all() == [{"file": file, "reason": "personal-data"}]


def test_nobody_but_the_coordination_office_takes_files_away(client: CheckingClient) -> None:
    key, _number, file, _name = made(client, State.COLLECTING)
    draft, _none, unsent, _name = made(client, State.DRAFT)
    for persona in (None, MARA, NOAH, JONAS, OTHER_OFFICER, AYLIN, ADA):
        client.sign_in(persona)
        path = f"/de/verwaltung/anregungen/{key}/dateien/{file}/entfernen/"
        assert client.browser.post(path).status_code in (401, 403, 404), persona
    client.sign_in(KIM)
    for one in (f"{draft}/dateien/{unsent}", f"{key}/dateien/{unsent}"):
        client.get(f"/de/verwaltung/anregungen/{one}/entfernen/", status=404)
    client.post(
        f"/de/verwaltung/anregungen/{key}/dateien/{unsent}/entfernen/", {"reason": "insult"}
    )
    assert count(client, SuggestionFile) == 2


def test_coordinators_who_take_a_file_away_at_once_do_it_once(client: CheckingClient) -> None:
    key, _number, file, _name = made(client, State.COLLECTING)
    with client.app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(client.app, [kim])[0]
    path = f"/de/verwaltung/anregungen/{key}/dateien/{file}/entfernen/"
    sent = {"csrf_token": csrf, "reason": "insult"}
    assert all_at_once([lambda: post(client.app, browser, path, sent)] * 8) == [303] * 8
    assert count(client, SuggestionFile) == count(client, StoredFileContent) == 0
    with client.app.app_context():
        about = sa.select(JournalEntry).filter_by(event="suggestion:file_taken_away")
        assert len(db.session.scalars(about).all()) == 1


def send(app: Flask, browser: Any, csrf: str, path: str, data: bytes) -> int:
    """POST a file with a copy of the browser's cookie."""
    copy = app.test_client()
    copy.set_cookie("sitzung", browser.get_cookie("sitzung").value)
    fields = {"csrf_token": csrf, "text": "Auf einmal", "file": upload(data)}
    return copy.post(path, data=fields).status_code


def parallel(client: CheckingClient, path: str, files: list[bytes]) -> list[int]:
    app = client.app
    with app.app_context():
        mara = make_person(MARA).id
        db.session.commit()
    browser, csrf = browsers_of(app, [mara])[0]
    return all_at_once([lambda one=one: send(app, browser, csrf, path, one) for one in files])


def test_author_who_sends_a_file_ten_times_at_once_attaches_it_once(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    assert set(parallel(client, page_of(key), [picture()] * 10)) == {303}
    assert count(client, SuggestionFile) == count(client, StoredFile) == 1


def test_author_who_sends_ten_files_at_once_attaches_three(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 0)
    files = [picture(size=(30, number + 1)) for number in range(10)]
    assert sorted(parallel(client, page_of(key), files)) == [303] * 3 + [409] * 7
    assert count(client, SuggestionFile) == count(client, StoredFile) == 3


def test_limit_of_a_day_holds_when_everything_is_sent_at_once(client: CheckingClient) -> None:
    settings = client.app.extensions["settings"]
    key, *_ = made(client, State.DRAFT, 0)
    client.app.extensions["settings"] = settings.model_copy(update={"attachments_a_day": 2})
    try:
        files = [picture(size=(30, number + 1)) for number in range(8)]
        assert sorted(parallel(client, page_of(key), files)) == [303] * 2 + [429] * 6
    finally:
        client.app.extensions["settings"] = settings
    assert count(client, StoredFile) == 2


def test_withdrawing_and_attaching_at_once_leaves_no_bytes_behind(client: CheckingClient) -> None:
    key, *_ = made(client, State.DRAFT, 1)
    app = client.app
    with app.app_context():
        mara = make_person(MARA).id
        db.session.commit()
    browser, csrf = browsers_of(app, [mara])[0]

    def withdraw() -> int:
        with app.app_context():
            service.act(key, "withdraw", resident(mara), NOW, TERMS)
            db.session.commit()
        return 303

    jobs = [
        lambda number=number: send(  # type: ignore[misc]
            app, browser, csrf, page_of(key), picture(size=(30, number))
        )
        for number in range(1, 5)
    ]
    statuses = all_at_once([*jobs, withdraw])
    assert set(statuses) <= {303, 409}
    assert count(client, StoredFileContent) == count(client, SuggestionFile) == 0


@pytest.mark.parametrize("persona", _EVERYBODY)
def test_files_of_what_was_merged_before_it_was_published_are_not_for_everybody(
    client: CheckingClient, persona: Persona | None
) -> None:
    key, number, file_id, name = made(client, State.MERGED)
    client.sign_in(persona)
    path = f"/de/anregungen/{number}/dateien/{file_id}/{name}"
    response = client.browser.get(path)
    assert response.status_code == (200 if persona in (MARA, JONAS, KIM) else 404)
    assert response.status_code == 404 or response.headers["Cache-Control"] == "no-store"
    if persona in (JONAS, KIM):
        staff = client.browser.get(f"/de/verwaltung/anregungen/{key}/dateien/{file_id}")
        assert staff.headers["Cache-Control"] == "no-store"

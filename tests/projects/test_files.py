"""Pictures and documents of a project, through HTTP: good ones, and such as somebody made up."""

import io
import tracemalloc
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import EnvironBuilder, TestResponse

from participation.core.db import db
from participation.files.models import StoredFile, StoredFileContent
from participation.journal.models import JournalEntry
from participation.projects.models import Project, ProjectFile, ProjectVersion
from participation.projects.rules import MOST_FILES, FileRole
from tests.checking_client import CheckingClient, Page
from tests.factories import make_department, make_project, make_project_file
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
from tests.people import JONAS, KIM, OTHER_OFFICER
from tests.projects.steps import opened

_SHEET = "/de/vorhaben/sp-gleisberg/"
_STAFF = "/de/verwaltung/vorhaben/sp-gleisberg/dateien/"
_IMAGE = f"{_STAFF}bild/"
_DOCUMENT = f"{_STAFF}dokument/"
_WORDS = {"text_de": "Kinder auf der Rutsche", "credit": "Foto: Kim Muster"}
_TITLE = {"text_de": "Lärmgutachten", "language": "de"}


@pytest.fixture
def staff(client: CheckingClient) -> CheckingClient:
    """Jonas, whose department answers for the project."""
    with client.app.app_context():
        make_project(departments=[make_department()])
        make_project("anderes-vorhaben", title="Ein anderes Vorhaben")
        db.session.commit()
    return client.sign_in(JONAS)


def stored(client: CheckingClient) -> list[StoredFile]:
    with client.app.app_context():
        return list(db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id)))


def stored_project(client: CheckingClient) -> Project:
    with client.app.app_context():
        return db.session.scalars(sa.select(Project).filter_by(slug="sp-gleisberg")).one()


def count(client: CheckingClient, table: Any) -> int:
    with client.app.app_context():
        return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def add_file(
    client: CheckingClient, role: FileRole = FileRole.IMAGE, **said: Any
) -> tuple[int, str]:
    """A file that is there; its key, and its address."""
    with client.app.app_context():
        project = make_project(departments=[make_department()])
        made = make_project_file(project, role, **said)
        db.session.commit()
        return made.file_id, f"{_SHEET}dateien/{made.file_id}/{made.file.name}"


def get(client: CheckingClient, path: str, **headers: str) -> TestResponse:
    return client.browser.get(path, headers=headers)


def test_officer_puts_a_picture_on_the_sheet(staff: CheckingClient) -> None:
    page = staff.get(_SHEET)
    assert "Bilder und Dokumente bearbeiten" in page.main
    assert "höchstens 10 MB" in staff.get(_IMAGE).main
    page = staff.post(_IMAGE, _WORDS | {"file": upload(picture_with_a_place(), "Rutsche.JPG")})
    assert page.location == f"{_STAFF}?fertig=angelegt"
    page = staff.get(page.location)
    assert "Kinder auf der Rutsche" in page.main
    assert "Gespeichert." in page.main
    sheet = staff.sign_in(None).get(_SHEET)
    assert 'alt="Kinder auf der Rutsche"' in sheet.html
    assert "Foto: Kim Muster" in sheet.main
    [file] = stored(staff)
    assert (file.name, file.width, file.height) == ("Rutsche.jpg", 800, 1200)
    assert 'width="800" height="1200"' in sheet.html
    path = f"{_SHEET}dateien/{file.id}/Rutsche.jpg"
    assert f'src="{path}?groesse=klein"' in sheet.html
    for one in (path, f"{path}?groesse=klein"):
        answer = get(staff, one)
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert b"Geheim" not in answer.data
        assert b"Exif" not in answer.data


def test_sheet_tells_of_a_document_its_kind_size_language_and_barriers(
    staff: CheckingClient,
) -> None:
    staff.post(_DOCUMENT, _TITLE | {"file": upload(PDF, "Plan (neu).pdf", "text/html")})
    said = _TITLE | {"text_de": "Plan für alle", "text_en": "Plan for all", "is_accessible": "y"}
    staff.post(_DOCUMENT, said | {"file": upload(PDF + b"\n", "b.pdf")})
    page = staff.sign_in(None).get(_SHEET).main
    assert "LärmgutachtenPDF, 1 KB · Deutsch · Nicht barrierefrei." in page
    assert "Plan für allePDF, 1 KB · Deutsch · barrierefrei" in page
    assert "Plan for all" in staff.get("/en/vorhaben/sp-gleisberg/").main


def test_document_is_something_to_save_and_nothing_to_run(staff: CheckingClient) -> None:
    trick = PDF.replace(b"endobj", b"endobj\n% " + HTML)
    staff.post(_DOCUMENT, _TITLE | {"file": upload(trick, "Ä Plan.html", "text/html")})
    [file] = stored(staff)
    answer = get(staff, f"{_SHEET}dateien/{file.id}/{file.name}")
    assert answer.data == trick
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%C3%84%20Plan.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_browsers_copy_is_used_until_the_file_is_gone(staff: CheckingClient) -> None:
    key, path = add_file(staff)
    answer = get(staff, path)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    etag = answer.headers["ETag"]
    again = get(staff, path, **{"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert get(staff, f"{path}?groesse=klein", **{"If-None-Match": etag}).status_code == 200
    assert "Endgültig entfernen" in staff.get(f"{_STAFF}{key}/entfernen/").main
    staff.post(f"{_STAFF}{key}/entfernen/")
    assert get(staff, path, **{"If-None-Match": etag}).status_code == 404
    assert count(staff, StoredFileContent) == count(staff, ProjectFile) == 0
    assert [(file.name, file.size, file.sha256) for file in stored(staff)] == [("", 0, "")]
    staff.post(f"{_STAFF}{key}/entfernen/")  # pressed twice
    staff.get(f"{_STAFF}{key}/entfernen/", status=404)
    staff.get(f"{_STAFF}{key}/", status=404)


def test_file_of_one_project_is_no_file_of_another(staff: CheckingClient) -> None:
    key, path = add_file(staff)
    other = path.replace("sp-gleisberg", "anderes-vorhaben")
    for wrong in (other, path + "x", path.replace(f"/{key}/", "/999999/"), f"{path}/"):
        assert get(staff, wrong).status_code == 404, wrong
    staff.sign_in(KIM)
    base = f"/de/verwaltung/vorhaben/anderes-vorhaben/dateien/{key}/"
    staff.get(base, status=404)
    staff.get(f"{base}entfernen/", status=404)
    staff.post(base, _WORDS, status=404)
    staff.post(f"{base}nach-oben/", status=404)
    staff.post(f"{base}entfernen/")
    assert get(staff, path).status_code == 200


def test_other_department_may_not_touch_the_files(staff: CheckingClient) -> None:
    key, path = add_file(staff)
    staff.sign_in(OTHER_OFFICER)
    assert "Bilder und Dokumente bearbeiten" not in staff.get(_SHEET).main
    for one in (_STAFF, _IMAGE, _DOCUMENT, f"{_STAFF}{key}/", f"{_STAFF}{key}/entfernen/"):
        staff.get(one, status=403)
    for one in (_IMAGE, _DOCUMENT, f"{_STAFF}{key}/", f"{_STAFF}{key}/entfernen/",
                f"{_STAFF}{key}/nach-oben/"):  # fmt: skip
        staff.post(one, _WORDS | {"file": upload(picture())}, status=403)
    assert get(staff, path).status_code == 200
    assert count(staff, ProjectFile) == 1


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (SVG, "bild.svg", "kein Bild in einem Format"),
        (SVG, "bild.jpg", "kein Bild in einem Format"),
        (HTML, "foto.jpg", "kein Bild in einem Format"),
        (GIF_SCRIPT, "foto.gif", "kein Bild in einem Format"),
        (PDF, "foto.jpg", "kein Bild in einem Format"),
        (picture()[:4000], "foto.jpg", "beschädigt oder nicht vollständig"),
        (b"\xff\xd8\xff" + HTML, "foto.jpg", "beschädigt oder nicht vollständig"),
        (b"", "foto.jpg", "Diese Datei ist leer."),
    ],
    ids=["svg", "svg called jpg", "html called jpg", "gif and script", "pdf", "half", "html",
         "empty"],
)  # fmt: skip
def test_unfit_picture_is_refused_and_the_words_are_kept(
    staff: CheckingClient, data: bytes, name: str, says: str
) -> None:
    page = staff.post(_IMAGE, _WORDS | {"file": upload(data, name)}, status=422)
    assert says in page.main
    assert 'href="#file"' in page.html
    assert page.value("text_de") == _WORDS["text_de"]
    assert page.value("credit") == _WORDS["credit"]
    assert count(staff, StoredFile) == 0


def test_bomb_is_refused_with_a_sentence(staff: CheckingClient) -> None:
    page = staff.post(_IMAGE, _WORDS | {"file": upload(bomb(), "foto.png")}, status=422)
    assert "zu viele Bildpunkte. Erlaubt sind 50 Millionen." in page.main


@pytest.mark.parametrize(
    "data", [picture(), HTML + PDF, GIF_SCRIPT, PDF[:-8], b"PK\x03\x04" + PDF, SVG]
)
def test_what_is_no_pdf_is_refused(staff: CheckingClient, data: bytes) -> None:
    page = staff.post(_DOCUMENT, _TITLE | {"file": upload(data, "Plan.pdf")}, status=422)
    assert "Das ist keine PDF-Datei" in page.main
    assert page.value("text_de") == "Lärmgutachten"


def test_missing_words_are_asked_for_and_the_file_once_more(staff: CheckingClient) -> None:
    page = staff.post(_IMAGE, {"file": upload(picture()), "text_en": "A slide"}, status=422)
    for words in ("Bitte beschreiben Sie das Bild.", "Bitte nennen Sie, von wem das Bild ist.",
                  "Bitte wählen Sie die Datei noch einmal."):  # fmt: skip
        assert words in page.main
    assert page.value("text_en") == "A slide"
    page = staff.post(_DOCUMENT, {"language": "de"}, status=422)
    assert "Bitte wählen Sie eine Datei." in page.main
    assert "Bitte geben Sie dem Dokument einen Titel." in page.main
    page = staff.post(_IMAGE, _WORDS | {"file": "only a word"}, status=422)
    assert "Bitte wählen Sie eine Datei." in page.main


def multipart(name: bytes, data: bytes = picture(), more: bytes = b"") -> bytes:
    """A body as no browser would write it."""
    return (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
        b"Content-Type: text/html\r\n\r\n" + data + b"\r\n" + more + b"--x--\r\n"
    )


def field(name: str, value: str) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    return head.encode()


def send(client: CheckingClient, body: bytes, path: str = _IMAGE) -> TestResponse:
    return client.browser.post(path, data=body, content_type="multipart/form-data; boundary=x")


def words(client: CheckingClient) -> bytes:
    fields = _WORDS | {"language": "de", "csrf_token": client.token()}
    return b"".join(field(key, value) for key, value in fields.items())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\x.png", "windowsx.jpg"),
        ("a%0D%0AX: y", "a 0D 0AX y.jpg"),
        ("n" * 300, "n" * 80 + ".jpg"),
        ("harmlos\u202egpj.exe", "harmlos gpj.jpg"),
        ("foto\x00.svg", "foto.jpg"),
        ("<b>.jpg", "b.jpg"),
        ("CON", "CON.jpg"),
    ],
)
def test_hostile_name_becomes_a_harmless_one(staff: CheckingClient, name: str, kept: str) -> None:
    response = send(staff, multipart(name.encode(), more=words(staff)))
    assert response.status_code == 303
    [file] = stored(staff)
    assert file.name == kept
    sheet = staff.get(_SHEET)
    answer = get(staff, sheet.html.split('<img class="picture" src="')[1].split("?")[0])
    assert answer.status_code == 200
    assert len(answer.headers.getlist("Content-Disposition")) == 1
    assert "X" not in answer.headers


def test_name_that_breaks_the_line_breaks_nothing_else(staff: CheckingClient) -> None:
    response = send(staff, multipart(b"a\r\nX: y", more=words(staff)))
    assert response.status_code in (303, 400, 422)
    for file in stored(staff):
        assert file.name.isprintable()


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x--\r\n", b"--x\r\n\r\n", b"no multipart at all", b"\x00" * 5000]
)
def test_body_that_is_no_form_is_refused(staff: CheckingClient, body: bytes) -> None:
    assert send(staff, body).status_code in (400, 422)


def test_fifty_thousand_parts_are_refused(staff: CheckingClient) -> None:
    many = b"".join(field(f"f{number}", "x") for number in range(50_000))
    for path in (_IMAGE, _DOCUMENT):
        response = send(staff, many + multipart(b"a.jpg"), path)
        assert response.status_code == 413
        assert "Das ist zu viel auf einmal." in response.text
    assert count(staff, StoredFile) == 0


class Zeros(io.RawIOBase):
    """A body that is sent and not held: its head, zeros, its end."""

    def __init__(self, head: bytes, zeros: int, tail: bytes) -> None:
        self._parts = [io.BytesIO(head), zeros, io.BytesIO(tail)]
        self.length = len(head) + zeros + len(tail)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        for number, part in enumerate(self._parts):
            if isinstance(part, int):
                size = min(part, len(buffer))
                self._parts[number] = part - size
                buffer[:size] = b"\x00" * size
            else:
                size = part.readinto(buffer)
            if size:
                return size
        return 0


@pytest.mark.parametrize(
    ("megabytes", "path", "status", "says"),
    [
        (20, _IMAGE, 422, "Diese Datei ist zu groß."),
        (30, _IMAGE, 413, "wählen Sie eine kleinere Datei"),
        (20, _DOCUMENT, 422, "Diese Datei ist zu groß."),
        (20, f"{_STAFF}1/entfernen/", 413, "wählen Sie eine kleinere Datei"),
        (2, "/de/anregungen/neu/text/", 403, ""),
    ],
)
def test_large_body_is_refused_and_never_held_in_memory(
    staff: CheckingClient, megabytes: int, path: str, status: int, says: str
) -> None:
    add_file(staff)
    whole = multipart(b"foto.jpg", b"SPLIT", words(staff))
    head, _, tail = whole.partition(b"SPLIT")
    body = Zeros(head, megabytes * 1024 * 1024, tail)
    builder = EnvironBuilder(path, method="POST")
    environ = builder.get_environ()
    environ |= {"wsgi.input": io.BufferedReader(body), "CONTENT_LENGTH": str(body.length)}
    environ["CONTENT_TYPE"] = "multipart/form-data; boundary=x"
    tracemalloc.start()
    try:
        answer, answered, _headers = staff.browser.run_wsgi_app(environ, buffered=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answered.startswith(str(status))
    assert says in b"".join(answer).decode()
    assert peak < 8 * 1024 * 1024


def test_upload_without_a_token_changes_nothing_and_keeps_the_words(staff: CheckingClient) -> None:
    data = _WORDS | {"file": upload(picture()), "csrf_token": "forged"}
    response = staff.browser.post(_IMAGE, data=data)
    assert response.status_code == 422
    assert "Kinder auf der Rutsche" in response.text
    assert count(staff, StoredFile) == 0
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    data = _WORDS | {"file": upload(picture()), "csrf_token": staff.token()}
    assert staff.browser.post(_IMAGE, data=data, headers=foreign).status_code == 400
    assert count(staff, StoredFile) == 0


def test_who_was_signed_out_meanwhile_keeps_the_words(staff: CheckingClient) -> None:
    staff.sign_in(None)
    large = picture(size=(2000, 2000)) + b"\x00" * 3_000_000
    response = send(staff, multipart(b"foto.jpg", large, words(staff)))
    assert response.status_code == 401
    assert "Kinder auf der Rutsche" in response.text


def change(client: CheckingClient, key: int, **more: str) -> dict[str, str]:
    page = client.get(f"{_STAFF}{key}/")
    return _WORDS | {"seen_version": page.value("seen_version")} | more


def test_officer_changes_the_words_of_a_picture(staff: CheckingClient) -> None:
    key, _path = add_file(staff, credit="Foto: alt")
    assert staff.get(f"{_STAFF}{key}/").value("credit") == "Foto: alt"
    staff.post(f"{_STAFF}{key}/", change(staff, key, text_en="Children on the slide"))
    assert 'alt="Children on the slide"' in staff.get("/en/vorhaben/sp-gleisberg/").html
    staff.post(f"{_STAFF}{key}/", change(staff, key))  # the English words go
    english = staff.get("/en/vorhaben/sp-gleisberg/").html
    assert 'alt="Kinder auf der Rutsche" lang="de"' in english
    page = staff.post(f"{_STAFF}{key}/", change(staff, key, text_de=""), status=422)
    assert "Bitte beschreiben Sie das Bild." in page.main


def test_officer_who_was_slower_sees_both_and_loses_nothing(staff: CheckingClient) -> None:
    key, _path = add_file(staff, FileRole.DOCUMENT)
    mine = change(staff, key, text_de="Mein Titel", language="de")
    staff.post(
        f"{_STAFF}{key}/", mine | {"text_de": "Der Titel der Kollegin", "is_accessible": "y"}
    )
    page = staff.post(f"{_STAFF}{key}/", mine, status=409)
    assert page.value("text_de") == "Mein Titel"
    assert "Der Titel der Kollegin" in page.main
    assert "Ich habe das geprüft.ja" in page.main
    again = mine | {"seen_version": page.value("seen_version")}
    staff.post(f"{_STAFF}{key}/", again)
    assert "Mein Titel" in staff.get(_SHEET).main


def order(page: Page) -> list[int]:
    """The numbers of the pictures as they stand on the sheet."""
    return [int(part.split('"')[0]) for part in page.html.split("Bäumen, Nummer ")[1:]]


def test_officer_puts_the_pictures_in_order(staff: CheckingClient) -> None:
    keys = [add_file(staff)[0] for _ in range(3)]
    first = order(staff.get(_SHEET))
    staff.post(f"{_STAFF}{keys[2]}/nach-oben/")
    assert order(staff.get(_SHEET)) == [first[0], first[2], first[1]]
    staff.post(f"{_STAFF}{keys[2]}/nach-oben/")
    staff.post(f"{_STAFF}{keys[2]}/nach-oben/")  # is at the top already
    staff.post(f"{_STAFF}{keys[1]}/nach-unten/")
    assert order(staff.get(_SHEET)) == [first[2], first[0], first[1]]
    assert "Nach oben" in staff.get(_STAFF).main


def test_only_the_first_picture_is_loaded_at_once(staff: CheckingClient) -> None:
    for _ in range(3):
        add_file(staff)
    html = staff.get(_SHEET).html
    assert html.count('<img class="picture"') == 3
    assert html.count('loading="lazy"') == 2


def test_sheet_that_is_full_says_so(staff: CheckingClient) -> None:
    for number in range(MOST_FILES[FileRole.IMAGE]):
        add_file(staff, data=picture(size=(9, number + 1)))
    page = staff.post(_IMAGE, _WORDS | {"file": upload(picture())}, status=409)
    assert "Mehr passt nicht auf das Vorhabenblatt." in page.main
    assert page.value("text_de") == _WORDS["text_de"]


def test_journal_knows_every_act(staff: CheckingClient) -> None:
    key, _path = add_file(staff)
    staff.post(f"{_STAFF}{key}/", change(staff, key))
    staff.post(f"{_STAFF}{key}/", change(staff, key))  # changes nothing
    staff.post(f"{_STAFF}{key}/entfernen/")
    with staff.app.app_context():
        entries = db.session.execute(
            sa.select(JournalEntry.event, JournalEntry.facts)
            .where(JournalEntry.event.startswith("project:file"))
            .order_by(JournalEntry.id)
        ).all()
    assert [entry.event for entry in entries] == [
        "project:file_added", "project:file_changed", "project:file_removed",
    ]  # fmt: skip
    assert all(entry.facts.items() >= {"file": key, "role": "image"}.items() for entry in entries)
    assert [entry.facts["version"] for entry in entries] == [2, 3, 4]


def test_readers_see_in_the_history_which_pictures_and_documents_came_and_went(
    staff: CheckingClient,
) -> None:
    key, _path = add_file(staff, credit="Foto: Kim", texts={"de": "Rutsche", "en": "A slide"})
    add_file(staff, FileRole.DOCUMENT, texts={"de": "Gutachten"}, language="de")
    staff.post(f"{_STAFF}{key}/", change(staff, key, text_de="Schaukel", text_en="A slide"))
    staff.post(f"{_STAFF}{key}/", change(staff, key, text_de="Schaukel", text_en="A slide"))
    staff.post(f"{_STAFF}{key}/entfernen/")
    staff.post(f"{_STAFF}{key}/entfernen/")
    page = staff.sign_in(None).get(f"{_SHEET}verlauf/").main
    sections = page.split("Fassung ")[1:]
    assert [one[0] for one in sections] == ["5", "4", "3", "2", "1"]
    assert "Bilder[gestrichen: Schaukel" in sections[0]
    assert "Rutsche" in sections[1]
    assert "Schaukel" in sections[1]
    assert "Dokumente[neu: Gutachten (Deutsch, nicht barrierefrei)" in sections[2]
    assert "Bilder[neu: Rutsche / A slide (Foto: Kim)" in sections[3]


def test_versions_from_before_files_were_kept_say_nothing_of_them(staff: CheckingClient) -> None:
    add_file(staff)
    with staff.app.app_context():
        for version in db.session.scalars(sa.select(ProjectVersion)):
            if version.number == 1:
                version.snapshot = {
                    key: value for key, value in version.snapshot.items() if key != "images"
                }
        db.session.commit()
    assert "Bilder" not in staff.get(f"{_SHEET}verlauf/").main


def test_picture_that_came_meanwhile_is_in_no_editors_way(staff: CheckingClient) -> None:
    path = "/de/verwaltung/vorhaben/sp-gleisberg/"
    typed = opened(staff, "sp-gleisberg", "text/de/") | {"summary": "Neu.", "act": "save"}
    review_on = stored_project(staff).review_on
    add_file(staff)
    assert stored_project(staff).review_on == review_on
    assert staff.post(f"{path}text/de/", typed).location.endswith("?fertig=gespeichert")
    page = staff.get(_SHEET)
    assert "Neu." in page.main
    assert 'class="picture"' in page.html


def test_preview_shows_the_pictures(staff: CheckingClient) -> None:
    add_file(staff, texts={"de": "Die Rutsche"})
    typed = opened(staff, "sp-gleisberg", "text/de/") | {"summary": "Neu.", "act": "preview"}
    page = staff.post("/de/verwaltung/vorhaben/sp-gleisberg/text/de/", typed, status=200)
    assert 'alt="Die Rutsche"' in page.html

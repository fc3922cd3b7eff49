"""Bad input is a message: never a failure, and what was typed is kept."""

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import request

from participation.app import create_app
from participation.core.access import public
from participation.core.db import db
from participation.permissions import GRANTS, Role
from participation.polls.models import Poll
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.factories import LONG_ENOUGH, make_district, make_suggestion
from tests.people import BY_ROLE, JONAS, KIM, MARA
from tests.site.samples import Sample, make_world, samples

HOSTILE = [
    "", " ", "0", "-1", "9" * 40, "1e309", "NaN", "\x00", "a\x00b", "\ud800", "‮abc‬", "🏛" * 300,
    "x" * 60_000, "'; DROP TABLE person; --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n%(x)s",
    "../../etc/passwd", "javascript:alert(1)", "2026-02-30", "0000-00-00", "99999-01-01", "\r\nX: y",
    "None", "[]", "true", "\u2028", "a" * 3 + "\u0301" * 200,
]  # fmt: skip
_FIELDS = ["kind", "title", "text", "reason", "place", "project", "email", "password", "lives_here",
           "old_enough", "next", "kept", "status", "seen_revision", "wants_mail",
           "day", "begins", "last_day", "ends", "capacity", "sign_up_closes_at", "seen_sequence",
           "cancel-seen_sequence", "cancel-reason", "homepage", "stamp", "title_de", "agenda_de",
           "results_en", "file", "text_de", "text_en", "credit", "language", "is_accessible",
           "key", "summary", "seen_version", "act-seen_version", "note", "review_on", "participation",
           "districts", "departments", "whole_city", "cost", "cost_to", "as_of", "period_from", "latitude",
           "rows_links", "rows_phases", "links_0_url", "decisions_0_day", "phases_0_first",
           "phases_0_title_de", "result", "reviewed_on",
           "first_name", "last_name", "street", "postcode", "eligible", "consent", "chosen", "on_page",
           "whole_page", "public_text", "internal_text",
           "current", "role", "department", "lead", "body", "reviewed_by", "address", "page",
           "act", "q1", "pruefcode", "merkmal", "stand", "code", "district",

           "opens_at", "closes_at", "objection_until", "eligible", "min_age", "introduction_de",
           "explanation_de", "rule", "most", "seats", "budget", "name_de", "name_en", "alt", "alt_de",
           "new-names", "new-seen_version", "addresses", "count", "key-file", "votes-file", "test0-word",
           "cancel-seen_version"]  # fmt: skip
_NEEDS = ["public_text", "internal_text", "reason", "hide_reason", "department", "due_on", "reference",
          "meeting_on", "link"]  # fmt: skip


def _behind_the_door(role: Role, some: list[Sample]) -> Iterator[tuple[Sample, bool]]:
    """Samples, and whether the role is let in: who is not is refused before anything sent is read."""
    for sample in some:
        yield sample, sample.permission is None or sample.permission in GRANTS[role]


@pytest.mark.parametrize(
    "role",
    [Role.VISITOR, Role.RESIDENT, Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR],
)
def test_no_form_fails_on_hostile_values(client: CheckingClient, role: Role) -> None:
    keys = make_world(client.app)
    client.sign_in(BY_ROLE[role])
    token = client.token()
    posts = [
        s for s in samples(client.app, keys) if s.method == "POST" and "abmelden" not in s.path
    ]
    sent = 0
    for sample, is_let_in in _behind_the_door(role, posts):
        names = _FIELDS + [f"{keys_}-{need}" for keys_ in _prefixes(sample.path) for need in _NEEDS]
        for value in HOSTILE if is_let_in else HOSTILE[-1:]:
            data = dict.fromkeys(names, value.encode("utf-8", "surrogatepass"))
            response = client.browser.post(sample.path, data=data | {"csrf_token": token})
            assert response.status_code < 500, (sample.path, value[:40])
            sent += 1
    assert sent > len(posts) + 5 * len(HOSTILE)


def _prefixes(path: str) -> list[str]:
    from participation.suggestions.staff_views import ACTS

    word = path.rstrip("/").rsplit("/", 1)[-1]
    return [ACTS[word]] if word in ACTS else []


@pytest.mark.parametrize("some", range(4))
def test_no_page_fails_on_hostile_query_or_path(client: CheckingClient, some: int) -> None:
    make_world(client.app)
    client.sign_in(KIM)
    for value in HOSTILE[some::4]:
        _send_by_address(client, value)


def _send_by_address(client: CheckingClient, value: str) -> None:
    names = ["seite", "stadtteil", "thema", "beteiligung", "umsetzung", "sortierung", "status",
             "weiter", "vorhaben", "faellig", "fertig", "antwort", "ansicht", "monat",
             "gestrichen", "code", "frage", "schritte", "laufend"]  # fmt: skip
    query = dict.fromkeys(names, value[:2000].encode("utf-8", "surrogatepass"))
    for path in (*_poll_pages(client), "/de/", "/de/vorhaben/", "/de/anregungen/", "/de/termine/",
                 "/de/verwaltung/",
                 "/de/konto/anmelden/", "/de/sprache/", "/de/anregungen/neu/",
                 "/de/vorhaben/sp-gleisberg/kommentare/", "/de/stellungnahmen/1/",
                 "/de/verwaltung/moderation/", "/de/termine/kalender/", "/de/verwaltung/vorhaben/",
                 "/de/vorhaben/sp-gleisberg/verlauf/", "/de/vorhaben/sp-gleisberg/ergebnis/",
                 "/de/verwaltung/anregungen/1/unterstuetzungen/", "/de/seiten/kontakt/verlauf/",
                 "/de/verwaltung/abstimmungen/", "/de/beirat/abstimmungen/",
                 "/de/verwaltung/seiten/", "/de/verwaltung/barrieren/", "/de/seiten/",
                 "/de/seiten/barrierefreiheit/melden/",
                 "/de/seiten/barrierefreiheit/melden/danke/"):  # fmt: skip
        assert client.browser.get(path, query_string=query).status_code < 500, path
    from urllib.parse import quote

    part = quote(value[:500].encode("utf-8", "surrogatepass"), safe="")
    for path in (f"/de/vorhaben/{part}/", f"/de/termine/{part}/", f"/de/termine/{part}.ics",
                 f"/de/verwaltung/termine/{part}/", f"/de/verwaltung/abstimmungen/{part}/",
                 f"/de/verwaltung/abstimmungen/1/fragen/{part}/",
                 f"/de/beirat/abstimmungen/{part}/", f"/de/anregungen/{part}/", f"/{part}/",
                 f"/de/verwaltung/anregungen/{part}/", f"/de/konto/bestaetigen/{part}/",
                 f"/de/konto/passwort/{part}/", f"/de/konto/adresse/{part}/",
                 f"/de/vorhaben/{part}/kommentare/", f"/de/stellungnahmen/{part}/",
                 f"/de/seiten/{part}/", f"/de/seiten/kontakt/verlauf/{part}/",
                 f"/de/verwaltung/seiten/{part}/", f"/de/verwaltung/barrieren/{part}/",
                 f"/de/vorhaben/{part}/verlauf/", f"/de/verwaltung/vorhaben/{part}/",
                 f"/de/verwaltung/vorhaben/sp-gleisberg/text/{part}/",
                 f"/de/anregungen/unterstuetzung/{part}/",
                 f"/de/anregungen/unterstuetzung/{part}/bestaetigen/",
                 f"/de/abstimmungen/{part}/", f"/de/abstimmungen/{part}/stimmzettel/",
                 f"/de/abstimmungen/{part}/ergebnis.json", f"/de/abstimmungen/{part}/bilder/1/x",
                 f"/de/anregungen/{part}/unterstuetzen/ohne-konto/"):  # fmt: skip
        assert client.browser.get(path).status_code < 500, path


def _poll_pages(client: CheckingClient) -> list[str]:
    with client.app.app_context():
        slugs = db.session.scalars(sa.select(Poll.slug)).all()
    pages = ("", "tafel/", "ergebnis/", "stimmzettel/")
    sheets = [f"/de/abstimmungen/{slug}/{page}" for slug in slugs for page in pages]
    return ["/de/abstimmungen/", *sheets]


_BODIES = [
    b"title=Gr\xfc\xdfe&text=\xe4\xf6\xfc",
    b"title=%FC%DF&text=%E4",
    b"title=%C3%83%C2%BC",
    b"title=%25C3%25BC",
    b"%=%&%zz=%u00fc&=&&&;;=",
    b"title=%ED%A0%80&text=%00",
    b"\xff\xfe\x00t",
    b"title=" + b"%F0%9F" * 200,
    b"title[]=1&title[0]=2&title.x=3",
    b"csrf_token=%00%FF&title=x",
    b"kind=new-project" + b"&title=x" * 500,
]
_KINDS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=latin-1",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "",
]


def test_body_in_a_wrong_encoding_is_a_message(client: CheckingClient) -> None:
    keys = make_world(client.app)
    client.sign_in(KIM)
    posts = [s for s in samples(client.app, keys) if s.method == "POST" and "abm" not in s.path]
    for number, sample in enumerate(posts):
        kinds = itertools.islice(itertools.cycle(_KINDS), number, None)
        for body, kind in zip(_BODIES, kinds, strict=False):
            response = client.browser.post(sample.path, data=body, content_type=kind)
            assert response.status_code < 500, (sample.path, body[:40], kind)
    multipart = b'--x\r\nContent-Disposition: form-data; name="title\xff"\r\n\r\n\xff\xfe\r\n--x--'
    for broken in (
        multipart,
        multipart[:30],
        multipart.replace(b"name", b"filename"),
        b"--x--",
        b"--x\r\n\r\n",
    ):
        for sample in posts[::4]:
            kind = "multipart/form-data; boundary=x"
            response = client.browser.post(sample.path, data=broken, content_type=kind)
            assert response.status_code < 500, (sample.path, broken)


_QUERIES = [
    "seite=1000000000",
    "seite=-1",
    "seite=%31%30",
    "seite=%FC",
    "seite=%C3%83%C2%BC",
    "seite=%25%30%30",
    "%zz=%",
    "seite=" + "9" * 5000,
    "monat=99999999-99",
    "%FF=%FE",
    "&&&=&",
    "stadtteil=%ED%A0%80",
    "fassung=" + "9" * 5000,
    "vorhaben=1000000000000000000000000000000",
    "vorhaben=-1",
    "vorhaben=2147483648",
    "seite=1e9",
    "seite=%F0%9F",
]
_IDS = [
    "0",
    "-1",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    str(10**30),
    "1.0",
    "1e3",
    "%31",
    "%2531",
    "١",
    "²",
    "%00",
    "%FF",
    "%C0%AF",
    "1%0d%0aX-Evil:%201",
    "..%2f..%2f",
    "%E2%80%AE1",
]


@pytest.mark.parametrize("role", [Role.VISITOR, Role.COORDINATOR])
def test_query_and_number_of_any_kind_are_a_page_or_a_message(
    client: CheckingClient, role: Role
) -> None:
    keys = make_world(client.app)
    client.sign_in(BY_ROLE[role])
    gets = [
        s for s in samples(client.app, keys) if s.method == "GET" and s.endpoint != "start.index"
    ]
    for number, sample in enumerate(gets):
        # Parameters that a page does not know do no harm, so several go into one request.
        query = "&".join(_QUERIES[number % 3 :: 3])
        response = client.browser.get(f"{sample.path}?{query}")
        assert response.status_code < 500, (sample.path, query)
    for sample, is_let_in in _behind_the_door(role, gets):
        parts = sample.path.split("/")
        places = [place for place, part in enumerate(parts) if part.isdecimal()]
        for place, number in itertools.product(places, _IDS if is_let_in else _IDS[-3:]):
            path = "/".join([*parts[:place], number, *parts[place + 1 :]])
            response = client.browser.get(path)
            assert response.status_code in (200, 301, 303, 308, 400, 401, 403, 404, 409), path
            assert "X-Evil" not in response.headers


def test_author_gets_back_everything_that_was_typed(client: CheckingClient) -> None:
    with client.app.app_context():
        district = str(make_district().id)
        db.session.commit()
    client.sign_in(MARA)
    typed = {
        "kind": "new-project",
        "title": "Kurz & <b>gut</b> gesagt",
        "text": "Erste Zeile\r\n\r\nzweite „Zeile“ mit 'Zeichen' & <Klammern>.",
        "reason": "zu kurz",
        "place": district,
        "project": "",
    }
    page = client.post("/de/anregungen/neu/text/", typed, status=422)
    assert page.value("title") == typed["title"]
    assert page.value("text") == typed["text"].replace("\r\n", "\n")
    assert page.value("reason") == "zu kurz"
    assert f'<option selected value="{district}">' in page.html
    assert "checked" in page.html.split('value="new-project"')[0].rsplit("<input", 1)[-1]
    assert "Fehler:" in page.html.split("</title>")[0]
    assert 'href="#reason"' in page.html


def test_author_keeps_the_text_when_the_session_is_over(client: CheckingClient) -> None:
    client.sign_in(MARA)
    typed = {"title": "Ein Titel, der bleibt", "text": LONG_ENOUGH}
    response = client.browser.post("/de/anregungen/neu/text/", data=typed | {"csrf_token": "old"})
    assert response.status_code == 422
    assert "Ein Titel, der bleibt" in response.text
    assert "Die Seite war lange offen" in response.text


def test_officer_keeps_the_answer_when_a_colleague_was_faster(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion().id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/antwort/"
    answer = {
        "status": "accepted",
        "text": "Die Antwort von Jonas, lang genug.",
        "seen_revision": "0",
    }
    client.sign_in(KIM).post(path, answer | {"text": "Die Antwort von Kim, lang genug."})
    page = client.sign_in(JONAS).post(path, answer, status=409)
    assert page.value("text") == "Die Antwort von Jonas, lang genug."
    assert "Die Antwort von Kim" in page.main
    assert "Inzwischen hat jemand anderes" in page.main


def test_second_coordinator_keeps_the_reason_when_it_is_published_already(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        key = make_suggestion(State.IN_REVIEW).id
        db.session.commit()
    base = f"/de/verwaltung/anregungen/{key}"
    client.sign_in(KIM).post(f"{base}/veroeffentlichen/")
    refusal = {"reject-reason": "under-way", "reject-public_text": "Ein langer Grund, der bleibt."}
    page = client.post(f"{base}/ablehnen/", refusal, status=409)
    assert page.value("reject-public_text") == "Ein langer Grund, der bleibt."


def test_too_much_at_once_is_refused(client: CheckingClient) -> None:
    client.sign_in(MARA)
    response = client.browser.post("/de/anregungen/neu/text/", data={"text": "x" * 2_000_000})
    assert response.status_code == 413
    many = {f"field{number}": "x" for number in range(1000)}
    response = client.browser.post(
        "/de/anregungen/neu/text/", data=many, content_type="multipart/form-data"
    )
    assert response.status_code == 413


def test_page_that_fails_on_a_hostile_value_is_found() -> None:
    app = create_app(settings_for("sqlite:///:memory:"))

    @app.get("/fragile/")
    @public
    def fragile() -> str:
        return str(int(request.args["seite"]))

    app.testing = True
    for value in HOSTILE:
        if not value.strip().isdecimal() and value != "-1":
            with pytest.raises(ValueError, match="int"):
                app.test_client().get(
                    "/fragile/", query_string={"seite": value.encode("utf-8", "surrogatepass")}
                )

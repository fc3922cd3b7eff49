"""Headers, hosts, caches and languages of every answer."""

from collections.abc import Mapping

import pytest

from participation.app import create_app
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.people import KIM, MARA
from tests.site.samples import make_world, samples


def header_faults(headers: Mapping[str, str]) -> list[str]:
    """Return what is missing or weak in the headers of an answer."""
    policy = headers.get("Content-Security-Policy", "")
    faults = [] if "default-src 'none'" in policy else ["the policy does not begin with nothing"]
    faults += [f"the policy allows {word}" for word in ("unsafe", "http") if word in policy]
    for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin")):
        if headers.get(name) != value:
            faults.append(f"{name} is not {value}")
    return faults


def test_every_answer_has_the_headers(client: CheckingClient) -> None:
    keys = make_world(client.app)
    client.sign_in(MARA)
    for sample in samples(client.app, keys):
        if sample.method == "GET":
            headers = client.browser.get(sample.path).headers
            assert header_faults(headers) == [], sample.path


def test_answer_with_weak_headers_is_found() -> None:
    weak = "default-src *; script-src 'unsafe-inline' https://cdn.example"
    assert len(header_faults({"Content-Security-Policy": weak})) == 5
    assert len(header_faults({})) == 3


@pytest.mark.parametrize("path", ["/de/gibt-es-nicht/", "/de/anregungen/999/"])
def test_page_that_is_not_there_is_a_good_page(client: CheckingClient, path: str) -> None:
    page = client.get(path, status=404)
    assert "Content-Security-Policy" in page.response.headers


def test_pages_for_one_person_are_kept_by_no_cache(client: CheckingClient) -> None:
    keys = make_world(client.app)
    client.sign_in(MARA)
    for path in ("/de/konto/", f"/de/anregungen/{keys['number']}/", "/de/anregungen/neu/text/",
                 f"/de/anregungen/neu/{keys['draft']}/pruefen/"):  # fmt: skip
        assert client.get(path).response.headers["Cache-Control"] == "no-store", path
    client.sign_in(KIM)
    for path in ("/de/verwaltung/", f"/de/verwaltung/anregungen/{keys['public']}/"):
        assert client.get(path).response.headers["Cache-Control"] == "no-store", path


def test_reading_sets_no_cookie(client: CheckingClient) -> None:
    keys = make_world(client.app)
    for path in ("/de/", "/de/vorhaben/", f"/de/vorhaben/{keys['slug']}/", "/de/anregungen/",
                 f"/de/anregungen/{keys['number']}/", "/de/termine/", "/de/termine/kalender/",
                 "/de/termine.ics", "/de/termine/feed.atom", "/de/anregungen/feed.atom",
                 f"/de/termine/{keys['meeting_slug']}/",
                 "/de/seiten/hilfe/",
                 f"/de/vorhaben/{keys['slug']}/kommentare/",
                 f"/de/anregungen/{keys['number']}/kommentare/",
                 f"/de/stellungnahmen/{keys['comment:reply']}/"):  # fmt: skip
        assert "Set-Cookie" not in client.get(path).response.headers, path


def test_foreign_host_name_is_refused(client: CheckingClient) -> None:
    response = client.browser.get("/de/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.text


def test_forwarded_headers_are_not_believed_without_a_proxy(client: CheckingClient) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    response = client.browser.get("/", headers=forged)
    assert response.headers["Location"] == "/de/"


def test_cookie_of_a_session_is_out_of_reach() -> None:
    app = create_app(settings_for("sqlite:///:memory:", public_url="https://mitmachen.example.org"))
    response = app.test_client().get(
        "/de/konto/anmelden/", base_url="https://mitmachen.example.org"
    )
    cookie = response.headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "/de/"), ("de-DE,de;q=0.9,en;q=0.5", "/de/"), ("en-US,en;q=0.9", "/en/"),
        ("xx, en;q=0.1", "/en/"), ("ja", "/de/"), ("*", "/de/"), (";;;q=,", "/de/"),
    ],
)  # fmt: skip
def test_browsers_wish_chooses_the_language(
    client: CheckingClient, accepted: str, expected: str
) -> None:
    response = client.browser.get("/", headers={"Accept-Language": accepted})
    assert response.headers["Location"] == expected
    assert "Accept-Language" in response.headers["Vary"]


def test_chosen_language_is_remembered_and_keeps_the_page(client: CheckingClient) -> None:
    page = client.get("/de/sprache/?seite=/de/vorhaben/", status=303)
    assert page.location == "/de/vorhaben/"
    page = client.get("/en/sprache/?seite=/en/anregungen/?status%3Dsammelt", status=303)
    assert page.location == "/en/anregungen/?status=sammelt"
    assert client.browser.get("/").headers["Location"] == "/en/"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/en/x\\y", "/de/", "/en/\r\nX: y", ""]
)
def test_choice_of_language_never_leaves_the_site(client: CheckingClient, target: str) -> None:
    response = client.browser.get("/en/sprache/", query_string={"seite": target})
    assert response.headers["Location"] == "/en/"


@pytest.mark.parametrize("tag", ["de", "de-simple", "en"])
def test_page_says_its_language_and_links_to_itself_in_the_others(
    client: CheckingClient, tag: str
) -> None:
    page = client.get(f"/{tag}/vorhaben/?beteiligung=laufend")
    assert f'<html lang="{tag}">' in page.html
    assert "/en/sprache/?seite=/en/vorhaben/?beteiligung%3Dlaufend" in page.html


def test_long_address_does_not_make_a_page_heavy(client: CheckingClient) -> None:
    page = client.get("/de/vorhaben/?beteiligung=laufend&" + "x=1&" * 2000)
    assert 'href="/en/sprache/?seite=/en/vorhaben/"' in page.html

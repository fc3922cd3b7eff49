"""No page is heavy: the HTML of every page, with everything on it that can be, stays small."""

from tests.checking_client import MOST_HTML, CheckingClient, faults_of, weight_of
from tests.people import JONAS, KIM, MARA, Persona
from tests.site.full_city import fill

LISTS = [
    "/de/", "/de-simple/", "/de/vorhaben/", "/de/anregungen/", "/de/termine/", "/de/termine/kalender/",
    "/de/termine/kalender/?monat=2026-03", "/de/konto/", "/de/verwaltung/", "/de/verwaltung/moderation/",
    "/de/anregungen/neu/text/", "/de/verwaltung/termine/neu/",
]  # fmt: skip
_OF_STAFF = "/verwaltung/"


def test_page_with_everything_on_it_is_small(client: CheckingClient) -> None:
    pages = [*LISTS, *fill(client.app)]
    heavy = {}
    readers: list[Persona | None] = [None, MARA, JONAS, KIM]
    for reader in readers:
        client.sign_in(reader)
        for path in [*pages, *(path.replace("/de/", "/de-simple/", 1) for path in pages)]:
            response = client.browser.get(path)
            if response.status_code in (302, 303, 403, 404):
                continue
            assert response.status_code == 200, path
            if (weight := weight_of(response.text)) > MOST_HTML:
                heavy[path, reader.email if reader else ""] = weight
    assert heavy == {}


def test_heavy_page_is_found(client: CheckingClient) -> None:
    words = f"<!DOCTYPE html><title>x</title><p>{'x' * MOST_HTML}</p>"
    assert any("bytes of HTML" in fault for fault in faults_of(words, client.app))
    typed = "<textarea>" + "x" * MOST_HTML + "</textarea>"
    assert weight_of(typed) < 50

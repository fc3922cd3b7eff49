"""The search as people see it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from participation import reindex
from participation.core.db import db
from tests.checking_client import CheckingClient
from tests.factories import (
    LONG_ENOUGH,
    make_answer,
    make_comment,
    make_district,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import KIM, NOW
from tests.search.test_hits import HOSTILE


def fill(app: Flask) -> None:
    """One of everything that speaks of playgrounds."""
    with app.app_context():
        project = make_project(
            districts=[make_district()],
            texts={
                "de": {"title": "Spielplatz Gleisberg", "summary": "Kinder <b>planen</b> Spielplätze & so"},
                "en": {"title": "Playground Gleisberg", "summary": "Children plan."},
            },
        )  # fmt: skip
        suggestion = make_suggestion(title="Mehr Schatten auf Spielplätzen", supports=1)
        make_answer(suggestion, NOW, f"Wir bauen einen Spielplatz. {LONG_ENOUGH}")
        make_comment(project, text="Der Wasserspielplatz ist mein Lieblingsort")
        make_meeting("Rundgang über den Spielplatz")
        reindex.rebuild()
        db.session.commit()


def test_visitor_finds_everything_in_one_place(client: CheckingClient) -> None:
    fill(client.app)
    page = client.get("/de/suche/?q=Spielplatz")
    for address in (
        "/de/vorhaben/sp-gleisberg/",
        "/de/anregungen/1/",
        "/de/anregungen/1/#rueckmeldung",
    ):
        assert f'href="{address}"' in page.html
    assert re.search(r'href="/de/stellungnahmen/\d+/"', page.html)
    assert "5 Treffer" in page.text
    assert "<mark>Wasserspielplatz</mark>" in page.html
    assert "Kinder &lt;b&gt;planen&lt;/b&gt; <mark>Spielplätze</mark> &amp; so" in page.html
    assert 'name="robots" content="noindex"' in page.html


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("&art=vorhaben", 1), ("&art=stellungnahmen", 1), ("&stadtteil=gonsenheim", 4), ("&art=unsinn", 5),
        ("&sprache=en", 0), ("&sortierung=neueste", 5), ("&seite=1000000000", 5), ("&thema=nichts", 5),
    ],
)  # fmt: skip
def test_visitor_narrows_the_hits(client: CheckingClient, filters: str, count: int) -> None:
    fill(client.app)
    page = client.get(f"/de/suche/?q=spielplatz{filters}")
    assert page.html.count("<h3") == count


def test_every_hit_can_be_opened(client: CheckingClient) -> None:
    fill(client.app)
    for query in ("Spielplatz", "Impressum"):
        list_of_hits = client.get(f"/de/suche/?q={query}").html.partition('<ul class="list">')[2]
        links = re.findall(r'<h3.*?href="([^"]+)"', list_of_hits)
        assert len(links) == {"Spielplatz": 5, "Impressum": 1}[query]
        for link in links:
            client.get(link.split("#")[0])


def test_page_of_the_law_is_found(client: CheckingClient) -> None:
    fill(client.app)
    assert 'href="/de/seiten/impressum/"' in client.get("/de/suche/?q=impressum&art=seiten").html
    assert 'href="/en/seiten/impressum/"' in client.get("/en/suche/?q=notice&art=seiten").html


def test_text_in_another_language_says_so(client: CheckingClient) -> None:
    fill(client.app)
    page = client.get("/en/suche/?q=schatten")
    assert '<h3 lang="de">' in page.html
    assert "Playground Gleisberg" in client.get("/en/suche/?q=gleisberg").text


def test_staff_find_no_more_than_everybody(client: CheckingClient) -> None:
    fill(client.app)
    before = client.get("/de/suche/?q=spielplatz").html.count("<h3")
    client.sign_in(KIM)
    assert client.get("/de/suche/?q=spielplatz").html.count("<h3") == before


def test_visitor_who_finds_nothing_hears_what_to_do(client: CheckingClient) -> None:
    page = client.get("/de/suche/?q=Quastenflosser")
    assert "Dazu haben wir nichts gefunden." in page.text
    assert "/de/anregungen/neu/" in page.html
    assert "Bitte geben Sie ein Wort ein." in client.get("/de/suche/?q=!!").text
    assert "Die Suche findet" in client.get("/de/suche/").text
    assert "sehr lang" in client.get("/de/suche/?q=" + "weg+rad+" * 60).text


@pytest.mark.parametrize(
    "query", [q for q in HOSTILE if q != "\ud800"], ids=range(len(HOSTILE) - 1)
)
@pytest.mark.parametrize("path", ["/de/suche/", "/de/vorhaben/", "/de/anregungen/"])
def test_hostile_query_is_a_page(client: CheckingClient, path: str, query: str) -> None:
    from urllib.parse import quote

    client.get(f"{path}?q={quote(query[:4000].encode('utf-8', 'replace'))}&seite={10**9}")


def test_every_page_has_the_search_in_its_header(client: CheckingClient) -> None:
    for path in ("/de/", "/de/vorhaben/", "/de/seiten/hilfe/"):
        assert 'action="/de/suche/"' in client.get(path).html


def test_lists_are_narrowed_by_words(client: CheckingClient) -> None:
    fill(client.app)
    with client.app.app_context():
        make_project("ufer", title="Rheinufer")
        make_suggestion(title="Bänke am Rheinufer bitte")
        db.session.commit()
    projects = client.get("/de/vorhaben/?q=spielplätze").html
    assert "sp-gleisberg" in projects
    assert "/de/vorhaben/ufer/" not in projects
    assert "1 Vorhaben" in projects
    suggestions = client.get("/de/anregungen/?q=bänke").html
    assert "/de/anregungen/2/" in suggestions
    assert 'href="/de/anregungen/1/"' not in suggestions


def test_too_many_searches_are_slowed_down(app_beside: Callable[..., Flask]) -> None:
    client = app_beside(search_limit="2 per hour").test_client()
    statuses = [client.get("/de/suche/?q=weg").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]

"""The project list through HTTP."""

import base64
import itertools
import json
import re
from datetime import date

import pytest
from flask import Flask

from participation.city import service as city
from participation.city.models import Topic
from participation.core.db import db
from participation.projects.rules import Implementation, Participation
from tests.checking_client import CheckingClient, Page, parse, words_of
from tests.factories import make_district, make_project

_LIST = "/de/vorhaben/"


def titles(page: Page) -> list[str]:
    """Titles of the cards on a list."""
    main = next(parse(page.html).iter("main"))
    return [words_of(card.find(".//h3")) for card in main.iter("article")]  # type: ignore[arg-type]


def link_to(page: Page, rel: str) -> str | None:
    """Where the link to the next or previous page leads."""
    for link in parse(page.html).iter("a"):
        if link.get("rel") == rel:
            return link.get("href")
    return None


@pytest.fixture
def listed(app: Flask) -> Flask:
    """Four projects that differ in everything one can filter by."""
    with app.app_context():
        here, there = make_district("Gonsenheim", 6), make_district("Mombach", 12)
        city.save_topic("gruen", 1, {"de": "Grün", "en": "Green"})
        green = db.session.query(Topic).one()
        running, planning = Participation.RUNNING, Implementation.PLANNING
        make_project("a", title="Allee", districts=[here], topics=[green], participation=running)
        make_project("b", title="Brücke", districts=[there], implementation=planning)
        make_project("c", title="Citybus", whole_city=True, participation=running)
        make_project(
            "d", title="Damm", districts=[here], topics=[green], participation=running,
            implementation=planning, as_of="2026-02", as_of_day=date(2026, 2, 1),
        )  # fmt: skip
        db.session.commit()
    return app


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Damm", "Citybus", "Brücke", "Allee"]),
        ("sortierung=titel", ["Allee", "Brücke", "Citybus", "Damm"]),
        ("stadtteil=gonsenheim", ["Damm", "Citybus", "Allee"]),
        ("stadtteil=mombach", ["Citybus", "Brücke"]),
        ("thema=gruen", ["Damm", "Allee"]),
        ("beteiligung=laufend", ["Damm", "Citybus", "Allee"]),
        ("beteiligung=geplant", []),
        ("umsetzung=in-planung", ["Damm", "Brücke"]),
        ("umsetzung=abgebrochen", []),
        ("stadtteil=gonsenheim&thema=gruen&beteiligung=laufend&umsetzung=in-planung", ["Damm"]),
        ("stadtteil=mombach&thema=gruen", []),
    ],
)
def test_visitor_filters_the_list(listed: Flask, query: str, shown: list[str]) -> None:
    page = CheckingClient(listed).get(f"{_LIST}?{query}")
    assert titles(page) == shown
    assert f"{len(shown)} Vorhaben" in page.main
    assert ("Dazu gibt es kein Vorhaben." in page.main) == (not shown)


def test_visitor_combines_all_filters_and_each_page_is_a_good_one(listed: Flask) -> None:
    client = CheckingClient(listed)
    everything = set(titles(client.get(_LIST)))
    choices = (
        ("stadtteil", ["", "gonsenheim"]),
        ("thema", ["", "gruen"]),
        ("beteiligung", ["", "laufend", "geplant", "abgeschlossen"]),
        ("umsetzung", ["", "in-planung", "laufend", "abgeschlossen", "abgebrochen"]),
    )
    for values in itertools.product(*(values for _, values in choices)):
        chosen = {name: value for (name, _), value in zip(choices, values, strict=True) if value}
        page = client.get(_LIST, query_string=chosen)
        assert set(titles(page)) <= everything
        for name, value in chosen.items():
            if name != "beteiligung":
                assert re.search(rf'<option value="{value}" selected>', page.html), (name, value)


@pytest.mark.parametrize("name", ["stadtteil", "thema", "beteiligung", "umsetzung", "sortierung"])
@pytest.mark.parametrize("value", ["x", "", "None", "Gonsenheim", "1", "%00", "ü", "'", "a" * 3000])
def test_list_ignores_filters_that_it_does_not_know(listed: Flask, name: str, value: str) -> None:
    page = CheckingClient(listed).get(f"{_LIST}?{name}={value}&unbekannt=1")
    assert titles(page) == ["Damm", "Citybus", "Brücke", "Allee"]


def test_visitor_reads_where_each_project_is(listed: Flask) -> None:
    page = CheckingClient(listed).get(_LIST)
    assert "Ganz Mainz" in page.main
    assert "Gonsenheim" in page.main
    with listed.app_context():
        make_project("z", title="Ohne Ort")
        db.session.commit()
    assert "Ort noch offen" in CheckingClient(listed).get(_LIST).main


@pytest.mark.parametrize("sorting", ["neueste", "titel"])
def test_visitor_walks_through_the_pages_and_back(app: Flask, sorting: str) -> None:
    with app.app_context():
        here = make_district()
        for number in range(30):
            districts = [here] if number % 2 == 0 or number < 10 else []
            make_project(f"p-{number}", title=f"Platz {number:02}", districts=districts)
        db.session.commit()
    client = CheckingClient(app)
    for query, count in (("", 30), ("&stadtteil=gonsenheim", 20)):
        pages: list[list[str]] = []
        address: str | None = f"{_LIST}?sortierung={sorting}{query}"
        while address:
            page = client.get(address)
            pages.append(titles(page))
            assert f"{count} Vorhaben" in page.main
            address = link_to(page, "next")
        assert [len(one) for one in pages] == [12] * (count // 12) + [count % 12]
        assert len({title for one in pages for title in one}) == count
        walked_back = [pages[-1]]
        while address := link_to(page, "prev"):
            page = client.get(address)
            walked_back.append(titles(page))
        assert walked_back[::-1] == pages


def _token(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    ["", "x", "%00", "ü", "-1", "1", "a" * 5000, "W10", "bnVsbA", "A===", _token(True), _token({}),
     _token(True, "2026-01-01", 10**30), _token(True, "2026-13-01", 1), _token(True, 1, "x"),
     _token(True, "Allee\x00", 1), _token(False, None, None)],
)  # fmt: skip
@pytest.mark.parametrize("sorting", ["neueste", "titel"])
def test_hostile_place_in_the_list_is_the_first_page(
    listed: Flask, token: str, sorting: str
) -> None:
    client = CheckingClient(listed)
    page = client.get(f"{_LIST}?sortierung={sorting}&seite={token}")
    assert titles(page) == titles(client.get(f"{_LIST}?sortierung={sorting}"))

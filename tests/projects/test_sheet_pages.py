"""A project's sheet through HTTP."""

import re
from datetime import date

import pytest

from participation.core.db import db
from participation.projects.rules import Form, Implementation, Level, Participation
from tests.checking_client import CheckingClient, Page, parse, words_of
from tests.factories import make_department, make_district, make_project

#: The order of the guidelines, see domain.md: the title and the two states stand above.
_FIELDS = [
    "Kurzbeschreibung",
    "Beteiligung",
    "Stadtgebiet",
    "Geplanter Zeitraum",
    "Erwartete Kosten",
    "Aktueller Stand",
    "Weitere Informationen",
    "Politische Beschlüsse",
    "Zuständig",
    "Bild",
]


def fields(page: Page) -> dict[str, str]:
    """The sheet: what is written beside each term, in the order of the page."""
    lists = [e for e in parse(page.html).iter("dl") if e.get("class") == "sheet"]
    assert len(lists) == 1
    return {
        words_of(row.find("dt")): words_of(row.find("dd"))  # type: ignore[arg-type]
        for row in lists[0].findall("div")
    }


def full_project() -> None:
    """A project in which everything is filled in."""
    texts = {
        code: {
            "title": f"Titel <{code}> & mehr",
            "summary": f"Zusammenfassung {code}",
            "still_open": "Farbe\nForm",
            "settled": "Ort",
            "participation_note": "Zwei Werkstätten",
            "period_note": "Nach den Ferien",
            "cost_note": "Davon 10 für Bänke\nund 5 für Bäume",
            "current_state": "Es wird gebaut.",
        }
        for code in ("de", "en")
    }
    make_project(
        "voll", texts=texts, districts=[make_district()], departments=[make_department()],
        phases=[(date(2026, 2, 1), date(2026, 2, 2)), (date(2026, 3, 1), date(2026, 4, 1))],
        participation=Participation.RUNNING, implementation=Implementation.PLANNING,
        level=Level.CO_CREATION, form=Form.CHILDREN_YOUTH, cost=70000, cost_to=90000,
        period_from="2026-03", period_to="2027", states_are_printed=False,
        links=[{"url": "https://mainz.de/x", "label": ""}, {"url": "", "label": "Zeitung"}],
        decisions=[{"body": "Stadtrat", "day": "2025-11-30", "note": "Auftrag"}],
    )  # fmt: skip
    db.session.commit()


def test_sheet_shows_every_field_in_the_order_of_the_guidelines(client: CheckingClient) -> None:
    with client.app.app_context():
        full_project()
    page = client.get("/de/vorhaben/voll/")
    sheet = fields(page)
    assert list(sheet) == _FIELDS
    for name, words in {
        "Kurzbeschreibung": ["Zusammenfassung de"],
        "Beteiligung": [
            "Mitgestaltung",
            "Kindern und Jugendlichen",
            "Noch offen",
            "Farbe",
            "Ort",
            "Zwei Werkstätten",
        ],
        "Stadtgebiet": ["Gonsenheim"],
        "Geplanter Zeitraum": ["März 2026 bis 2027", "Nach den Ferien"],
        "Erwartete Kosten": ["70.000\u00a0€ bis 90.000\u00a0€", "Davon 10 für Bänke"],
        "Aktueller Stand": ["Es wird gebaut.", "Stand: Januar 2026", "abgeleitet"],
        "Weitere Informationen": ["Seite der Stadt", "Zeitung"],
        "Politische Beschlüsse": ["Stadtrat, 30. November 2025 (Auftrag)"],
        "Zuständig": ["Grün- und Umweltamt (67)"],
        "Bild": ["Schematische"],
    }.items():
        for word in words:
            assert " ".join(word.split()) in sheet[name], name
    assert "Titel &lt;de&gt; &amp; mehr" in page.html
    assert "1. März 2026 bis 1. April 2026" in page.main
    assert "Jetzt:" in page.main


def test_project_without_anything_filled_in_still_has_a_good_sheet(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        make_project("leer", texts={"de": {"title": "L"}}, as_of="", as_of_day=date.min)
        db.session.commit()
    for language in ("de", "de-simple", "en"):
        page = client.get(f"/{language}/vorhaben/leer/")
        assert len(fields(page)) == len(_FIELDS)
        client.get(f"/{language}/vorhaben/")
    sheet = fields(client.get("/de/vorhaben/leer/"))
    assert list(sheet) == _FIELDS
    assert sheet["Erwartete Kosten"] == "Noch nicht bezifferbar"
    assert [name for name, words in sheet.items() if not words] == [], "fields with nothing in them"


@pytest.mark.parametrize(("cost", "shown"), [(0, "0"), (1, "1"), (2147483647, "2.147.483.647")])
def test_cost_is_shown_even_if_it_is_nothing(client: CheckingClient, cost: int, shown: str) -> None:
    with client.app.app_context():
        make_project("x", cost=cost)
        db.session.commit()
    assert fields(client.get("/de/vorhaben/x/"))["Erwartete Kosten"].split()[0] == shown


@pytest.mark.parametrize(
    ("address", "written", "tag", "said"),
    [
        ("/en/vorhaben/x/", {"de"}, "de", "Deutsch"),
        ("/en/vorhaben/x/", {"de_simple"}, "de-simple", "Leichte Sprache"),
        ("/de-simple/vorhaben/x/", {"de", "en"}, "de", "Deutsch"),
        ("/de/vorhaben/x/", {"en"}, "en", "English"),
    ],
)
def test_sheet_in_another_language_says_so_and_is_marked(
    client: CheckingClient, address: str, written: set[str], tag: str, said: str
) -> None:
    texts = {code: {"title": f"T {code}", "summary": f"S {code}"} for code in written}
    with client.app.app_context():
        make_project("x", texts=texts)
        db.session.commit()
    page = client.get(address)
    shown = tag.replace("-", "_")
    assert re.search(rf'<p lang="{tag}">S {shown}</p>', page.html)
    note = next(e for e in parse(page.html).iter("p") if words_of(e).endswith(f": {said}."))
    assert note.get("class") == "small muted"
    marked = re.search(rf'<a [^>]*lang="{tag}"[^>]*>T {shown}</a>', client.get(address[:-2]).html)
    assert marked, "the card's title is not marked with its language"


def test_title_in_another_language_is_marked_where_it_is_the_heading(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        make_project("x", texts={"de": {"title": "Wasserwerkswiese"}})
        db.session.commit()
    heading = next(parse(client.get("/en/vorhaben/x/").html).iter("h1"))
    assert "de" in [element.get("lang") for element in heading.iter()]


def test_sheet_in_the_readers_language_is_not_marked(client: CheckingClient) -> None:
    with client.app.app_context():
        full_project()
    for tag in ("de", "en"):
        page = client.get(f"/{tag}/vorhaben/voll/")
        assert f"<p>Zusammenfassung {tag}</p>" in page.html
        assert "noch nicht in Ihrer Sprache" not in page.main


@pytest.mark.parametrize("query", ["?x=%00", "?seite=%ff%fe", "?a[]=1&a[]=2", "?" + "a=1&" * 500])
def test_sheet_does_not_mind_a_hostile_query(client: CheckingClient, query: str) -> None:
    with client.app.app_context():
        make_project("x")
        db.session.commit()
    client.get(f"/de/vorhaben/x/{query}")


@pytest.mark.parametrize(
    "slug",
    ["unbekannt", "X", "x--y", "-x", "x_y", "%00", "x%00", "..", "%2e%2e", "x%2Fy", "ü", "%ff",
     "x'--", "<script>", "%0d%0aX:y", "1" * 3000, "x" * 81],
)  # fmt: skip
def test_unknown_or_hostile_name_of_a_project_is_not_found(
    client: CheckingClient, slug: str
) -> None:
    with client.app.app_context():
        make_project("x")
        db.session.commit()
    page = client.get(f"/de/vorhaben/{slug}/", 404)
    assert "Diese Seite gibt es nicht" in page.main


def test_sheet_with_words_only_does_not_say_that_nothing_is_known(client: CheckingClient) -> None:
    texts = {"title": "X", "summary": "Erstens.\nZweitens.", "participation_note": "Ja, im Mai.",
             "period_note": "Nach den Ferien", "cost_note": "Wird gespendet"}  # fmt: skip
    with client.app.app_context():
        make_project(
            "x", texts={"de": texts}, decisions=[{"body": "", "day": "", "note": "Keiner"}]
        )
        db.session.commit()
    page = client.get("/de/vorhaben/x/")
    sheet = fields(page)
    assert sheet["Beteiligung"] == "Ja, im Mai."
    assert sheet["Geplanter Zeitraum"] == "Nach den Ferien"
    assert sheet["Erwartete Kosten"] == "Wird gespendet"
    assert sheet["Politische Beschlüsse"] == "Keiner"
    assert "<p>Erstens.</p>" in page.html
    assert '<p lang="de">Zweitens.</p>' in client.get("/en/vorhaben/x/").html

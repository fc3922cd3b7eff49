"""Plans of meinBerlin, on both databases."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core import clock
from participation.core.db import db
from participation.projects.models import Project
from participation.projects.rules import Implementation, Level, Participation
from tests.checking_client import CheckingClient
from tests.core.files import (
    BERLIN,
    everything,
    journal,
    load,
    load_with_report,
    published,
    text_file,
    write_json,
)
from tests.people import NOW
from tests.projects.other_cities import (
    assert_broken_files_are_refused,
    assert_hostile_values_are_read_or_refused,
    changed,
    faults_of,
    import_reference,
    project,
    stored,
    text_of,
)

_FILE = "meinberlin_plans.json"
_SITE = "https://mein.berlin.de"
_LATER = NOW + timedelta(days=30)
_LEVELS = [Level.INFORMATION, Level.CONSULTATION, Level.CO_CREATION]
_STATES = {"laufend": Participation.RUNNING, "abgeschlossen": Participation.COMPLETED}


@pytest.fixture(autouse=True)
def city(app: Flask, tmp_path: Path) -> Iterator[None]:
    """A city with some of Berlin's districts, departments and topics."""
    published(BERLIN, _FILE)
    with app.app_context():
        import_reference(tmp_path, "districts", "nr;name", "1;Mitte", "2;Treptow-Köpenick")
        import_reference(tmp_path, "topics", "id;titel", "mobil;Verkehr", "bui;Häuser",
                         "bildung-und-forschung;Lernen")  # fmt: skip
        import_reference(tmp_path, "departments", "art;nummer;name;gueltig_ab;gueltig_bis",
                         "Amt;;Bezirksamt Mitte;;", "Gesellschaft;;infraVelo;2021-01-01;")  # fmt: skip
        yield
        db.session.rollback()


def records() -> list[dict[str, Any]]:
    """Berlin's plans, read without our own code."""
    found: list[dict[str, Any]] = published(BERLIN, _FILE)
    assert len(found) == 176
    return found


def test_city_reads_all_plans_and_again_without_a_change() -> None:
    assert load("projects", BERLIN / _FILE, "meinberlin") == {"created": 176}
    assert [event for event, _ in journal()] == ["project:created"] * 176
    before = everything()
    with clock.stopped_at(_LATER):
        assert load("projects", BERLIN / _FILE, "meinberlin") == {"unchanged": 176}
    assert everything() == before


def test_plans_say_what_stands_in_the_file() -> None:
    _, report = load_with_report("projects", BERLIN / _FILE, "meinberlin")
    plans, rows = stored(), records()
    for one, row in zip(plans, rows, strict=True):
        text = text_of(one)
        assert text.title == " ".join(row["title"].split())
        assert one.links == [{"url": _SITE + row["url"], "label": ""}]
        assert one.slug.endswith(row["url"].split("/")[-2])
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.slug)
        assert len(one.slug) <= 80
        assert text.cost_note == " ".join((row["cost"] or "").split())
        assert (
            one.cost is None
            or str(one.cost)[:2] == re.sub(r"[^0-9]", "", text.cost_note)[:2]
            or (one.cost == 7_000_000 and text.cost_note == "ca. 7 Mio. €")
        )
        place = row["point"]["geometry"]["coordinates"] if row["point"] else [None, None]
        assert [one.longitude, one.latitude] == place
        assert place[0] is None or (52.3 < one.latitude < 52.7 and 13 < one.longitude < 13.8)  # type: ignore[operator]
        assert one.whole_city == (row["district"] == "Gesamtstädtisch")
        ours = {"Mitte", "Treptow-Köpenick"} & {row["district"]}
        assert {district.name for district in one.districts} == ours
        known = {"TRA": "mobil", "BUI": "bui", "EDU": "bildung-und-forschung"}
        assert {topic.slug for topic in one.topics} == {
            known[t] for t in row["topics"] if t in known
        }
        assert one.level == _LEVELS[row["participation"]]
        assert one.participation == _STATES[row["participation_string"]]
        assert (one.implementation is Implementation.COMPLETED) == (row["status"] == 1)
        assert one.as_of[:7] == row["created_or_modified"][:7]
        assert one.as_of == one.as_of_day.isoformat()
    assert sum(one.cost is not None for one in plans) == 86
    assert report.counts == {
        "point_label": sum(bool(row["point_label"]) for row in rows),
        "published_projects_count": 176,
        "district": sum(
            row["district"] not in ("Mitte", "Treptow-Köpenick", "Gesamtstädtisch") for row in rows
        ),
        "topics": sum(t not in ("TRA", "BUI", "EDU") for row in rows for t in row["topics"]),
        "organisation": sum(
            row["organisation"] not in ("Bezirksamt Mitte", "infraVelo")
            or (row["organisation"] == "infraVelo" and row["created_or_modified"] < "2021")
            for row in rows
        ),
        "point: properties": sum(bool(row["point"] and row["point"]["properties"]) for row in rows),
    }  # fmt: skip
    assert report.examples["organisation"][0] == "Senatsverwaltung für Stadtentwicklung und Wohnen"
    assert len(report.examples["point_label"]) == 3


def test_five_plans_by_hand() -> None:
    load("projects", BERLIN / _FILE, "meinberlin")
    library = project("neubau-stadtteilbibliothek-friedrichshagen-2021-00195")
    assert [one.name for one in library.districts] == ["Treptow-Köpenick"]
    assert (library.cost, text_of(library).cost_note) == (None, "noch nicht beziffert")
    assert [one.slug for one in library.topics] == ["bildung-und-forschung"]
    assert (library.latitude, library.as_of) == (None, "2021-03-24")
    old_house = project("alt-friedrichsfelde-60-berlin-lichtenberg-2021-00196")
    assert old_house.as_of == "2021-03-24", "22:07 UTC is 23:07 in the city"
    assert (old_house.districts, old_house.whole_city) == ([], False)
    office = next(one for one in stored() if one.slug.endswith("2021-00194"))
    assert (office.longitude, office.latitude) == (13.391104297016916, 52.527730785665604)
    assert office.whole_city is True
    playground = project("wasserspielplatz-weydemeyerstrasse-2020-00108")
    assert (playground.cost, playground.implementation) == (1_210_000, Implementation.COMPLETED)
    assert playground.participation == Participation.COMPLETED
    assert [one.name for one in playground.departments] == ["Bezirksamt Mitte"]
    square = project("neugestaltung-des-hegelplatzes-2020-00041")
    assert (
        text_of(square).cost_note
        == "892.500 € (245.000 € (Bezirkshaushalt) + 647.500 € (Plätzeprogramm))"
    )
    assert (square.cost, square.level) == (892_500, Level.INFORMATION)
    culture = project("kulturelle-angebote-im-bezirk-2019-00013")
    assert culture.level == Level.CO_CREATION


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "Ein ganz anderer Titel"),
        ("organisation", "Bezirksamt Mitte"),
        ("point", {"geometry": {"coordinates": [13.5, 52.5]}}),
        ("cost", "100 €"),
        ("district", "Mitte"),
        ("topics", ["TRA"]),
        ("status", 1),
        ("participation", 3),
        ("participation_string", "startet am 01.05.2021"),
        ("created_or_modified", "2021-03-24 23:30:00+00:00"),
    ],
)
def test_city_changes_one_record_and_one_project_changes(
    tmp_path: Path, key: str, value: Any
) -> None:
    load("projects", BERLIN / _FILE, "meinberlin")
    first = stored()[0]
    slug, number = first.slug, first.id
    path = write_json(tmp_path, changed(records(), (0, key, value)))
    with clock.stopped_at(_LATER):
        assert load("projects", path, "meinberlin") == {"changed": 1, "unchanged": 175}
        assert journal()[176:] == [("project:changed", number)]
        moved = db.session.scalars(sa.select(Project.slug).where(Project.changed_at == _LATER))
        assert list(moved) == [slug], "its address stays, whatever its title is"
        assert load("projects", path, "meinberlin") == {"unchanged": 176}


def test_plan_that_starts_later_is_planned_and_keeps_its_words(tmp_path: Path) -> None:
    rows = changed(records()[:1], (0, "participation_string", "startet am 01.05.2021"))
    load("projects", write_json(tmp_path, rows), "meinberlin")
    (one,) = stored()
    assert one.participation == Participation.PLANNED
    assert text_of(one).participation_note == "Startet am 01.05.2021."


def test_long_title_is_cut_at_a_word_for_the_address(tmp_path: Path) -> None:
    rows = changed(records()[:3], (0, "title", "Straße " * 20), (1, "title", "x" * 150),
                   (2, "title", "!!!"))  # fmt: skip
    load("projects", write_json(tmp_path, rows), "meinberlin")
    slugs = [one.slug for one in stored()]
    assert slugs == [
        "-".join(["strasse"] * 8) + "-2021-00196",
        "x" * 69 + "-2021-00195",
        "2021-00194",
    ]


def test_plan_never_takes_the_address_of_another_project(tmp_path: Path) -> None:
    load("projects", text_file(tmp_path, "id;titel", "radweg-2021-00196;Anderer Radweg"))
    path = write_json(tmp_path, changed(records()[:1], (0, "title", "Radweg")))
    (fault,) = faults_of(path, "meinberlin")
    assert "url: would have the address of another project here, radweg-2021-00196" in fault


def test_participation_active_is_reported_where_it_contradicts(tmp_path: Path) -> None:
    rows = changed(records()[:2], (0, "participation_active", False))
    _, report = load_with_report("projects", write_json(tmp_path, rows), "meinberlin")
    assert report.counts["participation_active"] == 1


def test_file_with_many_faults_changes_nothing_and_names_each(tmp_path: Path) -> None:
    load("projects", BERLIN / _FILE, "meinberlin")
    rows = changed(
        records(),
        (0, "title", "x" * 201),
        (1, "url", "/vorhaben/2021-00196/"),
        (2, "point", {"type": "Feature", "geometry": {"coordinates": [52.5, 113.4]}}),
        (3, "status", 2),
        (3, "participation", "1"),
        (4, "topics", "BUI"),
        (5, "created_or_modified", "2021-02-30 10:00:00+00:00"),
        (6, "district", ...),
        (7, "type", "project"),
        (8, "url", "javascript:alert(1)"),
        (9, "participation_string", "demnächst"),
        (10, "cost", 5),
        (11, "title", "Neuer Titel"),
    )
    rows[12] = None
    faults = faults_of(write_json(tmp_path, rows), "meinberlin")
    titles = [row["title"][:60] if isinstance(row, dict) else "" for row in rows]
    assert [fault.split(" (read")[0] for fault in faults] == [
        f"record 1 ({titles[0]!r}), title: has 201 characters, at most 200 fit",
        f"record 2 ({titles[1]!r}), url: stands in record 1 already",
        f"record 2 ({titles[1]!r}), url: has the same address here as record 1",
        f"record 3 ({titles[2]!r}), point: is not a GeoJSON feature with a point of longitude and latitude",
        f"record 4 ({titles[3]!r}), status: must be one of: 0, 1",
        f"record 4 ({titles[3]!r}), participation: must be one of: 0, 1, 2, 3",
        f"record 5 ({titles[4]!r}), topics: is not a list of texts",
        f"record 6 ({titles[5]!r}), created_or_modified: is not a time such as 2021-03-24 22:07:51+00:00",
        f"record 7 ({titles[6]!r}), district: is missing",
        f"record 8 ({titles[7]!r}), type: must be one of: plan",
        f"record 9 ({titles[8]!r}), url: is not an address of a plan such as /vorhaben/2021-00196/",
        f"record 10 ({titles[9]!r}), participation_string: must be one of: laufend, abgeschlossen",
        f"record 11 ({titles[10]!r}), cost: is not a text",
        "record 13: is no object with keys",
    ]  # fmt: skip


def test_other_files_of_berlin_are_refused(tmp_path: Path) -> None:
    published(BERLIN, "infravelo_first.json")
    assert faults_of(BERLIN / "infravelo_first.json", "meinberlin")
    assert_broken_files_are_refused(tmp_path, "meinberlin")


def test_hostile_values_are_read_or_refused(tmp_path: Path) -> None:
    good = records()[2] | {"cost": "5 €", "neu": 1}
    assert_hostile_values_are_read_or_refused(tmp_path, "meinberlin", good, lambda rows: rows)


def test_sheets_of_berlin_are_good_pages(client: CheckingClient) -> None:
    load("projects", BERLIN / _FILE, "meinberlin")
    slugs = [one.slug for one in stored()]
    for slug in slugs[::9]:
        page = client.get(f"/de/vorhaben/{slug}/")
        assert "Noch kein Bild" in page.main, "the drawing shows Mainz only"
    page = client.get("/en/vorhaben/neugestaltung-des-hegelplatzes-2020-00041/")
    assert '<p class="small" lang="de">892.500 € (245.000 € (Bezirkshaushalt)' in page.html
    assert f'href="{_SITE}/vorhaben/2020-00041/"' in page.html
    client.get("/de/vorhaben/")
    client.get("/de/vorhaben/?sortierung=titel")


def test_department_is_found_only_while_it_exists(tmp_path: Path) -> None:
    rows = changed(records()[:2], (0, "organisation", "infraVelo"), (1, "organisation", "INFRAVELO"),
                   (1, "created_or_modified", "2020-12-31 10:00:00+00:00"))  # fmt: skip
    load("projects", write_json(tmp_path, rows), "meinberlin")
    assert [[d.name for d in one.departments] for one in stored()] == [["infraVelo"], []]
    load("departments", text_file(tmp_path, "art;nummer;name", "Amt;1;Infra-Velo"))
    load("projects", write_json(tmp_path, rows), "meinberlin")
    assert len(stored()[0].departments) == 1

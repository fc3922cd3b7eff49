"""Project lists from files, on both databases."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from participation.core import clock
from participation.core.db import db
from participation.core.importing import ImportRefused
from participation.journal.models import JournalEntry
from participation.projects.imports import read_decision, read_numbered
from participation.projects.models import Project
from participation.projects.rules import Form, Implementation, Level, Participation
from tests.core.files import (
    changed_copy,
    collected,
    demo_file,
    everything,
    journal,
    load,
    load_mainz,
    text_file,
)
from tests.people import NOW

_LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def city(app: Flask) -> Iterator[None]:
    """Mainz with its districts, departments and topics."""
    with app.app_context():
        load_mainz("themen")
        yield
        db.session.rollback()


def project(slug: str) -> Project:
    """The project with this name in addresses."""
    return db.session.scalars(sa.select(Project).where(Project.slug == slug)).one()


def faults_of(path: Path) -> list[str]:
    """The faults of a file, which must change nothing."""
    before = everything()
    with pytest.raises(ImportRefused) as refused:
        load("projects", path)
    assert everything() == before
    return refused.value.faults


@pytest.mark.parametrize(("name", "count"), [("vorhaben", 30), ("digitalprojekte", 26)])
def test_city_reads_its_projects_completely_and_again_without_a_change(
    name: str, count: int
) -> None:
    assert load("projects", demo_file(name)) == {"created": count}
    entries = db.session.scalars(sa.select(JournalEntry)).all()
    assert {(one.event, one.at, one.actor_id) for one in entries} == {
        ("project:created", NOW, None)
    }
    assert len(entries) == count
    before = everything()
    with clock.stopped_at(_LATER):
        assert load("projects", demo_file(name)) == {"unchanged": count}
    assert everything() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("titel", "Gutenberg-Museum neu"),
        ("titel_en", "Another title"),
        ("kurzbeschreibung_de_simple", "Das Museum wird neu."),
        ("stadtteile", "Neustadt"),
        ("stadtteile", "Gesamtstadt"),
        ("themen", "kultur-sport|verkehr"),
        ("beteiligung_status", "geplant"),
        ("umsetzung_status", "läuft"),
        ("status_herkunft", "abgeleitet"),
        ("beteiligung_stufe", "Konsultation"),
        ("verfahrensart", "formell"),
        ("offen", "Die Farbe|Der Name"),
        ("kosten_eur", "0"),
        ("kosten_bis_eur", ""),
        ("umsetzung_bis", "2029"),
        ("stand", "2023-10"),
        ("beteiligungstermine", "2023-09-27 2024-01-01/2024-02-01"),
        ("beschluss", "Stadtrat 2024-02-29 (Auftrag)"),
        ("dezernat", "VI"),
        ("amt", "Stadtplanungsamt (61)"),
        ("quelle", "zughalt.de"),
        ("breite", "50.001"),
    ],
)
def test_city_changes_one_cell_and_one_project_changes(
    tmp_path: Path, column: str, value: str
) -> None:
    load("projects", demo_file("vorhaben"))
    first = project("gutenberg-museum").id
    path = changed_copy(tmp_path, "vorhaben", (0, column, value))
    with clock.stopped_at(_LATER):
        assert load("projects", path) == {"changed": 1, "unchanged": 29}
        assert journal()[30:] == [("project:changed", first)]
        moved = db.session.scalars(sa.select(Project.slug).where(Project.changed_at == _LATER))
        assert list(moved) == ["gutenberg-museum"]
        after = everything()
        assert load("projects", path) == {"unchanged": 30}
        assert everything() == after


def test_file_with_three_faults_changes_nothing_and_names_each(tmp_path: Path) -> None:
    path = changed_copy(
        tmp_path,
        "vorhaben",
        (0, "kosten_eur", "10" * 15),
        (14, "stand", "2025-02-30"),
        (29, "titel", ""),
    )
    faults = faults_of(path)
    assert [fault.split(":")[0] for fault in faults] == [
        "line 2, kosten_eur",
        "line 16, stand",
        "line 31, titel",
    ]


def test_file_with_faults_changes_nothing_of_what_was_read_before(tmp_path: Path) -> None:
    load("projects", demo_file("vorhaben"))
    changes = [(0, "titel", "Neuer Titel"), (1, "kosten_eur", "viel"), (2, "stand", "gestern")]
    faults = faults_of(changed_copy(tmp_path, "vorhaben", *changes))
    assert len(faults) == 2


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (
            "stadtteile",
            "Wiesbaden",
            "line 2, stadtteile: 'Wiesbaden' is not known; import it first",
        ),
        ("stadtteile", "Altstadt|Kastel", "line 2, stadtteile: 'Kastel' is not known"),
        ("themen", "raumfahrt", "line 2, themen: 'raumfahrt' is not known; import it first"),
        ("amt", "Raumfahrtamt (99)", "line 2, amt: 'Raumfahrtamt (99)' is not known"),
        ("amt", "Stadtplanungsamt (67)", "line 2, amt: 'Stadtplanungsamt (67)' is not known"),
        ("dezernat", "VII", "line 2, dezernat: there is no division 'VII' on 2023-09-30"),
        ("beteiligung_status", "vielleicht", "line 2, beteiligung_status: must be one of: geplant"),
        ("umsetzung_status", "fertig", "line 2, umsetzung_status: must be one of: in planung"),
        ("id", "Gutenberg Museum", "line 2, id: may only have a–z"),
        ("id", "sp-vogelsbergstrasse", "line 4, id: stands in line 2 already"),
        ("id", "x" * 81, "line 2, id: has 81 characters, at most 80 fit"),
        ("kosten_eur", "١٢٣", "line 2, kosten_eur: is not a whole number"),
        ("kosten_eur", "-5", "line 2, kosten_eur: is not a whole number"),
        ("kosten_eur", "0" * 30 + "9999999999999", "line 2, kosten_eur: is not a whole number"),
        (
            "beteiligungstermine",
            "2024-02-30",
            "line 2, beteiligungstermine: '2024-02-30' is no day",
        ),
        (
            "beteiligungstermine",
            "2024-02-02/2024-02-01",
            "line 2, beteiligungstermine: '2024-02-02/",
        ),
        ("beschluss", "Stadtrat 2023-02-29", "line 2, beschluss: 2023-02-29 is not a date"),
        ("quelle", "https://mainz.de/" + "x" * 500, "line 2, quelle: is no address of at most 500"),
        ("breite", "91", "line 2, breite: is not a position"),
        ("titel", "x" * 201, "line 2, titel: has 201 characters"),
        ("kurzbeschreibung", "x" * 4001, "line 2, kurzbeschreibung: has 4001 characters"),
        ("kurzbeschreibung", "a\x00b", "line 2, kurzbeschreibung: contains a null character"),
    ],
)
def test_city_is_told_what_cannot_be_taken(
    tmp_path: Path, column: str, value: str, sentence: str
) -> None:
    faults = faults_of(changed_copy(tmp_path, "vorhaben", (0, column, value)))
    assert len(faults) == 1, faults
    assert faults[0].startswith(sentence)


@pytest.mark.parametrize(
    ("stand", "name"),
    [
        ("2025", "Umwelt, Grün, Energie und Verkehr"),
        ("2026-02", "Umwelt, Grün, Energie und Verkehr"),
        ("2026-02-28", "Umwelt, Grün, Energie und Verkehr"),
        ("2026-03-01", "Umwelt und Mobilität"),
        ("2026-03", "Umwelt und Mobilität"),
        ("2027", "Umwelt und Mobilität"),
    ],
)
def test_division_is_the_one_of_the_day_of_the_sheet(tmp_path: Path, stand: str, name: str) -> None:
    path = text_file(tmp_path, "id;titel;stand;dezernat", f"radweg;Radweg;{stand};V")
    load("projects", path)
    assert [one.name for one in project("radweg").departments] == [name]


def test_thing_that_is_named_twice_is_there_once(tmp_path: Path) -> None:
    path = text_file(
        tmp_path,
        "id;titel;stadtteile;themen;amt;dezernat;stand",
        "x;X;Altstadt|Altstadt|Hartenberg/Münchfeld|Hartenberg-Münchfeld;verkehr|verkehr;"
        "Stadtplanungsamt|Stadtplanungsamt (61);V|V;2025",
    )
    assert load("projects", path) == {"created": 1}
    one = project("x")
    assert [district.name for district in one.districts] == ["Altstadt", "Hartenberg-Münchfeld"]
    assert [topic.slug for topic in one.topics] == ["verkehr"]
    assert [department.number for department in one.departments] == ["V", "61"]
    assert load("projects", path) == {"unchanged": 1}


def test_numbers_may_have_zeros_in_front(tmp_path: Path) -> None:
    load("projects", text_file(tmp_path, "id;titel;kosten_eur", f"x;X;{'0' * 30}70000"))
    assert project("x").cost == 70000


_PARTICIPATION = {
    "": None,
    "geplant": Participation.PLANNED,
    "laufend": Participation.RUNNING,
    "abgeschlossen": Participation.COMPLETED,
    "formale Beteiligung abgeschlossen": Participation.COMPLETED,
}
_IMPLEMENTATION = {
    "": None,
    "in Planung": Implementation.PLANNING,
    "abgeschlossen": Implementation.COMPLETED,
}
_FORM = {
    "informell": Form.INFORMAL,
    "formell": Form.FORMAL,
    "Kinder und Jugend": Form.CHILDREN_YOUTH,
    "Information": None,
}


def test_projects_say_what_was_collected_about_mainz() -> None:
    load("projects", demo_file("vorhaben"))
    rows = {row["id"]: row for row in collected("vorhaben")}
    stored = {one.slug: one for one in db.session.scalars(sa.select(Project))}
    assert len(rows) == 30
    assert set(stored) == set(rows)
    for slug, row in rows.items():
        one = stored[slug]
        places = set(filter(None, row["stadtteile"].split("|")))
        cost = one.cost if one.cost_to is None else one.cost_to
        formal = row["beteiligung_status"].startswith("formale")
        written = {text.language: text.title for text in one.texts}
        assert written["de"] == row["titel"]
        assert {d.name for d in one.districts} == places - {"Gesamtstadt"}, slug
        assert one.whole_city == ("Gesamtstadt" in places), slug
        assert one.participation == _PARTICIPATION[row["beteiligung_status"]], slug
        assert one.implementation == _IMPLEMENTATION[row["umsetzung_status"]], slug
        assert one.states_are_printed == (row["status_herkunft"] != "abgeleitet"), slug
        assert one.form == (Form.FORMAL if formal else _FORM[row["verfahrensart"]]), slug
        assert one.level == Level.INFORMATION or row["verfahrensart"] != "Information", slug
        assert ("" if cost is None else str(cost)) == row["kosten_eur"], slug
        assert (one.period_from, one.period_to) == (row["umsetzung_von"], row["umsetzung_bis"])
        assert one.as_of == row["stand"], slug
        days = [f"{phase.starts_on}/{phase.ends_on}" for phase in one.phases]
        given = [
            day if "/" in day else f"{day}/{day}" for day in row["beteiligungstermine"].split()
        ]
        assert days == given, slug
        decided = [" ".join(filter(None, (d["body"], d["day"]))) for d in one.decisions]
        assert decided == [row["beschluss"].split(" (")[0]] * bool(row["beschluss"]), slug
        offices = {d.label.removesuffix(" (Tochtergesellschaft)") for d in one.departments}
        for name in filter(None, row["amt"].split("|")):
            assert name.removesuffix(" (Tochtergesellschaft)") in offices, slug
        assert " + ".join(link["url"] or link["label"] for link in one.links) == row["quelle"]
    assert {one.latitude is None for one in stored.values()} == {True, False}


def test_digital_projects_are_those_that_were_collected() -> None:
    load("projects", demo_file("digitalprojekte"))
    rows = collected("digitalprojekte")
    assert len(rows) == 26
    stored = {
        one.slug: next(text.title for text in one.texts if text.language == "de")
        for one in db.session.scalars(sa.select(Project))
    }
    assert stored == {f"digital-{row['id']}": row["titel"] for row in rows}
    days = {one.slug: one.as_of_day for one in db.session.scalars(sa.select(Project))}
    for row in rows:
        newest = date(2025, 4, 9) if row["stand_2025_04_09"] else date(2024, 4, 18)
        assert days[f"digital-{row['id']}"] == newest, row["id"]


def test_every_project_has_a_title_in_each_language() -> None:
    for name in ("vorhaben", "digitalprojekte"):
        load("projects", demo_file(name))
    for one in db.session.scalars(sa.select(Project)):
        assert {text.language for text in one.texts} == {"de", "de_simple", "en"}, one.slug
        assert all(text.title and text.summary for text in one.texts), one.slug


_PART = st.text(alphabet=" ()ab-.2019", max_size=30).map(str.strip) | st.from_regex(
    r"[a-c ()]{0,9}( 20[0-9]{2}-[0-9]{2}-[0-9]{2})?( \([a-c ()]{0,5}\))?", fullmatch=True
).map(str.strip)


@given(_PART)
def test_decision_and_office_are_read_as_a_pattern_would_read_them(part: str) -> None:
    """The patterns say it best, but take the square of a hostile text's length."""
    decision = re.compile(
        r"(?P<body>.*?)(?: (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))?(?: \((?P<note>.*)\))?"
    ).fullmatch(part)
    assert decision
    assert read_decision(part) == {k: v or "" for k, v in decision.groupdict().items()}
    numbered = re.compile(r"(?P<name>.+?) \((?P<bracket>[^)]*)\)").fullmatch(part)
    expected = (numbered["name"], numbered["bracket"]) if numbered else (part, "")
    assert read_numbered(part) == expected

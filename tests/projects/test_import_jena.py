"""The project list of Jena, on both databases."""

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
from participation.projects.rules import Form, Participation
from tests.checking_client import CheckingClient
from tests.core.files import (
    JENA,
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

_FILE = "VorhabenJena_20150524.json"
_PERIOD = "Geplanter Zeitpunkt der Umsetzung / nächste Schritte"
_COST = "Kosten soweit bezifferbar"
_AREA = "Betroffenes Gebiet"
_TOPICS = "Schwerpunktmäßig betroffene Themen"
_PARTICIPATION = "Ist Bürgerbeteiligung vorgesehen"
_DECISION = "Letzter Beschluss zum Vorhaben"
_LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def city(app: Flask, tmp_path: Path) -> Iterator[None]:
    """A city with some of Jena's districts and topics."""
    published(JENA, _FILE)
    with app.app_context():
        import_reference(tmp_path, "districts", "nr;name;schreibweise_alternativ",
                         "1;Jena-Zentrum;Zentrum", "2;Maua;", "3;Jena-West;", "4;Wogau;")  # fmt: skip
        import_reference(tmp_path, "topics", "id;titel", "verkehr-mobilitaet;Unterwegs",
                         "stadtentwicklung;Stadtplanung und Stadtentwicklung")  # fmt: skip
        yield
        db.session.rollback()


def records() -> list[dict[str, Any]]:
    """Jena's projects, read without our own code."""
    found: list[dict[str, Any]] = published(JENA, _FILE)["Vorhaben"]
    assert len(found) == 42
    return found


def around(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Records as the file has them."""
    return {"Vorhaben": rows}


def words(text: str) -> list[str]:
    """Words and signs, however they are spaced and joined."""
    return text.replace("–", " ").replace(" - ", " ").split()


def test_city_reads_all_projects_and_again_without_a_change() -> None:
    assert load("projects", JENA / _FILE, "jena") == {"created": 42}
    assert [event for event, _ in journal()] == ["project:created"] * 42
    before = everything()
    with clock.stopped_at(_LATER):
        assert load("projects", JENA / _FILE, "jena") == {"unchanged": 42}
    assert everything() == before
    assert [one.slug for one in stored()] == [f"jena-{row['@Id']}" for row in records()]


def test_no_word_of_a_project_is_lost() -> None:
    _, report = load_with_report("projects", JENA / _FILE, "jena")
    for one, row in zip(stored(), records(), strict=True):
        text = text_of(one)
        assert words(text.title) == words(row["Title"])
        summary = " ".join([row["Description"], *row.get("Einleitung", [])])
        assert words(text.summary) == words(summary), one.slug
        assert words(text.current_state) == words(" ".join(row["Aktueller Bearbeitungsstand"]))
        assert words(text.period_note) == words(" ".join(row[_PERIOD]))
        assert words(text.cost_note) == [w for w in words(" ".join(row[_COST])) if w != "-"]
        assert words(text.participation_note) == words(" ".join(row[_PARTICIPATION]))
        assert one.links == [{"url": link["url"], "label": link["title"]} for link in row["Links"]]
        lines = [line for text in row[_DECISION] for line in text.split("\r\n") if line != "-"]
        assert len(one.decisions) == len(lines), one.slug
        for decision, line in zip(one.decisions, lines, strict=True):
            assert set(words(decision["note"])) <= set(words(line))
            if decision["day"]:
                assert ".".join(reversed(decision["day"].split("-"))) in line
            else:
                assert decision["note"] == line
    assert sum(one.whole_city for one in stored()) == 8
    named = sum(len(one.districts) for one in stored())
    parts = [
        part
        for row in records()
        for area in row[_AREA]
        for part in area.replace(",", "\n").split("\n")
    ]
    assert named + report.counts[_AREA] + 8 == len(parts)


def test_projects_say_what_stands_in_the_file() -> None:
    load("projects", JENA / _FILE, "jena")
    monument = project("jena-438593")
    assert text_of(monument).title == "Konservierung und Restaurierung des Burschenschaftsdenkmals"
    assert (monument.cost, monument.cost_to) == (50_000, None)
    assert (monument.period_from, monument.period_to) == ("2015-04-01", "2015-07-31")
    assert [one.name for one in monument.districts] == ["Jena-Zentrum"]
    assert text_of(monument).participation_note.startswith("Nein. Das Vorhaben ist fachlich")
    assert monument.decisions == [{"body": "", "day": "", "note": "Nicht erforderlich"}]
    assert monument.links[0]["label"] == "Spendenaufruf"
    concept = project("jena-439340")
    assert (concept.whole_city, concept.districts) == (True, [])
    assert (concept.period_from, concept.period_to) == ("2015", "2017")
    assert (concept.cost, concept.participation) == (None, Participation.PLANNED)
    assert concept.states_are_printed is False
    assert concept.decisions[0]["body"] == "Stadtrat"
    assert concept.decisions[0]["day"] == "2015-02-25"
    assert concept.decisions[0]["note"].startswith('Nr. 14/0254-BV – "Integriertes')
    assert [one.slug for one in concept.topics] == ["verkehr-mobilitaet", "stadtentwicklung"]
    maua = project("jena-439662")
    assert [one.name for one in maua.districts] == ["Maua"]
    assert (maua.period_from, maua.period_to, maua.participation) == ("", "", None)
    playgrounds = project("jena-451322")
    assert [one.name for one in playgrounds.districts] == [
        "Jena-West",
        "Jena-Zentrum",
        "Maua",
        "Wogau",
    ]
    assert text_of(playgrounds).summary.endswith("Spielflächen für Kinder und Jugendliche.")
    square = project("jena-457661")
    assert [one.name for one in square.districts] == ["Jena-Zentrum"]
    assert (square.cost, square.participation) == (100_000, Participation.COMPLETED)
    assert [one["day"] for one in square.decisions] == ["2014-05-14", "2014-05-14"]
    assert len(square.links) == 2
    tram = project("jena-466948")
    assert (tram.cost, text_of(tram).cost_note.split("\n")) == (
        None,
        ["Gesamtumfang: 17,6 Mio. €", "Anteil Stadt Jena: 6,2 Mio. €", "Anteil JNV: 11,4 Mio. €",
         "Förderquote: max. 75%"],
    )  # fmt: skip
    assert project("jena-457633").form == Form.FORMAL
    assert text_of(project("jena-457681")).cost_note == "ca. 1.400.000 €"
    assert project("jena-457681").cost == 1_400_000
    for one in stored():
        text = text_of(one)
        whole = text.title + text.summary + text.current_state + text.participation_note
        assert not {"\r", "\u00a0"} & set(whole), one.slug


def test_what_has_no_field_is_reported(tmp_path: Path) -> None:
    _, report = load_with_report("projects", JENA / _FILE, "jena")
    topics = [topic for row in records() for text in row[_TOPICS] for topic in text.split("\r\n")]
    ours = {"Stadtentwicklung / Stadtplanung", "Verkehr / Mobilität", "Mobilität / Verkehr"}
    assert report.counts[_TOPICS] == len([topic for topic in topics if topic not in ours])
    assert report.examples[_TOPICS][0] == "Kultur / Freizeit / Sport"
    assert set(report.counts) == {
        "file: Description", "file: DataSource", "file: DataLiberator", _AREA, _TOPICS,
    }  # fmt: skip
    assert "Planungsraum Ost" in report.examples[_AREA]
    assert "Schwarze" not in "".join(report.lines()), "names of people are not printed"
    rows = changed(records()[:1], (0, "Ansprechpartner", "Frau X"), (0, "Bilder", [{"a": 1}]))
    load("topics", text_file(tmp_path, "id;titel", "kultur;Kultur, Freizeit und Sport"))
    counts, report = load_with_report("projects", write_json(tmp_path, around(rows)), "jena")
    assert counts == {"changed": 1}, "a topic is known now"
    assert report.lines() == [
        "Ansprechpartner: 1, such as 'Frau X'",
        "Bilder: 1, such as 'list of 1'",
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Title", "Ein anderer Titel"),
        ("Description", "Anders"),
        ("Einleitung", ["Mehr"]),
        (_DECISION, []),
        ("Links", []),
        ("Aktueller Bearbeitungsstand", ["fertig"]),
        (_PERIOD, ["später"]),
        (_COST, ["60.000 €"]),
        (_AREA, ["Gesamtstadt"]),
        (_TOPICS, ["Verkehr / Mobilität"]),
        (_PARTICIPATION, ["Ja.", "Ist bereits erfolgt."]),
    ],
)
def test_city_changes_one_record_and_one_project_changes(
    tmp_path: Path, key: str, value: Any
) -> None:
    load("projects", JENA / _FILE, "jena")
    path = write_json(tmp_path, around(changed(records(), (0, key, value))))
    with clock.stopped_at(_LATER):
        assert load("projects", path, "jena") == {"changed": 1, "unchanged": 41}
        first = project("jena-438593")
        assert journal()[42:] == [("project:changed", first.id)]
        moved = db.session.scalars(sa.select(Project.slug).where(Project.changed_at == _LATER))
        assert list(moved) == ["jena-438593"]
        assert load("projects", path, "jena") == {"unchanged": 42}


def test_later_list_with_two_more_projects_creates_two(tmp_path: Path) -> None:
    load("projects", write_json(tmp_path, around(records()[:40])), "jena")
    assert load("projects", JENA / _FILE, "jena") == {"created": 2, "unchanged": 40}


def test_file_with_many_faults_changes_nothing_and_names_each(tmp_path: Path) -> None:
    load("projects", JENA / _FILE, "jena")
    link = {"title": "x", "url": "javascript:alert(1)"}
    rows = changed(
        records(),
        (0, "Title", ""),
        (1, "Description", "x" * 4001),
        (2, "@Id", "438593"),
        (3, "Links", [link]),
        (4, _COST, "viel"),
        (5, _AREA, ...),
        (6, "@Id", "A b"),
        (7, "Title", None),
        (7, _PERIOD, ["x" * 1001]),
        (9, "Title", "Neuer Titel"),
    )
    rows[8] = "kein Vorhaben"
    faults = faults_of(write_json(tmp_path, around(rows)), "jena")
    assert [fault.split(" (read")[0] for fault in faults] == [
        "record 1 ('438593'), Title: is needed",
        "record 2 ('439306'), Description: has 4001 characters, at most 4000 fit",
        "record 3 ('438593'), @Id: stands in record 1 already",
        "record 4 ('439340'), Links: is no address that begins with https:// or http://",
        f"record 5 ('439390'), {_COST}: is not a list of texts",
        f"record 6 ('439393'), {_AREA}: is missing",
        "record 7 ('A b'), @Id: may only have a–z, 0–9 and single hyphens",
        "record 8 ('439438'), Title: is not a text",
        f"record 8 ('439438'), {_PERIOD}: has 1001 characters, at most 1000 fit",
        "record 9: is no object with keys",
    ]


def test_broken_files_are_refused(tmp_path: Path) -> None:
    load("projects", JENA / _FILE, "jena")
    assert_broken_files_are_refused(tmp_path, "jena")
    broken = (JENA / _FILE).read_text(encoding="utf-8").rstrip().removesuffix("}") + ",}"
    (tmp_path / "comma.json").write_text(broken, encoding="utf-8")
    (fault,) = faults_of(tmp_path / "comma.json", "jena")
    assert "the file is no JSON" in fault


def test_hostile_values_are_read_or_refused(tmp_path: Path) -> None:
    assert_hostile_values_are_read_or_refused(
        tmp_path, "jena", records()[4] | {"Einleitung": ["x"], "Neu": 1}, around
    )


def test_sheets_of_jena_are_good_pages(client: CheckingClient) -> None:
    load("projects", JENA / _FILE, "jena")
    slugs = [one.slug for one in stored()]
    for slug in slugs[::3]:
        page = client.get(f"/de/vorhaben/{slug}/")
        assert "\r" not in page.html
    page = client.get("/en/vorhaben/jena-438593/")
    assert '<p class="small" lang="de">Die Maßnahmen werden in der Zeit vom 01. April' in page.html
    assert '<p lang="de">Nein. Das Vorhaben ist fachlich begründet' in page.html
    assert "<li>Nicht erforderlich</li>" in page.html
    page = client.get("/de/vorhaben/jena-439390/")
    assert "ab 2016" in page.main
    assert "Noch nicht bezifferbar" not in page.main, "the words say more"
    client.get("/de/vorhaben/")

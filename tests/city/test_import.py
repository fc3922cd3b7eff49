"""Districts, departments and topics from files, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.city import queries
from participation.city.models import Department, DepartmentKind, District, Topic
from participation.core.db import db
from participation.core.importing import ImportRefused
from tests.core.files import (
    FILES,
    changed_copy,
    collected,
    demo_file,
    everything,
    load,
    load_mainz,
    text_file,
)


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """A database to import into."""
    with app.app_context():
        yield
        db.session.rollback()


_CITY = [file for file in FILES if file[0] in ("districts", "departments", "topics")]


@pytest.mark.parametrize(("kind", "name", "count"), _CITY)
def test_city_reads_each_of_its_files_completely_and_again_without_a_change(
    kind: str, name: str, count: int
) -> None:
    assert load(kind, demo_file(name)) == {"created": count}
    before = everything()
    assert load(kind, demo_file(name)) == {"unchanged": count}
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "name", "column", "value"),
    [
        ("districts", "stadtteile", "name", "Altstadt-Mitte"),
        ("districts", "stadtteile", "breite", "49.999"),
        ("districts", "stadtteile", "laenge", ""),
        ("districts", "stadtteile", "schreibweise_alternativ", "Alte Stadt"),
        ("departments", "dezernate", "leitung_funktion", "Oberbürgermeisterin"),
        ("departments", "dezernate", "gueltig_bis", "2026-03-31"),
        ("topics", "themen", "titel", "Digitales"),
        ("topics", "themen", "titel_en", "Digital"),
        ("topics", "themen", "titel_de_simple", ""),
    ],
)
def test_city_changes_one_cell_and_one_row_changes(
    tmp_path: Path, kind: str, name: str, column: str, value: str
) -> None:
    count = next(count for _, other, count in FILES if other == name)
    load(kind, demo_file(name))
    before = everything()
    path = changed_copy(tmp_path, name, (0, column, value))
    assert load(kind, path) == {"changed": 1, "unchanged": count - 1}
    after = everything()
    assert after != before
    assert load(kind, path) == {"unchanged": count}
    assert everything() == after
    assert load(kind, demo_file(name)) == {"changed": 1, "unchanged": count - 1}
    assert everything() == before


_THREE_FAULTS = [
    (
        "districts",
        "stadtteile",
        [(1, "nr", "zwei"), (4, "name", ""), (7, "breite", "99.5")],
        ["line 3, nr: is not a", "line 6, name: is needed", "line 9, breite: is not a position"],
    ),
    (
        "departments",
        "dezernate",
        [
            (0, "art", "Ministerium"),
            (6, "gueltig_ab", "2026-02-30"),
            (8, "gueltig_bis", "2025-01-01"),
        ],
        ["line 2, art: must be", "line 8, gueltig_ab: is not a", "line 10, gueltig_bis: is before"],
    ),
    (
        "topics",
        "themen",
        [(0, "id", "Digitale Stadt"), (3, "titel", ""), (9, "titel_en", "x" * 161)],
        ["line 2, id: may only", "line 5, titel: is needed", "line 11, titel_en: has 161"],
    ),
]


@pytest.mark.parametrize(("kind", "name", "changes", "faults"), _THREE_FAULTS)
@pytest.mark.parametrize("is_loaded", [False, True])
def test_file_with_three_faults_changes_nothing_and_names_each(
    tmp_path: Path,
    kind: str,
    name: str,
    changes: list[tuple[int, str, str]],
    faults: list[str],
    is_loaded: bool,
) -> None:
    if is_loaded:
        load(kind, demo_file(name))
    before = everything()
    path = changed_copy(tmp_path, name, *changes)
    with pytest.raises(ImportRefused) as refused:
        load(kind, path)
    assert len(refused.value.faults) == 3, refused.value.faults
    for sentence, start in zip(refused.value.faults, faults, strict=True):
        assert sentence.startswith(start)
    assert everything() == before


def test_districts_are_those_of_mainz() -> None:
    load_mainz("stadtteile")
    stored = {
        (district.number, district.name, district.other_spelling)
        for district in db.session.scalars(sa.select(District))
    }
    rows = collected("stadtteile")
    assert len(rows) == 15
    assert stored == {(int(row["nr"]), row["name"], row["schreibweise_alternativ"]) for row in rows}


def test_districts_lie_in_mainz_and_have_readable_addresses() -> None:
    load_mainz("stadtteile")
    for district in queries.districts():
        assert district.latitude is not None
        assert 49.9 < district.latitude < 50.1
        assert district.longitude is not None
        assert 8.1 < district.longitude < 8.4
    slugs = {district.slug for district in queries.districts()}
    assert "hartenberg-muenchfeld" in slugs
    assert len(slugs) == 15


def test_divisions_are_those_of_mainz_before_and_since_march_2026() -> None:
    load_mainz("dezernate")
    stored = {
        (str(one.valid_from) if one.valid_from > date.min else "bis 2026", one.number, one.name)
        for one in db.session.scalars(
            sa.select(Department).where(Department.kind == DepartmentKind.DIVISION)
        )
    }
    rows = collected("dezernate")
    assert len(rows) == 14
    assert stored == {(row["gueltig_ab"], row["nummer"], row["name"]) for row in rows}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 1, 1), "Umwelt, Grün, Energie und Verkehr"),
        (date(2026, 2, 28), "Umwelt, Grün, Energie und Verkehr"),
        (date(2026, 3, 1), "Umwelt und Mobilität"),
        (date(2030, 1, 1), "Umwelt und Mobilität"),
    ],
)
def test_staff_find_one_fifth_division_on_each_day(day: date, name: str) -> None:
    load_mainz("dezernate")
    found = [one for one in queries.departments_on(day) if one.number == "V"]
    assert [one.name for one in found] == [name]


def test_staff_see_offices_first_and_divisions_after_them() -> None:
    load_mainz("dezernate")
    found = queries.departments_on(date(2026, 3, 10))
    kinds = [one.kind is DepartmentKind.DIVISION for one in found]
    assert kinds == sorted(kinds)
    assert [one.number for one in found].count("I") == 1
    assert len(found) == 15


def test_topics_have_names_in_three_languages_in_the_order_of_the_file() -> None:
    load_mainz("themen")
    rows = list(db.session.scalars(sa.select(Topic).order_by(Topic.position)))
    assert [topic.slug for topic in rows][:2] == [
        "digitale-verwaltung",
        "intelligente-infrastruktur",
    ]
    for topic in rows:
        assert {text.language for text in topic.texts} == {"de", "de_simple", "en"}
    _, english = queries.choices(("en", "de"))
    assert next(topic.name for topic in english) == "Digital administration"


def _faults(kind: str, path: Path) -> list[str]:
    before = everything()
    with pytest.raises(ImportRefused) as refused:
        load(kind, path)
    assert everything() == before
    return refused.value.faults


def test_two_districts_cannot_have_one_number_or_one_address(tmp_path: Path) -> None:
    path = text_file(tmp_path, "nr;name", "1;Alt Stadt", "1;Neustadt", "2;alt-stadt")
    assert _faults("districts", path) == [
        "line 3, nr: stands in line 2 already (read: '1')",
        "line 4, name: stands in line 2 already (read: 'alt-stadt')",
    ]


def test_district_cannot_take_the_name_of_another_one(tmp_path: Path) -> None:
    load_mainz("stadtteile")
    path = text_file(tmp_path, "nr;name", "16;neustadt", "17;!!!")
    assert _faults("districts", path) == [
        "line 2, name: is the name of district 13 already (read: 'neustadt')",
        "line 3, name: has no letter or digit for its address (read: '!!!')",
    ]


def test_district_cannot_have_an_address_that_is_too_long(tmp_path: Path) -> None:
    path = text_file(tmp_path, "nr;name", f"1;{'ä' * 41}")
    faults = _faults("districts", path)
    assert len(faults) == 1
    assert faults[0].startswith("line 2, name: has an address of more than 80 characters")


def test_district_needs_a_number(tmp_path: Path) -> None:
    path = text_file(tmp_path, "nr;name", ";Altstadt")
    assert _faults("districts", path) == ["line 2, nr: is needed (read: '')"]


def test_department_cannot_stand_in_the_file_twice(tmp_path: Path) -> None:
    lines = ["art;nummer;name;leitung_funktion", "Amt;67;Grünamt;a", "Amt;67;Grünamt;b"]
    faults = _faults("departments", text_file(tmp_path, *lines))
    assert faults == ["line 3, name: stands in line 2 already (read: 'Grünamt')"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "01.03.2026", "20260301", "2026-3-1"])
def test_department_cannot_have_a_day_that_no_calendar_of_ours_holds(
    tmp_path: Path, day: str
) -> None:
    path = text_file(tmp_path, "art;nummer;name;gueltig_bis", f"Amt;67;Grünamt;{day}")
    faults = _faults("departments", path)
    assert len(faults) == 1
    assert faults[0].startswith("line 2, gueltig_bis: is not a day")

"""What the columns of a project list must be together, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.importing import ImportRefused
from participation.projects.models import Project, ProjectText
from tests.core.files import load, load_mainz, text_file


@pytest.fixture(autouse=True)
def city(app: Flask) -> Iterator[None]:
    """Mainz with its districts, departments and topics."""
    with app.app_context():
        load_mainz("themen")
        yield
        db.session.rollback()


@pytest.mark.parametrize(
    ("columns", "cells", "sentence"),
    [
        ("kosten_eur;kosten_bis_eur", "200;100", "kosten_bis_eur: is the end of a range"),
        ("kosten_eur;kosten_bis_eur", ";100", "kosten_bis_eur: is the end of a range"),
        ("umsetzung_von;umsetzung_bis", "2026;2025", "umsetzung_bis: is before umsetzung_von"),
        ("umsetzung_von;umsetzung_bis", "2026-05;2026-04-30", "umsetzung_bis: is before"),
        ("kurzbeschreibung_en", "A text", "kurzbeschreibung_en: has no titel_en beside it"),
        ("offen_de_simple", "Ein Punkt", "offen_de_simple: has no titel_de_simple beside it"),
    ],
)
def test_city_is_told_what_does_not_fit_together(
    tmp_path: Path, columns: str, cells: str, sentence: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        load("projects", text_file(tmp_path, f"id;titel;{columns}", f"radweg;Radweg;{cells}"))
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(f"line 2, {sentence}")


@pytest.mark.parametrize(
    "cells", ["2025;2025-03", "2025-03;2025", "2025;2025", "2025-03-01;2025-03", ";2025", "2025;"]
)
def test_period_is_compared_as_precisely_as_both_ends_are_known(tmp_path: Path, cells: str) -> None:
    path = text_file(tmp_path, "id;titel;umsetzung_von;umsetzung_bis", f"radweg;Radweg;{cells}")
    assert load("projects", path) == {"created": 1}


def test_project_may_cost_more_than_a_small_number_holds(tmp_path: Path) -> None:
    load("projects", text_file(tmp_path, "id;titel;kosten_eur", "tunnel;Tunnel;3000000000"))
    db.session.flush()
    assert db.session.scalars(sa.select(Project.cost)).one() == 3_000_000_000


def test_division_of_a_sheet_without_a_date_is_todays(tmp_path: Path) -> None:
    load("projects", text_file(tmp_path, "id;titel;dezernat", "radweg;Radweg;V"))
    project = db.session.scalars(sa.select(Project)).one()
    assert [one.name for one in project.departments] == ["Umwelt und Mobilität"]


def test_city_says_period_and_participation_in_its_own_words(tmp_path: Path) -> None:
    columns = "umsetzung_hinweis;umsetzung_hinweis_en;beteiligung_hinweis;beteiligung_hinweis_en"
    path = text_file(tmp_path, f"id;titel;titel_en;{columns}", "x;X;X;bald;soon;im Mai;in May")
    assert load("projects", path) == {"created": 1}
    assert load("projects", path) == {"unchanged": 1}
    texts = {text.language: text for text in db.session.scalars(sa.select(ProjectText))}
    assert (texts["de"].period_note, texts["de"].participation_note) == ("bald", "im Mai")
    assert (texts["en"].period_note, texts["en"].participation_note) == ("soon", "in May")
    path = text_file(tmp_path, f"id;titel;titel_en;{columns}", f"x;X;X;{'x' * 1001};;{'x' * 4001};")
    with pytest.raises(ImportRefused) as refused:
        load("projects", path)
    assert len(refused.value.faults) == 2

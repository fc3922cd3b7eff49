"""Project lists from CSV files; the columns are described in docs/import.md."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.city.imports import texts_of, translated
from participation.city.models import Department, DepartmentKind, District, Topic
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.importing import Change, Report, Row, read_rows, refuse_doubles
from participation.core.languages import LANGUAGES
from participation.permissions import VISITOR
from participation.projects import service
from participation.projects.rules import (
    LONGEST,
    LONGEST_ADDRESS,
    MOST_EUROS,
    Form,
    Implementation,
    Level,
    Participation,
)

_PARTICIPATION = {
    "geplant": Participation.PLANNED,
    "laufend": Participation.RUNNING,
    "abgeschlossen": Participation.COMPLETED,
    "formale beteiligung abgeschlossen": Participation.COMPLETED,
}
_IMPLEMENTATION = {
    "in planung": Implementation.PLANNING,
    "läuft": Implementation.RUNNING,
    "abgeschlossen": Implementation.COMPLETED,
    "abgebrochen": Implementation.CANCELLED,
}
_LEVEL = {
    "information": Level.INFORMATION,
    "konsultation": Level.CONSULTATION,
    "mitgestaltung": Level.CO_CREATION,
}
_FORM = {
    "informell": Form.INFORMAL,
    "formell": Form.FORMAL,
    "kinder und jugend": Form.CHILDREN_YOUTH,
    "information": None,
}
_PRINTED = {"gedruckt": True, "abgeleitet": False}
#: Column of the file, column of ProjectText.
_TEXTS = (
    ("titel", "title"),
    ("kurzbeschreibung", "summary"),
    ("offen", "still_open"),
    ("fest", "settled"),
    ("beteiligung_hinweis", "participation_note"),
    ("umsetzung_hinweis", "period_note"),
    ("kosten_hinweis", "cost_note"),
    ("bearbeitungsstand", "current_state"),
)
_REQUIRED = ["id", "titel"]
_OPTIONAL = [
    "stadtteile", "themen", "beteiligung_status", "umsetzung_status", "status_herkunft",
    "beteiligung_stufe", "verfahrensart", "umsetzung_von", "umsetzung_bis", "kosten_eur",
    "kosten_bis_eur", "stand", "beteiligungstermine", "beschluss", "dezernat", "amt", "quelle",
    "breite", "laenge", *(column for column, _ in _TEXTS[1:]),
    *(name for column, _ in _TEXTS for name in translated(column)),
]  # fmt: skip
_DAY_AT_END = re.compile(r" (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_LENGTH_OF_DAY = len(" 2026-03-10")
_WHOLE_CITY = "Gesamtstadt"


class ProjectImport:
    """Reads and saves a file of projects; knows the city's reference data."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.report = Report()
        districts = list(db.session.scalars(sa.select(District)))
        self._districts = {district.name: district for district in districts} | {
            district.other_spelling: district for district in districts if district.other_spelling
        }
        self._topics = {topic.slug: topic for topic in db.session.scalars(sa.select(Topic))}
        self._departments = list(db.session.scalars(sa.select(Department)))

    def read(self, path: Path) -> list[Row]:
        """Read the file's rows."""
        rows = read_rows(path, _REQUIRED, _OPTIONAL)
        refuse_doubles(rows, "id")
        return rows

    def save(self, row: Row) -> Change:
        """Save one row, unless it has a fault."""
        sheet = service.Sheet(
            slug=row.slug("id"),
            values=self._values(row),
            texts=_texts(row),
            districts=[
                district
                for name in row.parts("stadtteile")
                if name != _WHOLE_CITY
                and (district := row.known("stadtteile", name, self._districts))
            ],
            topics=[
                topic
                for slug in row.parts("themen")
                if (topic := row.known("themen", slug, self._topics))
            ],
            departments=self._responsible(row),
            phases=_phases(row),
        )
        if row.faults:
            return Change.UNCHANGED
        return service.save(sheet, VISITOR, self._now, self.report)

    def _values(self, row: Row) -> dict[str, Any]:
        as_of = row.rough_date("stand")
        form = row.choice("verfahrensart", _FORM)
        if row.text("beteiligung_status").casefold().startswith("formale"):
            form = Form.FORMAL
        level = row.choice("beteiligung_stufe", _LEVEL)
        if level is None and row.text("verfahrensart").casefold() == "information":
            level = Level.INFORMATION
        return {
            "participation": row.choice("beteiligung_status", _PARTICIPATION),
            "implementation": row.choice("umsetzung_status", _IMPLEMENTATION),
            "states_are_printed": row.choice("status_herkunft", _PRINTED) is not False,
            "level": level,
            "form": form,
            "whole_city": _WHOLE_CITY in row.parts("stadtteile"),
            "latitude": row.degrees("breite", 90),
            "longitude": row.degrees("laenge", 180),
            **_period(row),
            **_costs(row),
            "as_of": as_of,
            "links": _links(row),
            "decisions": _decisions(row),
        }

    def _responsible(self, row: Row) -> list[Department]:
        """Divisions by their number on the day of the sheet, offices by number or name."""
        as_of = row.rough_date("stand")
        day = _first_day(as_of) if as_of else city_date(self._now)
        found = [self._division(row, number, day) for number in row.parts("dezernat")]
        found += [self._office(row, name) for name in row.parts("amt")]
        return [department for department in found if department]

    def _division(self, row: Row, number: str, day: date) -> Department | None:
        for department in self._departments:
            in_time = department.valid_from <= day and (
                department.valid_until is None or day < department.valid_until
            )
            if (
                department.kind is DepartmentKind.DIVISION
                and department.number == number
                and in_time
            ):
                return department
        row.fault("dezernat", f"there is no division {number!r} on {day}")
        return None

    def _office(self, row: Row, written: str) -> Department | None:
        name, bracket = read_numbered(written)
        for department in self._departments:
            if department.kind is DepartmentKind.DIVISION:
                continue
            if department.name == name and bracket in (
                "",
                department.number,
                "Tochtergesellschaft",
            ):
                return department
        row.fault("amt", f"{written!r} is not known; import it first")
        return None


def _costs(row: Row) -> dict[str, int | None]:
    cost = row.number("kosten_eur", MOST_EUROS)
    cost_to = row.number("kosten_bis_eur", MOST_EUROS)
    begins_lower = cost <= (cost_to or cost) if cost is not None else row.text("kosten_eur") != ""
    if cost_to is not None and not begins_lower:
        row.fault("kosten_bis_eur", "is the end of a range that does not begin lower")
    return {"cost": cost, "cost_to": cost_to}


def _period(row: Row) -> dict[str, str]:
    first, last = row.rough_date("umsetzung_von"), row.rough_date("umsetzung_bis")
    # Compared as precisely as both are known: "2025" does not end before "2025-03".
    length = min(len(first), len(last))
    if first[:length] > last[:length]:
        row.fault("umsetzung_bis", "is before umsetzung_von")
    return {"period_from": first, "period_to": last}


def _first_day(rough: str) -> date:
    return date.fromisoformat(rough + "-01" * (2 - rough.count("-"))) if rough else date.min


def _texts(row: Row) -> dict[str, dict[str, str]]:
    columns = {
        name: texts_of(row, column, longest=LONGEST[name], required=column == "titel")
        for column, name in _TEXTS
    }
    for column, name in _TEXTS[1:]:
        for code in columns[name].keys() - columns["title"].keys() - {"de"}:
            row.fault(f"{column}_{code}", f"has no titel_{code} beside it")
    points = ("still_open", "settled")
    return {
        code: {
            name: "\n".join(p.strip() for p in texts.get(code, "").split("|"))
            if name in points
            else texts.get(code, "")
            for name, texts in columns.items()
        }
        for code in LANGUAGES
        if code in columns["title"]
    }


def _phases(row: Row) -> list[tuple[date, date]]:
    phases = []
    for part in row.parts("beteiligungstermine", " "):
        first, _, last = part.partition("/")
        try:
            phase = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            row.fault("beteiligungstermine", f"{part!r} is no day and no period of days")
            continue
        if phase[1] < phase[0]:
            row.fault("beteiligungstermine", f"{part!r} ends before it begins")
        phases.append(phase)
    return sorted(set(phases))


def _links(row: Row) -> list[dict[str, str]]:
    links = []
    for part in re.split(r" \+ ", row.text("quelle", longest=700)):
        if part.startswith(("https://", "http://")):
            if len(part) > LONGEST_ADDRESS or " " in part:
                row.fault("quelle", f"is no address of at most {LONGEST_ADDRESS} characters")
            links.append({"url": part, "label": ""})
        elif part:
            links.append({"url": "", "label": part})
    return links


def read_decision(part: str) -> dict[str, str]:
    """Read "body day (note)"; day and note may be missing. The note begins with the first bracket."""
    body, bracket, rest = part.partition(" (")
    note = ""
    if bracket and rest.endswith(")"):
        note = rest[:-1]
    else:
        body = part
    day = _DAY_AT_END.fullmatch(body[-_LENGTH_OF_DAY:])
    return {
        "body": body[:-_LENGTH_OF_DAY] if day else body,
        "day": day["day"] if day else "",
        "note": note,
    }


def read_numbered(part: str) -> tuple[str, str]:
    """Read "name (bracket)"; without a bracket at the end, all is the name."""
    before = part.rfind(")", 0, -1) + 1
    begin = part.find(" (", max(before, 1))
    if begin < 0 or not part.endswith(")"):
        return part, ""
    return part[:begin], part[begin + 2 : -1]


def _decisions(row: Row) -> list[dict[str, str]]:
    decisions = []
    for part in row.parts("beschluss"):
        found = read_decision(part)
        try:
            date.fromisoformat(found["day"] or "2000-01-01")
        except ValueError:
            row.fault("beschluss", f"{found['day']} is not a date of the calendar")
        decisions.append(found)
    return decisions

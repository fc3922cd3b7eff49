"""Districts, departments and topics from CSV files; the columns are described in docs/import.md."""

from datetime import timedelta
from pathlib import Path

from participation.city import queries, service
from participation.city.models import DepartmentKind
from participation.core.importing import Change, Row, read_rows, refuse_doubles
from participation.core.languages import LANGUAGES

_KINDS = {
    "dezernat": DepartmentKind.DIVISION,
    "amt": DepartmentKind.OFFICE,
    "gesellschaft": DepartmentKind.COMPANY,
}

_LONGEST_SLUG = 80


def translated(column: str) -> list[str]:
    """Names of the column's translations: ``titel_en`` and so on."""
    return [f"{column}_{code}" for code in LANGUAGES if code != "de"]


def texts_of(row: Row, column: str, *, longest: int, required: bool = False) -> dict[str, str]:
    """Return the column's texts by language, without the empty ones."""
    texts = {"de": row.text(column, longest=longest, required=required)}
    for code in LANGUAGES:
        if code != "de":
            texts[code] = row.text(f"{column}_{code}", longest=longest)
    return {code: text for code, text in texts.items() if text}


def read_districts(path: Path) -> list[Row]:
    """Read a file of districts."""
    rows = read_rows(path, ["nr", "name"], ["schreibweise_alternativ", "breite", "laenge"])
    refuse_doubles(rows, "nr")
    refuse_doubles(rows, "name", same=service.slug_of)
    return rows


def save_district(row: Row) -> Change:
    """Save one row of a file of districts."""
    number, name = row.number("nr"), row.text("name", longest=120, required=True)
    if not row.text("nr"):
        row.fault("nr", "is needed")
    if name and not service.slug_of(name):
        row.fault("name", "has no letter or digit for its address")
    elif len(service.slug_of(name)) > _LONGEST_SLUG:
        row.fault("name", f"has an address of more than {_LONGEST_SLUG} characters")
    values = {
        "other_spelling": row.text("schreibweise_alternativ", longest=120),
        "latitude": row.degrees("breite", 90),
        "longitude": row.degrees("laenge", 180),
    }
    if not row.faults:
        owner = queries.district_with(service.slug_of(name))
        if owner and owner.number != number:
            row.fault("name", f"is the name of district {owner.number} already")
    return Change.UNCHANGED if row.faults else service.save_district(number or 0, name, **values)


def read_departments(path: Path) -> list[Row]:
    """Read a file of departments."""
    columns = ["leitung_funktion", "gueltig_ab", "gueltig_bis"]
    rows = read_rows(path, ["art", "nummer", "name"], columns)
    refuse_doubles(rows, "name", "art", "nummer", "gueltig_ab")
    return rows


def save_department(row: Row) -> Change:
    """Save one row of a file of departments."""
    kind = row.choice("art", _KINDS)
    if not row.text("art"):
        row.fault("art", "is needed")
    first_day, last_day = row.day("gueltig_ab"), row.day("gueltig_bis")
    if first_day and last_day and last_day < first_day:
        row.fault("gueltig_bis", "is before the first day")
    key = {
        "kind": kind,
        "number": row.text("nummer", longest=10),
        "name": row.text("name", longest=200, required=True),
        "valid_from": first_day,
    }
    values = {
        "head": row.text("leitung_funktion", longest=120),
        "valid_until": last_day and last_day + timedelta(days=1),
    }
    return Change.UNCHANGED if row.faults else service.save_department(key, **values)


def read_topics(path: Path) -> list[Row]:
    """Read a file of topics; their order in the file is their order on the page."""
    rows = read_rows(path, ["id", "titel"], translated("titel"))
    refuse_doubles(rows, "id")
    return rows


def save_topic(row: Row) -> Change:
    """Save one row of a file of topics."""
    slug = row.slug("id")
    names = texts_of(row, "titel", longest=160, required=True)
    return Change.UNCHANGED if row.faults else service.save_topic(slug, row.line, names)

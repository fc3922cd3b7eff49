"""Plans of meinBerlin as JSON (``--format meinberlin``); docs/import.md says where each key goes."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.city.service import slug_of
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.importing import Change, Report
from participation.core.json_records import Record, read_json, records_of, refuse_doubles, shown
from participation.permissions import VISITOR
from participation.projects import phrases, service
from participation.projects.models import Project
from participation.projects.names import CityNames
from participation.projects.rules import (
    LONGEST,
    LONGEST_ADDRESS,
    Implementation,
    Level,
    Participation,
)

_SITE = "https://mein.berlin.de"
_PATH = re.compile(r"/[a-z0-9-]{1,40}/(?P<last>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)/?")
_LONGEST_LAST = 40
_LONGEST_SLUG = 80
_MOMENT = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})")
_STARTS = re.compile(r"startet am [0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_KNOWN = (
    "type", "title", "url", "organisation", "point", "cost", "district", "topics", "status",
    "participation", "participation_string", "created_or_modified",
)  # fmt: skip
#: Keys that say again what another one says.
_SAID_AGAIN = ("subtype", "participation_active")
_IMPLEMENTATION = {0: None, 1: Implementation.COMPLETED}
_LEVELS = {
    0: Level.INFORMATION,
    1: Level.CONSULTATION,
    2: Level.CO_CREATION,
    3: Level.CO_CREATION,
}
_PARTICIPATION = {"laufend": Participation.RUNNING, "abgeschlossen": Participation.COMPLETED}
#: What meinBerlin calls the topics behind its codes.
_TOPIC_NAMES = {
    "ANT": "Antidiskriminierung",
    "WOR": "Arbeit & Wirtschaft",
    "BUI": "Bauen & Wohnen",
    "EDU": "Bildung & Forschung",
    "CHI": "Kinder, Jugend & Familie",
    "FIN": "Finanzen",
    "HEA": "Gesundheit & Sport",
    "INT": "Integration",
    "CUL": "Kultur & Freizeit",
    "NEI": "Nachbarschaft & Partizipation",
    "URB": "Stadtentwicklung",
    "ENV": "Umwelt & öffentliches Grün",
    "TRA": "Verkehr",
}


class MeinberlinImport:
    """Reads and saves plans; what has no place here goes to the report."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.report = Report()
        self._names = CityNames(self.report)
        rows = db.session.execute(sa.select(Project.slug, Project.links, Project.source)).all()
        self._others = {slug for slug, *_ in rows}
        #: Names in addresses that plans have already: a title may change, its address stays.
        self._slugs = {
            link["url"]: slug
            for slug, links, source in rows
            for link in (source or {}).get("links", links)  # staff may have changed the sheet's
            if link["url"]
        }
        self._taken: dict[str, int] = {}

    def read(self, path: Path) -> list[Record]:
        """Read the file's records."""
        records = records_of(read_json(path), lambda values: values.get("title"))
        refuse_doubles(records, "url")
        return records

    def save(self, record: Record) -> Change:
        """Save one record, unless it has a fault."""
        if not record.values:
            return Change.UNCHANGED
        record.choice("type", {"plan": True})
        self._report_rest(record)
        title = " ".join(record.text("title", longest=LONGEST["title"], required=True).split())
        url, last = _url(record)
        cost_note = _cost_note(record)
        cost, cost_to = phrases.costs_in(cost_note)
        longitude, latitude = self._point(record)
        as_of = _as_of(record)
        districts, whole_city = self._names.areas("district", [record.text("district")])
        participation, note = _participation(record)
        sheet = service.Sheet(
            slug=self._slug(record, title, url, last),
            values={
                "participation": participation,
                "implementation": record.choice("status", _IMPLEMENTATION),
                "states_are_printed": True,
                "level": record.choice("participation", _LEVELS),
                "form": None,
                "whole_city": whole_city,
                "latitude": latitude,
                "longitude": longitude,
                "period_from": "",
                "period_to": "",
                "cost": cost,
                "cost_to": cost_to,
                "as_of": as_of.isoformat(),
                "links": [{"url": url, "label": ""}],
                "decisions": [],
            },
            texts={
                "de": dict.fromkeys(LONGEST, "")
                | {"title": title, "cost_note": cost_note, "participation_note": note}
            },
            districts=districts,
            topics=self._names.topics("topics", _topics(record)),
            departments=self._names.departments("organisation", record.text("organisation"), as_of),
        )
        if record.faults:
            return Change.UNCHANGED
        return service.save(sheet, VISITOR, self._now, self.report)

    def _report_rest(self, record: Record) -> None:
        active = record.values.get("participation_active")
        said = record.values.get("participation_string") == "laufend"
        again = _SAID_AGAIN if active is said else _SAID_AGAIN[:1]
        record.leave_all_but((*_KNOWN, *again), self.report)

    def _slug(self, record: Record, title: str, url: str, last: str) -> str:
        """The name that the plan has already, or one of its title and the end of its address."""
        old = self._slugs.get(url, "")
        longest = _LONGEST_SLUG - len(last) - 1
        begin = slug_of(title)
        if len(begin) > longest:  # cut at a word, if there is one
            begin = begin[: longest + 1].rpartition("-")[0] or begin[:longest]
        slug = old if old.endswith(last) else f"{begin}-{last}".strip("-")
        if last and slug in self._taken:
            record.fault("url", f"has the same address here as record {self._taken[slug]}")
        elif last and slug != old and slug in self._others:
            record.fault("url", f"would have the address of another project here, {slug}")
        self._taken.setdefault(slug, record.number)
        return slug

    def _point(self, record: Record) -> tuple[float | None, float | None]:
        """Longitude and latitude of a GeoJSON feature, in its order."""
        point = record.value("point", (dict, str), "a GeoJSON feature or an empty text")
        if point in (None, ""):
            return None, None
        geometry = point.get("geometry") if isinstance(point, dict) else None
        place = geometry.get("coordinates") if isinstance(geometry, dict) else None
        if not _is_place(place):
            record.fault("point", "is not a GeoJSON feature with a point of longitude and latitude")
            return None, None
        if point.get("properties"):
            self.report.leave("point: properties", _address_words(point["properties"]))
        return float(place[0]), float(place[1])


def _is_place(place: Any) -> bool:
    return (
        isinstance(place, list)
        and len(place) in (2, 3)
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in place)
        and abs(place[0]) <= 180
        and abs(place[1]) <= 90
    )


def _address_words(properties: Any) -> str:
    if not isinstance(properties, dict):
        return shown(properties)
    return " ".join(shown(value) for value in properties.values())


def _url(record: Record) -> tuple[str, str]:
    """The plan's address, and the end of it as part of a name for URLs."""
    given = record.text("url", required=True)
    url = given if given.startswith(("https://", "http://")) else _SITE + given
    record.address("url", url, LONGEST_ADDRESS)
    path = _PATH.fullmatch("/" + url.partition("//")[2].partition("/")[2])
    last = slug_of(path["last"]) if path else ""
    if given and not 0 < len(last) <= _LONGEST_LAST:
        record.fault("url", "is not an address of a plan such as /vorhaben/2021-00196/")
        last = ""
    return url, last


def _cost_note(record: Record) -> str:
    if record.values.get("cost", "") is None:
        return ""
    return record.text("cost", longest=LONGEST["cost_note"])


def _as_of(record: Record) -> date:
    text = record.text("created_or_modified", required=True)
    try:
        if _MOMENT.fullmatch(text):
            return city_date(datetime.fromisoformat(text))
    except ValueError:
        pass  # the pattern fits, but there is no such day or hour
    record.fault("created_or_modified", "is not a time such as 2021-03-24 22:07:51+00:00")
    return date.min


def _participation(record: Record) -> tuple[Participation | None, str]:
    said = record.values.get("participation_string")
    if isinstance(said, str) and _STARTS.fullmatch(said):
        return Participation.PLANNED, said[0].upper() + said[1:] + "."
    return record.choice("participation_string", _PARTICIPATION), ""


def _topics(record: Record) -> list[tuple[str, ...]]:
    return [tuple(_names_of(code)) for code in record.texts("topics")]


def _names_of(code: str) -> Iterable[str]:
    yield code
    if code in _TOPIC_NAMES:
        yield _TOPIC_NAMES[code]

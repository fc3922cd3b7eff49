"""The project list of Jena as JSON (``--format jena``); docs/import.md says where each key goes."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from participation.core.importing import Change, ImportRefused, Report
from participation.core.json_records import (
    Record,
    clean_text,
    read_json,
    records_of,
    refuse_doubles,
    shown,
)
from participation.permissions import VISITOR
from participation.projects import phrases, service
from participation.projects.names import CityNames
from participation.projects.rules import LONGEST, LONGEST_ADDRESS

_LIST = "Vorhaben"
_DECISION = "Letzter Beschluss zum Vorhaben"
_STATE = "Aktueller Bearbeitungsstand"
_PERIOD = "Geplanter Zeitpunkt der Umsetzung / nächste Schritte"
_COST = "Kosten soweit bezifferbar"
_AREA = "Betroffenes Gebiet"
_TOPICS = "Schwerpunktmäßig betroffene Themen"
_PARTICIPATION = "Ist Bürgerbeteiligung vorgesehen"
_MORE = "Einleitung"
_KNOWN = (
    "@Id", "Title", "Description", "Links", _DECISION, _STATE, _PERIOD, _COST, _AREA, _TOPICS,
    _PARTICIPATION, _MORE,
)  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 75
_LONGEST_LABEL = 200


class JenaImport:
    """Reads and saves Jena's list; what has no place here goes to the report."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.report = Report()
        self._names = CityNames(self.report)

    def read(self, path: Path) -> list[Record]:
        """Read the file's records."""
        content = read_json(path)
        if not isinstance(content, dict) or _LIST not in content:
            raise ImportRefused(
                [f"there is no object with a list {_LIST!r} (read: {shown(content)[:60]!r})"]
            )
        for key, value in content.items():
            if key != _LIST:
                self.report.leave(f"file: {key}", shown(value))
        records = records_of(content[_LIST], lambda values: values.get("@Id"))
        refuse_doubles(records, "@Id")
        return records

    def save(self, record: Record) -> Change:
        """Save one record, unless it has a fault."""
        if not record.values:
            return Change.UNCHANGED
        record.leave_all_but(_KNOWN, self.report)
        number = record.text("@Id", longest=_LONGEST_ID, required=True)
        if number and not _ID.fullmatch(number):
            record.fault("@Id", "may only have a–z, 0–9 and single hyphens")
        texts = _texts(record)
        areas = [line for text in record.texts(_AREA) for line in text.splitlines()]
        districts, whole_city = self._names.areas(_AREA, areas)
        topics = [(line,) for text in record.texts(_TOPICS) for line in text.splitlines()]
        participation = phrases.participation_in(texts["participation_note"])
        cost, cost_to = phrases.costs_in(texts["cost_note"])
        period_from, period_to = phrases.period_in(texts["period_note"])
        sheet = service.Sheet(
            slug=f"jena-{number}",
            values={
                "participation": participation,
                "implementation": None,
                # Jena names no state; what its words say clearly is marked as read from them.
                "states_are_printed": participation is None,
                "level": None,
                "form": phrases.form_in(texts["participation_note"]),
                "whole_city": whole_city,
                "latitude": None,
                "longitude": None,
                "period_from": period_from,
                "period_to": period_to,
                "cost": cost,
                "cost_to": cost_to,
                "as_of": "",
                "links": _links(record),
                "decisions": [
                    phrases.decision_in(line)
                    for text in record.texts(_DECISION)
                    for line in text.splitlines()
                ],
            },
            texts={"de": texts},
            districts=districts,
            topics=self._names.topics(_TOPICS, topics),
        )
        if record.faults:
            return Change.UNCHANGED
        return service.save(sheet, VISITOR, self._now, self.report)


def _texts(record: Record) -> dict[str, str]:
    answer, *words = record.texts(_PARTICIPATION) or [""]
    summary = [record.text("Description")]
    if _MORE in record.values:
        summary += record.texts(_MORE)
    columns = {
        "summary": ("Description", "\n".join(filter(None, summary))),
        "still_open": ("", ""),
        "settled": ("", ""),
        "participation_note": (_PARTICIPATION, f"{answer} {chr(10).join(words)}".strip()),
        "period_note": (_PERIOD, "\n".join(record.texts(_PERIOD))),
        "cost_note": (_COST, "\n".join(record.texts(_COST))),
        "current_state": (_STATE, "\n".join(record.texts(_STATE))),
    }
    title = " ".join(record.text("Title", longest=LONGEST["title"], required=True).split())
    return {"title": title} | {
        column: record.fitting(key, text, LONGEST[column])
        for column, (key, text) in columns.items()
    }


def _links(record: Record) -> list[dict[str, str]]:
    links = []
    for link in record.value("Links", list, "a list of links") or []:
        if not _is_link(link):
            record.fault("Links", "is not a list of objects with the texts title and url only")
            return []
        label = record.fitting("Links", " ".join(clean_text(link["title"]).split()), _LONGEST_LABEL)
        links.append({"url": record.address("Links", link["url"], LONGEST_ADDRESS), "label": label})
    return links


def _is_link(link: Any) -> bool:
    return (
        isinstance(link, dict)
        and link.keys() == {"title", "url"}
        and all(isinstance(value, str) for value in link.values())
    )

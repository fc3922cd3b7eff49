"""The city's districts, topics and departments, found by the names that other lists use for them."""

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.city.models import Department, District, Topic
from participation.city.service import slug_of
from participation.core.db import db
from participation.core.importing import Report

_WHOLE_CITY = {
    "gesamtstadt",
    "gesamtstaedtisch",
    "gesamtes-stadtgebiet",
    "gesamte-stadt",
    "ganze-stadt",
}


def _words(name: str) -> frozenset[str]:
    """The words of a name; "Verkehr / Mobilität" has those of "Mobilität und Verkehr"."""
    return frozenset(slug_of(name).split("-")) - {"", "und"}


class CityNames:
    """Finds what is in the database; notes in the report what is not."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._districts: dict[str, District] = {}
        for district in db.session.scalars(sa.select(District)):
            for name in (district.name, district.other_spelling):
                if slug_of(name):
                    self._districts[slug_of(name)] = district
        self._topics: dict[frozenset[str], Topic] = {}
        topics = sa.select(Topic).order_by(Topic.position).options(selectinload(Topic.texts))
        for topic in db.session.scalars(topics):
            for name in (topic.slug, *(text.name for text in topic.texts)):
                self._topics.setdefault(_words(name), topic)
        self._topics.pop(frozenset(), None)
        self._departments = list(db.session.scalars(sa.select(Department)))

    def areas(self, field_name: str, written: list[str]) -> tuple[list[District], bool]:
        """Return the districts of some lines, and whether one of them means the whole city."""
        districts, whole_city = [], False
        for line in written:
            # A district's name may have a comma; only a line that is no name is a list of names.
            is_name = slug_of(line) in self._districts
            for name in [line] if is_name else re.split(r"[,;]", line):
                slug = slug_of(name).removeprefix("ortsteil-")
                if slug in _WHOLE_CITY:
                    whole_city = True
                elif slug in self._districts:
                    districts.append(self._districts[slug])
                elif name.strip():
                    self._report.leave(field_name, name.strip())
        return districts, whole_city

    def topics(self, field_name: str, written: list[tuple[str, ...]]) -> list[Topic]:
        """Return the topics; each may be known by one of several names."""
        found = []
        for names in written:
            topic = next(
                (self._topics[_words(n)] for n in names if _words(n) in self._topics), None
            )
            if topic:
                found.append(topic)
            else:
                self._report.leave(field_name, " = ".join(names))
        return found

    def departments(self, field_name: str, name: str, day: date) -> list[Department]:
        """Return the department that has this name on the day."""
        found = [
            one
            for one in self._departments
            if slug_of(one.name) == slug_of(name) != ""
            and one.valid_from <= day
            and (one.valid_until is None or day < one.valid_until)
        ]
        if not found and name:
            self._report.leave(field_name, name)
        return found[:1]

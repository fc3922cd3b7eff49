"""Writing the city's reference data."""

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from participation.city.models import Department, District, Topic, TopicText
from participation.core.db import db
from participation.core.importing import Change, apply

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """Return a name's form for URLs: "Hartenberg-Münchfeld" becomes "hartenberg-muenchfeld"."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().translate(_LETTERS)).strip("-")


def save_district(number: int, name: str, **values: Any) -> Change:
    """Create or change the district with the city's number."""
    values |= {"name": name, "slug": slug_of(name)}
    district = db.session.scalar(sa.select(District).where(District.number == number))
    if district is None:
        db.session.add(District(number=number, **values))
        return Change.CREATED
    return Change.CHANGED if apply(district, values) else Change.UNCHANGED


def save_department(key: dict[str, Any], **values: Any) -> Change:
    """Create or change the department with this kind, number, name and first day."""
    key = key | {"valid_from": key["valid_from"] or date.min}
    department = db.session.scalar(sa.select(Department).filter_by(**key))
    if department is None:
        db.session.add(Department(**key, **values))
        return Change.CREATED
    return Change.CHANGED if apply(department, values) else Change.UNCHANGED


def save_topic(slug: str, position: int, names: dict[str, str]) -> Change:
    """Create or change a topic with its names, one a language."""
    topic = db.session.scalar(sa.select(Topic).where(Topic.slug == slug))
    if topic is None:
        texts = [TopicText(language=code, name=name) for code, name in names.items()]
        db.session.add(Topic(slug=slug, position=position, texts=texts))
        return Change.CREATED
    changed = apply(topic, {"position": position})
    if {text.language: text.name for text in topic.texts} != names:
        kept = {text.language: text for text in topic.texts}
        topic.texts = [_named(kept.get(code), code, name) for code, name in names.items()]
        changed = True
    return Change.CHANGED if changed else Change.UNCHANGED


def _named(text: TopicText | None, language: str, name: str) -> TopicText:
    text = text or TopicText(language=language)
    text.name = name
    return text

"""What a digest says: everything that waited for one person, one thing after the other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from participation.config import Settings
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.languages import current_language, gettext
from participation.following import links
from participation.following import queries as following
from participation.following.rules import Frequency
from participation.journal.models import JournalEntry
from participation.notifications import audience, matters
from participation.notifications.matters import Matter
from participation.notifications.models import Mail, News
from participation.notifications.reasons import (
    SHORT_SENTENCES,
    NoLongerPublic,
    sentences,
    stop_url,
)
from participation.notifications.rules import NOTICES, Why, line_of, reasons
from participation.projects.models import ProjectPhase

#: So many things stand in one mail, with so many lines each; of the others it says how many there are.
MOST_THINGS = 25
MOST_LINES = 6
#: So many entries are looked at, the newest ones.
_MOST_ENTRIES = 500


@dataclass
class Item:
    """One thing, with what happened to it."""

    matter: Matter
    link: str
    lines: list[tuple[date, str]] = field(default_factory=list)
    found: list[tuple[Why, int]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def context_of(settings: Settings, mail: Mail, person_id: int, now: datetime) -> dict[str, Any]:
    """Return what the digest's templates need, in a number of statements that does not grow.

    :raises NoLongerPublic: if nothing is left that the reader may see and wants to
    """
    frequency = following.frequency_of(person_id)
    if frequency is Frequency.NEVER:
        raise NoLongerPublic
    entries = _entries(mail)
    found = matters.of_entries(entries, current_language().chain, now)
    standing = audience.standing_of(person_id, entries)
    items: dict[tuple[str, int], Item] = {}
    for entry in entries:
        matter = found[entry.id]
        why = reasons(NOTICES[entry.event], matter.about, standing, entry.actor_id)
        if not why or not matter.about.is_public:
            continue
        key = (matter.kind, matter.key)
        item = items.setdefault(key, Item(matter, _link(matter)))
        line = (city_date(entry.at), gettext(line_of(entry.event, entry.facts)))
        if line not in item.lines:
            item.lines.append(line)
        item.found += [one for one in why if one not in item.found]
    if not items:
        raise NoLongerPublic
    shown = list(items.values())[:MOST_THINGS]
    _say_why(shown)
    stop = links.StopAll(person_id, frequency)
    return {
        "items": shown,
        "most_lines": MOST_LINES,
        "count": len(items),
        "more": len(items) - len(shown),
        "why": [gettext("Sie bekommen diese E-Mail, weil Sie Neuigkeiten dazu möchten.")],
        "stop_url": stop_url(settings, stop),
        "settings_url": url_for("following.settings", _external=True),
    }


def _entries(mail: Mail) -> list[JournalEntry]:
    """The newest entries of a digest, oldest first."""
    statement = (
        sa.select(JournalEntry)
        .join(News, News.entry_id == JournalEntry.id)
        .where(News.mail_id == mail.id)
        .order_by(JournalEntry.id.desc())
    )
    return list(db.session.scalars(statement.limit(_MOST_ENTRIES)))[::-1]


def _say_why(items: list[Item]) -> None:
    every = list(dict.fromkeys(one for item in items for one in item.found))
    words = dict(zip(every, sentences(every, SHORT_SENTENCES), strict=True))
    for item in items:
        item.why = [words[one] for one in item.found]


def _link(matter: Matter) -> str:
    if matter.kind == "suggestion":
        return url_for("suggestions.suggestion", number=matter.address, _external=True)
    views = {"project": "projects.project", "meeting": "meetings.meeting", "poll": "polls.poll"}
    view = views[matter.kind]
    return url_for(view, slug=matter.address, _external=True)


def context_of_news(entry: JournalEntry, matter: Matter) -> dict[str, Any]:
    """What a mail about one new thing needs, for who follows it or something around it."""
    link = _link(matter) if matter.address else ""
    if matter.comment is not None:
        top = matter.comment.parent_id or matter.comment.id
        link = url_for("comments.comment", comment_id=top, _external=True)
    return {
        "matter": matter,
        "title": matter.title,
        "suggestion": matter.suggestion,
        "meeting": matter.meeting,
        "comment": matter.comment,
        "link": link,
        "phase_ends_on": _end_of_phase(entry),
    }


def _end_of_phase(entry: JournalEntry) -> date | None:
    """The last day of the participation that began, as the sheet says now."""
    if entry.event != "project:phase_began":
        return None
    first = date.fromisoformat(entry.facts["starts_on"])
    last = sa.select(sa.func.max(ProjectPhase.ends_on))
    began = ProjectPhase.project_id == entry.subject_id, ProjectPhase.starts_on == first
    return db.session.scalar(last.where(*began))

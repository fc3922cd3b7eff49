"""The record of every act of the city and every change of state, as people read it."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from participation.accounts.rules import ROLE_NAMES
from participation.comments import rules as comment_rules
from participation.core.access import requires
from participation.core.forms import clean_text
from participation.core.headers import keep_private
from participation.core.languages import current_language, gettext
from participation.journal import queries as journal
from participation.journal.events import AREAS, EVENTS
from participation.journal.models import JournalEntry
from participation.permissions import Permission, Role
from participation.reports import queries
from participation.suggestions import note_rules
from participation.suggestions import queries as suggestions
from participation.suggestions import rules as suggestion_rules

record = Blueprint("record", __name__, url_prefix="/<language:lang>/verwaltung/protokoll")

#: Words of every reason that an entry can name.
_REASONS = {
    code.value: name
    for names in (
        comment_rules.RESTORE_NAMES,
        comment_rules.REASON_NAMES,
        note_rules.NOTE_HIDE_NAMES,
        suggestion_rules.HIDE_NAMES,
        suggestion_rules.REASON_NAMES,
    )
    for code, name in names.items()
}


@record.get("/")
@requires(Permission.JOURNAL_READ)
def entries() -> Any:
    """What happened, newest first; of one kind of thing, or of one suggestion."""
    keep_private()
    area = request.args.get("bereich", "")
    subjects = AREAS[area][1] if area in AREAS else ()
    number, subject_id = clean_text(request.args.get("anregung", "")).strip(), None
    if number:
        found = suggestions.by_number(int(number)) if _is_number(number) else None
        subjects, subject_id = ("suggestion",), found.id if found else 0
    page = journal.page(subjects, request.args.get("seite"), subject_id=subject_id)
    shown = [row[0] for row in page.rows]
    return render_template(
        "reports/journal.html",
        page=page,
        entries=shown,
        names=queries.staff_names({one.actor_id for one in shown if one.actor_id}),
        things=_things(shown),
        details={one.id: _details(one) for one in shown},
        area=area if area in AREAS else "",
        number=number if subject_id else number[:9],
        AREAS=AREAS,
        EVENTS=EVENTS,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _things(shown: list[JournalEntry]) -> dict[int, tuple[str, str]]:
    """What each entry is about: words, and an address if everybody may read it now."""
    suggestion_of = {
        one.id: one.subject_id if one.subject == "suggestion" else one.facts.get("suggestion", 0)
        for one in shown
        if one.subject in AREAS["anregungen"][1]
    }
    numbers = queries.suggestion_numbers(set(suggestion_of.values()))
    chain = current_language().chain
    sheets = queries.sheets({one.subject_id for one in shown if one.subject == "project"}, chain)
    days = queries.meetings({one.subject_id for one in shown if one.subject == "meeting"}, chain)
    polls = queries.polls({one.subject_id for one in shown if one.subject == "poll"}, chain)
    found: dict[int, tuple[str, str]] = {}
    for one in shown:
        if one.id in suggestion_of:
            found[one.id] = _suggestion(numbers.get(suggestion_of[one.id]))
        elif one.subject == "project" and one.subject_id in sheets:
            slug, title = sheets[one.subject_id]
            found[one.id] = title, url_for("projects.project", slug=slug)
        elif one.subject == "meeting" and one.subject_id in days:
            slug, title = days[one.subject_id]
            found[one.id] = title, url_for("meetings.meeting", slug=slug)
        elif one.subject == "poll" and one.subject_id in polls:
            slug, title = polls[one.subject_id]
            found[one.id] = title, url_for("polls.poll", slug=slug)
        elif one.subject == "poll":
            found[one.id] = gettext("Entwurf einer Abstimmung"), ""
        elif one.subject == "comment":
            found[one.id] = gettext("Stellungnahme %(number)s", number=one.subject_id), ""
    return found


def _suggestion(found: tuple[int, bool] | None) -> tuple[str, str]:
    if found is None:
        return gettext("Anregung ohne Nummer"), ""
    number, is_public = found
    address = url_for("suggestions.suggestion", number=number) if is_public else ""
    return gettext("Anregung %(number)s", number=number), address


def _details(entry: JournalEntry) -> str:
    """The reason that was given, the role that was granted; in one piece of text."""
    facts = entry.facts
    if (reason := facts.get("reason")) in _REASONS:
        return gettext(_REASONS[reason])
    if (role := facts.get("role")) in ROLE_NAMES:
        return gettext(ROLE_NAMES[Role(role)])
    if (revision := facts.get("revision")) and revision > 1:
        return gettext("Fassung %(number)s", number=revision)
    return ""

"""What the page of a sheet shows: for readers, and for editors who look at it before they save."""

from typing import Any

from participation.comments import queries as comments
from participation.core import clock, paging
from participation.core.access import current_actor
from participation.core.languages import current_language
from participation.following import queries as following
from participation.following.rules import Followed
from participation.meetings import queries as meetings
from participation.permissions import Permission
from participation.polls import queries as polls
from participation.polls.rules import STATE_NAMES as POLL_STATE_NAMES
from participation.projects import file_queries, queries, rules
from participation.projects.models import Project, ProjectText
from participation.suggestions import queries as suggestions
from participation.suggestions import rules as suggestion_rules

#: Pictures and documents that stand on the sheet at once.
_MOST_FILES = {rules.FileRole.IMAGE: 3, rules.FileRole.DOCUMENT: 5}


def sheet_page(sheet: Project, text: ProjectText, place: str = "") -> dict[str, Any]:
    """Return everything that ``projects/project.html`` needs.

    :param place: which page of its pictures and documents, as a number
    """
    chain, now, actor = current_language().chain, clock.now(), current_actor()
    today = clock.city_date(now)
    dates = [row for row in meetings.of_project(sheet.id, chain) if not row[0].cancelled_at]
    files = file_queries.of_project(sheet.id, chain)
    steps = _steps(sheet, dates)
    may_edit = rules.may_edit({one.id for one in sheet.departments}, actor)
    return {
        "project": sheet,
        "text": text,
        "rules": rules,
        "topics": queries.topics_of(sheet.id, chain),
        "images": _some(files, rules.FileRole.IMAGE, place),
        "documents": _some(files, rules.FileRole.DOCUMENT, place),
        "meetings": dates,
        "next_meeting": meetings.next_of(dates, now),
        "suggestions": suggestions.of_project(sheet.id, 3),
        "polls": polls.of_project(sheet.id, chain),
        "POLL_STATE_NAMES": POLL_STATE_NAMES,
        "comments": comments.preview_of_project(sheet.id),
        "follow": following.of_thing(Followed.PROJECT, sheet.id, actor),
        "steps": rules.nearest_steps(steps),
        "all_steps": len(steps),
        "is_finished": rules.is_finished(sheet.participation, sheet.implementation),
        "is_stale": sheet.published_at is not None
        and actor.may(Permission.PROJECT_SEE_REVIEW)
        and rules.is_stale(sheet.review_on, today),
        "may_edit": may_edit,
        "is_draft": sheet.published_at is None,
        "state_at": suggestion_rules.state_at,
        "STATE_NAMES": suggestion_rules.STATE_NAMES,
        "now": now,
    }


def _some(files: Any, role: rules.FileRole, place: str) -> paging.Page[Any]:
    rows = [row for row in files if row[0].role is role]
    return paging.numbered_page(rows, place, _MOST_FILES[role])


def _steps(sheet: Project, dates: Any) -> list[rules.Step]:
    """The timeline; a phase's title is the first that there is in the reader's languages."""
    chain = current_language().chain
    bare, titled = [], []
    for phase in sheet.phases:
        days = (phase.starts_on, phase.ends_on)
        code = next((code for code in chain if phase.titles.get(code)), "")
        if code:
            titled.append((*days, phase.titles[code], code))
        else:
            bare.append(days)
    return rules.participation_steps(
        bare,
        [
            (
                row[0].first_day,
                row[0].last_day,
                row.title,
                row.language,
                row[0].place,
                row[0].slug,
                row.has_results,
            )
            for row in dates
        ],
        clock.city_date(clock.now()),
        titled,
    )

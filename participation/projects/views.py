"""Project list and sheets."""

from typing import Any

from flask import Blueprint, render_template, request

from participation.city import queries as city
from participation.comments import queries as comments
from participation.core import clock
from participation.core.access import current_actor, public
from participation.core.languages import current_language
from participation.core.messages import NotFound
from participation.meetings import queries as meetings
from participation.projects import file_queries, queries, rules
from participation.suggestions import queries as suggestions
from participation.suggestions import rules as suggestion_rules

projects = Blueprint("projects", __name__, url_prefix="/<language:lang>/vorhaben")

_PARTICIPATION = {slug: state for state, slug in rules.PARTICIPATION_SLUGS.items()}
_IMPLEMENTATION = {slug: state for state, slug in rules.IMPLEMENTATION_SLUGS.items()}
_ORDERS = {"neueste": queries.NEWEST, "titel": queries.BY_TITLE}


@projects.get("/")
@public
def project_list() -> Any:
    """The project list (Vorhabenliste), filtered and page by page."""
    chain = current_language().chain
    districts, topics = city.choices(chain)
    chosen = {
        "stadtteil": next((d for d in districts if d.slug == request.args.get("stadtteil")), None),
        "thema": next((t for t in topics if t.slug == request.args.get("thema")), None),
    }
    filters = queries.Filters(
        district_id=chosen["stadtteil"].id if chosen["stadtteil"] else None,
        topic_id=chosen["thema"].id if chosen["thema"] else None,
        participation=_PARTICIPATION.get(request.args.get("beteiligung", "")),
        implementation=_IMPLEMENTATION.get(request.args.get("umsetzung", "")),
    )
    sorting = request.args.get("sortierung", "")
    sorting = sorting if sorting in _ORDERS else "neueste"
    page = queries.list_page(filters, _ORDERS[sorting], request.args.get("seite"), chain)
    return render_template(
        "projects/list.html",
        page=page,
        districts=districts,
        district_names={district.id: district.name for district in districts},
        topics=topics,
        chosen=chosen,
        filters=filters,
        sorting=sorting,
        counts=queries.counts_by_participation(filters),
        rules=rules,
    )


@projects.get("/<slug:slug>/")
@public
def project(slug: str) -> Any:
    """A project's sheet (Vorhabenblatt), its fields in the order of the guidelines."""
    chain = current_language().chain
    found = queries.sheet(slug, chain)
    if found is None:
        raise NotFound
    sheet, text = found
    now = clock.now()
    files = file_queries.of_project(sheet.id, chain)
    dates = [row for row in meetings.of_project(sheet.id, chain) if not row[0].cancelled_at]
    steps = rules.participation_steps(
        [(phase.starts_on, phase.ends_on) for phase in sheet.phases],
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
        clock.city_date(now),
    )
    return render_template(
        "projects/project.html",
        project=sheet,
        text=text,
        rules=rules,
        topics=queries.topics_of(sheet.id, chain),
        images=[row for row in files if row[0].role is rules.FileRole.IMAGE],
        documents=[row for row in files if row[0].role is rules.FileRole.DOCUMENT],
        may_edit=rules.may_edit([one.id for one in sheet.departments], current_actor()),
        meetings=dates,
        next_meeting=meetings.next_of(dates, now),
        suggestions=suggestions.of_project(sheet.id, 5),
        comments=comments.preview_of_project(sheet.id),
        steps=rules.nearest_steps(steps),
        all_steps=len(steps),
        state_at=suggestion_rules.state_at,
        STATE_NAMES=suggestion_rules.STATE_NAMES,
        now=now,
    )

"""Project list and sheets."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from participation.city import queries as city
from participation.core import feeds
from participation.core.access import current_actor, public
from participation.core.forms import clean_text
from participation.core.headers import keep_private
from participation.core.languages import current_language, gettext
from participation.core.messages import NotFound
from participation.core.search import LONGEST_QUERY
from participation.following import queries as following
from participation.following.rules import Followed
from participation.projects import queries, rules
from participation.projects.sheet_page import sheet_page

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
    chosen, filters = _asked(districts, topics)
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
        feed_filters=_words(chosen, filters),
        follows=following.follows_any(
            [(Followed.DISTRICT, filters.district_id), (Followed.TOPIC, filters.topic_id)],
            current_actor(),
        ),
        done=request.args.get("fertig", ""),
    )


def _asked(districts: Any, topics: Any) -> tuple[dict[str, Any], queries.Filters]:
    """What the list is narrowed to: district and topic that were chosen, and the filters."""
    chosen = {
        "stadtteil": next((d for d in districts if d.slug == request.args.get("stadtteil")), None),
        "thema": next((t for t in topics if t.slug == request.args.get("thema")), None),
    }
    filters = queries.Filters(
        district_id=chosen["stadtteil"].id if chosen["stadtteil"] else None,
        topic_id=chosen["thema"].id if chosen["thema"] else None,
        participation=_PARTICIPATION.get(request.args.get("beteiligung", "")),
        implementation=_IMPLEMENTATION.get(request.args.get("umsetzung", "")),
        q=clean_text(request.args.get("q", ""))[:LONGEST_QUERY],
    )
    return chosen, filters


def _words(chosen: dict[str, Any], filters: queries.Filters) -> dict[str, str]:
    """The filters as they stand in an address; what is not chosen is left out."""
    words = {name: one.slug if one else "" for name, one in chosen.items()} | {"q": filters.q}
    if filters.participation:
        words["beteiligung"] = rules.PARTICIPATION_SLUGS[filters.participation]
    if filters.implementation:
        words["umsetzung"] = rules.IMPLEMENTATION_SLUGS[filters.implementation]
    return {name: word for name, word in sorted(words.items()) if word}


@projects.get("/feed.atom")
@public
def project_feed() -> Response:
    """The sheets of the list that changed last, with its filters, for feed readers."""
    chain = current_language().chain
    chosen, filters = _asked(*city.choices(chain))
    rows = queries.newest(filters, chain, feeds.MOST_ENTRIES)
    entries = [
        feeds.Entry(
            name=f"vorhaben/{row[0].slug}",
            title=row.title,
            address=url_for(".project", slug=row[0].slug),
            published=row[0].published_at,
            updated=max(row[0].changed_at, row[0].published_at),
            language=row.language,
            summary=row.summary,
        )
        for row in rows
    ]
    words, names = _words(chosen, filters), [one.name for one in chosen.values() if one]
    title = gettext("Vorhaben der Stadt")
    return feeds.feed(
        entries,
        name="vorhaben",
        title=": ".join([title, ", ".join(names)]) if names else title,
        page=url_for(".project_list", **words),
        filters=words,
    )


@projects.get("/<slug:slug>/")
@public
def project(slug: str) -> Any:
    """A project's sheet (Vorhabenblatt), its fields in the order of the guidelines."""
    chain = current_language().chain
    found = queries.sheet(slug, chain)
    if found is None:
        raise NotFound
    page = sheet_page(*found, request.args.get("dateien", ""))
    if page["is_draft"] and not page["may_edit"]:
        raise NotFound
    if page["is_draft"] or page["may_edit"] or page["is_stale"]:
        keep_private()
    done = request.args.get("fertig", "")
    return render_template("projects/project.html", done=done, **page)

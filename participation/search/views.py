"""The page of the search."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from participation.city import queries as city
from participation.core import search
from participation.core.access import public
from participation.core.forms import clean_text
from participation.core.languages import BY_TAG, current_language
from participation.core.limits import limited
from participation.core.messages import N_
from participation.core.search_index import Kind
from participation.core.words import excerpt, marked

searching = Blueprint("searching", __name__, url_prefix="/<language:lang>/suche")

#: By the word in the address: a kind, and what its hits are called.
KINDS = {
    "vorhaben": (Kind.PROJECT, N_("Vorhaben")),
    "anregungen": (Kind.SUGGESTION, N_("Anregungen")),
    "antworten": (Kind.ANSWER, N_("Antworten der Stadt")),
    "stellungnahmen": (Kind.COMMENT, N_("Stellungnahmen")),
    "termine": (Kind.MEETING, N_("Termine")),
    "abstimmungen": (Kind.POLL, N_("Abstimmungen")),
    "seiten": (Kind.PAGE, N_("Seiten")),
}
#: One hit of a kind.
KIND_NAMES = {
    Kind.PROJECT: N_("Vorhaben"),
    Kind.SUGGESTION: N_("Anregung"),
    Kind.ANSWER: N_("Antwort der Stadt"),
    Kind.COMMENT: N_("Stellungnahme"),
    Kind.MEETING: N_("Termin"),
    Kind.POLL: N_("Abstimmung"),
    Kind.PAGE: N_("Seite"),
}


@searching.get("/")
@public
@limited("search_limit", "GET")
def results() -> Any:
    """What was found, page by page. Nothing of a query is kept or logged."""
    chain = current_language().chain
    given = clean_text(request.args.get("q", ""))
    query = search.read_query(given)
    districts, topics = city.choices(chain)
    chosen = {
        "art": request.args.get("art", "") if request.args.get("art") in KINDS else "",
        "stadtteil": next((d for d in districts if d.slug == request.args.get("stadtteil")), None),
        "thema": next((t for t in topics if t.slug == request.args.get("thema")), None),
        "sprache": BY_TAG.get(request.args.get("sprache", "")),
        "sortierung": "neueste" if request.args.get("sortierung") == "neueste" else "",
    }
    filters = search.Filters(
        reader=current_language().code,
        kind=KINDS[chosen["art"]][0] if chosen["art"] else None,
        district_id=chosen["stadtteil"].id if chosen["stadtteil"] else None,
        topic_id=chosen["thema"].id if chosen["thema"] else None,
        language=chosen["sprache"].code if chosen["sprache"] else None,
    )
    page, counts = search.page_of_hits(
        query, filters, request.args.get("seite"), newest_first=bool(chosen["sortierung"])
    )
    return render_template(
        "search/results.html",
        given=given[: search.LONGEST_QUERY],
        query=query,
        most_words=search.MOST_WORDS,
        page=page,
        counts=counts,
        owners=search.owners_of(page.rows, chain),
        districts=districts,
        topics=topics,
        chosen=chosen,
        KINDS=KINDS,
        KIND_NAMES=KIND_NAMES,
        address_of=address_of,
        excerpt=excerpt,
        marked=marked,
    )


def address_of(hit: Any) -> str:
    """Return where a hit leads to."""
    match hit.kind:
        case Kind.PROJECT:
            return url_for("projects.project", slug=hit.address)
        case Kind.SUGGESTION:
            return url_for("suggestions.suggestion", number=hit.address)
        case Kind.ANSWER:
            return url_for("suggestions.suggestion", number=hit.address, _anchor="rueckmeldung")
        case Kind.COMMENT:
            return url_for("comments.comment", comment_id=hit.address)
        case Kind.MEETING:
            return url_for("meetings.meeting", slug=hit.address)
        case Kind.POLL:
            return url_for("polls.poll", slug=hit.address)
        case _:
            return url_for("city_pages.page", slug=hit.address)

"""Lists as Atom feeds (RFC 4287): plain values in, an answer out.

The same list gives the same bytes: nothing in a feed depends on when it is asked for, so who has it already
is answered with 304. Names of entries are tag URIs (RFC 4151) and never change, in no language.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, render_template, request

from participation.core.html import first_words
from participation.core.invisible import without_invisible
from participation.core.languages import LANGUAGES, current_language

#: Newest entries of a feed; older ones stand in the list.
MOST_ENTRIES = 30
_LONGEST_SUMMARY = 400
#: The day on which the names of entries begin to hold. Never changed: every reader would show all again.
_NAMED_SINCE = "2026-01-01"
#: Of a feed in which nothing stands yet.
_NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One thing of a list.

    :param name: never changes, such as ``anregung/12``
    :param address: of its page, from the root
    :param language: code of the language that title and summary are in
    """

    name: str
    title: str
    address: str
    updated: datetime
    language: str
    published: datetime | None = None
    summary: str = ""


def feed(
    entries: Sequence[Entry], *, name: str, title: str, page: str, filters: Mapping[str, str]
) -> Response:
    """Answer with the feed of a list, or with 304 to who has it already.

    :param name: of the list, such as ``anregungen``; with language and filters it names the feed
    :param page: address of the list itself, from the root
    :param filters: what the list is narrowed to, by the words in the address
    """
    settings, language = current_app.extensions["settings"], current_language()
    host = urlsplit(settings.public_url).hostname
    query = urlencode(sorted((key, value) for key, value in filters.items() if value))
    updated = max((entry.updated for entry in entries), default=_NOTHING_YET)
    content = render_template(
        "feeds/feed.atom.xml",
        prefix=f"tag:{host},{_NAMED_SINCE}:",
        name=f"{language.tag}/{name}" + (f"?{query}" if query else ""),
        title=_clean(title),
        page=settings.public_url + page,
        own=settings.public_url + request.path + (f"?{query}" if query else ""),
        site=settings.public_url,
        updated=updated,
        entries=[_readable(entry) for entry in entries],
    ).encode()
    response = Response(content, content_type="application/atom+xml; charset=utf-8")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.last_modified = updated
    response.make_conditional(request)
    return response


def _readable(entry: Entry) -> dict[str, Any]:
    """The entry as the template shows it: without what XML cannot hold, cut where it is long."""
    known = LANGUAGES.get(entry.language)
    kept = replace(
        entry,
        title=_clean(entry.title),
        summary=first_words(_clean(entry.summary), _LONGEST_SUMMARY),
    )
    return {"entry": kept, "tag": known.tag if known else entry.language}


def _clean(text: str) -> str:
    return without_invisible(text)

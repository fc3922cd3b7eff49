"""Small corpora for searches, straight into the index."""

from collections.abc import Sequence
from datetime import date, timedelta

from participation.core import search
from participation.core.search_index import Kind, Text, keep_all

DAY = date(2026, 3, 1)


def put(*texts: str, kind: Kind = Kind.SUGGESTION, title: str = "") -> None:
    """Let these texts be found: the first one is number 1 and the oldest."""
    keep_all(
        kind,
        {
            number: [Text("de", DAY + timedelta(days=number), title, text, str(number))]
            for number, text in enumerate(texts, 1)
        },
    )


def put_titles(*titles: str, kind: Kind = Kind.PROJECT) -> None:
    """Let these titles be found, all of one day."""
    keep_all(kind, {n: [Text("de", DAY, title, "", f"v-{n}")] for n, title in enumerate(titles, 1)})


def hits(text: str, filters: search.Filters = search.NO_FILTERS, **how: bool) -> list[int]:
    """Numbers of the hits of the first page, in their order."""
    page, _ = search.page_of_hits(search.read_query(text), filters, None, **how)
    return [row.subject_id for row in page.rows]


def all_pages(text: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """All hits, read forwards page by page, and then backwards; both in the list's order."""
    query, token = search.read_query(text), None
    onward: list[Sequence[tuple[str, int]]] = []
    while True:
        page, _ = search.page_of_hits(query, search.NO_FILTERS, token)
        onward.append([(row.kind.value, row.subject_id) for row in page.rows])
        if page.next_token is None:
            break
        token = page.next_token
    back = [onward[-1]]
    while page.previous_token is not None:
        page, _ = search.page_of_hits(query, search.NO_FILTERS, page.previous_token)
        back.insert(0, [(row.kind.value, row.subject_id) for row in page.rows])
    return [one for some in onward for one in some], [one for some in back for one in some]

"""How the city's pages are found: what was saved, or the shipped draft, in every language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from participation.city_pages import queries
from participation.city_pages.models import CityPage
from participation.city_pages.placeholders import fill, fill_plain
from participation.city_pages.queries import Shown
from participation.city_pages.rules import REQUIRED
from participation.core.db import db
from participation.core.html import page_to_html
from participation.core.search_index import Kind, Text, keep_all, shown_to

#: They have no day of their own, and come last.
NO_DAY = date.min
#: The search knows required pages by their place in the list, whether saved or not; others from here.
_OWN_FROM = 1000


def key_of(slug: str, page_id: int | None) -> int:
    """Return the page's key in the index."""
    return REQUIRED.index(slug) if slug in REQUIRED else _OWN_FROM + (page_id or 0)


def keys() -> Sequence[int]:
    """Keys of all pages that can be read."""
    own = sa.select(CityPage.id).where(
        CityPage.slug.not_in(REQUIRED), CityPage.taken_away_at.is_(None)
    )
    ids = db.session.scalars(own.order_by(CityPage.id))
    return [*range(len(REQUIRED)), *(_OWN_FROM + one for one in ids)]


def keep(some: Iterable[int], facts: Mapping[str, str]) -> bool:
    """Let these pages be found as they are now; tell whether anything changed.

    :param facts: what placeholders stand for
    """
    db.session.flush()
    wanted = list(some)
    texts: dict[int, Sequence[Text]] = dict.fromkeys(wanted, ())
    own = [key - _OWN_FROM for key in wanted if key >= _OWN_FROM]
    pages = [*queries.required_pages(), *(queries.own_by_ids(own) if own else ())]
    for one in pages:
        key = key_of(one.slug, one.row.id if one.row else None)
        if key in texts and not one.is_taken_away:
            texts[key] = _texts(one.texts, facts)
    return keep_all(Kind.PAGE, texts)


def _texts(shown: Mapping[str, Shown], facts: Mapping[str, str]) -> list[Text]:
    not_for = shown_to(shown)
    return [
        Text(
            language=code,
            day=NO_DAY,
            title=fill_plain(one.title, facts),
            body=f"{fill_plain(one.lead, facts)} {page_to_html(fill(one.body, facts, code)).striptags()}",
            address=one.slug,
            not_for=not_for[code],
        )
        for code, one in shown.items()
    ]

"""Reads of the city's pages: what is shown, what staff see, and versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from participation.city_pages import shipped
from participation.city_pages.models import CityPage, CityPageText, CityPageVersion
from participation.city_pages.rules import LONGEST, REQUIRED, REVIEWED, Reviewer
from participation.core import paging
from participation.core.db import db
from participation.core.languages import LANGUAGES

PAGE_SIZE = 4
#: Of the city's own pages in the lists, below the required ones.
OWN_SIZE = 6
_BY_ADDRESS = paging.Order([(CityPage.slug, paging.words)], descending=False)
_NEWEST = paging.Order([(CityPageVersion.number, paging.whole_number)])


@dataclass(frozen=True)
class Shown:
    """A page in one language, as it is read.

    :param is_draft: nobody of the city has saved it; the words are the product's
    :param version: of the page; 0 if nothing was ever saved
    """

    slug: str
    language: str
    title: str
    lead: str
    body: str
    is_draft: bool
    version: int = 0
    changed_at: datetime | None = None
    reviewed_by: Reviewer | None = None
    reviewed_on: date | None = None


def _shown(slug: str, page: CityPage | None, saved: Iterable[CityPageText]) -> dict[str, Shown]:
    """The page in every language it has: what was saved, else what is shipped."""
    version = page.version if page else 0
    found = {
        code: Shown(slug, code, one.title, one.lead, one.body, is_draft=True, version=version)
        for code, one in shipped.drafts(slug).items()
    }
    for text in saved:
        found[text.language] = Shown(
            slug, text.language, text.title, text.lead, text.body,
            is_draft=False, version=version, changed_at=page.changed_at if page else None,
            reviewed_by=text.reviewed_by, reviewed_on=text.reviewed_on,
        )  # fmt: skip
    return found


def best(texts: Mapping[str, Shown], chain: Sequence[str]) -> Shown:
    """The text in the first language of the chain that there is."""
    return next(texts[code] for code in (*chain, *sorted(texts)) if code in texts)


def texts_of(slug: str) -> dict[str, Shown]:
    """A page that can be read, in every language it has; empty if there is none. One statement."""
    rows = db.session.execute(
        sa.select(CityPage, CityPageText)
        .join(CityPageText, CityPageText.page_id == CityPage.id)
        .where(CityPage.slug == slug, CityPage.taken_away_at.is_(None))
    ).all()
    return _shown(slug, rows[0][0] if rows else None, [row[1] for row in rows])


@dataclass(frozen=True)
class Listed:
    """A page in the lists, in every language it has; ``row`` is missing if nothing was saved yet."""

    slug: str
    row: CityPage | None
    texts: Mapping[str, Shown]

    @property
    def is_taken_away(self) -> bool:
        """Whether readers do not see it."""
        return self.row is not None and self.row.taken_away_at is not None


def required_pages() -> list[Listed]:
    """The pages that are always there, in their order; two statements."""
    statement = sa.select(CityPage).options(selectinload(CityPage.texts))
    rows = {
        one.slug: one for one in db.session.scalars(statement.where(CityPage.slug.in_(REQUIRED)))
    }
    return [_listed(slug, rows.get(slug)) for slug in REQUIRED]


def own_pages(token: str | None, *, also_taken_away: bool) -> tuple[paging.Page[Any], list[Listed]]:
    """One page of the city's own pages, by address; two statements."""
    statement = sa.select(CityPage).where(CityPage.slug.not_in(REQUIRED))
    if not also_taken_away:
        statement = statement.where(CityPage.taken_away_at.is_(None))
    statement = statement.options(selectinload(CityPage.texts))
    page = paging.page_of(statement, _BY_ADDRESS, token, OWN_SIZE)
    return page, [_listed(row[0].slug, row[0]) for row in page.rows]


def listed(slug: str) -> Listed | None:
    """One page as staff see it, also if it is taken away; two statements."""
    statement = sa.select(CityPage).options(selectinload(CityPage.texts))
    row = db.session.scalar(statement.where(CityPage.slug == slug))
    return _listed(slug, row) if row is not None or slug in REQUIRED else None


def _listed(slug: str, row: CityPage | None) -> Listed:
    return Listed(slug, row, _shown(slug, row, row.texts if row else ()))


def own_by_ids(page_ids: Iterable[int]) -> list[Listed]:
    """These of the city's own pages."""
    statement = sa.select(CityPage).where(CityPage.id.in_(list(page_ids)))
    rows = db.session.scalars(statement.options(selectinload(CityPage.texts)))
    return [_listed(one.slug, one) for one in rows]


def snapshot_of(page: CityPage) -> dict[str, Any]:
    """Everything that a version keeps of a page."""
    found: dict[str, Any] = {}
    for text in page.texts:
        for name in LONGEST:
            found[f"{text.language}.{name}"] = getattr(text, name) or ""
        if text.language == REVIEWED:
            day = text.reviewed_on
            found[f"{REVIEWED}.reviewed_by"] = text.reviewed_by.value if text.reviewed_by else ""
            found[f"{REVIEWED}.reviewed_on"] = day.isoformat() if day else ""
    return found


def snapshot_of_draft(slug: str) -> dict[str, Any]:
    """The same of what is shipped."""
    return {
        f"{code}.{name}": getattr(one, name)
        for code, one in shipped.drafts(slug).items()
        for name in LONGEST
    }


def version(slug: str, number: int) -> CityPageVersion | None:
    """One version of a page that can be read."""
    statement = sa.select(CityPageVersion).join(CityPage, CityPage.id == CityPageVersion.page_id)
    is_it = CityPage.slug == slug, CityPage.taken_away_at.is_(None)
    return db.session.scalar(statement.where(*is_it, CityPageVersion.number == number))


def snapshot_at(page_id: int, number: int) -> dict[str, Any]:
    """The page as it was saved with this number; empty before the first save."""
    found = db.session.scalar(
        sa.select(CityPageVersion.snapshot).filter_by(page_id=page_id, number=number)
    )
    return found or {}


def versions_page(slug: str, token: str | None) -> paging.Page[Any]:
    """One page of versions, newest first; rows ``(version, the one before or None)``. One statement."""
    older = aliased(CityPageVersion)
    before = older.page_id == CityPageVersion.page_id, older.number == CityPageVersion.number - 1
    statement = (
        sa.select(CityPageVersion, older)
        .join(CityPage, CityPage.id == CityPageVersion.page_id)
        .outerjoin(older, sa.and_(*before))
        .where(CityPage.slug == slug, CityPage.taken_away_at.is_(None))
    )
    return paging.page_of(statement, _NEWEST, token, PAGE_SIZE)


def texts_in(snapshot: Mapping[str, Any], slug: str) -> dict[str, Shown]:
    """The texts of a version, by language."""
    codes = [code for code in LANGUAGES if snapshot.get(f"{code}.title")]
    return {
        code: Shown(
            slug, code, *(snapshot.get(f"{code}.{n}") or "" for n in LONGEST), is_draft=False
        )
        for code in codes
    }

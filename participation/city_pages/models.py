"""Tables of the city's pages."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.city_pages.rules import LONGEST, LONGEST_NOTE, LONGEST_SLUG, Reviewer
from participation.core.db import Base, UtcDateTime, named


class CityPage(Base):
    """A page. A required one has a row from its first save on; before that the shipped draft is read."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(LONGEST_SLUG), unique=True)
    #: Number of the newest :class:`CityPageVersion`; 0 while the first save is under way.
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Since when a page of the city's own is not shown; its address stays its own.
    taken_away_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The form a page of the city's own came from, so that pressing twice makes one.
    creation_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)

    texts: Mapped[list["CityPageText"]] = relationship(cascade="all, delete-orphan")


class CityPageText(Base):
    """What the page says in one language."""

    page_id: Mapped[int] = mapped_column(sa.ForeignKey("city_page.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(LONGEST["title"]))
    #: One sentence below the title.
    lead: Mapped[str] = mapped_column(sa.String(LONGEST["lead"]), default="")
    #: Markdown, with placeholders; see placeholders.py.
    body: Mapped[str] = mapped_column(sa.Text, default="")
    #: Easy German: what kind of people checked it, and when; empty if nobody did.
    reviewed_by: Mapped[Reviewer | None] = mapped_column(named(Reviewer))
    reviewed_on: Mapped[date | None]


class CityPageVersion(Base):
    """All texts of a page as they were saved once. Never changed afterwards."""

    page_id: Mapped[int] = mapped_column(sa.ForeignKey("city_page.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Person who saved it. No foreign key: the record outlives people.
    actor_id: Mapped[int | None]
    #: What changed, in the editor's words, for readers.
    note: Mapped[str] = mapped_column(sa.String(LONGEST_NOTE), default="")
    #: Each field by its name: ``de.title``; see core/snapshots.py.
    snapshot: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

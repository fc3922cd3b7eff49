"""Tables of the city's reference data."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.db import Base, named


class District(Base):
    """A part of the city with a district council of its own (Stadtteil)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The city's own number.
    number: Mapped[int] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    #: Another spelling that is in use.
    other_spelling: Mapped[str] = mapped_column(sa.String(120), default="")
    #: Rough centre, WGS 84 degrees.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class DepartmentKind(StrEnum):
    """A Dezernat is led by a member of the city's board and has several Ämter."""

    DIVISION = "division"
    OFFICE = "office"
    COMPANY = "company"


class Department(Base):
    """Who answers for something in the city. Divisions are renumbered, so each has its time."""

    __table_args__ = (sa.UniqueConstraint("kind", "number", "name", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DepartmentKind] = mapped_column(named(DepartmentKind))
    #: Roman for divisions, Arabic for offices; empty if it has none.
    number: Mapped[str] = mapped_column(sa.String(10), default="")
    name: Mapped[str] = mapped_column(sa.String(200))
    #: The office of who leads it; never a name.
    head: Mapped[str] = mapped_column(sa.String(120), default="")
    #: First day; ``date.min`` if it is older than our records.
    valid_from: Mapped[date] = mapped_column(default=date.min)
    #: First day on which it no longer exists.
    valid_until: Mapped[date | None]

    @property
    def label(self) -> str:
        """Name with number, as the city writes it."""
        if self.kind is DepartmentKind.DIVISION:
            return f"Dezernat {self.number} – {self.name}"
        return f"{self.name} ({self.number})" if self.number else self.name


class Topic(Base):
    """What projects are about (Thema, Handlungsfeld)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    texts: Mapped[list["TopicText"]] = relationship(cascade="all, delete-orphan")


class TopicText(Base):
    """A topic's name in one language."""

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(160))

"""Tables of meetings."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.clock import city_date
from participation.core.db import Base, UtcDateTime, named
from participation.meetings.rules import MeetingKind


class Meeting(Base):
    """A dated occasion to take part."""

    __table_args__ = (sa.Index("ix_meeting_starts_at_id", "starts_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Open end if empty; for whole days the midnight after the last one.
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: No time of day is given: it is on these days.
    whole_days: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[MeetingKind] = mapped_column(named(MeetingKind))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    texts: Mapped[list["MeetingText"]] = relationship(cascade="all, delete-orphan")

    @property
    def first_day(self) -> date:
        """Calendar day of the beginning, in the city."""
        return city_date(self.starts_at)

    @property
    def last_day(self) -> date:
        """Calendar day of the end, in the city; a midnight ends the day before it."""
        return city_date(self.ends_at - timedelta(seconds=1)) if self.ends_at else self.first_day


class MeetingText(Base):
    """A meeting's title in one language."""

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))

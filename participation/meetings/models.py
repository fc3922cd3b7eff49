"""Tables of meetings."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.clock import city_date
from participation.core.db import Base, UtcDateTime, named
from participation.meetings.rules import Facts, MeetingKind


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
    #: Places; empty if everybody can come without signing up.
    capacity: Mapped[int | None]
    #: Empty: people can sign up until it begins.
    sign_up_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: A cancelled meeting keeps its page, which says so.
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why, in German; everybody reads it. Empty if it was cancelled before anybody asked.
    cancel_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    #: Counts the changes: for calendars (RFC 5545, SEQUENCE), and so that no editor overwrites another.
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    texts: Mapped[list["MeetingText"]] = relationship(cascade="all, delete-orphan")

    @property
    def first_day(self) -> date:
        """Calendar day of the beginning, in the city."""
        return city_date(self.starts_at)

    @property
    def last_day(self) -> date:
        """Calendar day of the end, in the city; a midnight ends the day before it."""
        if self.ends_at is None or self.ends_at <= self.starts_at:
            return self.first_day
        return city_date(self.ends_at - timedelta(seconds=1))

    @property
    def facts(self) -> Facts:
        """What the rules decide on."""
        return Facts(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            cancelled_at=self.cancelled_at,
            capacity=self.capacity,
            sign_up_closes_at=self.sign_up_closes_at,
        )


class MeetingText(Base):
    """What the city says about a meeting, in one language."""

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    agenda: Mapped[str] = mapped_column(sa.Text, default="")
    #: How people with disabilities get there and take part.
    accessibility: Mapped[str] = mapped_column(sa.Text, default="")
    #: Minutes and results, afterwards.
    results: Mapped[str] = mapped_column(sa.Text, default="")


class MeetingSignUp(Base):
    """One person comes to one meeting; the key makes it once, whatever happens at once."""

    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Place in the queue, given under the lock of the meeting's row: lower ones come first.
    number: Mapped[int]

"""Tables of what people follow, and of how often they hear of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.core.db import Base, UtcDateTime, named
from participation.following.rules import Followed, Frequency

_ONE_THING = (
    "(CASE WHEN project_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN suggestion_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN district_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class Follow(Base):
    """One person follows one thing; the constraints make it once, whatever happens at once.

    Nothing of it goes to the journal, which outlives people: what somebody is interested in is
    nobody's business.
    """

    __table_args__ = (
        sa.CheckConstraint(_ONE_THING, name="one_thing"),
        sa.UniqueConstraint("project_id", "person_id"),
        sa.UniqueConstraint("suggestion_id", "person_id"),
        sa.UniqueConstraint("topic_id", "person_id"),
        sa.UniqueConstraint("district_id", "person_id"),
        sa.Index("ix_follow_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    suggestion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion.id"))
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("district.id"))
    #: False: the author of this suggestion, who hears of it without following, wants no news of it.
    is_wanted: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


#: Column of each kind of thing.
COLUMNS = {
    Followed.PROJECT: Follow.project_id,
    Followed.SUGGESTION: Follow.suggestion_id,
    Followed.TOPIC: Follow.topic_id,
    Followed.DISTRICT: Follow.district_id,
}


class MailSetting(Base):
    """How often a person hears of news; who has no row hears at once.

    Whoever writes news for a person, or makes a digest of it, locks this row first.
    """

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(named(Frequency), default=Frequency.AT_ONCE)
    #: When what waits is told; empty if nothing waits.
    digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

"""The table of reports."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.barriers.rules import LONGEST_PAGE
from participation.core.db import Base, UtcDateTime


class BarrierReport(Base):
    """What somebody told the city. Forgotten some time after the answer (rules.KEPT_AFTER_ANSWER)."""

    __table_args__ = (
        sa.Index("ix_barrier_report_answered_at_id", "answered_at", "id"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Fingerprint of the form and what was sent with it: pressing twice makes one report.
    sent_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(sa.Text)
    #: Where it is, in the reporter's words: usually a path of this site.
    page: Mapped[str] = mapped_column(sa.String(LONGEST_PAGE), default="")
    #: Where the answer goes; empty if nobody wants one. Nothing else is known of who reports.
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    #: Language it was written in, and of the mail.
    language: Mapped[str] = mapped_column(sa.String(16))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Person who answered. No foreign key: the record outlives people.
    answered_by: Mapped[int | None]

"""Tables of the journal."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.db import Base, UtcDateTime


class JournalEntry(Base):
    """One thing that happened. The database refuses to change or delete a row (see migration 0001)."""

    __table_args__ = (
        sa.Index("ix_journal_entry_subject", "subject", "subject_id", "id"),
        sa.Index("ix_journal_entry_subject_newest", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Person who acted; empty for visitors and for the clock. No foreign key: the record outlives people.
    actor_id: Mapped[int | None]
    #: What happened, as ``suggestion:published``.
    event: Mapped[str] = mapped_column(sa.String(60))
    #: Kind and key of what it happened to.
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    #: Facts that a mail or a reader of the record needs; never personal data.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class OutboxEntry(Base):
    """A journal entry that nobody has looked at for mails yet; deleted by who did."""

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal_entry.id"), primary_key=True)
    entry: Mapped[JournalEntry] = relationship()

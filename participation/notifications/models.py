"""Mails to be sent, and sent ones."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.db import Base, UtcDateTime
from participation.journal.models import JournalEntry


class Mail(Base):
    """One mail to one reader about one journal entry; the constraints make it one.

    Addresses stand with the reader only: a mail whose reader is gone meanwhile is not sent.
    """

    __table_args__ = (
        sa.UniqueConstraint("entry_id", "person_id"),
        sa.UniqueConstraint("entry_id", "guest_id"),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_id IS NULL)", name="one_reader"),
        sa.Index("ix_mail_next_try_at_id", "next_try_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal_entry.id"))
    #: Who has an account.
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    #: Who has none: key of the support, or of what the entry is about if that is a request to support
    #: or a report of a barrier.
    #: No foreign key: a support that is withdrawn goes, the mail about it stays.
    guest_id: Mapped[int | None]
    #: Folder below templates/emails/.
    template: Mapped[str] = mapped_column(sa.String(60))
    #: Without brackets. Fixed here, so that a repeat is recognised as one.
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When a worker may take it; empty once it is sent or given up.
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What the mail server said, without addresses.
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")
    entry: Mapped[JournalEntry] = relationship()


class News(Base):
    """One journal entry that one person is told in a digest; the key makes it once.

    It is written when the entry is taken off the outbox, and tied to the mail that tells it when the
    digest is made, each in one transaction: nothing is told twice, and nothing is left out.
    """

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        sa.ForeignKey("journal_entry.id"), primary_key=True, index=True
    )
    #: The digest that tells it; empty while it waits.
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)

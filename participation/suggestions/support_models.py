"""Tables of support: with an account or without one, counted once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.db import Base, UtcDateTime


class Support(Base):
    """One person stands behind one suggestion. The constraints make it once, whatever happens at once.

    The row of a support that is struck off stays, so that it cannot be given again; one that is
    withdrawn goes.
    """

    __table_args__ = (
        sa.UniqueConstraint("suggestion_id", "person_id"),
        sa.UniqueConstraint("suggestion_id", "mailbox"),
        sa.UniqueConstraint("suggestion_id", "resident"),
        sa.Index("ix_support_suggestion_id_given_at_id", "suggestion_id", "given_at", "id"),
        # Links in mails name a support by its key; a key must never mean somebody else later.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"))
    #: Empty for somebody without an account, or with one that is deleted.
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    #: Fingerprint of the mailbox, which is the same for all its aliases and for both ways.
    #: Empty when nobody can support any more, and no mail is wanted (see forgetting.py).
    mailbox: Mapped[str | None] = mapped_column(sa.String(64))
    #: Fingerprint of name and address, from those who have no account.
    resident: Mapped[str | None] = mapped_column(sa.String(64))
    #: Agreed to hear by mail what becomes of it.
    wants_mail: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The step that struck it off; empty while it counts.
    struck_by: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion_move.id"), index=True)
    guest: Mapped["SupportGuest | None"] = relationship()


class _Typed:
    """What somebody without an account typed. Only for checking whether people are real."""

    first_name: Mapped[str] = mapped_column(sa.String(80))
    last_name: Mapped[str] = mapped_column(sa.String(80))
    #: With the number of the house.
    street: Mapped[str] = mapped_column(sa.String(120))
    postcode: Mapped[str] = mapped_column(sa.String(5))
    #: As it was typed, in the form that mail servers take.
    email: Mapped[str] = mapped_column(sa.String(254))
    #: Language of mails.
    language: Mapped[str] = mapped_column(sa.String(16))


class SupportGuest(_Typed, Base):
    """Who supports without an account. Only who strikes off reads it; it is never shown.

    A row may be deleted at any time: the support keeps counting, and nobody counts twice.
    """

    __table_args__ = (
        sa.Index("ix_support_guest_same_address", "same_address"),
        sa.Index("ix_support_guest_same_name", "same_name"),
    )

    #: Retention: see forgetting.py.
    support_id: Mapped[int] = mapped_column(sa.ForeignKey("support.id"), primary_key=True)
    #: Street, number and postcode, and the last name, in the form in which they are compared.
    same_address: Mapped[str] = mapped_column(sa.String(140))
    same_name: Mapped[str] = mapped_column(sa.String(160))


class SupportRequest(_Typed, Base):
    """Somebody without an account wants to support; it counts when the link in the mail is confirmed."""

    __table_args__ = (
        sa.UniqueConstraint("suggestion_id", "mailbox", "resident"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"))
    mailbox: Mapped[str] = mapped_column(sa.String(64))
    resident: Mapped[str] = mapped_column(sa.String(64))
    wants_mail: Mapped[bool] = mapped_column(default=False)
    #: When it was asked for last.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Retention: the worker deletes the row soon after.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

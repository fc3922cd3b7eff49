"""Tables of people, their roles and their sessions."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.rules import roles_of
from participation.core.db import Base, UtcDateTime, named
from participation.permissions import Actor, Role


class Person(Base):
    """Somebody with an account. Only what is needed: no name unless staff, no address, no birthday."""

    # The journal names people by their keys; a key must never mean somebody else later.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Normalised, see rules.normal_address.
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    #: What all addresses of the mailbox have in common (rules.mailbox_key): one account a mailbox.
    #: Empty for the second account of a mailbox, if there was one before this was watched.
    mailbox: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    #: Argon2id; empty for accounts that cannot sign in.
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    #: How staff see a colleague; residents have none.
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    #: Language of mails.
    language: Mapped[str] = mapped_column(sa.String(16), default="de")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the address was confirmed by the link in the mail.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the person declared to live in the city and to be old enough.
    residency_declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grants: Mapped[list["RoleGrant"]] = relationship(cascade="all, delete-orphan")
    memberships: Mapped[list["DepartmentMember"]] = relationship(cascade="all, delete-orphan")

    @property
    def actor(self) -> Actor:
        """The person as rules see them."""
        is_resident = bool(self.confirmed_at and self.residency_declared_at)
        return Actor(
            person_id=self.id,
            roles=roles_of((grant.role for grant in self.grants), is_resident=is_resident),
            departments=frozenset(member.department_id for member in self.memberships),
        )


class RoleGrant(Base):
    """A role that an administrator granted, or the command line."""

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(named(Role), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DepartmentMember(Base):
    """An officer answers for a department."""

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), primary_key=True)


class SignInSession(Base):
    """One browser that is signed in. Signing out deletes the row, and with it every copy of the cookie."""

    __table_args__ = (sa.Index("ix_sign_in_session_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the token in the cookie: who reads the table cannot sign in with it.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Rough names, "Firefox" and "Android", by which people recognise the browser; empty if not known.
    browser: Mapped[str] = mapped_column(sa.String(20), default="")
    system: Mapped[str] = mapped_column(sa.String(20), default="")


class FailedSignIns(Base):
    """How often passwords were tried wrongly for one mailbox, or from one network.

    The mailbox needs no account: known and unknown ones cost the same. The worker deletes what can
    not matter any more (``try_rules.FORGOTTEN_AFTER``).
    """

    __table_args__ = (sa.Index("ix_failed_sign_ins_began_at", "began_at"),)

    #: Fingerprint of what is counted: neither addresses nor networks can be read here.
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    #: When the first of them was.
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: No password is looked at before this moment.
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressChange(Base):
    """Another e-mail address that a person asked for. The newest one counts, once.

    It is kept after it was used until the mail to the old address has gone for sure
    (``credentials.ADDRESS_CHANGE_KEPT``); then the worker deletes it.
    """

    __table_args__ = (
        sa.Index("ix_address_change_person_id", "person_id"),
        sa.Index("ix_address_change_asked_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    #: Where the mail goes that tells of the wish, however fast the link is used.
    old_email: Mapped[str] = mapped_column(sa.String(254))
    #: Normalised, see rules.normal_address.
    email: Mapped[str] = mapped_column(sa.String(254))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was used, replaced by a newer one, or made void by a new password.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

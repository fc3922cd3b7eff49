"""Reads of people."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participation.accounts.models import (
    AddressChange,
    DepartmentMember,
    Person,
    RoleGrant,
    SignInSession,
)
from participation.accounts.rules import mailbox_key, normal_address
from participation.city.models import Department
from participation.core.db import db
from participation.core.paging import Order, Page, page_of, words
from participation.permissions import Role

_STAFF_A_PAGE = 25


@dataclass(frozen=True)
class Credentials:
    """What a person shows who they are by, as it was read; a change of it makes links void.

    :param password_hash: empty for accounts that cannot sign in
    """

    person_id: int
    email: str
    password_hash: str
    is_confirmed: bool

    @property
    def seen(self) -> str:
        """All that a link for a new password is bound to."""
        return f"{self.password_hash}\0{self.email}\0{self.is_confirmed}"


def hash_of_token(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def person_by_email(address: str) -> Person | None:
    """The person with this address, confirmed or not."""
    statement = sa.select(Person).where(Person.email == normal_address(address))
    return db.session.scalar(statement.options(selectinload(Person.grants)))


def person_of_mailbox(address: str) -> Person | None:
    """The person whose mailbox the address leads to, confirmed or not, whatever alias was used."""
    return db.session.scalar(sa.select(Person).where(Person.mailbox == mailbox_key(address)))


def mailbox_of(person_id: int) -> str:
    """What all addresses of the person's mailbox have in common."""
    return mailbox_key(db.session.scalars(sa.select(Person.email).filter_by(id=person_id)).one())


def person_of_session(token: str, now: datetime) -> Person | None:
    """The person who is signed in with this token, with roles and departments; one statement."""
    statement = (
        sa.select(Person)
        .join(SignInSession, SignInSession.person_id == Person.id)
        .where(SignInSession.token_hash == hash_of_token(token), SignInSession.expires_at > now)
        .options(joinedload(Person.grants), joinedload(Person.memberships))
    )
    return db.session.scalars(statement).unique().first()


def password_hash_of(person_id: int) -> str | None:
    """What is stored of a person's password."""
    return db.session.scalar(sa.select(Person.password_hash).where(Person.id == person_id))


def _credentials(condition: sa.ColumnElement[bool]) -> Credentials | None:
    columns = (Person.id, Person.email, Person.password_hash, Person.confirmed_at)
    row = db.session.execute(sa.select(*columns).where(condition)).one_or_none()
    return Credentials(row[0], row[1], row[2], row[3] is not None) if row else None


def credentials_by_email(address: str) -> Credentials | None:
    """What signs in with this address; one statement, whether there is somebody or not."""
    return _credentials(Person.email == normal_address(address))


def credentials_of(person_id: int) -> Credentials | None:
    """A person's credentials."""
    return _credentials(Person.id == person_id)


def id_of_owner(address: str) -> int | None:
    """The person whom a mail to this address, or to another one of the mailbox, would reach."""
    normal = normal_address(address)
    is_it = sa.or_(Person.email == normal, Person.mailbox == mailbox_key(address))
    by_address_first = sa.case((Person.email == normal, 0), else_=1)
    return db.session.scalar(sa.select(Person.id).where(is_it).order_by(by_address_first).limit(1))


def language_of(person_id: int) -> str:
    """The language of a person's mails."""
    return db.session.scalars(sa.select(Person.language).filter_by(id=person_id)).one()


def sessions_of(person_id: int, now: datetime) -> Sequence[SignInSession]:
    """The browsers in which the person is signed in, the newest first."""
    return db.session.scalars(
        sa.select(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.expires_at > now)
        .order_by(SignInSession.created_at.desc(), SignInSession.id.desc())
    ).all()


def address_change(change_id: int) -> AddressChange | None:
    """A wish for another address."""
    return db.session.get(AddressChange, change_id)


_BY_ADDRESS = Order([(Person.email, words)], descending=False)


def staff_page(token: str | None) -> Page[Any]:
    """Everybody with a granted role or a department, by address; rows ``(person,)``."""
    is_staff = sa.or_(
        sa.exists().where(RoleGrant.person_id == Person.id),
        sa.exists().where(DepartmentMember.person_id == Person.id),
    )
    loaded = selectinload(Person.grants), selectinload(Person.memberships)
    statement = sa.select(Person).where(is_staff).options(*loaded)
    return page_of(statement, _BY_ADDRESS, token, _STAFF_A_PAGE)


def staff_member(person_id: int) -> Person | None:
    """A person with roles and departments, confirmed or with a role already."""
    loaded = joinedload(Person.grants), joinedload(Person.memberships)
    statement = sa.select(Person).where(Person.id == person_id).options(*loaded)
    found = db.session.scalars(statement).unique().one_or_none()
    return found if found and (found.grants or found.memberships) else None


def department_names(ids: set[int]) -> dict[int, str]:
    """Names of departments, also of those that no longer exist, by key."""
    rows = db.session.scalars(sa.select(Department).where(Department.id.in_(ids)))
    return {row.id: row.label for row in rows}


def administrators() -> Sequence[int]:
    """Keys of those who have the role, locked until the end of the transaction."""
    statement = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR)
    return db.session.scalars(statement.order_by(RoleGrant.person_id).with_for_update()).all()

"""Reads of people."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participation.accounts.models import Person, SignInSession
from participation.accounts.rules import mailbox_key, normal_address
from participation.core.db import db


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

"""Reads of people."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participation.accounts.models import Person, SignInSession
from participation.accounts.rules import normal_address
from participation.core.db import db


def hash_of_token(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def person_by_email(address: str) -> Person | None:
    """The person with this address, confirmed or not."""
    statement = sa.select(Person).where(Person.email == normal_address(address))
    return db.session.scalar(statement.options(selectinload(Person.grants)))


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

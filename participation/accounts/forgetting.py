"""The service of accounts, continued: the end of an account, and of what was never confirmed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import (
    AddressChange,
    DepartmentMember,
    Person,
    RoleGrant,
    SignInSession,
)
from participation.core.db import db
from participation.core.retention import Expiry
from participation.permissions import Role


def locked(person_id: int) -> Person | None:
    """Read a person who is about to go.

    ``FOR NO KEY UPDATE``, because rows elsewhere that point at the person must not wait.
    """
    return db.session.scalar(
        sa.select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True, of=Person)
        .execution_options(populate_existing=True)
    )


def is_last_administrator(person_id: int) -> bool:
    """Tell whether nobody else is an administrator. Two who leave at once wait for each other."""
    holds = RoleGrant.role == Role.ADMINISTRATOR
    held = sa.select(RoleGrant.person_id).where(holds).order_by(RoleGrant.person_id)
    return list(db.session.scalars(held.with_for_update())) == [person_id]


def forget(person_id: int) -> None:
    """Delete sessions, roles, wishes for another address, and the person. Nothing else may point at
    the person any more.

    :raises sqlalchemy.exc.IntegrityError: if something was written in the person's name meanwhile
    """
    for table in (SignInSession, RoleGrant, DepartmentMember, AddressChange):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.expunge_all()
    db.session.execute(sa.delete(Person).where(Person.id == person_id))


def never_confirmed(before: datetime, _now: datetime) -> sa.Select[Any]:
    """Accounts whose address nobody confirmed since they were asked for last."""
    asked = sa.func.coalesce(
        Person.residency_declared_at, Person.created_at, type_=Person.created_at.type
    )
    return sa.select(Person.id).where(Person.confirmed_at.is_(None), asked <= before)


def _ended(_before: datetime, now: datetime) -> sa.Select[Any]:
    return sa.select(SignInSession.id).where(SignInSession.expires_at <= now)


def _delete_sessions(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.delete(SignInSession).where(SignInSession.id.in_(keys)))


EXPIRIES = (
    Expiry("sign_in_session", "sessions that ended", "", SignInSession, _ended, _delete_sessions),
)

"""Taking roles and departments away; with ``service.grant``, the only writer of them."""

from datetime import datetime

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.accounts.queries import administrators
from participation.accounts.rules import (
    DepartmentNeeded,
    LastAdministrator,
    NothingToRevoke,
    check_not_own,
)
from participation.core.db import db
from participation.journal import service as journal
from participation.permissions import Actor, Role


def revoke(person_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """Take a role away; with the last one that answers for departments, these too.

    :raises OwnRights: if it is the actor's own
    :raises LastAdministrator: if nobody could grant roles any more
    :raises NothingToRevoke: if the person does not have it (any more)
    """
    check_not_own(actor, person_id)
    # The administrators before the person, always: two who take the role from each other at once
    # wait for each other here, and the second one is the last.
    holders = administrators() if role is Role.ADMINISTRATOR else ()
    person = _locked(person_id)
    if role not in {grant.role for grant in person.grants}:
        raise NothingToRevoke
    if role is Role.ADMINISTRATOR and set(holders) <= {person_id}:
        raise LastAdministrator
    person.grants = [grant for grant in person.grants if grant.role is not role]
    gone = [one.department_id for one in person.memberships] if role is Role.OFFICER else []
    if role is Role.OFFICER:
        person.memberships = []
    journal.record(
        "account:role_revoked", "person", person_id, actor=actor, now=now,
        role=role.value, departments=gone,
    )  # fmt: skip


def revoke_department(person_id: int, department_id: int, actor: Actor, now: datetime) -> None:
    """Let a person answer for one department less.

    :raises OwnRights: if it is the actor's own
    :raises DepartmentNeeded: if it is an officer's last one: then the role has to go
    :raises NothingToRevoke: if the person does not answer for it (any more)
    """
    check_not_own(actor, person_id)
    person = _locked(person_id)
    held = {one.department_id for one in person.memberships}
    if department_id not in held:
        raise NothingToRevoke
    if held == {department_id} and Role.OFFICER in {grant.role for grant in person.grants}:
        raise DepartmentNeeded
    person.memberships = [one for one in person.memberships if one.department_id != department_id]
    journal.record(
        "account:department_revoked", "person", person_id, actor=actor, now=now,
        departments=[department_id],
    )  # fmt: skip


def _locked(person_id: int) -> Person:
    """The person with roles and departments as they are now, nobody else changing them."""
    lock = sa.select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    person = db.session.scalar(lock.execution_options(populate_existing=True))
    if person is None:
        raise NothingToRevoke
    db.session.refresh(person, ["grants", "memberships"])
    return person

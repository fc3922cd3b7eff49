"""Writing people: registering, confirming, signing in and out, granting roles."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from participation.accounts.models import DepartmentMember, Person, RoleGrant, SignInSession
from participation.accounts.queries import (
    Credentials,
    hash_of_token,
    person_by_email,
    person_of_mailbox,
)
from participation.accounts.rules import (
    ConfirmationInvalid,
    NobodyWithAccount,
    WrongSignIn,
    check_not_own,
    mailbox_key,
    normal_address,
)
from participation.core.db import db, insert
from participation.journal import service as journal
from participation.permissions import VISITOR, Actor, Role


def register(email: str, password_hash: str, language: str, now: datetime) -> None:
    """Note that somebody wants an account; what happens next happens by mail.

    An address that is confirmed already gets a mail that says so: the page must not tell strangers
    who has an account. Registering again before confirming replaces the password and the link.
    Another address of the same mailbox is the same account.
    """
    address, mailbox = normal_address(email), mailbox_key(email)
    db.session.execute(
        insert(Person)
        .values(
            email=address,
            mailbox=mailbox,
            password_hash="",
            name="",
            language=language,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    is_it = sa.or_(Person.email == address, Person.mailbox == mailbox)
    by_address_first = sa.case((Person.email == address, 0), else_=1)
    found = sa.select(Person).where(is_it).order_by(by_address_first).limit(1)
    # No stronger lock: rows that point at the person may be written meanwhile, as everywhere.
    person = db.session.scalars(found.with_for_update(key_share=True)).one()
    # Sent to the database in any case, so that known and unknown addresses take the same time.
    db.session.execute(
        sa.update(Person)
        .where(Person.id == person.id, Person.confirmed_at.is_(None))
        .values(
            email=address,
            password_hash=password_hash,
            language=language,
            residency_declared_at=now,
        )
    )
    event = "account:registered_again" if person.confirmed_at else "account:registered"
    journal.record(event, "person", person.id, actor=VISITOR, now=now)


def confirm(person_id: int, password_hash: str, now: datetime) -> Person:
    """Confirm the address of a person whose link and password were checked.

    :param password_hash: the one that the link was made for; a newer registration voids it
    :raises ConfirmationInvalid: if it was replaced meanwhile
    """
    person = db.session.get(Person, person_id, with_for_update={"key_share": True})
    if person is None or person.password_hash != password_hash:
        raise ConfirmationInvalid
    if person.confirmed_at is None:
        person.confirmed_at = now
        actor = Actor(person_id=person.id)
        journal.record("account:confirmed", "person", person.id, actor=actor, now=now)
    return person


def locked_for_sign_in(seen: Credentials) -> Person:
    """Return the person whose password was checked, with the row locked until the session is made.

    :param seen: what the password was checked against
    :raises WrongSignIn: if it was changed meanwhile: the old password must not open a session then
    """
    person = db.session.get(
        Person, seen.person_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if person is None or person.password_hash != seen.password_hash or not person.confirmed_at:
        raise WrongSignIn
    return person


def sign_in(person: Person, now: datetime, days: int, browser: str = "", system: str = "") -> str:
    """Open a session and return its token, which only the person's cookie knows.

    :param browser: rough names by which the person recognises the browser, see ``browsers``
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(
        sa.delete(SignInSession).where(
            SignInSession.person_id == person.id, SignInSession.expires_at <= now
        )
    )
    db.session.add(
        SignInSession(
            token_hash=hash_of_token(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + timedelta(days=days),
            browser=browser,
            system=system,
        )
    )
    return token


def sign_out(token: str) -> None:
    """End the session; the token is worth nothing from now on."""
    db.session.execute(
        sa.delete(SignInSession).where(SignInSession.token_hash == hash_of_token(token))
    )


class AddressTaken(Exception):
    """There is an account with this address already."""


def create_person(
    email: str, password_hash: str, now: datetime, *, name: str = "", is_resident: bool = False
) -> Person:
    """Create a confirmed account, from the command line.

    :raises AddressTaken: if the address has an account
    """
    if person_by_email(email) or person_of_mailbox(email):
        raise AddressTaken(email)
    person = Person(
        email=normal_address(email),
        mailbox=mailbox_key(email),
        password_hash=password_hash,
        name=name,
        created_at=now,
        confirmed_at=now,
        residency_declared_at=now if is_resident else None,
    )
    db.session.add(person)
    db.session.flush()
    journal.record("account:created", "person", person.id, actor=VISITOR, now=now)
    return person


def grant(
    email: str,
    role: Role,
    department_ids: Sequence[int],
    now: datetime,
    *,
    actor: Actor = VISITOR,
    tell: bool = True,
) -> bool:
    """Grant a role, and membership in departments; tell whether anything changed.

    :param actor: the administrator; a visitor is the command line
    :param tell: whether the person gets a mail
    :raises NobodyWithAccount: if the address has no confirmed account
    :raises OwnRights: if it is the actor's own
    """
    found = person_by_email(email)
    if found is None or not found.confirmed_at:
        raise NobodyWithAccount
    check_not_own(actor, found.id)
    person = db.session.get_one(Person, found.id, with_for_update={"key_share": True})
    db.session.refresh(person, ["grants", "memberships"])
    has_role = role in {held.role for held in person.grants}
    member_of = {member.department_id for member in person.memberships}
    new = [key for key in department_ids if key not in member_of]
    if has_role and not new:
        return False
    if not has_role:
        person.grants.append(RoleGrant(role=role, granted_at=now))
    person.memberships += [DepartmentMember(department_id=key) for key in new]
    journal.record(
        "account:role_granted", "person", person.id, actor=actor, now=now,
        role=role.value, departments=new, **({} if tell else {"tell": False}),
    )  # fmt: skip
    return True

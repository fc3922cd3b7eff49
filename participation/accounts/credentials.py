"""Writing what a person signs in with: password and address; with the service, the only writer.

Whoever changes one of them holds the person's row, and compares what was read before under that lock:
of two at once, the second one finds it changed. While a password is hashed no lock is held.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participation.accounts.models import AddressChange, Person, SignInSession
from participation.accounts.queries import Credentials, id_of_owner
from participation.accounts.rules import (
    AddressLinkInvalid,
    AddressTakenMeanwhile,
    ChangedElsewhere,
    ResetInvalid,
    mailbox_key,
    normal_address,
)
from participation.core.db import db
from participation.journal import service as journal
from participation.permissions import VISITOR, Actor

#: Mails are tried for about five days; the old address must hear of a wish that was carried out.
ADDRESS_CHANGE_KEPT = timedelta(days=7)


def ask_for_reset(email: str, now: datetime) -> None:
    """Note that somebody forgot a password. Only a mail tells whether the address has an account.

    The statements are the same whether it has one or not, so that nobody can measure it.
    """
    key = id_of_owner(email)
    event = "account:reset_asked" if key else "account:reset_asked_for_nobody"
    journal.record(event, "person", key or 0, actor=VISITOR, now=now)


def reset_password(
    seen: Credentials, password_hash: str, now: datetime, *, declares_residency: bool
) -> Person:
    """Set a new password with the link of a mail, and end all sessions; the link is void then.

    Whoever has the link has the mailbox, and the password is the owner's own from now on, whoever
    registered the address: so the address is confirmed, too.

    :param seen: what the link was checked against
    :param declares_residency: lives in the city and is old enough; asked of the unconfirmed
    :raises ResetInvalid: if the link was used or became void meanwhile
    """
    person = _unchanged(seen)
    if person is None:
        raise ResetInvalid
    actor = Actor(person_id=person.id)
    if person.confirmed_at is None:
        person.confirmed_at = now
        # What a stranger declared about somebody is no declaration.
        person.residency_declared_at = now if declares_residency else None
        journal.record("account:confirmed", "person", person.id, actor=actor, now=now)
    _set_password(person, password_hash, now)
    journal.record("account:password_reset", "person", person.id, actor=actor, now=now)
    return person


def change_password(seen: Credentials, password_hash: str, now: datetime) -> Person:
    """Set a new password for somebody who knows the old one, and end all sessions.

    :raises ChangedElsewhere: if it was changed meanwhile
    """
    person = _unchanged(seen)
    if person is None:
        raise ChangedElsewhere
    _set_password(person, password_hash, now)
    actor = Actor(person_id=person.id)
    journal.record("account:password_changed", "person", person.id, actor=actor, now=now)
    return person


def ask_for_address(seen: Credentials, email: str, now: datetime) -> AddressChange:
    """Note that a person wants another address; a link to the new one makes it so.

    The old address is told at once. If the new one belongs to somebody else's account, they are told
    instead; the statements are the same, and so is the page.

    :raises ChangedElsewhere: if password or address were changed meanwhile
    """
    person = _unchanged(seen)
    if person is None:
        raise ChangedElsewhere
    _end_address_changes(person.id, now)
    change = AddressChange(
        person_id=person.id, old_email=person.email, email=normal_address(email), asked_at=now
    )
    db.session.add(change)
    db.session.flush()
    actor = Actor(person_id=person.id)
    journal.record("address_change:asked", "address_change", change.id, actor=actor, now=now)
    owner = id_of_owner(email)
    if owner is None or owner == person.id:
        journal.record("address_change:link", "address_change", change.id, actor=actor, now=now)
    else:
        journal.record("account:address_wanted", "person", owner, actor=VISITOR, now=now)
    return change


def confirm_address(change_id: int, actor: Actor, now: datetime) -> Person:
    """Give the person the address whose link they opened while signed in.

    Link and session together: who reads the new mailbox by mistake has no session, and who sits at
    somebody's device has no link. The database sees to it that a mailbox has one account.

    :raises AddressLinkInvalid: if the link was used, replaced, or is not the actor's
    :raises AddressTakenMeanwhile: if another account got the mailbox since
    """
    change = db.session.get(AddressChange, change_id)
    if change is None or change.person_id != actor.person_id:
        raise AddressLinkInvalid
    person = db.session.get_one(
        Person, change.person_id, with_for_update={"key_share": True}, populate_existing=True
    )
    db.session.refresh(change)
    if change.ended_at is not None:
        raise AddressLinkInvalid
    try:
        with db.session.begin_nested():
            person.email = change.email
            person.mailbox = mailbox_key(change.email)
            change.ended_at = now
            db.session.flush()
    except IntegrityError as error:
        raise AddressTakenMeanwhile from error
    journal.record("account:address_changed", "person", person.id, actor=actor, now=now)
    return person


def choose_language(person_id: int, language: str, now: datetime) -> None:
    """Set the language of a person's mails."""
    person = db.session.get_one(Person, person_id, with_for_update={"key_share": True})
    if person.language == language:
        return
    person.language = language
    actor = Actor(person_id=person_id)
    journal.record("account:language_chosen", "person", person_id, actor=actor, now=now)


def end_session(session_id: int, actor: Actor, now: datetime) -> None:
    """End one session of the actor's own; nothing happens if it has ended, or is another's."""
    _end_sessions(actor, now, SignInSession.id == session_id)


def end_other_sessions(token_hash: str, actor: Actor, now: datetime) -> None:
    """End all sessions of the actor's own but this one."""
    _end_sessions(actor, now, SignInSession.token_hash != token_hash)


def forget_address_changes(now: datetime) -> int:
    """Delete wishes for another address that are long over; return how many."""
    old = AddressChange.asked_at <= now - ADDRESS_CHANGE_KEPT
    result: Any = db.session.execute(sa.delete(AddressChange).where(old))
    return int(result.rowcount)


def _end_sessions(actor: Actor, now: datetime, which: sa.ColumnElement[bool]) -> None:
    own = SignInSession.person_id == actor.person_id
    result: Any = db.session.execute(sa.delete(SignInSession).where(own, which))
    if result.rowcount and actor.person_id:
        journal.record("account:sessions_ended", "person", actor.person_id, actor=actor, now=now)


def _unchanged(seen: Credentials) -> Person | None:
    """The person, locked, if the credentials are still what was seen."""
    person = db.session.get(
        Person, seen.person_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if person is None:
        return None
    is_confirmed = person.confirmed_at is not None
    now_seen = Credentials(person.id, person.email, person.password_hash, is_confirmed).seen
    return person if now_seen == seen.seen else None


def _set_password(person: Person, password_hash: str, now: datetime) -> None:
    """Whoever knew the old password is out: sessions, and wishes for another address."""
    person.password_hash = password_hash
    db.session.execute(sa.delete(SignInSession).where(SignInSession.person_id == person.id))
    _end_address_changes(person.id, now)


def _end_address_changes(person_id: int, now: datetime) -> None:
    db.session.execute(
        sa.update(AddressChange)
        .where(AddressChange.person_id == person_id, AddressChange.ended_at.is_(None))
        .values(ended_at=now)
    )

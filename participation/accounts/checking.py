"""Looking at passwords that people send: not too often, and no longer for known than for unknown ones."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from flask import current_app, request

from participation.accounts import tries
from participation.accounts.passwords import passwords
from participation.accounts.queries import Credentials
from participation.accounts.rules import mailbox_key
from participation.accounts.tries import Counter
from participation.accounts.try_rules import MAILBOX_WINDOW, NETWORK_WINDOW, Limit
from participation.core.db import db
from participation.core.fingerprints import fingerprint
from participation.core.languages import gettext, ngettext
from participation.core.limits import network_of


@dataclass(frozen=True)
class Checked:
    """What came of it.

    :param fits: the password is right
    :param wait_until: it was not looked at, because there were too many tries before
    """

    fits: bool
    wait_until: datetime | None = None


def _key(kind: str, text: str) -> str:
    return fingerprint(current_app.extensions["settings"].key_of_fingerprints, kind, text)


def _mailbox(email: str) -> Counter:
    free = current_app.extensions["settings"].failed_sign_ins_mailbox
    return Counter(_key("sign-in mailbox", mailbox_key(email)), Limit(free, MAILBOX_WINDOW))


def _network() -> Counter:
    free = current_app.extensions["settings"].failed_sign_ins_network
    network = network_of(request.remote_addr or "")
    return Counter(_key("sign-in network", network), Limit(free, NETWORK_WINDOW))


def _own(person_id: int) -> Counter:
    free = current_app.extensions["settings"].failed_sign_ins_mailbox
    return Counter(_key("own password", str(person_id)), Limit(free, MAILBOX_WINDOW))


def check_sign_in(email: str, found: Credentials | None, password: str, now: datetime) -> Checked:
    """Check the password of who signs in; counts for the mailbox and for the network.

    Known and unknown addresses cost the same statements and one hash. Commits; no transaction is open
    while the password is checked.
    """
    stored = found.password_hash if found and found.is_confirmed else None
    return _check([_mailbox(email), _network()], stored, password, now)


def check_own(person: Credentials, password: str, now: datetime) -> Checked:
    """Check the password of somebody who is signed in and changes something; counts for this alone."""
    return _check([_own(person.person_id)], person.password_hash, password, now)


def _check(counters: list[Counter], stored: str | None, password: str, now: datetime) -> Checked:
    wait_until = tries.count(counters, now)
    if wait_until is not None:
        db.session.rollback()
        return Checked(False, wait_until)
    db.session.commit()
    return Checked(passwords().fits(stored, password))


def forget_tries(email: str, person_id: int) -> None:
    """Begin anew with a mailbox and its owner, who has set a new password."""
    tries.forget(_mailbox(email).key)
    tries.forget(_own(person_id).key)


def count_success(email: str) -> None:
    """The person signed in: the mailbox's count begins anew, the network's loses this try."""
    tries.forget(_mailbox(email).key)
    tries.take_back(_network().key)


def count_own_success(person_id: int) -> None:
    """The person knew the own password."""
    tries.forget(_own(person_id).key)


def words_for_waiting(until: datetime, now: datetime) -> str:
    """Say how long to wait."""
    minutes = max(1, ceil((until - now).total_seconds() / 60))
    return ngettext(
        "Das waren zu viele Versuche. Bitte warten Sie %(num)s Minute.",
        "Das waren zu viele Versuche. Bitte warten Sie %(num)s Minuten.",
        minutes,
        num=minutes,
    )


def words_for(checked: Checked, now: datetime) -> str:
    """Say what is wrong with the own password."""
    if checked.wait_until:
        return words_for_waiting(checked.wait_until, now)
    return gettext("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")

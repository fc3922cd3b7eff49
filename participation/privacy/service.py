"""Deleting an account, and what the platform forgets by itself.

Each feature has its own ``forget``; this is where they are called, in the order person, suggestion,
thread, meeting, poll, in which all locks are taken.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from participation.accounts import forgetting as accounts
from participation.accounts.models import Person
from participation.accounts.rules import mailbox_key
from participation.barriers import service as barriers
from participation.comments import forgetting as comments
from participation.core.retention import Expiry
from participation.files import service as files
from participation.following import service as following
from participation.journal import service as journal
from participation.meetings import service as meetings
from participation.notifications import service as notifications
from participation.permissions import CLOCK, Actor
from participation.polls import forgetting as polls
from participation.privacy.rules import (
    FURTHER_PERIODS,
    TABLES,
    AlreadyDeleted,
    LastAdministrator,
    PasswordChanged,
    Wish,
)
from participation.suggestions import forgetting as suggestions
from participation.suggestions import support_forgetting as supports
from participation.suggestions.service import Terms


@dataclass(frozen=True)
class Wishes:
    """What somebody who deletes the account wants of the own public texts."""

    suggestions: Wish = Wish.STAY
    comments: Wish = Wish.STAY


@dataclass(frozen=True)
class Periods:
    """For how many days what is kept, by the setting's name."""

    days: Mapping[str, int]
    SETTINGS: ClassVar[set[str]] = {
        *(table.setting for table in TABLES.values() if table.setting),
        *FURTHER_PERIODS,
    }

    def before(self, setting: str, now: datetime) -> datetime:
        """What is not younger than this is due; without a setting the rows themselves say when."""
        return now - timedelta(days=self.days[setting]) if setting else now


def delete_account(
    person_id: int, password_hash: str, wishes: Wishes, now: datetime, terms: Terms
) -> None:
    """Delete a person's account. Counts stay true, others' texts stay; pressing twice deletes once.

    :param password_hash: what the given password was checked against
    :raises AlreadyDeleted: :raises PasswordChanged: :raises LastAdministrator:
    :raises sqlalchemy.exc.IntegrityError: if something was written in the person's name at the same
        moment: roll back and try again
    """
    person = accounts.locked(person_id)
    if person is None:
        raise AlreadyDeleted
    if person.password_hash != password_hash:
        raise PasswordChanged
    if accounts.is_last_administrator(person_id):
        raise LastAdministrator
    journal.record("account:deleted", "person", person_id, actor=Actor(person_id), now=now)
    _erase(person, wishes, now, terms)


def _erase(person: Person, wishes: Wishes, now: datetime, terms: Terms) -> None:
    """Let every feature forget a locked person, and delete the row at last."""
    key, confirmed = person.id, person.confirmed_at is not None
    mailbox = terms.fingerprint_of_mailbox(mailbox_key(person.email)) if confirmed else None
    suggestions.forget(key, now, terms, keep_texts=wishes.suggestions is Wish.STAY)
    supports.forget(key, mailbox)
    comments.forget(key, now, keep_texts=wishes.comments is Wish.STAY)
    meetings.forget(key, now)
    polls.forget(key)
    files.forget(key)
    barriers.forget(person.email)
    notifications.forget(key)
    following.forget(key)
    accounts.forget(key)


def _expiries(terms: Terms) -> Iterator[Expiry]:
    """Everything that goes by itself."""
    yield from accounts.EXPIRIES

    def delete_unconfirmed(keys: Sequence[int], now: datetime) -> None:
        for key in sorted(keys):
            person = accounts.locked(key)
            if person is not None:
                journal.record("account:never_confirmed", "person", key, actor=CLOCK, now=now)
                _erase(person, Wishes(Wish.GO, Wish.GO), now, terms)

    yield Expiry(
        "person", "accounts that were never confirmed", "keep_unconfirmed_days",
        Person, accounts.never_confirmed, delete_unconfirmed,
    )  # fmt: skip
    yield from suggestions.EXPIRIES
    yield from supports.EXPIRIES
    yield from comments.EXPIRIES
    yield from meetings.EXPIRIES
    yield from polls.EXPIRIES
    yield from notifications.EXPIRIES
    yield from files.EXPIRIES


def apply_retention(now: datetime, periods: Periods, terms: Terms) -> Counter[tuple[str, str]]:
    """Forget some rows of each kind whose time is over; the caller commits, and calls again while any did.

    Safe to be interrupted and to run in several workers: each row is locked and asked once more.

    :returns: how many rows, by table and kind; empty if nothing is left to do
    """
    done: Counter[tuple[str, str]] = Counter()
    for expiry in _expiries(terms):
        if count := expiry.apply(periods.before(expiry.setting, now), now):
            done[expiry.table, expiry.what] = count
    return done


def due(now: datetime, periods: Periods, terms: Terms) -> Counter[tuple[str, str]]:
    """How many rows of each kind are due, without doing anything."""
    return Counter(
        {
            (expiry.table, expiry.what): expiry.due(periods.before(expiry.setting, now), now)
            for expiry in _expiries(terms)
        }
    )

"""From the journal to mails, and from mails to sent ones. Each function is one small transaction.

A mail exists before it is sent and keeps its Message-ID: a worker that dies at any point loses
none, and the worst that can happen is the same mail twice with the same Message-ID.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.accounts.rules import mailbox_key
from participation.comments.models import Comment
from participation.core.db import UtcDateTime, db, insert
from participation.core.retention import Expiry
from participation.journal import service as journal
from participation.journal.models import JournalEntry
from participation.meetings.queries import people_to_tell
from participation.notifications.models import Mail
from participation.notifications.rules import MOST_TRIES, NOTICES, Notice, next_try_after
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.support_queries import guests_to_tell, supporters_to_tell

_ROWS_A_STATEMENT = 500
#: Tables of what has an author, by what the journal calls it.
_WRITTEN: dict[str, Any] = {"comment": Comment, "suggestion_note": SuggestionNote}


def write_next(now: datetime, domain: str) -> bool:
    """Turn the oldest entry of the outbox into mails; tell whether there was one.

    :param domain: of the sender, for Message-IDs
    """
    entry = journal.take_next()
    if entry is None:
        return False
    notice = NOTICES.get(entry.event)
    if notice is None:
        return True
    people = _recipients(entry, notice)
    mails = [_mail(entry, notice, now, domain, person_id=key) for key in people]
    mails += [
        _mail(entry, notice, now, domain, guest_id=key) for key in _guests(entry, notice, people)
    ]
    for start in range(0, len(mails), _ROWS_A_STATEMENT):
        db.session.execute(
            insert(Mail).values(mails[start : start + _ROWS_A_STATEMENT]).on_conflict_do_nothing()
        )
    return True


def _mail(
    entry: JournalEntry,
    notice: Notice,
    now: datetime,
    domain: str,
    *,
    person_id: int | None = None,
    guest_id: int | None = None,
) -> dict[str, Any]:
    reader = f"g{guest_id}" if person_id is None else str(person_id)
    return {
        "entry_id": entry.id,
        "person_id": person_id,
        "guest_id": guest_id,
        "template": notice.template,
        "message_id": f"{entry.id}.{reader}.{notice.template}@{domain}",
        "created_at": now,
        "next_try_at": now,
    }


def _guests(entry: JournalEntry, notice: Notice, people: list[int]) -> list[int]:
    """Keys of readers without an account; not of those who get the mail with their account already."""
    if notice.guest:
        return [entry.subject_id]
    if not notice.supporters and not notice.asked:
        return []
    guests = guests_to_tell(entry.subject_id, _not_on(entry, notice))
    if not guests:
        return []
    told: set[str] = set()
    for start in range(0, len(people), _ROWS_A_STATEMENT):
        some = people[start : start + _ROWS_A_STATEMENT]
        told |= {
            mailbox_key(email)
            for email in db.session.scalars(sa.select(Person.email).where(Person.id.in_(some)))
        }
    return [key for key, email in guests if mailbox_key(email) not in told]


def _not_on(entry: JournalEntry, notice: Notice) -> int | None:
    """The suggestion that was merged into: who supports it needs not be asked to."""
    return int(entry.facts["target"]) if notice.asked else None


def _recipients(entry: JournalEntry, notice: Notice) -> list[int]:
    """Keys of the people who get the mail; each once, whatever they are to the thing."""
    if notice.person:
        # Who deleted the account meanwhile gets no mail, and holds up nobody else's.
        alive = sa.select(Person.id).where(Person.id == entry.subject_id)
        return list(db.session.scalars(alive))
    if notice.signed_up and not entry.facts.get("tell"):
        return []
    if notice.guest:
        return []
    chosen = []
    if notice.actor:
        chosen.append(Person.id == entry.actor_id)
    if notice.signed_up:
        chosen.append(Person.id.in_(people_to_tell(entry.subject_id)))
    if notice.author:
        table = _WRITTEN.get(entry.subject, Suggestion)
        author = sa.select(table.author_id).where(table.id == entry.subject_id)
        chosen.append(Person.id.in_(author))
    if notice.supporters or notice.asked:
        told = Person.id.in_(supporters_to_tell(entry.subject_id, _not_on(entry, notice)))
        # Authors may support their own suggestion; what they did themselves is no news to them.
        chosen.append(told if notice.author else sa.and_(told, Person.id != entry.actor_id))
    reachable = sa.select(Person.id).where(Person.confirmed_at.is_not(None), Person.email != "")
    return list(db.session.scalars(reachable.where(sa.or_(*chosen)).order_by(Person.id)))


def take(now: datetime, lease: timedelta) -> Mail | None:
    """Take a mail that is due, for as long as the lease; whoever dies in between gives it back."""
    mail = db.session.scalar(
        sa.select(Mail)
        .where(Mail.next_try_at <= now)
        .order_by(Mail.next_try_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if mail is not None:
        mail.next_try_at = now + lease
        mail.tries += 1
        db.session.flush()
    return mail


def mark_sent(mail: Mail, now: datetime) -> None:
    """Write down that the mail server has taken the mail."""
    _finish(mail, sent_at=now, next_try_at=None, last_error="")


def mark_failed(mail: Mail, now: datetime, error: str) -> None:
    """Write down why a try failed, and when the next one is; after many tries, give up."""
    given_up = mail.tries >= MOST_TRIES
    again = None if given_up else now + next_try_after(mail.tries)
    _finish(mail, next_try_at=again, last_error=error[:300])


def drop(mail: Mail, reason: str) -> None:
    """Give a mail up that must not be sent any more."""
    _finish(mail, next_try_at=None, last_error=reason)


def _finish(mail: Mail, **values: object) -> None:
    """Write the outcome of this try, unless a later try has begun or the mail was sent meanwhile."""
    db.session.execute(
        sa.update(Mail)
        .where(Mail.id == mail.id, Mail.tries == mail.tries, Mail.sent_at.is_(None))
        .values(**values)
    )


def forget(person_id: int) -> None:
    """Delete all mails to a person who deletes the account, sent ones and those that wait."""
    db.session.execute(sa.delete(Mail).where(Mail.person_id == person_id))


def _done(before: datetime, _now: datetime) -> sa.Select[Any]:
    done = sa.func.coalesce(Mail.sent_at, Mail.created_at, type_=UtcDateTime())
    return sa.select(Mail.id).where(Mail.next_try_at.is_(None), done <= before)


def _delete(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.delete(Mail).where(Mail.id.in_(keys)))


EXPIRIES = (
    Expiry("mail", "mails that were sent or given up", "keep_mail_days", Mail, _done, _delete),
)  # fmt: skip

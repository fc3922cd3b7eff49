"""From the journal to mails, and from mails to sent ones. Each function is one small transaction.

A mail exists before it is sent and keeps its Message-ID: a worker that dies at any point loses
none, and the worst that can happen is the same mail twice with the same Message-ID.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from participation.core.clock import CITY_TIME
from participation.core.db import UtcDateTime, db, insert
from participation.core.languages import SOURCE
from participation.core.retention import Expiry
from participation.following.models import MailSetting
from participation.following.rules import Frequency, next_digest, next_morning
from participation.journal import service as journal
from participation.journal.models import JournalEntry
from participation.notifications import audience, matters
from participation.notifications.models import Mail, News
from participation.notifications.rules import (
    DIGEST,
    MOST_TRIES,
    NOTICES,
    is_collected,
    next_try_after,
)
from participation.polls import board_job

#: What a city's list can bring; nobody acts then.
_IMPORTED = frozenset(
    {"project:created", "project:changed", "meeting:created", "meeting:cancelled"}
)


def write_next(now: datetime, domain: str) -> bool:
    """Turn the oldest entry of the outbox into mails, and into news that waits for a digest; tell
    whether there was one. Each person is decided about once, by what they have set now.

    :param domain: of the sender, for Message-IDs
    """
    entry = journal.take_next()
    if entry is None:
        return False
    notice = NOTICES.get(entry.event)
    if notice is None:
        return True
    about = matters.of_entries([entry], SOURCE.chain, now)[entry.id].about
    certain = audience.in_any_case(entry, notice)
    if notice.voters:
        certain = board_job.take_arrivals(entry.subject_id)
    news = audience.for_news(entry, notice, about) if notice.is_news else []
    later = is_collected(
        notice, imported=_is_imported(entry), first_result=audience.is_first_result(entry)
    )
    rest = sorted(set(news) - set(certain))
    at_once = _keep_for_digests(entry, rest, now, collected=later)
    guests = audience.guests(entry, notice, about, certain + rest)
    template = notice.news or notice.template
    mails = [_mail(entry, notice.template, now, domain, person_id=key) for key in certain]
    mails += [_mail(entry, template, now, domain, person_id=key) for key in at_once]
    mails += [_mail(entry, notice.template, now, domain, guest_id=key) for key in guests]
    for start in range(0, len(mails), audience.ROWS_A_STATEMENT):
        some = mails[start : start + audience.ROWS_A_STATEMENT]
        db.session.execute(insert(Mail).values(some).on_conflict_do_nothing())
    return True


def _is_imported(entry: JournalEntry) -> bool:
    """Whether a city's list brought it; the clock acts without a person, too."""
    return entry.actor_id is None and entry.event in _IMPORTED


def _keep_for_digests(
    entry: JournalEntry, people: list[int], now: datetime, *, collected: bool
) -> list[int]:
    """Let news wait for those who want it later; return the keys of those who get it at once.

    Their settings are locked until the commit: who changes one meanwhile, or makes a digest, waits,
    so that nothing is told twice and nothing stays behind.
    """
    at_once: list[int] = []
    for some in audience.in_parts(people):
        if collected:
            _make_settings(some)
        wanted = audience.frequencies(some)
        for frequency in Frequency:
            keys = [key for key in some if wanted.get(key, Frequency.AT_ONCE) is frequency]
            if frequency is Frequency.AT_ONCE and not collected:
                at_once += keys
            elif keys and frequency is not Frequency.NEVER:
                _keep(entry, keys, frequency, now)
    return at_once


def _make_settings(people: Sequence[int]) -> None:
    """Give everybody a row that can be locked."""
    rows = [{"person_id": key, "frequency": Frequency.AT_ONCE} for key in people]
    db.session.execute(insert(MailSetting).values(rows).on_conflict_do_nothing())


def _keep(entry: JournalEntry, people: list[int], frequency: Frequency, now: datetime) -> None:
    at = next_digest(frequency, now, CITY_TIME)
    if frequency is Frequency.AT_ONCE:
        at = next_morning(now, CITY_TIME)
    rows = [{"person_id": key, "entry_id": entry.id} for key in people]
    db.session.execute(insert(News).values(rows).on_conflict_do_nothing())
    # What waits already keeps its time.
    db.session.execute(
        sa.update(MailSetting)
        .where(MailSetting.person_id.in_(people), MailSetting.digest_at.is_(None))
        .values(digest_at=at)
    )


def write_digest(now: datetime, domain: str) -> bool:
    """Make one digest that is due of everything that waits for a person; tell whether there was one.

    The person's setting is locked: of several workers one makes it. It is tied to its news in the
    same transaction, so a worker that dies leaves all of it or nothing.
    """
    setting = db.session.scalar(
        sa.select(MailSetting)
        .where(MailSetting.digest_at <= now)
        .order_by(MailSetting.digest_at, MailSetting.person_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if setting is None:
        return False
    setting.digest_at = None
    db.session.flush()
    waiting = sa.and_(News.person_id == setting.person_id, News.mail_id.is_(None))
    if setting.frequency is Frequency.NEVER:
        db.session.execute(sa.delete(News).where(waiting))
        return True
    newest = db.session.scalar(sa.select(sa.func.max(News.entry_id)).where(waiting))
    if newest is None:
        return True
    # Nobody has another mail about this entry: each person was decided about once.
    entry = db.session.get_one(JournalEntry, newest)
    values = _mail(entry, DIGEST, now, domain, person_id=setting.person_id)
    mail_id = db.session.scalars(insert(Mail).values(values).returning(Mail.id)).one()
    db.session.execute(sa.update(News).where(waiting).values(mail_id=mail_id))
    return True


def _mail(
    entry: JournalEntry,
    template: str,
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
        "template": template,
        "message_id": f"{entry.id}.{reader}.{template}@{domain}",
        "created_at": now,
        "next_try_at": now,
    }


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
    """Delete all mails to a person who deletes the account, sent ones and those that wait, and what
    waits for a digest."""
    db.session.execute(sa.delete(News).where(News.person_id == person_id))
    db.session.execute(sa.delete(Mail).where(Mail.person_id == person_id))


def _done(before: datetime, _now: datetime) -> sa.Select[Any]:
    done = sa.func.coalesce(Mail.sent_at, Mail.created_at, type_=UtcDateTime())
    return sa.select(Mail.id).where(Mail.next_try_at.is_(None), done <= before)


def _delete(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.delete(News).where(News.mail_id.in_(keys)))
    db.session.execute(sa.delete(Mail).where(Mail.id.in_(keys)))


EXPIRIES = (
    Expiry("mail", "mails that were sent or given up", "keep_mail_days", Mail, _done, _delete),
)  # fmt: skip

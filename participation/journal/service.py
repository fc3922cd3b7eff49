"""Writing the journal."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.core.db import db
from participation.journal.events import EVENTS
from participation.journal.models import JournalEntry, OutboxEntry
from participation.permissions import Actor


def record(
    event: str, subject: str, subject_id: int, *, actor: Actor, now: datetime, **facts: Any
) -> JournalEntry:
    """Write down that something happened, in the transaction in which it happens.

    The outbox gets its row in the same transaction, so a mail can neither be lost nor be sent for
    something that was rolled back.

    :raises LookupError: if the event has no words in ``events.EVENTS``
    """
    if event not in EVENTS:
        raise LookupError(f"the journal has no words for {event}")
    entry = JournalEntry(
        at=now,
        actor_id=actor.person_id,
        event=event,
        subject=subject,
        subject_id=subject_id,
        facts=facts,
    )
    db.session.add(entry)
    db.session.add(OutboxEntry(entry=entry))
    db.session.flush()
    return entry


def take_next() -> JournalEntry | None:
    """Take the oldest entry off the outbox, or return ``None`` if it is empty.

    It is back in the outbox if the transaction is rolled back; two workers never get the same one.
    """
    row = db.session.scalar(
        sa.select(OutboxEntry)
        .order_by(OutboxEntry.entry_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    entry = row.entry
    db.session.delete(row)
    db.session.flush()
    return entry

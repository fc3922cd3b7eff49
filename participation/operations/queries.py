"""Reads what there is to do, in numbers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.journal.models import OutboxEntry
from participation.notifications.models import Mail
from participation.notifications.rules import MOST_TRIES
from participation.operations.models import WorkerBeat
from participation.suggestions.models import Suggestion


@dataclass(frozen=True)
class Load:
    """How much waits, and how much there is.

    :param given_up: mails that no mail server took, and nobody tries to send any more
    :param oldest_mail: since when the oldest one waits
    """

    outbox: int
    waiting: int
    given_up: int
    oldest_mail: datetime | None
    supports: int


def last_beat() -> datetime | None:
    """When a worker last said that it lives."""
    return db.session.scalar(sa.select(WorkerBeat.at))


def load() -> Load:
    """Count what waits, in one statement each table."""
    outbox = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) or 0
    waiting, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Mail.created_at)).where(
            Mail.next_try_at.is_not(None)
        )
    ).one()
    given_up = db.session.scalar(
        sa.select(sa.func.count()).where(
            Mail.next_try_at.is_(None), Mail.sent_at.is_(None), Mail.tries >= MOST_TRIES
        )
    )
    supports = db.session.scalar(sa.select(sa.func.sum(Suggestion.supports)))
    return Load(outbox, waiting, given_up or 0, oldest, supports or 0)

"""Reads of the journal."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.core import paging
from participation.journal.events import MAIL_ONLY
from participation.journal.models import JournalEntry

PAGE_SIZE = 50
_NEWEST = paging.Order([(JournalEntry.id, paging.whole_number)])


def page(
    subjects: Collection[str],
    token: str | None,
    *,
    subject_id: int | None = None,
    before: datetime | None = None,
) -> paging.Page[Any]:
    """One page of what happened, newest first, without ``events.MAIL_ONLY``; rows ``(JournalEntry,)``.

    :param subjects: kinds of things, as the entries call them; empty for all
    :param subject_id: only what happened to this one of the kind
    :param before: only what happened before
    """
    statement = sa.select(JournalEntry).where(JournalEntry.event.not_in(MAIL_ONLY))
    if subjects:
        statement = statement.where(JournalEntry.subject.in_(subjects))
    if subject_id is not None:
        statement = statement.where(JournalEntry.subject_id == subject_id)
    if before is not None:
        statement = statement.where(JournalEntry.at < before)
    return paging.page_of(statement, _NEWEST, token, PAGE_SIZE)

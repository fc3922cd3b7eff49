"""Reads of reports."""

from typing import Any

import sqlalchemy as sa

from participation.barriers.models import BarrierReport
from participation.core import paging
from participation.core.db import db

PAGE_SIZE = 20
_OLDEST = paging.Order([(BarrierReport.id, paging.whole_number)], descending=False)
_LAST_ANSWERED = paging.Order(
    [(BarrierReport.answered_at, paging.moment), (BarrierReport.id, paging.whole_number)]
)


def by_id(report_id: int) -> BarrierReport | None:
    """The report with this key."""
    return db.session.get(BarrierReport, report_id)


def open_page(token: str | None) -> paging.Page[Any]:
    """Reports that wait, the oldest first; one statement."""
    statement = sa.select(BarrierReport).where(BarrierReport.answered_at.is_(None))
    return paging.page_of(statement, _OLDEST, token, PAGE_SIZE)


def answered_page(token: str | None) -> paging.Page[Any]:
    """Answered ones, the last answered first; one statement."""
    statement = sa.select(BarrierReport).where(BarrierReport.answered_at.is_not(None))
    return paging.page_of(statement, _LAST_ANSWERED, token, PAGE_SIZE)

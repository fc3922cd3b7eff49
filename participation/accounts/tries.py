"""Counting tries at passwords in the database, so that all processes count together.

Each try is one row for the mailbox and one for the network, under their locks: tries at once wait for
each other here, for a moment, and none is lost. The mailbox's row is always locked first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import FailedSignIns
from participation.accounts.try_rules import (
    FORGOTTEN_AFTER,
    Limit,
    Tries,
    has_to_wait,
    with_one_more,
)
from participation.core.db import db, insert


@dataclass(frozen=True)
class Counter:
    """What is counted. :param key: a fingerprint; :param limit: how much of it is too much"""

    key: str
    limit: Limit


def count(counters: Sequence[Counter], now: datetime) -> datetime | None:
    """Count one more try, as a failure; a success takes it back. Three statements, whatever is counted.

    :param counters: of the mailbox first, then of the network
    :returns: until when to wait, if one has to; then nothing is counted, and the caller rolls back
    """
    table: Any = FailedSignIns
    rows = [{"key": one.key, "failures": 0, "began_at": now} for one in counters]
    statement = insert(FailedSignIns).values(rows)
    # Writing the row as it is locks it, and returns it as whoever had the lock before left it.
    statement = statement.on_conflict_do_update(
        index_elements=["key"], set_={"failures": table.failures}
    )
    columns = (table.key, table.failures, table.began_at, table.wait_until)
    found = {row.key: Tries(*row[1:]) for row in db.session.execute(statement.returning(*columns))}
    waits = [one.wait_until for one in found.values() if has_to_wait(one, now)]
    if waits:
        return max(until for until in waits if until)
    more = {one.key: with_one_more(found[one.key], one.limit, now) for one in counters}
    for key, tries in more.items():
        values = {
            "failures": tries.failures,
            "began_at": tries.began_at,
            "wait_until": tries.wait_until,
        }
        db.session.execute(sa.update(FailedSignIns).where(table.key == key).values(values))
    return None


def forget(key: str) -> None:
    """Begin anew for this mailbox, or this person's password: it was right, or there is a new one."""
    db.session.execute(sa.delete(FailedSignIns).where(FailedSignIns.key == key))


def take_back(key: str) -> None:
    """The try from this network was none that failed; earlier ones stay, whoever's they were."""
    db.session.execute(
        sa.update(FailedSignIns)
        .where(FailedSignIns.key == key, FailedSignIns.failures > 0)
        .values(failures=FailedSignIns.failures - 1, wait_until=None)
    )


def forget_old(now: datetime) -> int:
    """Delete counts that cannot matter any more; return how many."""
    old = FailedSignIns.began_at <= now - FORGOTTEN_AFTER
    result: Any = db.session.execute(sa.delete(FailedSignIns).where(old))
    return int(result.rowcount)

"""Rows whose time is over: which they are, and what happens to them then. Features list theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.core.db import db

#: So many rows of one kind a transaction: nobody waits long for it.
AT_ONCE = 200


@dataclass(frozen=True)
class Expiry:
    """One kind of rows that do not stay for ever.

    :param table: where they are; :param what: in English, for who runs the command
    :param setting: the setting that says how many days they stay; empty if the row itself says when
    :param row: the model whose rows are locked
    :param keys: statement for the keys of the rows that are due, of ``(before, now)``: ``before`` is as
        many days ago as the setting says
    :param forget: what happens to the locked rows with these keys, of ``(keys, now)``
    """

    table: str
    what: str
    setting: str
    row: Any
    keys: Callable[[datetime, datetime], sa.Select[Any]]
    forget: Callable[[Sequence[Any], datetime], None]

    def due(self, before: datetime, now: datetime) -> int:
        """How many rows are due."""
        found = self.keys(before, now).subquery()
        return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0

    def apply(self, before: datetime, now: datetime) -> int:
        """Forget some rows that are due, and tell how many. What somebody holds waits for the next time.

        Locking asks once more whether a row is due: what was changed meanwhile stays.
        """
        due = self.keys(before, now).limit(AT_ONCE)
        found = db.session.execute(due.with_for_update(of=self.row, skip_locked=True)).all()
        keys = [row[0] if len(row) == 1 else tuple(row) for row in found]
        if keys:
            self.forget(keys, now)
            db.session.flush()
        return len(keys)

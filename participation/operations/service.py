"""Writes the worker's sign of life."""

from datetime import datetime

from participation.core.db import db, insert
from participation.operations.models import WorkerBeat


def beat(now: datetime) -> None:
    """Write down that a worker lives."""
    statement = insert(WorkerBeat).values(id=1, at=now)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[WorkerBeat.id], set_={"at": now})
    )

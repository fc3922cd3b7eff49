"""Taking the figures; the worker does it, readers read them."""

from datetime import date, datetime

from participation.core.db import db, insert
from participation.reports import queries, rules
from participation.reports.models import KeptFigures


def take(now: datetime, today: date) -> None:
    """Count everything and keep it as the figures of the day; several workers may do it at once."""
    values = {"taken_at": now, "values": rules.as_json(queries.count(now, today))}
    statement = insert(KeptFigures).values(day=today, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))

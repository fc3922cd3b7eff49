"""What the start page counts."""

from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.projects.queries import how_many
from participation.suggestions.queries import how_many_collect

COUNTED_UP_TO = 100


def figures(now: datetime) -> sa.Row[tuple[int, int]]:
    """Row ``(projects, collecting)``: both in one statement; the second stops at a bound."""
    statement = sa.select(
        how_many().label("projects"), how_many_collect(now, COUNTED_UP_TO).label("collecting")
    )
    return db.session.execute(statement).one()

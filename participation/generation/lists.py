"""The lists that a made-up city needs, if nobody has imported any: those of Mainz."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from participation.city.models import Department, District, Topic
from participation.core.db import db
from participation.demo.city import FILES

_LISTS = (
    (District, "districts", "stadtteile"),
    (Department, "departments", "dezernate"),
    (Topic, "topics", "themen"),
)


def missing_lists() -> Iterator[tuple[str, Path]]:
    """Yield kind and file of each list that the database has nothing of."""
    for table, kind, name in _LISTS:
        if db.session.scalar(sa.select(table.id).limit(1)) is None:
            yield kind, FILES / f"{name}.csv"

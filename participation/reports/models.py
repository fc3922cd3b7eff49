"""Figures that are shown are kept, not counted for each reader."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.core.db import Base, UtcDateTime


class KeptFigures(Base):
    """The figures of one day of the city, as they were last taken on it. Counts only."""

    __tablename__ = "figures"

    day: Mapped[date] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What ``rules.as_json`` makes.
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

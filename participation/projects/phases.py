"""Telling that participation begins, when the clock says so."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa

from participation.core.clock import CITY_TIME
from participation.core.db import db, insert
from participation.journal import service as journal
from participation.permissions import CLOCK
from participation.projects.models import Project, ProjectPhase, ProjectPhaseBegun

#: Nobody is woken up by it.
_FROM = time(7)
#: If the worker stood still, a beginning is told up to so much later; older ones are no news.
_LATEST = timedelta(days=2)
_MOST_AT_ONCE = 100


def begin_phases(now: datetime) -> int:
    """Tell the journal of phases of public sheets that have begun, each day of a sheet once; return
    how many there were. Any number of workers may do it at once."""
    here = now.astimezone(CITY_TIME)
    last = here.date() if here.time() >= _FROM else here.date() - timedelta(days=1)
    told = sa.exists().where(
        ProjectPhaseBegun.project_id == ProjectPhase.project_id,
        ProjectPhaseBegun.starts_on == ProjectPhase.starts_on,
    )
    begun = (
        sa.select(ProjectPhase.project_id, ProjectPhase.starts_on)
        .join(Project, Project.id == ProjectPhase.project_id)
        .where(Project.published_at.is_not(None), ~told)
        .where(ProjectPhase.starts_on <= last, ProjectPhase.starts_on > here.date() - _LATEST)
        .distinct()
        .order_by(ProjectPhase.starts_on, ProjectPhase.project_id)
        .limit(_MOST_AT_ONCE)
    )
    count = 0
    for project_id, starts_on in db.session.execute(begun).all():
        values = {"project_id": project_id, "starts_on": starts_on}
        statement = insert(ProjectPhaseBegun).values(values).on_conflict_do_nothing()
        if db.session.scalars(statement.returning(ProjectPhaseBegun.project_id)).first():
            journal.record(
                "project:phase_began", "project", project_id,
                actor=CLOCK, now=now, starts_on=starts_on.isoformat(),
            )  # fmt: skip
            count += 1
    return count

"""Reads of meetings. Rows of lists are ``(Meeting, title, language, project_slug, …, has_results)``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from participation.core import paging
from participation.core.db import db
from participation.core.texts import best_text, is_best_text
from participation.journal.models import JournalEntry
from participation.meetings.models import Meeting, MeetingSignUp, MeetingText
from participation.meetings.rules import HOUR, KEPT_IN_FEED, OPEN_END, is_over
from participation.projects.models import Project, ProjectText
from participation.projects.queries import is_public

PAGE_SIZE = 10
#: Of those to come, the list has so many; the calendar has all.
MOST_UPCOMING = 8
#: No month is fuller; a page with more could not be read.
MOST_IN_A_MONTH = 200
MOST_IN_FEED = 1000
LATEST = paging.Order([(Meeting.starts_at, paging.moment), (Meeting.id, paging.whole_number)])
_OtherText = aliased(MeetingText)


def _with_text(chain: Sequence[str]) -> sa.Select[Any]:
    best = is_best_text(MeetingText, _OtherText, _OtherText.meeting_id == Meeting.id, chain)
    return (
        sa.select(
            Meeting,
            MeetingText.title,
            MeetingText.language,
            *_project_columns(chain),
            _has_results().label("has_results"),
        )
        .select_from(Meeting)
        .join(MeetingText, sa.and_(MeetingText.meeting_id == Meeting.id, best))
        .outerjoin(Project, _belongs())
    )


def _has_results() -> sa.ColumnElement[bool]:
    """Whether there are minutes or results, in any language."""
    any_text = aliased(MeetingText)
    return sa.exists().where(any_text.meeting_id == Meeting.id, any_text.results != "")


def _belongs() -> sa.ColumnElement[bool]:
    """The meeting's project; drafts are nobody's business."""
    return sa.and_(Project.id == Meeting.project_id, is_public())


def _project_columns(chain: Sequence[str]) -> list[Any]:
    """Address and title of the meeting's project, with the title's language."""
    belongs = ProjectText.project_id == Project.id
    title = best_text(ProjectText, belongs, chain, ProjectText.title)
    language = best_text(ProjectText, belongs, chain, ProjectText.language)
    return [
        Project.slug.label("project_slug"),
        title.label("project_title"),
        language.label("project_language"),
    ]


def _ends() -> sa.ColumnElement[Any]:
    return sa.func.coalesce(Meeting.ends_at, Meeting.starts_at)


def _not_over(now: datetime) -> sa.ColumnElement[bool]:
    open_since = sa.and_(Meeting.ends_at.is_(None), Meeting.starts_at > now - OPEN_END)
    # Never NULL, as its opposite is asked for too.
    return sa.or_(sa.and_(Meeting.ends_at.is_not(None), Meeting.ends_at > now), open_since)


def upcoming(
    now: datetime, chain: Sequence[str], count: int, *, with_cancelled: bool = True
) -> Sequence[sa.Row[Any]]:
    """The next meetings that are not over, first one first."""
    statement = _with_text(chain).where(_not_over(now)).order_by(Meeting.starts_at, Meeting.id)
    if not with_cancelled:
        statement = statement.where(Meeting.cancelled_at.is_(None))
    return db.session.execute(statement.limit(count)).all()


def past_page(now: datetime, token: str | None, chain: Sequence[str]) -> paging.Page[Any]:
    """One page of meetings that are over, latest first."""
    statement = _with_text(chain).where(sa.not_(_not_over(now)))
    return paging.page_of(statement, LATEST, token, PAGE_SIZE)


def of_project(project_id: int, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """All meetings on a project, first one first."""
    statement = _with_text(chain).where(Meeting.project_id == project_id)
    return db.session.execute(statement.order_by(Meeting.starts_at, Meeting.id)).all()


def held_on_project(project_id: int, now: datetime, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Meetings on a project that took place, first one first."""
    is_held = sa.and_(Meeting.cancelled_at.is_(None), sa.not_(_not_over(now)))
    statement = _with_text(chain).where(Meeting.project_id == project_id, is_held)
    return db.session.execute(statement.order_by(Meeting.starts_at, Meeting.id)).all()


def next_of(rows: Sequence[sa.Row[Any]], now: datetime) -> sa.Row[Any] | None:
    """The first of the rows whose meeting is not over."""
    return next((row for row in rows if not is_over(row[0].facts, now)), None)


def between(begin: datetime, end: datetime, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Meetings that lie, wholly or partly, in the time ``[begin, end)``, first one first."""
    statement = _with_text(chain).where(
        Meeting.starts_at < end, sa.or_(Meeting.starts_at >= begin, _ends() > begin)
    )
    statement = statement.order_by(Meeting.starts_at, Meeting.id)
    return db.session.execute(statement.limit(MOST_IN_A_MONTH)).all()


def span() -> Sequence[datetime | None]:
    """The first beginning of all meetings, the last beginning, and the last end."""
    bounds = sa.func.min(Meeting.starts_at), sa.func.max(Meeting.starts_at)
    return db.session.execute(sa.select(*bounds, sa.func.max(Meeting.ends_at))).one()


def sheet(slug: str, chain: Sequence[str]) -> sa.Row[Any] | None:
    """Row ``(Meeting, project_slug, project_title, project_language)``, with all texts."""
    statement = (
        sa.select(Meeting, *_project_columns(chain))
        .outerjoin(Project, _belongs())
        .where(Meeting.slug == slug)
        .options(selectinload(Meeting.texts))
    )
    return db.session.execute(statement).first()


def by_id(meeting_id: int) -> Meeting | None:
    """A meeting with its texts."""
    statement = sa.select(Meeting).where(Meeting.id == meeting_id)
    return db.session.scalar(statement.options(selectinload(Meeting.texts)))


@dataclass(frozen=True)
class Words:
    """A text, and the language it is in."""

    text: str
    language: str


def words_of(meeting: Meeting, field: str, chain: Sequence[str]) -> Words:
    """A field of the meeting's texts in the first language of the chain that has it."""
    by_language = {text.language: getattr(text, field) for text in meeting.texts}
    for code in (*chain, *sorted(by_language)):
        if by_language.get(code):
            return Words(by_language[code], code)
    return Words("", chain[0])


def sign_ups(meeting_id: int, person_id: int | None) -> tuple[int, int]:
    """How many signed up, and which of them the person is (from 1; 0 if none); one statement."""
    own = (
        sa.select(MeetingSignUp.number)
        .where(MeetingSignUp.meeting_id == meeting_id, MeetingSignUp.person_id == person_id)
        .scalar_subquery()
    )
    rank = sa.func.count(sa.case((MeetingSignUp.number <= own, 1)))
    statement = sa.select(sa.func.count(), rank if person_id is not None else sa.literal(0))
    everybody, place = db.session.execute(
        statement.select_from(MeetingSignUp).where(MeetingSignUp.meeting_id == meeting_id)
    ).one()
    return everybody, place


def people_of(meeting_id: int) -> Sequence[int]:
    """Keys of everybody who signed up, first one first."""
    statement = sa.select(MeetingSignUp.person_id).where(MeetingSignUp.meeting_id == meeting_id)
    return db.session.scalars(statement.order_by(MeetingSignUp.number)).all()


def people_to_tell(meeting_id: int) -> sa.Select[tuple[int]]:
    """Keys of the people who signed up, as a statement."""
    return sa.select(MeetingSignUp.person_id).where(MeetingSignUp.meeting_id == meeting_id)


def signed_up_since(meeting_id: int, person_id: int | None, now: datetime) -> int:
    """How often the person signed up for the meeting in the last hour, whatever came after."""
    statement = sa.select(sa.func.count()).where(
        JournalEntry.subject == "meeting",
        JournalEntry.subject_id == meeting_id,
        JournalEntry.event == "meeting:signed_up",
        JournalEntry.actor_id == person_id,
        JournalEntry.at > now - HOUR,
    )
    return int(db.session.scalar(statement) or 0)


def feed(now: datetime, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Rows ``(Meeting, title, language, …, agenda)`` for calendars, latest first.

    Those that are over or cancelled stay for a while, so that calendars hear of it.
    """
    statement = _kept_in_feed(now, chain)
    statement = statement.order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    return db.session.execute(statement.limit(MOST_IN_FEED)).all()


def changed_last(now: datetime, chain: Sequence[str], count: int) -> Sequence[sa.Row[Any]]:
    """The same rows for feed readers: those that were announced, changed or cancelled last."""
    statement = _kept_in_feed(now, chain)
    statement = statement.order_by(Meeting.changed_at.desc(), Meeting.id.desc())
    return db.session.execute(statement.limit(count)).all()


def _kept_in_feed(now: datetime, chain: Sequence[str]) -> sa.Select[Any]:
    since = now - KEPT_IN_FEED
    is_held = sa.and_(Meeting.cancelled_at.is_(None), _ends() > since)
    statement = _with_text(chain).add_columns(MeetingText.agenda)
    return statement.where(sa.or_(is_held, Meeting.cancelled_at > since))

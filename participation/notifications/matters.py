"""What journal entries are about, for readers: many entries in few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.comments.models import Comment, CommentThread
from participation.core.db import db
from participation.core.texts import best_text
from participation.journal.models import JournalEntry
from participation.meetings import rules as meeting_rules
from participation.meetings.models import Meeting, MeetingText
from participation.notifications.rules import About
from participation.polls.models import Poll, PollText
from participation.polls.rules import PUBLIC_STATES, TOLD_IN
from participation.projects.models import (
    Project,
    ProjectText,
    project_district,
    project_topic,
)
from participation.suggestions.models import Suggestion, SuggestionNote, suggestion_topic
from participation.suggestions.rules import text_is_public


@dataclass(frozen=True)
class Matter:
    """What one entry is about.

    :param kind: ``suggestion``, ``project``, ``meeting`` or ``poll``: what its page shows
    :param address: what the page's address is made of: number or slug
    """

    about: About
    kind: str = ""
    key: int = 0
    address: int | str = ""
    title: str = ""
    suggestion: Suggestion | None = None
    meeting: Meeting | None = None
    comment: Comment | None = None
    poll: Poll | None = None


NOTHING = Matter(About(is_public=False))


def of_entries(
    entries: Iterable[JournalEntry], chain: Sequence[str], now: datetime
) -> dict[int, Matter]:
    """What each entry is about, by its key; not more than ten statements.

    What cannot be read by everybody now, or is not true any more, says so.
    """
    entries = list(entries)
    return _Loaded(entries, chain).matters(entries, now)


class _Loaded:
    """Everything that the entries speak of."""

    def __init__(self, entries: list[JournalEntry], chain: Sequence[str]) -> None:
        by_subject: dict[str, set[int]] = {}
        for entry in entries:
            by_subject.setdefault(entry.subject, set()).add(entry.subject_id)
        notes = {entry.facts["note"] for entry in entries if "note" in entry.facts}
        self.hidden_notes = set(
            _rows(SuggestionNote.id, notes, SuggestionNote.hidden_at.is_not(None))
        )
        self.comments = {row[0].id: row for row in _comments(by_subject.get("comment", set()))}
        self.meetings = {
            row[0].id: row for row in _meetings(by_subject.get("meeting", set()), chain)
        }
        projects = by_subject.get("project", set())
        projects |= {row[0].project_id for row in self.meetings.values() if row[0].project_id}
        projects |= {row.project_id for row in self.comments.values() if row.project_id}
        self.polls = {row[0].id: row for row in _polls(by_subject.get("poll", set()), chain)}
        projects |= {row[0].project_id for row in self.polls.values() if row[0].project_id}
        self.projects = {row.id: row for row in _projects(projects, chain)}
        suggestions = by_subject.get("suggestion", set())
        suggestions |= {row.suggestion_id for row in self.comments.values() if row.suggestion_id}
        found = _rows(Suggestion, suggestions)
        self.suggestions: dict[int, Suggestion] = {one.id: one for one in found}
        self.topics_of_projects = _pairs(project_topic, "project_id", "topic_id", projects)
        self.districts = _pairs(project_district, "project_id", "district_id", projects)
        self.topics = _pairs(suggestion_topic, "suggestion_id", "topic_id", suggestions)

    def matters(self, entries: list[JournalEntry], now: datetime) -> dict[int, Matter]:
        return {entry.id: self._matter(entry, now) for entry in entries}

    def _matter(self, entry: JournalEntry, now: datetime) -> Matter:
        if entry.facts.get("note") in self.hidden_notes:
            return NOTHING
        if entry.subject == "suggestion":
            return self._suggestion(entry.subject_id)
        if entry.subject == "project":
            return self._project(entry.subject_id)
        if entry.subject == "meeting":
            return self._meeting(entry, now)
        if entry.subject == "poll":
            return self._poll(entry)
        if entry.subject == "comment":
            return self._comment(entry.subject_id)
        return NOTHING

    def _suggestion(self, key: int, comment: Comment | None = None) -> Matter:
        one = self.suggestions.get(key)
        if one is None:
            return NOTHING
        about = About(
            is_public=one.number is not None and text_is_public(one.facts),
            suggestion_id=one.id,
            author_id=one.author_id,
            topics=self.topics.get(one.id, frozenset()),
            districts=frozenset({one.district_id} if one.district_id else ()),
        )
        number = one.number or 0
        return Matter(
            about, "suggestion", one.id, number, one.title, suggestion=one, comment=comment
        )

    def _project(self, key: int, comment: Comment | None = None) -> Matter:
        row = self.projects.get(key)
        if row is None:
            return NOTHING
        about = self._about_project(key)
        return Matter(about, "project", key, row.slug, row.title or "", comment=comment)

    def _about_project(self, key: int) -> About:
        return About(
            is_public=True,
            project_id=key,
            topics=self.topics_of_projects.get(key, frozenset()),
            districts=self.districts.get(key, frozenset()),
        )

    def _meeting(self, entry: JournalEntry, now: datetime) -> Matter:
        row = self.meetings.get(entry.subject_id)
        if row is None or row[0].project_id not in self.projects:
            return NOTHING
        meeting: Meeting = row[0]
        is_off = meeting.cancelled_at is not None and entry.event != "meeting:cancelled"
        if is_off or meeting_rules.is_over(meeting.facts, now):
            return NOTHING
        about = self._about_project(meeting.project_id or 0)
        return Matter(about, "meeting", meeting.id, meeting.slug, row.title or "", meeting=meeting)

    def _poll(self, entry: JournalEntry) -> Matter:
        row = self.polls.get(entry.subject_id)
        if row is None:
            return NOTHING
        poll: Poll = row[0]
        if poll.state not in TOLD_IN.get(entry.event, PUBLIC_STATES):
            return NOTHING
        about = About(is_public=True)
        if poll.project_id in self.projects:
            about = self._about_project(poll.project_id or 0)
        return Matter(about, "poll", poll.id, poll.slug, row.title or "", poll=poll)

    def _comment(self, key: int) -> Matter:
        row = self.comments.get(key)
        if row is None:
            return NOTHING
        if row.suggestion_id:
            return self._suggestion(row.suggestion_id, row[0])
        return self._project(row.project_id, row[0])


def _rows(what: Any, keys: Iterable[int], *conditions: Any) -> list[Any]:
    """Rows with these keys; no statement if there are none."""
    wanted = sorted(keys)
    if not wanted:
        return []
    column = what.id if hasattr(what, "id") else what
    statement = sa.select(what).where(column.in_(wanted), *conditions)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def _comments(keys: Iterable[int]) -> Sequence[sa.Row[Any]]:
    """Comments of the city that can be read, with what they are about."""
    wanted = sorted(keys)
    if not wanted:
        return []
    statement = sa.select(Comment, CommentThread.project_id, CommentThread.suggestion_id)
    return db.session.execute(
        statement.join(CommentThread, CommentThread.id == Comment.thread_id)
        .where(Comment.id.in_(wanted), Comment.is_official)
        .where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
        .execution_options(populate_existing=True)
    ).all()


def _meetings(keys: Iterable[int], chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    wanted = sorted(keys)
    if not wanted:
        return []
    belongs = MeetingText.meeting_id == Meeting.id
    title = best_text(MeetingText, belongs, chain, MeetingText.title).label("title")
    statement = sa.select(Meeting, title).where(Meeting.id.in_(wanted))
    return db.session.execute(statement.execution_options(populate_existing=True)).all()


def _polls(keys: Iterable[int], chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    wanted = sorted(keys)
    if not wanted:
        return []
    belongs = PollText.poll_id == Poll.id
    title = best_text(PollText, belongs, chain, PollText.title).label("title")
    statement = sa.select(Poll, title).where(Poll.id.in_(wanted))
    return db.session.execute(statement.execution_options(populate_existing=True)).all()


def _projects(keys: Iterable[int], chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Rows ``(id, slug, title)`` of projects that are no drafts."""
    wanted = sorted(keys)
    if not wanted:
        return []
    belongs = ProjectText.project_id == Project.id
    title = best_text(ProjectText, belongs, chain, ProjectText.title).label("title")
    statement = sa.select(Project.id, Project.slug, title)
    is_public = Project.published_at.is_not(None)
    return db.session.execute(statement.where(Project.id.in_(wanted), is_public)).all()


def _pairs(table: sa.Table, of: str, what: str, keys: Iterable[int]) -> dict[int, frozenset[int]]:
    """What belongs to each of the keys in a table of pairs."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    found: dict[int, set[int]] = {}
    rows = db.session.execute(sa.select(table.c[of], table.c[what]).where(table.c[of].in_(wanted)))
    for key, other in rows:
        found.setdefault(key, set()).add(other)
    return {key: frozenset(others) for key, others in found.items()}

"""Counts for the figures, each by the same conditions as the list it leads to; and kept figures."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.city.models import Topic, TopicText
from participation.comments.models import CommentThread
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.texts import best_text
from participation.meetings.models import Meeting, MeetingText
from participation.polls import rules as polls_rules
from participation.polls.models import Poll, PollText
from participation.projects import queries as projects
from participation.projects.models import Project, ProjectText
from participation.reports import rules
from participation.reports.models import KeptFigures
from participation.suggestions import queries as suggestions
from participation.suggestions.models import Answer, Suggestion, suggestion_topic
from participation.suggestions.queries import Filters
from participation.suggestions.rules import PUBLIC_STATES, State

_WAITING = (State.SUBMITTED, State.IN_REVIEW)


def newest() -> KeptFigures | None:
    """The figures that were taken last."""
    return db.session.scalar(sa.select(KeptFigures).order_by(KeptFigures.day.desc()).limit(1))


def count(now: datetime, today: date) -> rules.Figures:
    """Count everything: about a dozen statements, for the worker only."""
    waiting, waiting_late = _waiting(today)
    stale = sa.func.count().filter(Project.review_on < today)
    sheets = db.session.execute(sa.select(sa.func.count(), stale).where(projects.is_public())).one()
    return rules.Figures(
        statuses={
            word: suggestions.how_many(Filters(status=word), now)
            for word in suggestions.STATUS_FILTERS
        },
        listed=suggestions.how_many(Filters(), now),
        waiting=waiting,
        waiting_late=waiting_late,
        topics=_topics(today),
        answer_days=_answer_days(),
        late=suggestions.how_many(Filters(late_on=today), now),
        supports=_sum(Suggestion.supports, Suggestion.state.in_(PUBLIC_STATES)),
        comments=_sum(CommentThread.visible),
        projects=sheets[0],
        stale=sheets[1],
        months=_months(today),
    )


def _sum(column: Any, *conditions: Any) -> int:
    return int(
        db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(*conditions))
    )


def _waiting(today: date) -> tuple[int, int]:
    late = sa.func.count().filter(Suggestion.due_on < today)
    statement = sa.select(sa.func.count(), late).where(Suggestion.state.in_(_WAITING))
    row = db.session.execute(statement).one()
    return row[0], row[1]


def _topics(today: date) -> tuple[rules.Topic, ...]:
    key = suggestion_topic.c.topic_id
    answered = sa.func.count().filter(Suggestion.answered_at.is_not(None))
    late = sa.func.count().filter(suggestions.is_late(today))
    statement = (
        sa.select(key, sa.func.count(), answered, late)
        .join(Suggestion, Suggestion.id == suggestion_topic.c.suggestion_id)
        .where(suggestions.is_listed())
        .group_by(key)
        .order_by(key)
    )
    return tuple(rules.Topic(*row) for row in db.session.execute(statement))


def _first_answers() -> sa.Select[Any]:
    """First answers to suggestions that the list of answered ones has."""
    joined = sa.select(Answer.workdays).join(Suggestion, Suggestion.id == Answer.suggestion_id)
    return joined.where(
        Answer.revision == 1, Suggestion.answered_at.is_not(None), suggestions.is_listed()
    )


def _answer_days() -> tuple[tuple[int, int], ...]:
    statement = _first_answers().add_columns(sa.func.count()).group_by(Answer.workdays)
    rows = db.session.execute(statement.order_by(Answer.workdays)).all()
    return tuple((days, number) for days, number in rows)


def _months(today: date) -> tuple[tuple[date, int, int], ...]:
    firsts = rules.months_until(today)
    new = _per_month(sa.select(), Suggestion.submitted_at, firsts)
    answers = _per_month(_first_answers().with_only_columns(), Answer.published_at, firsts)
    return tuple(zip(firsts, new, answers, strict=True))


def _per_month(statement: sa.Select[Any], column: Any, firsts: Sequence[date]) -> list[int]:
    """How many moments of a column lie in each month of the city's calendar; one statement."""

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), CITY_TIME)

    columns = [
        sa.func.count().filter(column >= begins(day), column < begins(rules.month_after(day)))
        for day in firsts
    ]
    return list(
        db.session.execute(statement.add_columns(*columns).where(column >= begins(firsts[0]))).one()
    )


def topics(chain: Sequence[str]) -> Sequence[Any]:
    """Rows ``(id, slug, name)`` of all topics, in their order."""
    name = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    statement = sa.select(Topic.id, Topic.slug, name.label("name"))
    return db.session.execute(statement.order_by(Topic.position, Topic.id)).all()


def staff_names(person_ids: Collection[int]) -> dict[int, str]:
    """Names of those who have one, which only staff do."""
    statement = sa.select(Person.id, Person.name).where(
        Person.id.in_(person_ids), Person.name != ""
    )
    return dict(db.session.execute(statement).all())


def suggestion_numbers(ids: Collection[int]) -> dict[int, tuple[int, bool]]:
    """Public number of each suggestion that has one, and whether everybody may read it now."""
    statement = sa.select(Suggestion.id, Suggestion.number, Suggestion.state).where(
        Suggestion.id.in_(ids), Suggestion.number.is_not(None)
    )
    rows = db.session.execute(statement).all()
    return {key: (number, state in PUBLIC_STATES) for key, number, state in rows}


def sheets(ids: Collection[int], chain: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Address and title of each project that is no draft."""
    belongs = ProjectText.project_id == Project.id
    title = best_text(ProjectText, belongs, chain, ProjectText.title)
    statement = sa.select(Project.id, Project.slug, title).where(Project.id.in_(ids))
    rows = db.session.execute(statement.where(projects.is_public())).all()
    return {key: (slug, words) for key, slug, words in rows}


def polls(ids: Collection[int], chain: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Address and title of each poll that everybody may read."""
    title = best_text(PollText, PollText.poll_id == Poll.id, chain, PollText.title)
    public = Poll.id.in_(ids), Poll.state.in_(polls_rules.PUBLIC_STATES)
    statement = sa.select(Poll.id, Poll.slug, title).where(*public)
    return {key: (slug, words or slug) for key, slug, words in db.session.execute(statement).all()}


def meetings(ids: Collection[int], chain: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Address and title of each meeting."""
    belongs = MeetingText.meeting_id == Meeting.id
    title = best_text(MeetingText, belongs, chain, MeetingText.title)
    statement = sa.select(Meeting.id, Meeting.slug, title).where(Meeting.id.in_(ids))
    return {key: (slug, words) for key, slug, words in db.session.execute(statement).all()}

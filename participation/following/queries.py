"""Reads of what people follow."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from participation.city import queries as city
from participation.city.models import District, Topic, TopicText
from participation.core import paging
from participation.core.db import db
from participation.core.texts import best_text
from participation.following.models import COLUMNS, Follow, MailSetting
from participation.following.rules import Followed, Frequency
from participation.permissions import Actor
from participation.projects.models import Project, ProjectText
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import PUBLIC_STATES
from participation.suggestions.support_models import Support

PAGE_SIZE = 20
#: Suggestions that news come of without following, on the page of settings.
MOST_AUTOMATIC = 20
_NEWEST = paging.Order([(Follow.id, paging.whole_number)])


def of_thing(kind: Followed, key: int, actor: Actor) -> Follow | None:
    """What the actor chose about a thing; nothing is asked for visitors."""
    if actor.person_id is None:
        return None
    return db.session.scalar(
        sa.select(Follow).where(Follow.person_id == actor.person_id, COLUMNS[kind] == key)
    )


def follows_any(
    things: Iterable[tuple[Followed, int | None]], actor: Actor
) -> set[tuple[Followed, int]]:
    """Which of the things the actor follows; one statement, or none."""
    chosen = [(kind, key) for kind, key in things if key is not None]
    if actor.person_id is None or not chosen:
        return set()
    any_of = sa.or_(*[COLUMNS[kind] == key for kind, key in chosen])
    rows = db.session.scalars(
        sa.select(Follow).where(Follow.person_id == actor.person_id, Follow.is_wanted, any_of)
    )
    return {thing_of(row) for row in rows}


def thing_of(follow: Follow) -> tuple[Followed, int]:
    """What a row is about."""
    keys = {kind: getattr(follow, column.key) for kind, column in COLUMNS.items()}
    return next((kind, key) for kind, key in keys.items() if key is not None)


def page_of_person(person_id: int, token: str | None, chain: Sequence[str]) -> paging.Page[Any]:
    """One page of what a person follows, newest first; one statement.

    Rows are ``(Follow, title, slug, number)``; what is not public any more has no title.
    """
    project = best_text(ProjectText, ProjectText.project_id == Project.id, chain, ProjectText.title)
    topic = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    statement = (
        sa.select(
            Follow,
            sa.func.coalesce(project, Suggestion.title, topic, District.name).label("title"),
            sa.func.coalesce(Project.slug, Topic.slug, District.slug).label("slug"),
            Suggestion.number.label("number"),
        )
        .select_from(Follow)
        .outerjoin(
            Project, sa.and_(Project.id == Follow.project_id, Project.published_at.is_not(None))
        )
        .outerjoin(
            Suggestion,
            sa.and_(
                Suggestion.id == Follow.suggestion_id,
                Suggestion.state.in_(PUBLIC_STATES),
                Suggestion.opens_at.is_not(None),
            ),
        )
        .outerjoin(Topic, Topic.id == Follow.topic_id)
        .outerjoin(District, District.id == Follow.district_id)
        .where(Follow.person_id == person_id, Follow.is_wanted)
    )
    return paging.page_of(statement, _NEWEST, token, PAGE_SIZE)


def automatic(person_id: int) -> Sequence[sa.Row[Any]]:
    """Public suggestions that a person hears of without following them, newest first: rows
    ``(id, number, title, language, author_id)``; one more than the most if there are more."""
    silenced = sa.exists().where(
        Follow.person_id == person_id,
        Follow.suggestion_id == Suggestion.id,
        Follow.is_wanted.is_(False),
    )
    supported = sa.exists().where(
        Support.suggestion_id == Suggestion.id,
        Support.person_id == person_id,
        Support.wants_mail,
        Support.struck_by.is_(None),
    )
    is_own = sa.and_(Suggestion.author_id == person_id, ~silenced)
    statement = sa.select(
        Suggestion.id,
        Suggestion.number,
        Suggestion.title,
        Suggestion.language,
        Suggestion.author_id,
    ).where(Suggestion.state.in_(PUBLIC_STATES), sa.or_(is_own, supported))
    return db.session.execute(
        statement.order_by(Suggestion.id.desc()).limit(MOST_AUTOMATIC + 1)
    ).all()


def frequency_of(person_id: int) -> Frequency:
    """How often a person hears of news."""
    found = db.session.scalar(
        sa.select(MailSetting.frequency).where(MailSetting.person_id == person_id)
    )
    return found or Frequency.AT_ONCE


def chosen_by(person_id: int) -> Sequence[Follow]:
    """Everything a person chose to follow, or not to hear of; at most a few hundred rows."""
    return db.session.scalars(sa.select(Follow).where(Follow.person_id == person_id)).all()


def followers(kind: Followed, keys: Iterable[int]) -> sa.Select[tuple[int]]:
    """Keys of the people who follow any of the things, as a statement."""
    return sa.select(Follow.person_id).where(COLUMNS[kind].in_(sorted(keys)), Follow.is_wanted)


def silenced(suggestion_id: int) -> sa.Select[tuple[int]]:
    """Keys of who wants no news of a suggestion, though it is their own, as a statement."""
    return sa.select(Follow.person_id).where(
        Follow.suggestion_id == suggestion_id, Follow.is_wanted.is_(False)
    )


def names_of(things: Iterable[tuple[Followed, int]], chain: Sequence[str]) -> dict[Any, str]:
    """What things are called, by kind and key; what is not public is not named."""
    project = best_text(ProjectText, ProjectText.project_id == Project.id, chain, ProjectText.title)
    topic = best_text(TopicText, TopicText.topic_id == Topic.id, chain, TopicText.name)
    by_kind: dict[Followed, list[int]] = {}
    for kind, key in things:
        by_kind.setdefault(kind, []).append(key)
    statements: dict[Followed, sa.Select[Any]] = {
        Followed.PROJECT: sa.select(Project.id, project).where(Project.published_at.is_not(None)),
        Followed.SUGGESTION: sa.select(Suggestion.id, Suggestion.title).where(
            Suggestion.state.in_(PUBLIC_STATES), Suggestion.opens_at.is_not(None)
        ),
        Followed.TOPIC: sa.select(Topic.id, topic),
        Followed.DISTRICT: sa.select(District.id, District.name),
    }
    keys = {
        Followed.PROJECT: Project.id,
        Followed.SUGGESTION: Suggestion.id,
        Followed.TOPIC: Topic.id,
        Followed.DISTRICT: District.id,
    }
    return {
        (kind, key): name
        for kind, wanted in by_kind.items()
        for key, name in db.session.execute(statements[kind].where(keys[kind].in_(wanted)))
    }


def address_of(kind: Followed, key: int) -> int | str | None:
    """What the address of a thing's page is made of, if there is one for everybody."""
    statements: dict[Followed, sa.Select[Any]] = {
        Followed.PROJECT: sa.select(Project.slug).where(
            Project.id == key, Project.published_at.is_not(None)
        ),
        Followed.SUGGESTION: sa.select(Suggestion.number).where(
            Suggestion.id == key, Suggestion.state.in_(PUBLIC_STATES)
        ),
        Followed.TOPIC: sa.select(Topic.slug).where(Topic.id == key),
        Followed.DISTRICT: sa.select(District.slug).where(District.id == key),
    }
    found: int | str | None = db.session.scalar(statements[kind])
    return found


def to_choose(person_id: int, chain: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Topics and districts that a person does not follow yet; two statements."""
    followed = {thing_of(row) for row in chosen_by(person_id) if row.is_wanted}
    districts, topics = city.choices(chain)
    return (
        [one for one in topics if (Followed.TOPIC, one.id) not in followed],
        [one for one in districts if (Followed.DISTRICT, one.id) not in followed],
    )

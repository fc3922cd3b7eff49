"""Following, how often to hear of it, and stopping. The only writer of these tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.city.models import District, Topic
from participation.core.clock import CITY_TIME
from participation.core.db import db, insert
from participation.core.messages import NotFound, NotPermitted
from participation.following import rules
from participation.following.models import COLUMNS, Follow, MailSetting
from participation.following.rules import Followed, Frequency
from participation.permissions import Actor, Permission
from participation.projects.models import Project
from participation.suggestions import support
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import text_is_public
from participation.suggestions.service import Terms


def follow(kind: Followed, key: int, actor: Actor, now: datetime) -> None:
    """Follow a thing; pressing twice is once.

    :raises NotPermitted: :raises NotFound: also for what is not public
    :raises rules.TooManyFollowed:
    """
    person_id = _who(actor)
    if not _is_there(kind, key):
        raise NotFound
    _lock(person_id)
    count = sa.select(sa.func.count()).where(Follow.person_id == person_id)
    if (db.session.scalar(count) or 0) >= rules.MOST_FOLLOWED and not _has(person_id, kind, key):
        raise rules.TooManyFollowed
    _choose(person_id, kind, key, now, is_wanted=True)


def unfollow(kind: Followed, key: int, actor: Actor, now: datetime) -> None:
    """Follow a thing no more; somebody's own suggestion is silent from now on. Twice is once.

    :raises NotPermitted:
    """
    _end(_who(actor), kind, key, now)


def stop(
    person_id: int, things: Iterable[tuple[Followed, int]], now: datetime, terms: Terms
) -> None:
    """Let a person hear no more of these things, whatever they are to them: follower, supporter, or
    author. Twice is once. Nothing happens for who is gone."""
    if db.session.get(Person, person_id) is None:
        return
    for kind, key in things:
        _end(person_id, kind, key, now)
        if kind is Followed.SUGGESTION:
            support.stop_mails(key, Actor(person_id=person_id), terms)


def resume(person_id: int, things: Iterable[tuple[Followed, int]], now: datetime) -> None:
    """Take :func:`stop` back: from now on the person follows these things. Twice is once."""
    if db.session.get(Person, person_id) is None:
        return
    for kind, key in things:
        if _is_there(kind, key):
            _choose(person_id, kind, key, now, is_wanted=True)


def set_frequency(person_id: int, frequency: Frequency, now: datetime) -> None:
    """Say how often a person wants to hear of news.

    What waits for a digest already is told when the new setting says so, and nothing of it twice:
    whoever writes news or makes a digest locks the same row.
    """
    if db.session.get(Person, person_id) is None:
        return
    db.session.execute(
        insert(MailSetting)
        .values(person_id=person_id, frequency=Frequency.AT_ONCE)
        .on_conflict_do_nothing()
    )
    statement = sa.select(MailSetting).where(MailSetting.person_id == person_id).with_for_update()
    setting = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    if setting.frequency is frequency:
        return
    setting.frequency = frequency
    if setting.digest_at is not None:
        setting.digest_at = rules.next_digest(frequency, now, CITY_TIME)
    db.session.flush()


def _who(actor: Actor) -> int:
    if actor.person_id is None or not actor.may(Permission.ACCOUNT_OWN):
        raise NotPermitted
    return actor.person_id


def _is_there(kind: Followed, key: int) -> bool:
    """Tell whether everybody can see the thing."""
    if kind is Followed.SUGGESTION:
        suggestion = db.session.get(Suggestion, key)
        return suggestion is not None and text_is_public(suggestion.facts)
    if kind is Followed.PROJECT:
        project = db.session.get(Project, key)
        return project is not None and project.published_at is not None
    table: Any = Topic if kind is Followed.TOPIC else District
    return db.session.get(table, key) is not None


def _lock(person_id: int) -> None:
    """Let a person follow one thing at a time, so that their number is counted true."""
    mine = sa.select(Person.id).where(Person.id == person_id)
    db.session.execute(mine.with_for_update(key_share=True))


def _has(person_id: int, kind: Followed, key: int) -> bool:
    own = sa.select(Follow.id).where(Follow.person_id == person_id, COLUMNS[kind] == key)
    return db.session.scalar(own) is not None


def _choose(person_id: int, kind: Followed, key: int, now: datetime, *, is_wanted: bool) -> None:
    column = COLUMNS[kind].key
    db.session.execute(
        insert(Follow)
        .values({"person_id": person_id, column: key, "since": now, "is_wanted": is_wanted})
        .on_conflict_do_update(index_elements=[column, "person_id"], set_={"is_wanted": is_wanted})
    )


def _end(person_id: int, kind: Followed, key: int, now: datetime) -> None:
    if kind is Followed.SUGGESTION:
        author = sa.select(Suggestion.author_id).where(Suggestion.id == key)
        if db.session.scalar(author) == person_id:
            _choose(person_id, kind, key, now, is_wanted=False)
            return
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person_id, COLUMNS[kind] == key))


def forget(person_id: int) -> None:
    """Delete what a person who deletes the account follows, and how often they wanted to hear."""
    for table in (Follow, MailSetting):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))

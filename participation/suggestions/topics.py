"""What suggestions are about: topics that the coordination office sets."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

import sqlalchemy as sa

from participation.city.models import Topic
from participation.core.db import db
from participation.core.messages import N_, ChangedMeanwhile, DomainError, NotFound
from participation.journal import service as journal
from participation.permissions import Actor, Permission
from participation.suggestions import findable, rules
from participation.suggestions.models import suggestion_topic
from participation.suggestions.service import locked

MOST_TOPICS = 3


class TooManyTopics(DomainError):
    """More topics than a reader can tell apart."""

    message = N_("Wählen Sie bitte höchstens 3 Themen.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def choose(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    topic_ids: Iterable[int],
    *,
    seen: Iterable[int],
) -> None:
    """Set the topics of a suggestion; what is not among them goes. The same twice is one.

    :param seen: the topics that it had when they were chosen
    :raises NotFound: also for a topic that is not there :raises rules.NotYours:
    :raises TooManyTopics: :raises ChangedMeanwhile: if somebody else chose others since
    """
    suggestion = locked(suggestion_id)
    if not rules.may_work_on(suggestion.facts, actor):
        raise NotFound
    if not actor.may(Permission.SUGGESTION_REVIEW):
        raise rules.NotYours
    wanted = sorted(set(topic_ids))
    if len(wanted) > MOST_TOPICS:
        raise TooManyTopics
    known = sa.select(Topic.id).where(Topic.id.in_(wanted))
    if len(db.session.scalars(known).all()) != len(wanted):
        raise NotFound
    mine = suggestion_topic.c.suggestion_id == suggestion_id
    before = db.session.scalars(sa.select(suggestion_topic.c.topic_id).where(mine)).all()
    if sorted(before) == wanted:
        return
    if set(before) != set(seen):
        raise ChangedMeanwhile
    db.session.execute(sa.delete(suggestion_topic).where(mine))
    if wanted:
        rows = [{"suggestion_id": suggestion_id, "topic_id": key} for key in wanted]
        db.session.execute(sa.insert(suggestion_topic), rows)
    journal.record(
        "suggestion:topics_chosen", "suggestion", suggestion_id,
        actor=actor, now=now, topics=wanted,
    )  # fmt: skip
    findable.keep([suggestion_id])

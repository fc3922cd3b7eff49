"""The city's public answers. Changing one adds a revision; all stay readable."""

from datetime import datetime

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotFound
from participation.core.workdays import workdays_between
from participation.journal import service as journal
from participation.permissions import Actor
from participation.suggestions import findable, rules
from participation.suggestions.models import Answer
from participation.suggestions.rules import AnswerStatus, State
from participation.suggestions.service import Terms, locked, settle


def publish(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    terms: Terms,
    *,
    status: AnswerStatus,
    text: str,
    seen_revision: int,
) -> Answer:
    """Publish an answer of the city: the first one, or a new revision that leaves the old readable.

    :param seen_revision: number of the answer that the writer saw; 0 if there was none
    :raises NotFound: :raises rules.NotYours: :raises ChangedMeanwhile: if somebody answered since
    """
    suggestion = locked(suggestion_id)
    if not rules.may_read(suggestion.facts, actor) or actor.person_id is None:
        raise NotFound
    settle(suggestion, now, terms)
    if not rules.may_answer(suggestion.facts, actor, now):
        raise rules.NotYours
    if suggestion.answer_revision != seen_revision:
        raise ChangedMeanwhile
    suggestion.answer_revision += 1
    published = suggestion.published_at or now
    new = Answer(
        suggestion_id=suggestion.id,
        revision=suggestion.answer_revision,
        department_id=suggestion.department_id,
        status=status,
        text=text,
        author_id=actor.person_id,
        published_at=now,
        workdays=workdays_between(city_date(published), city_date(now), terms.federal_state),
    )
    db.session.add(new)
    suggestion.answered_at = now
    suggestion.question_due_on = None  # a new answer is the answer to the author's question
    if suggestion.state in (State.COLLECTING, State.EXPIRED):
        suggestion.due_on = None
    db.session.flush()
    journal.record(
        "suggestion:answered",
        "suggestion",
        suggestion.id,
        actor=actor,
        now=now,
        revision=new.revision,
    )
    findable.keep_answers([suggestion.id])
    return new

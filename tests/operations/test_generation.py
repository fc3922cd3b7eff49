"""A made-up city fits together as if it had happened, and is the same each time."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.comments.models import Comment, CommentThread
from participation.core import clock
from participation.core.db import db
from participation.generation.fill import Generator, Sizes
from participation.generation.lists import missing_lists
from participation.imports import import_file
from participation.journal.models import JournalEntry, OutboxEntry
from participation.notifications.models import Mail
from participation.reindex import rebuild
from participation.suggestions.models import Answer, Suggestion, SuggestionCounter, SuggestionMove
from participation.suggestions.rules import PUBLIC_STATES, TRANSITIONS, State, state_at
from participation.suggestions.support_models import Support
from participation.suggestions.terms import terms
from participation.worker import Worker
from tests.checking_client import CheckingClient
from tests.factories import make_suggestion
from tests.people import NOW, VISITOR
from tests.site.test_canaries import crawl

_SIZES = Sizes(suggestions=400, comments=120, people=260, projects=6)


def generate(seed: int = 1, sizes: Sizes = _SIZES) -> None:
    for kind, file in missing_lists():
        import_file(kind, file)
    Generator(sizes, seed, NOW, terms(), lambda _count: None).run()
    rebuild()


def rows(table: Any) -> list[Any]:
    return list(db.session.execute(sa.select(table.__table__).order_by(table.__table__.c.id)))


def count(table: Any, *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def test_made_up_city_is_consistent(app: Flask) -> None:
    with app.test_request_context():
        generate()
        db.session.commit()
        suggestions = db.session.scalars(sa.select(Suggestion)).all()
        assert len(suggestions) == _SIZES.suggestions
        assert {one.state for one in suggestions} >= {
            State.COLLECTING,
            State.EXPIRED,
            State.REJECTED,
        }
        public = [one for one in suggestions if one.state in PUBLIC_STATES]
        in_order = sorted(public, key=lambda one: one.published_at or NOW)
        assert [one.number for one in in_order] == list(range(1, len(public) + 1))
        assert db.session.scalar(sa.select(SuggestionCounter.last)) == len(public)
        for one in suggestions:
            check_story(one)
        assert count(Comment) == _SIZES.comments
        for thread in db.session.scalars(sa.select(CommentThread)):
            assert thread.visible == count(Comment, Comment.thread_id == thread.id)
        assert count(OutboxEntry, OutboxEntry.entry_id > 0) == 0
        assert rebuild() is False, "the search index is what it should be"
        moments = db.session.scalars(
            sa.select(JournalEntry.at).where(JournalEntry.subject == "suggestion")
            .order_by(JournalEntry.id)
        ).all()  # fmt: skip
        assert moments == sorted(moments)
        db.session.rollback()


def check_story(one: Suggestion) -> None:
    """The rows around a suggestion tell one story, which the rules allow."""
    assert state_at(one.facts, NOW) is one.state
    assert one.supports == count(Support, Support.suggestion_id == one.id)
    moves = db.session.scalars(
        sa.select(SuggestionMove).where(SuggestionMove.suggestion_id == one.id)
        .order_by(SuggestionMove.at, SuggestionMove.id)
    ).all()  # fmt: skip
    state = State.DRAFT
    for move in moves:
        assert state in TRANSITIONS[move.transition].sources
        assert one.created_at <= move.at <= NOW
        state = TRANSITIONS[move.transition].target
    assert state is one.state
    told = sa.and_(JournalEntry.subject == "suggestion", JournalEntry.subject_id == one.id)
    assert count(JournalEntry, told) == len(moves) + one.answer_revision
    assert count(Answer, Answer.suggestion_id == one.id) == one.answer_revision
    if one.supports:
        first, last = db.session.execute(
            sa.select(sa.func.min(Support.given_at), sa.func.max(Support.given_at)).where(
                Support.suggestion_id == one.id
            )
        ).one()
        assert (one.opens_at or NOW) <= first <= last <= min(one.closes_at or NOW, NOW)


def test_same_seed_makes_the_same_city_and_another_one_does_not(app: Flask) -> None:
    small = Sizes(suggestions=40, comments=10, people=20, projects=2)
    made = []
    for seed in (1, 1, 2):
        with app.test_request_context():
            generate(seed, small)
            made.append(
                (
                    [(row.title, row.state, row.supports) for row in rows(Suggestion)],
                    [row.given_at for row in rows(Support)],
                    [row.text for row in rows(Comment)],
                )
            )
            db.session.rollback()
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_made_up_city_can_be_read_and_lived_in(client: CheckingClient) -> None:
    with client.app.test_request_context():
        generate(sizes=Sizes(suggestions=60, comments=20, people=30, projects=3))
        db.session.commit()
    client.sign_in(VISITOR)
    pages = crawl(client, ("/de/", "/de/anregungen/?sortierung=unterstuetzung"))
    assert len(pages) > 40
    with client.app.app_context():
        before = db.session.scalar(sa.select(sa.func.max(Suggestion.id))) or 0
        assert make_suggestion(supports=2).id > before
        db.session.commit()
    with clock.stopped_at(NOW + timedelta(days=1)):
        Worker(client.app).run_until_idle()
    with client.app.app_context():
        told = sa.select(Person.email).join(Mail, Mail.person_id == Person.id)
        assert [one for one in db.session.scalars(told) if one.startswith("einwohner-")] == []


@pytest.mark.parametrize("people", [10, 199])
def test_too_few_people_never_reach_the_quorum(app: Flask, people: int) -> None:
    with app.test_request_context():
        generate(sizes=Sizes(suggestions=300, comments=0, people=people, projects=0))
        assert count(Suggestion, Suggestion.supports >= terms().quorum) == 0
        db.session.rollback()

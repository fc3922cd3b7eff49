"""Acts at the same time, with real commits: the index is what a rebuild makes of the tables."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from participation import reindex
from participation.comments import service as comments
from participation.comments.rules import Reason, RestoreReason
from participation.core.db import db
from participation.core.messages import DomainError
from participation.meetings import service as meetings
from participation.meetings.service import Sheet
from participation.suggestions import service as suggestions
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_answer,
    make_comment,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import MARA, NOAH, NOW, make_person
from tests.search.corpus import hits
from tests.suggestions.test_parallel import all_at_once

_HIDING = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="x" * 30)
_LATER = NOW + timedelta(hours=2)


def at_once(app: Flask, *acts: Callable[[], object]) -> int:
    """Do each act in a transaction of its own; return how many the rules let through."""

    def job(act: Callable[[], object]) -> int:
        with app.app_context():
            try:
                act()
            except DomainError:
                db.session.rollback()
                return 0
            db.session.commit()
            return 1

    return sum(all_at_once([lambda act=act: job(act) for act in acts]))  # type: ignore[misc]


def is_right(app: Flask) -> bool:
    """Tell whether a rebuild finds nothing to mend."""
    with app.app_context():
        return not reindex.rebuild()


def prepared(app: Flask, make: Callable[[], int]) -> int:
    with app.app_context():
        coordinator()
        key = make()
        reindex.rebuild()  # the pages, which no act changes
        db.session.commit()
    return key


def test_comment_that_two_hide_at_once_is_not_found(app: Flask) -> None:
    key = prepared(app, lambda: make_comment(make_project(), text="Rutschenturm, bitte!").id)
    hide = lambda: comments.hide(key, coordinator(), _LATER, Reason.INSULT)  # noqa: E731
    assert at_once(app, *[hide] * 6) == 1
    with app.app_context():
        assert hits("Rutschenturm") == []
    assert is_right(app)


def test_meeting_that_many_change_at_once_is_found_as_it_is(app: Flask) -> None:
    key = prepared(app, lambda: make_meeting("Rutschenturm").id)

    def change(title: str) -> Callable[[], object]:
        texts = {"de": {"title": title, "agenda": "Ab", "accessibility": "", "results": ""}}
        sheet = Sheet({"place": "Hafen"}, texts)
        return lambda: meetings.change(key, coordinator(), NOW, sheet, seen_sequence=0)

    assert at_once(app, *[change(f"Kletterwald {number}") for number in range(6)]) == 1
    with app.app_context():
        assert (hits("Rutschenturm"), hits("Kletterwald")) == ([], [key])
    assert is_right(app)


def test_suggestion_that_is_hidden_while_it_is_published_is_not_found(app: Flask) -> None:
    key = prepared(app, lambda: make_suggestion(State.IN_REVIEW, title="Rutschenturm bitte").id)
    publish = lambda: suggestions.act(key, "publish", coordinator(), _LATER, TERMS, Given())  # noqa: E731
    hide = lambda: suggestions.act(key, "hide", coordinator(), _LATER, TERMS, _HIDING)  # noqa: E731
    assert at_once(app, publish, publish, hide, hide, publish) >= 1
    with app.app_context():
        assert hits("Rutschenturm") == []
    assert is_right(app)


@pytest.mark.parametrize("attempt", range(3))
def test_nothing_stays_of_a_suggestion_that_is_hidden_meanwhile(app: Flask, attempt: int) -> None:
    ids: list[int] = []

    def make() -> int:
        one = make_suggestion(title="Ein Rutschenturm für alle")
        mara = make_person(MARA)
        for number in range(4):
            at = NOW + timedelta(hours=number)
            comment = make_comment(one, author=mara, text=f"Rutschenturm {number}", now=at)
            comments.hide(comment.id, coordinator(), at, Reason.INSULT)
            ids.append(comment.id)
        return one.id

    key = prepared(app, make)

    def write(number: int) -> None:
        one = db.session.get_one(suggestions.Suggestion, key)
        noah = make_person(NOAH)
        make_comment(one, author=noah, text=f"Auch Rutschenturm {number}", now=_LATER)

    def answer() -> None:
        one = db.session.get_one(suggestions.Suggestion, key)
        make_answer(one, _LATER, f"Rutschenturm: {LONG_ENOUGH}")

    back = [
        lambda one=one: comments.restore(one, coordinator(), _LATER, RestoreReason.MISTAKE)
        for one in ids
    ]
    hide = lambda: suggestions.act(key, "hide", coordinator(), _LATER, TERMS, _HIDING)  # noqa: E731
    before, after = back[: 2 * attempt], back[2 * attempt :]
    at_once(app, *before, lambda: write(1), hide, lambda: write(2), answer, *after)
    with app.app_context():
        assert hits("Rutschenturm") == []
    assert is_right(app)

"""Deleting an account while other things happen, through HTTP, with real commits."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from participation.accounts.models import Person, RoleGrant
from participation.comments.models import Comment, CommentThread
from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.meetings.models import MeetingSignUp
from participation.permissions import Role
from participation.privacy import views
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support
from tests.accounts.steps import PASSWORD
from tests.checking_client import CheckingClient
from tests.comments.test_parallel import stamp_of
from tests.factories import LONG_ENOUGH, make_meeting, make_project, make_suggestion
from tests.people import ADA, MARA, NOAH, NOW, Persona, make_person
from tests.privacy.steps import DELETE, ask_to_delete, rows_that_name, with_password
from tests.suggestions.guest_steps import assert_count_is_true
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

_FORM = {"suggestions": "go", "comments": "go", "password": PASSWORD}


def begin(app: Flask) -> tuple[int, int]:
    """Mara with a password, and a suggestion of Noah's; keys and number."""
    with app.app_context():
        mara = with_password(MARA).id
        number = make_suggestion(author=make_person(NOAH)).number or 0
        make_project()
        make_meeting(capacity=1)
        db.session.commit()
    return mara, number


def events(app: Flask, name: str) -> int:
    with app.app_context():
        count = sa.select(sa.func.count()).where(JournalEntry.event == name)
        return db.session.scalar(count) or 0


def test_two_presses_at_once_are_one(app: Flask) -> None:
    mara, _ = begin(app)
    browser, csrf = browsers_of(app, [mara])[0]
    statuses = all_at_once([lambda: post(app, browser, DELETE, _FORM | {"csrf_token": csrf})] * 8)
    assert 303 in statuses
    assert set(statuses) <= {303, 401}, "deleted, or not signed in any more"
    assert events(app, "account:deleted") == 1


def test_whatever_happens_at_the_same_moment_is_forgotten_too_or_did_not_happen(app: Flask) -> None:
    mara, number = begin(app)
    browser, csrf = browsers_of(app, [mara])[0]
    token = {"csrf_token": csrf}
    page = f"/de/anregungen/{number}/"
    stamp = stamp_of(browser, f"{page}kommentare/")
    with app.app_context():
        slug = db.session.scalars(sa.text("SELECT slug FROM meeting")).one()
    draft = {"kind": "new-project", "title": "Eine neue Idee für alle", "text": LONG_ENOUGH,
             "reason": LONG_ENOUGH, "place": "alle"}  # fmt: skip
    acts: list[Callable[[], int]] = [
        lambda: post(app, browser, f"{page}unterstuetzen/", token),
        lambda: post(app, browser, f"{page}zurueckziehen/", token),
        lambda: post(
            app, browser, f"{page}kommentare/", token | {"stamp": stamp, "text": "Zur selben Zeit."}
        ),
        lambda: post(app, browser, f"/de/termine/{slug}/anmelden/", token),
        lambda: post(app, browser, "/de/anregungen/neu/text/", token | draft),
    ]
    delete = [lambda: post(app, browser, DELETE, _FORM | token)]
    with clock.stopped_at(NOW.replace(minute=5)):
        statuses = all_at_once([*acts, *delete, *acts, *acts])
    assert max(statuses) < 500, statuses
    with app.app_context():
        assert db.session.get(Person, mara) is None
        assert rows_that_name(mara) == []
        key = db.session.scalars(sa.select(Suggestion.id).filter_by(number=number)).one()
        assert_count_is_true(key)
        for thread in db.session.scalars(sa.select(CommentThread)):
            readable = Comment.deleted_at.is_(None), Comment.thread_id == thread.id
            rows = sa.select(sa.func.count(Comment.id)).where(*readable)
            assert thread.visible == db.session.scalar(rows) == 0
        assert db.session.scalars(sa.select(MeetingSignUp.person_id)).all() == []


def test_support_of_somebody_who_leaves_at_once_counts_at_most_once(app: Flask) -> None:
    mara, number = begin(app)
    browser, csrf = browsers_of(app, [mara])[0]
    token = {"csrf_token": csrf}
    path = f"/de/anregungen/{number}/unterstuetzen/"
    jobs = [lambda: post(app, browser, path, token)] * 6
    jobs[3:3] = [lambda: post(app, browser, DELETE, _FORM | token)]
    assert max(all_at_once(jobs)) < 500
    with app.app_context():
        key = db.session.scalars(sa.select(Suggestion.id).filter_by(number=number)).one()
        assert assert_count_is_true(key) <= 1
        assert set(db.session.scalars(sa.select(Support.person_id))) <= {None}


def test_of_two_administrators_who_leave_at_once_one_stays(app: Flask) -> None:
    with app.app_context():
        ids = [
            with_password(one).id for one in (ADA, Persona("bo@example.org", Role.ADMINISTRATOR))
        ]
        db.session.commit()
    jobs = [
        lambda browser=browser, csrf=csrf: post(app, browser, DELETE, _FORM | {"csrf_token": csrf})
        for browser, csrf in browsers_of(app, ids)
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    with app.app_context():
        assert len(db.session.scalars(sa.select(RoleGrant)).all()) == 1


def test_something_written_meanwhile_makes_deleting_begin_again(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client.app)
    client.sign_in(MARA)
    delete_account, tries = views.service.delete_account, []

    def once_too_early(*arguments: object) -> None:
        tries.append(1)
        delete_account(*arguments)  # type: ignore[arg-type]
        if len(tries) == 1:
            raise IntegrityError("", {}, Exception("somebody wrote a row meanwhile"))

    monkeypatch.setattr(views.service, "delete_account", once_too_early)
    ask_to_delete(client)
    assert len(tries) == 2
    assert events(client.app, "account:deleted") == 1


def test_request_of_somebody_who_is_gone_meanwhile_is_told_so(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mara, number = begin(client.app)
    client.sign_in(MARA)

    def deleted_meanwhile(*_: object, **__: object) -> None:
        db.session.rollback()
        stored = db.session.get_one(Person, mara).password_hash
        views.service.delete_account(mara, stored, views.Wishes(), NOW, views.terms())
        db.session.commit()
        raise IntegrityError("", {}, Exception("foreign key"))

    monkeypatch.setattr("participation.suggestions.support.give", deleted_meanwhile)
    page = client.post(f"/de/anregungen/{number}/unterstuetzen/", status=410)
    assert "Dieses Konto ist gelöscht." in page.main


def test_failure_of_somebody_who_is_there_stays_a_failure(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, number = begin(client.app)
    client.sign_in(MARA)

    def broken(*_: object, **__: object) -> None:
        raise IntegrityError("", {}, Exception("a fault of ours"))

    monkeypatch.setattr("participation.suggestions.support.give", broken)
    with pytest.raises(IntegrityError):
        client.post(f"/de/anregungen/{number}/unterstuetzen/")


def test_city_that_reviews_while_the_author_leaves_gets_a_page(app: Flask) -> None:
    with app.app_context():
        mara = with_password(MARA)
        key = make_suggestion(State.SUBMITTED, author=mara).id
        from tests.people import KIM

        ids = [mara.id, make_person(KIM).id]
        db.session.commit()
    (maras, hers), (kims, his) = browsers_of(app, ids)
    jobs: list[Callable[[], int]] = [
        lambda: post(app, maras, DELETE, _FORM | {"csrf_token": hers}),
        lambda: post(app, kims, f"/de/verwaltung/anregungen/{key}/pruefen/", {"csrf_token": his}),
    ] * 2
    assert max(all_at_once(jobs)) < 500
    with app.app_context():
        found = db.session.get_one(Suggestion, key)
        assert (found.state, found.text, found.author_id) == (State.WITHDRAWN, "", None)

"""Two presses at once, through HTTP, with real commits: one result."""

import sqlalchemy as sa
from flask import Flask

from participation.city_pages.models import CityPage, CityPageVersion
from participation.core.db import db
from tests.city_pages.steps import STAFF
from tests.people import ADA, KIM, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

_TYPED = {"act": "save", "seen_version": "0", "title": "Kontakt"}


def counts(app: Flask) -> tuple[int, int]:
    with app.app_context():
        tables = (CityPage, CityPageVersion)
        pages, versions = (
            db.session.scalars(sa.select(sa.func.count()).select_from(one)).one() for one in tables
        )
    return pages, versions


def test_two_editors_at_once_give_one_version_and_one_conflict(app: Flask) -> None:
    with app.app_context():
        ids = [make_person(one).id for one in (KIM, ADA)]
        db.session.commit()
    jobs = [
        lambda browser=browser, csrf=csrf, words=words: post(
            app, browser, f"{STAFF}kontakt/", _TYPED | {"csrf_token": csrf, "body": words}
        )
        for (browser, csrf), words in zip(
            browsers_of(app, ids), ("Von Kim.", "Von Ada."), strict=True
        )
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    assert counts(app) == (1, 1)


def test_one_editor_who_presses_often_saves_once(app: Flask) -> None:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = _TYPED | {"csrf_token": csrf, "body": "Einmal."}
    assert set(all_at_once([lambda: post(app, browser, f"{STAFF}kontakt/", typed)] * 6)) == {303}
    assert counts(app) == (1, 1)
    new = {"csrf_token": csrf, "title": "Neu hier", "key": "0" * 32}
    assert set(all_at_once([lambda: post(app, browser, f"{STAFF}neu/", new)] * 6)) == {303}
    assert counts(app) == (2, 2)


def test_same_address_at_once_is_one_page_and_a_sentence(app: Flask) -> None:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    jobs = [
        lambda key=key: post(
            app, browser, f"{STAFF}neu/", {"csrf_token": csrf, "title": "Neu hier", "key": key * 32}
        )
        for key in "ab"
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    assert counts(app) == (1, 1)

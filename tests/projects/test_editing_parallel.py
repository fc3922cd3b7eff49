"""Two people at once write sheets, through HTTP, with real commits."""

import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.projects.models import Project, ProjectVersion
from tests.factories import coordinator, make_project
from tests.people import KIM, NOW, make_person
from tests.projects.steps import STAFF, make_draft
from tests.suggestions.test_parallel import all_at_once, browsers_of, post


def counts(app: Flask, event: str) -> tuple[int, int, int]:
    """How many projects, versions, and entries of the event there are."""
    with app.app_context():
        told = sa.select(sa.func.count()).where(JournalEntry.event == event)
        tables = [
            db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()
            for table in (Project, ProjectVersion)
        ]
        return tables[0], tables[1], db.session.scalars(told).one()


def test_two_editors_at_once_give_one_version_and_one_conflict(app: Flask) -> None:
    with app.app_context():
        make_project()
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "act": "save", "seen_version": "1", "title": "Spielplatz"}
    path = f"{STAFF}sp-gleisberg/text/de/"
    jobs = [
        lambda words=words: post(app, browser, path, typed | {"summary": words})
        for words in ("Von Kim", "Von Jonas")
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    assert counts(app, "project:changed") == (1, 2, 1)


def test_two_translators_at_once_are_in_nobodys_way(app: Flask) -> None:
    with app.app_context():
        make_project()
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "act": "save", "seen_version": "1", "title": "Playground"}
    jobs = [
        lambda tag=tag: post(app, browser, f"{STAFF}sp-gleisberg/text/{tag}/", typed)
        for tag in ("en", "de-simple")
    ]
    assert all_at_once(jobs) == [303, 303]
    assert counts(app, "project:changed") == (1, 3, 2)


def test_same_save_pressed_often_at_once_is_one_version(app: Flask) -> None:
    with app.app_context():
        make_project()
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "act": "save", "seen_version": "1", "title": "Neuer Titel"}
    path = f"{STAFF}sp-gleisberg/text/de/"
    assert all_at_once([lambda: post(app, browser, path, typed)] * 6) == [303] * 6
    assert counts(app, "project:changed") == (1, 2, 1)


def test_same_creation_pressed_often_at_once_is_one_project(app: Flask) -> None:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "title": "Radweg", "key": "a" * 32}
    assert all_at_once([lambda: post(app, browser, f"{STAFF}neu/", typed)] * 6) == [303] * 6
    assert counts(app, "project:created") == (1, 1, 1)


def test_creations_of_one_title_at_once_get_addresses_of_their_own(app: Flask) -> None:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "title": "Radweg"}
    jobs = [
        lambda key=key: post(app, browser, f"{STAFF}neu/", typed | {"key": key * 32})
        for key in "abcdef"
    ]
    assert all_at_once(jobs) == [303] * 6
    with app.app_context():
        slugs = sorted(db.session.scalars(sa.select(Project.slug)))
        assert slugs == ["radweg", *(f"radweg-{number}" for number in range(2, 7))]


def test_publishing_and_reviewing_at_once_happen_once_each(app: Flask) -> None:
    with app.app_context():
        slug = make_draft(coordinator()).slug
        db.session.scalars(sa.select(Project)).one().review_on = NOW.date()
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "act-seen_version": "1"}
    path = f"{STAFF}{slug}/"
    acts = (("geprueft", "reviewed", 1), ("veroeffentlichen", "published", 2))
    for word, event, versions in acts:
        jobs = [lambda word=word: post(app, browser, f"{path}{word}/", typed)] * 5
        assert all_at_once(jobs) == [303] * 5
        assert counts(app, f"project:{event}") == (1, versions, 1)

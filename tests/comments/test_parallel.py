"""Two presses at once, through HTTP, with real commits: one result."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.comments import service
from participation.comments.models import Comment, CommentReport
from participation.comments.rules import MOST_AN_HOUR, Reason
from participation.core import clock
from participation.core.db import db
from participation.projects.models import Project
from tests.comments.steps import PROJECT, begin, events, kept_and_counted
from tests.factories import coordinator, make_comment, make_supporters, resident, subject_of
from tests.people import KIM, MARA, NOW, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

_LATER = NOW.replace(minute=1)


def stamp_of(browser: object, path: str) -> str:
    found = re.search(r'name="stamp"[^>]*value="([^"]+)"', browser.get(path).text)  # type: ignore[attr-defined]
    assert found
    return found[1]


def count(app: Flask, table: type) -> int:
    with app.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def comment_on_the_project(**values: object) -> int:
    project = db.session.scalars(sa.select(Project)).one()
    assert subject_of(project).is_public
    return make_comment(project, **values).id  # type: ignore[arg-type]


def filled(app: Flask, *people: object) -> tuple[int, list[int]]:
    """A comment of Mara's, and the keys of people."""
    begin(app)
    with app.app_context():
        key = comment_on_the_project()
        ids = [make_person(one).id for one in people]  # type: ignore[arg-type]
        db.session.commit()
    return key, ids


def test_resident_who_sends_twice_at_once_writes_once(app: Flask) -> None:
    begin(app)
    with app.app_context():
        mara = make_person(MARA).id
        db.session.commit()
    browser, csrf = browsers_of(app, [mara])[0]
    data = {"csrf_token": csrf, "stamp": stamp_of(browser, PROJECT), "text": "Nur einmal, bitte."}
    with clock.stopped_at(_LATER):
        statuses = all_at_once([lambda: post(app, browser, PROJECT, data)] * 10)
    assert set(statuses) == {303}
    assert count(app, Comment) == 1
    with app.app_context():
        assert kept_and_counted() == (1, 1)


def test_limit_holds_when_everything_is_sent_at_once(app: Flask) -> None:
    begin(app)
    with app.app_context():
        mara = make_person(MARA).id
        db.session.commit()
    browser, csrf = browsers_of(app, [mara])[0]
    data = {"csrf_token": csrf, "stamp": stamp_of(browser, PROJECT)}
    jobs: list[Callable[[], int]] = [
        lambda number=number: post(app, browser, PROJECT, data | {"text": f"Text {number}"})  # type: ignore[misc]
        for number in range(MOST_AN_HOUR + 6)
    ]
    with clock.stopped_at(_LATER):
        statuses = all_at_once(jobs)
    assert sorted(statuses) == [303] * MOST_AN_HOUR + [429] * 6
    assert count(app, Comment) == MOST_AN_HOUR


def test_twenty_first_comments_at_once_make_one_thread(app: Flask) -> None:
    begin(app)
    with app.app_context():
        people = list(make_supporters(20))
        db.session.commit()
    jobs: list[Callable[[], int]] = []
    for browser, csrf in browsers_of(app, people):
        data = {"csrf_token": csrf, "stamp": stamp_of(browser, PROJECT), "text": "Ich auch!"}
        jobs.append(lambda browser=browser, data=data: post(app, browser, PROJECT, data))  # type: ignore[misc]
    with clock.stopped_at(_LATER):
        assert set(all_at_once(jobs)) == {303}
    with app.app_context():
        assert kept_and_counted() == (20, 20)


def test_many_reports_at_once_count_once_a_person(app: Flask) -> None:
    key, _ = filled(app)
    with app.app_context():
        people = list(make_supporters(5))
        db.session.commit()
    data = {"reason": "insult"}
    jobs: list[Callable[[], int]] = [
        lambda browser=browser, csrf=csrf: post(  # type: ignore[misc]
            app, browser, f"/de/stellungnahmen/{key}/melden/", data | {"csrf_token": csrf}
        )
        for _ in range(5)
        for browser, csrf in browsers_of(app, people)
    ]
    assert set(all_at_once(jobs)) == {303}
    assert count(app, CommentReport) == 5
    assert events(app).count("comment:reported") == 5


def test_author_who_deletes_twice_at_once_deletes_once(app: Flask) -> None:
    key, [mara] = filled(app, MARA)
    browser, csrf = browsers_of(app, [mara])[0]
    path = f"/de/stellungnahmen/{key}/loeschen/"
    statuses = all_at_once([lambda: post(app, browser, path, {"csrf_token": csrf})] * 8)
    assert set(statuses) == {303}
    assert events(app).count("comment:deleted") == 1
    with app.app_context():
        assert kept_and_counted() == (0, 0)


@pytest.mark.parametrize(
    ("word", "data", "event"),
    [
        ("ausblenden", {"reason": "insult"}, "comment:hidden"),
        ("wieder-zeigen", {"reason": "mistake"}, "comment:restored"),
        ("in-ordnung", {}, "comment:kept"),
    ],
)
def test_coordinator_who_decides_twice_at_once_decides_once(
    app: Flask, word: str, data: dict[str, str], event: str
) -> None:
    key, [kim, mara] = filled(app, KIM, MARA)
    with app.app_context():
        if word == "wieder-zeigen":
            service.hide(key, coordinator(), NOW, Reason.INSULT)
        if word == "in-ordnung":
            person = make_supporters(1)[0]
            service.report(key, resident(person), NOW, Reason.INSULT)
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    path = f"/de/verwaltung/moderation/{key}/{word}/"
    statuses = all_at_once([lambda: post(app, browser, path, data | {"csrf_token": csrf})] * 8)
    assert sorted(statuses) == [303] + [409] * 7
    assert events(app).count(event) == 1
    with app.app_context():
        kept, counted = kept_and_counted()
    assert kept == counted
    assert mara


def test_hiding_and_deleting_at_once_keeps_the_count_true(app: Flask) -> None:
    key, [kim, mara] = filled(app, KIM, MARA)
    (kims, kims_csrf), (maras, maras_csrf) = browsers_of(app, [kim, mara])
    hide = {"csrf_token": kims_csrf, "reason": "insult"}
    jobs: list[Callable[[], int]] = [
        lambda: post(app, kims, f"/de/verwaltung/moderation/{key}/ausblenden/", hide),
        lambda: post(app, maras, f"/de/stellungnahmen/{key}/loeschen/", {"csrf_token": maras_csrf}),
    ] * 4
    assert set(all_at_once(jobs)) <= {303, 409}
    with app.app_context():
        assert kept_and_counted() == (0, 0)

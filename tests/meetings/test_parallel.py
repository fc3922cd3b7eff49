"""Many people at once sign up for a meeting, through HTTP, with real commits."""

import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.meetings import queries, rules
from participation.meetings.models import Meeting, MeetingSignUp
from tests.factories import make_meeting, make_supporters
from tests.people import KIM, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of, post


def test_twenty_people_who_press_five_times_for_eight_places_get_eight(app: Flask) -> None:
    with app.app_context():
        meeting = make_meeting(capacity=8)
        key, slug = meeting.id, meeting.slug
        people = list(make_supporters(20))
        db.session.commit()
    browsers = browsers_of(app, people)
    jobs = [
        lambda browser=browser, csrf=csrf: post(
            app, browser, f"/de/termine/{slug}/anmelden/", {"csrf_token": csrf}
        )
        for _ in range(5)
        for browser, csrf in browsers
    ]
    assert all_at_once(jobs) == [303] * 100
    with app.app_context():
        on_list = queries.people_of(key)
        numbers = db.session.scalars(sa.select(MeetingSignUp.number)).all()
        told = sa.select(sa.func.count()).where(JournalEntry.event == "meeting:signed_up")
        assert sorted(on_list) == sorted(people)
        assert sorted(numbers) == list(range(1, 21))
        assert len(rules.with_places(on_list, 8)) == 8
        assert len(rules.waiting(on_list, 8)) == 12
        assert db.session.scalar(told) == 20
        ranks = sorted(queries.sign_ups(key, person_id)[1] for person_id in people)
        assert ranks == list(range(1, 21))


def test_signing_up_and_off_at_once_leaves_everybody_once_or_not_at_all(app: Flask) -> None:
    with app.app_context():
        meeting = make_meeting(capacity=2)
        key, slug = meeting.id, meeting.slug
        people = list(make_supporters(5))
        db.session.commit()
    browsers = browsers_of(app, people)
    jobs = [
        lambda browser=browser, csrf=csrf, word=word: post(
            app, browser, f"/de/termine/{slug}/{word}/", {"csrf_token": csrf}
        )
        for _ in range(6)
        for browser, csrf in browsers
        for word in ("anmelden", "abmelden")
    ]
    assert set(all_at_once(jobs)) == {303}
    with app.app_context():
        on_list = list(queries.people_of(key))
        assert len(on_list) == len(set(on_list))
        assert set(on_list) <= set(people)


def test_two_changes_at_once_give_one_change_and_one_conflict(app: Flask) -> None:
    with app.app_context():
        key = make_meeting().id
        kim = make_person(KIM).id
        db.session.commit()
    (browser, csrf) = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "kind": "forum", "day": "2026-03-20", "begins": "18:00",
             "title_de": "Rundgang", "seen_sequence": "0"}  # fmt: skip
    path = f"/de/verwaltung/termine/{key}/"
    jobs = [
        lambda place=place: post(app, browser, path, typed | {"place": place})
        for place in ("Schloss", "Rathaus")
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]
    with app.app_context():
        assert db.session.get_one(Meeting, key).sequence == 1


def test_pressing_twice_at_once_makes_one_meeting(app: Flask) -> None:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    (browser, csrf) = browsers_of(app, [kim])[0]
    typed = {"csrf_token": csrf, "kind": "forum", "day": "2026-03-20", "title_de": "Rundgang"}
    jobs = [lambda: post(app, browser, "/de/verwaltung/termine/neu/", typed)] * 6
    assert sorted(all_at_once(jobs)) == [303] + [409] * 5
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1

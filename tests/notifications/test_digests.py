"""Digests: when they come, what stands in them, and that nothing is told twice. Both databases."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.city import service as city
from participation.city.models import Topic
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core import clock
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.following import service as following
from participation.following.models import MailSetting
from participation.following.rules import Followed, Frequency
from participation.notifications import digests
from participation.notifications import service as notifications
from participation.notifications.models import Mail, News
from participation.projects import editing
from participation.suggestions import notes, support, topics
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import State
from participation.worker import Worker
from tests.factories import (
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_meeting,
    make_project,
    make_suggestion,
    make_supporters,
    make_update,
)
from tests.notifications.conftest import Post
from tests.people import JONAS, MARA, NOAH, NOW, make_person
from tests.site.canaries import _hide
from tests.site.test_statements import counted

#: NOW is a Tuesday, 10:00.
_NEXT_MORNING = datetime(2026, 3, 11, 7, tzinfo=CITY_TIME).astimezone(UTC)
_NEXT_MONDAY = datetime(2026, 3, 16, 7, tzinfo=CITY_TIME).astimezone(UTC)
_MINUTE = timedelta(minutes=1)


def follow(*things: tuple[Followed, int], frequency: Frequency = Frequency.AT_ONCE) -> int:
    """Let Mara follow things; return her key."""
    mara = make_person(MARA)
    for kind, key in things:
        following.follow(kind, key, mara.actor, NOW)
    following.set_frequency(mara.id, frequency, NOW)
    return mara.id


def work(worker: Worker, at: datetime) -> None:
    with clock.stopped_at(at):
        worker.run_until_idle()


def text_of(post: Post, address: str = MARA.email) -> str:
    (mail,) = post.to(address)
    return str(mail.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("frequency", "due"), [(Frequency.DAILY, _NEXT_MORNING), (Frequency.WEEKLY, _NEXT_MONDAY)]
)
def test_digest_comes_when_it_was_asked_for_and_once(
    mail_app: Flask, worker: Worker, post: Post, frequency: Frequency, due: datetime
) -> None:
    with mail_app.app_context():
        suggestion = make_suggestion()
        follow((Followed.SUGGESTION, suggestion.id), frequency=frequency)
        make_answer(suggestion, NOW)
        make_addition(suggestion)
        db.session.commit()
    work(worker, NOW)
    work(worker, due - _MINUTE)
    assert post.to(MARA.email) == []
    work(worker, due)
    work(worker, due + timedelta(days=14))
    (mail,) = post.to(MARA.email)
    assert mail["Subject"] == "Neues auf 1 Seite für Sie"
    text = text_of(post)
    assert "Anregung 1: Mehr Schatten auf dem Spielplatz" in text
    assert "- 10. März 2026: Die Stadt hat geantwortet" in text
    assert "- 10. März 2026: Die Anregung wurde ergänzt" in text
    assert "Sie folgen dieser Anregung." in text
    assert "\nhttp://localhost/de/anregungen/1/\n" in text
    assert "http://localhost/de/konto/benachrichtigungen/" in text
    assert re.search(r"\nhttp://localhost/de/abbestellen/\S+/\n", text)
    assert not re.search(r"\n\n\n\n|%\(|None", text)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = b"".join(file.read_bytes() for file in post.folder.glob("*.eml"))
    address = re.escape(mail["List-Unsubscribe"].encode())
    assert re.search(rb"\nList-Unsubscribe: " + address + rb"\r?\n", raw), "no encoded words"
    assert address.startswith(b"<http") and len(address) > 90
    # Noah wrote it, and never chose: he heard at once.
    assert len(post.to(NOAH.email)) >= 1


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_morning_of_the_change_of_clocks_has_its_digest(
    mail_app: Flask, worker: Worker, post: Post, day: str
) -> None:
    morning = datetime.fromisoformat(f"{day}T07:00").replace(tzinfo=CITY_TIME).astimezone(UTC)
    with mail_app.app_context():
        suggestion = make_suggestion(now=morning - timedelta(days=3))
        follow((Followed.SUGGESTION, suggestion.id), frequency=Frequency.DAILY)
        db.session.commit()
        work(worker, morning - timedelta(days=2))
        for hours in (20, 5):
            make_answer(
                db.session.get_one(Suggestion, suggestion.id), morning - timedelta(hours=hours)
            )
        db.session.commit()
    work(worker, morning - timedelta(hours=4))
    work(worker, morning - _MINUTE)
    assert post.to(MARA.email) == []
    work(worker, morning)
    work(worker, morning + timedelta(hours=30))
    assert len(post.to(MARA.email)) == 1


def test_digest_leaves_out_what_was_hidden_meanwhile_and_is_not_sent_empty(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        stays, goes = (
            make_suggestion(title="Die eine bleibt da"),
            make_suggestion(title="Die geht weg"),
        )
        project = make_project(departments=[make_department()])
        done = make_suggestion(State.IMPLEMENTING, quorum=2, title="Die mit dem Bericht")
        db.session.commit()
        work(worker, NOW)  # what happened before Mara followed is done
        follow(
            (Followed.SUGGESTION, stays.id), (Followed.SUGGESTION, goes.id),
            (Followed.PROJECT, project.id), (Followed.SUGGESTION, done.id),
            frequency=Frequency.DAILY,
        )  # fmt: skip
        db.session.commit()
        key = stays.id
        make_answer(goes, NOW)
        said = make_comment(project, author=make_person(JONAS), text="Ein amtliches Wort dazu.")
        report = make_update(done)
        db.session.commit()
        work(worker, NOW + _MINUTE)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(News)) == 3
        _hide(goes)
        comments.hide(said.id, coordinator(), NOW, Reason.INSULT)
        notes.hide(
            report.id, coordinator(), NOW, reason=NoteHideCode.INSULT, internal_text="Vermerk"
        )
        db.session.commit()
    work(worker, _NEXT_MORNING)
    assert post.to(MARA.email) == []
    with mail_app.app_context():
        make_answer(db.session.get_one(Suggestion, key), _NEXT_MORNING)
        db.session.commit()
    work(worker, _NEXT_MORNING + _MINUTE)
    work(worker, _NEXT_MORNING + timedelta(days=1))
    assert "Die eine bleibt da" in text_of(post)
    assert "geht weg" not in text_of(post)


def test_person_in_all_roles_gets_one_mail_that_says_each_reason(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        city.save_topic("gruen", 1, {"de": "Grün"})
        topic = db.session.scalars(sa.select(Topic.id)).one()
        district = make_district()
        suggestion = make_suggestion(author=make_person(MARA), district_id=district.id)
        follow(
            (Followed.SUGGESTION, suggestion.id), (Followed.TOPIC, topic),
            (Followed.DISTRICT, district.id),
        )  # fmt: skip
        support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
        topics.choose(suggestion.id, coordinator(), NOW, [topic], seen=[])
        db.session.commit()
        work(worker, NOW)
        before = len(post.to(MARA.email))
        make_answer(suggestion, NOW)
        db.session.commit()
    work(worker, NOW + _MINUTE)
    mails = post.to(MARA.email)
    assert len(mails) == before + 1
    text = mails[-1].get_content()
    for words in ("eingereicht haben", "unterstützen und Nachrichten", "dieser Anregung folgen"):
        assert text.count(words) == 1


def test_new_suggestion_is_told_once_to_who_follows_around_it(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        for number, name in ((1, "Grün"), (2, "Verkehr")):
            city.save_topic(f"thema-{number}", number, {"de": name})
        keys = db.session.scalars(sa.select(Topic.id).order_by(Topic.id)).all()
        district = make_district()
        follow((Followed.DISTRICT, district.id), *[(Followed.TOPIC, key) for key in keys])
        suggestion = make_suggestion(district_id=district.id)
        db.session.commit()
        work(worker, NOW)
        topics.choose(suggestion.id, coordinator(), NOW, [keys[0]], seen=[])
        db.session.commit()
        work(worker, NOW)
        topics.choose(suggestion.id, coordinator(), NOW, keys, seen=[keys[0]])
        db.session.commit()
    work(worker, NOW)
    (mail,) = post.to(MARA.email)
    assert mail["Subject"] == "Neue Anregung: Mehr Schatten auf dem Spielplatz"
    assert "weil Sie dem Stadtteil „Gonsenheim“ folgen" in mail.get_content()


def test_followers_of_a_project_hear_of_what_is_new_at_once_and_of_changes_next_morning(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        project = make_project(departments=[make_department()])
        follow((Followed.PROJECT, project.id))
        db.session.commit()
        work(worker, NOW)
        kim = coordinator()

        def save(**wanted: object) -> None:
            fields = {name.replace("__", "."): value for name, value in wanted.items()}
            editing.edit(project.id, kim, NOW, fields, seen_version=project.version)
            db.session.commit()

        for cost in range(1, 6):
            save(cost=cost)
        work(worker, NOW + _MINUTE)
        assert post.to(MARA.email) == [], "no flood"
        save(de__result="Der Platz wird grün.")
        make_meeting(project_id=project.id)
        make_comment(project, author=make_person(JONAS), text="Ein amtliches Wort dazu.")
        make_comment(project, author=make_person(NOAH), text="Ein Wort, das nicht amtlich ist.")
        day = NOW.date().isoformat()
        save(phases=[{"first": day, "last": day, "titles": {}}])
        db.session.commit()
    work(worker, NOW + _MINUTE * 2)
    work(Worker(mail_app), NOW + _MINUTE * 3)
    subjects = sorted(mail["Subject"] for mail in post.to(MARA.email))
    title = "Spielplatz Gleisberganlage"
    assert subjects == sorted(
        [
            f"Ergebnis der Beteiligung: {title}", "Neuer Termin: Rundgang am Ufer",
            f"Die Stadt nimmt Stellung: {title}", f"Jetzt mitreden: {title}",
        ]
    )  # fmt: skip
    for mail in post.to(MARA.email):
        assert "weil Sie diesem Vorhaben folgen" in mail.get_content()
        assert mail["List-Unsubscribe"].startswith("<http://localhost/de/abbestellen/")
    work(worker, _NEXT_MORNING)
    work(worker, _NEXT_MORNING + timedelta(days=1))
    digest = post.to(MARA.email)[-1]
    assert len(post.to(MARA.email)) == 5
    assert digest.get_content().count("Das Vorhaben-Blatt wurde geändert") == 1


@pytest.mark.parametrize("to", [Frequency.AT_ONCE, Frequency.DAILY, Frequency.NEVER])
def test_change_of_the_setting_loses_nothing_and_repeats_nothing(
    mail_app: Flask, worker: Worker, post: Post, to: Frequency
) -> None:
    with mail_app.app_context():
        suggestion = make_suggestion()
        mara = follow((Followed.SUGGESTION, suggestion.id), frequency=Frequency.WEEKLY)
        make_answer(suggestion, NOW)
        db.session.commit()
        work(worker, NOW)
        following.set_frequency(mara, to, NOW + _MINUTE)
        db.session.commit()
    work(worker, NOW + _MINUTE)
    assert len(post.to(MARA.email)) == (1 if to is Frequency.AT_ONCE else 0)
    work(worker, _NEXT_MORNING)
    work(worker, _NEXT_MONDAY)
    assert len(post.to(MARA.email)) == (0 if to is Frequency.NEVER else 1)


@pytest.mark.parametrize("frequency", [Frequency.AT_ONCE, Frequency.DAILY])
@pytest.mark.parametrize("way", ["unfollowed", "never"])
def test_who_stops_between_writing_and_sending_gets_nothing(
    mail_app: Flask, worker: Worker, post: Post, frequency: Frequency, way: str
) -> None:
    with mail_app.app_context():
        suggestion = make_suggestion()
        mara = follow((Followed.SUGGESTION, suggestion.id), frequency=frequency)
        make_answer(suggestion, NOW)
        db.session.commit()
        with clock.stopped_at(_NEXT_MORNING):
            while worker._write():
                pass
        with clock.stopped_at(_NEXT_MORNING + timedelta(days=1)):
            while worker._collect():
                pass
        mails = sa.select(sa.func.count()).where(Mail.person_id == mara)
        assert db.session.scalar(mails) == 1
        if way == "never":
            following.set_frequency(mara, Frequency.NEVER, NOW)
        else:
            following.stop(mara, [(Followed.SUGGESTION, suggestion.id)], NOW, TERMS)
        db.session.commit()
    work(worker, _NEXT_MORNING + timedelta(days=1))
    assert post.to(MARA.email) == []


def test_author_who_wants_no_news_still_hears_what_the_city_does_with_the_text(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        following.set_frequency(make_person(NOAH).id, Frequency.NEVER, NOW)
        suggestion = make_suggestion(State.COLLECTING)
        make_answer(suggestion, NOW)
        make_suggestion(State.REJECTED)
        _hide(suggestion)
        db.session.commit()
    work(worker, NOW)
    mails = post.to(NOAH.email)
    assert {mail["Subject"] for mail in mails} == {
        "Ihre Anregung ist angekommen", "Ihre Anregung ist veröffentlicht",
        "Ihre Anregung wurde abgelehnt", "Ihre Anregung ist nicht öffentlich",
    }  # fmt: skip
    assert all(mail["List-Unsubscribe"] is None for mail in mails)
    assert all("weil Sie diese Anregung eingereicht haben" in mail.get_content() for mail in mails)


def test_long_digest_is_cut_with_a_count_and_costs_the_same(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    costs = []
    for number, count in enumerate((1, digests.MOST_THINGS + 7)):
        with mail_app.app_context():
            made = [make_suggestion(title=f"Anregung mit Zahl {n}") for n in range(count)]
            follow(*[(Followed.SUGGESTION, one.id) for one in made], frequency=Frequency.DAILY)
            for one in made:
                make_answer(one, NOW)
            db.session.commit()
            with clock.stopped_at(NOW + timedelta(days=number)):
                while worker._write():
                    pass
                while worker._deliver():
                    pass
            with clock.stopped_at(_NEXT_MORNING + timedelta(days=number)):
                assert worker._collect()
                with counted(db.engine) as statements:
                    assert worker._deliver()
            costs.append(len(statements))
    first, long = (mail.get_content() for mail in post.to(MARA.email))
    assert "weitere" not in first
    assert "Auf 7 weiteren Seiten gibt es auch Neues." in long
    assert long.count("\nZu Anregung ") == digests.MOST_THINGS
    assert costs[1] <= costs[0] + 1, costs
    assert max(costs) <= 20


def test_entry_for_thousands_of_followers_is_written_in_parts(
    mail_app: Flask, worker: Worker
) -> None:
    with mail_app.app_context():
        project = make_project(departments=[make_department()])
        people = make_supporters(1200)
        from participation.following.models import Follow

        rows = [
            {"person_id": k, "project_id": project.id, "since": NOW, "is_wanted": True}
            for k in people
        ]
        db.session.execute(sa.insert(Follow), rows)
        settings = [
            {"person_id": key, "frequency": Frequency.DAILY if key % 2 else Frequency.AT_ONCE}
            for key in people
        ]
        db.session.execute(sa.insert(MailSetting), settings)
        db.session.commit()
        while worker._write():
            pass
        make_person(JONAS)
        db.session.commit()
        while worker._write():
            pass
        make_comment(project, author=make_person(JONAS), text="Ein amtliches Wort dazu.")
        db.session.commit()
        with counted(db.engine) as statements:
            assert notifications.write_next(NOW, "example.org")
        db.session.commit()
        told = [
            db.session.scalars(sa.select(table.person_id).order_by(table.person_id)).all()
            for table in (Mail, News)
        ]
    assert sorted(told[0] + told[1]) == sorted(people)
    assert len(told[0]) == len(told[1]) == 600
    assert len(statements) < 30, "by hundreds, not one by one"

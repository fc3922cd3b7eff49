"""Meetings through HTTP."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation.core import clock
from participation.core.db import db
from participation.meetings import service
from participation.meetings.rules import KIND_NAMES, OPEN_END, MeetingKind
from tests.checking_client import CheckingClient, Page, parse, words_of
from tests.factories import make_project
from tests.people import NOW

_LIST = "/de/termine/"


def make_meeting(slug: str, starts_at: datetime, **more: Any) -> None:
    """A meeting, with a German title unless others are given."""
    titles = more.pop("titles", {"de": f"Treffen {slug}"})
    values = {"kind": MeetingKind.FORUM, "starts_at": starts_at, "ends_at": None} | more
    service.save(slug, values, titles, NOW)


def titles(page: Page) -> list[str]:
    """Titles of all meetings on the page, from above."""
    return [words_of(e) for e in next(parse(page.html).iter("main")).iter("h3")]


def section(page: Page, heading: str) -> str:
    """What stands in the section with this heading."""
    for one in next(parse(page.html).iter("main")).iter("section"):
        if words_of(one.find("h2")) == heading:  # type: ignore[arg-type]
            return words_of(one)
    return ""


def test_visitor_sees_next_meetings_first_and_past_ones_latest_first(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        for days in (-3, 2, -1, 1):
            make_meeting(f"am-{days:+}".replace("+", "plus-").replace("--", "-minus-"),
                         NOW + timedelta(days=days), titles={"de": f"Tag {days:+}"})  # fmt: skip
        db.session.commit()
    page = client.get(_LIST)
    assert titles(page) == ["Tag +1", "Tag +2", "Tag -1", "Tag -3"]
    assert "Tag -1" not in section(page, "Kommende Termine")
    assert "Tag +1" not in section(page, "Vergangene Termine")


def test_visitor_is_told_when_there_are_no_meetings(client: CheckingClient) -> None:
    page = client.get(_LIST)
    assert "Zurzeit ist kein Termin geplant." in page.main
    assert "Es gab noch keine Termine." in page.main


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "is_over"),
    [
        (NOW - OPEN_END, None, True),
        (NOW - OPEN_END + timedelta(seconds=1), None, False),
        (NOW - timedelta(hours=2), NOW, True),
        (NOW - timedelta(hours=2), NOW + timedelta(seconds=1), False),
    ],
)
def test_meeting_is_over_at_the_moment_of_its_end(
    client: CheckingClient, starts_at: datetime, ends_at: datetime | None, is_over: bool
) -> None:
    with client.app.app_context():
        make_meeting("x", starts_at, ends_at=ends_at)
        db.session.commit()
    page = client.get(_LIST)
    assert ("Treffen x" in section(page, "Vergangene Termine")) == is_over
    assert ("Treffen x" in section(page, "Kommende Termine")) != is_over


def test_meeting_of_whole_days_is_there_until_the_midnight_of_the_city(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        first, end = datetime(2026, 3, 9, 23, tzinfo=UTC), datetime(2026, 3, 11, 23, tzinfo=UTC)
        make_meeting("x", first, ends_at=end, whole_days=True)
        db.session.commit()
    with clock.stopped_at(end - timedelta(seconds=1)):
        page = client.get(_LIST)
        assert "10. März 2026 bis 11. März 2026" in section(page, "Kommende Termine")
        assert "Uhr" not in page.main
    with clock.stopped_at(end):
        assert "Treffen x" in section(client.get(_LIST), "Vergangene Termine")


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [
        (datetime(2026, 3, 28, 17, tzinfo=UTC), "Samstag, 28. März 2026, 18:00 Uhr"),
        (datetime(2026, 3, 29, 17, tzinfo=UTC), "Sonntag, 29. März 2026, 19:00 Uhr"),
        (datetime(2026, 3, 31, 22, 30, tzinfo=UTC), "Mittwoch, 1. April 2026, 00:30 Uhr"),
        (datetime(2026, 10, 25, 17, tzinfo=UTC), "Sonntag, 25. Oktober 2026, 18:00 Uhr"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Freitag, 1. Januar 2027, 00:30 Uhr"),
    ],
)
def test_visitor_reads_the_time_of_the_city(
    client: CheckingClient, starts_at: datetime, shown: str
) -> None:
    with client.app.app_context():
        make_meeting("x", starts_at, ends_at=starts_at + timedelta(hours=2), place="Schloss")
        db.session.commit()
    page = client.get(_LIST)
    assert shown in page.main
    assert "Forum · Schloss" in page.main


@pytest.mark.parametrize("kind", MeetingKind)
def test_visitor_reads_what_kind_of_meeting_it_is(
    client: CheckingClient, kind: MeetingKind
) -> None:
    with client.app.app_context():
        make_meeting("x", NOW + timedelta(days=1), kind=kind)
        db.session.commit()
    assert KIND_NAMES[kind] in section(client.get(_LIST), "Kommende Termine")
    assert len(set(KIND_NAMES.values())) == len(MeetingKind)


def test_meeting_leads_to_its_project_and_the_project_names_it(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project("radweg", title="Radweg")
        make_meeting("x", NOW + timedelta(days=1), project_id=project.id, place="Rathaus")
        make_meeting("alt", NOW - timedelta(days=9), project_id=project.id)
        make_meeting("spaeter", NOW + timedelta(days=5), project_id=project.id)
        make_meeting("ohne", NOW + timedelta(days=9))
        db.session.commit()
    page = client.get(_LIST)
    assert page.html.count('href="/de/vorhaben/radweg/"') == 3
    sheet = client.get("/de/vorhaben/radweg/")
    assert "Nächster Termin" in sheet.main
    assert "Rathaus" in sheet.main
    order = [sheet.main.rindex(f"Treffen {slug}") for slug in ("alt", "x", "spaeter")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("read", "written", "shown", "marked"),
    [
        ("en", {"de": "Deutsch", "en": "English"}, "English", False),
        ("en", {"de": "Deutsch"}, "Deutsch", True),
        ("de-simple", {"en": "English", "de": "Deutsch"}, "Deutsch", True),
        ("de", {"en": "English"}, "English", True),
    ],
)
def test_title_falls_back_to_another_language_and_is_marked(
    client: CheckingClient, read: str, written: dict[str, str], shown: str, marked: bool
) -> None:
    with client.app.app_context():
        make_meeting("x", NOW + timedelta(days=1), titles=written)
        db.session.commit()
    html = client.get(f"/{read}/termine/").html
    tag = {"Deutsch": "de", "English": "en"}[shown]
    assert bool(re.search(rf'<h3 lang="{tag}"><a [^>]*>{shown}</a></h3>', html)) == marked
    assert bool(re.search(rf"<h3><a [^>]*>{shown}</a></h3>", html)) != marked


def test_visitor_walks_through_past_meetings_and_back(client: CheckingClient) -> None:
    with client.app.app_context():
        make_meeting("kommt", NOW + timedelta(days=1))
        for number in range(50):
            # Several begin at the same moment: the key keeps them apart.
            make_meeting(f"m-{number}", NOW - timedelta(days=1 + number // 7))
        db.session.commit()
    page = client.get(_LIST)
    assert titles(page)[0] == "Treffen kommt"
    pages = [titles(page)[1:]]
    while address := re.search(r'href="([^"]+)" rel="next"', page.html):
        page = client.get(address[1].replace("&amp;", "&"))
        pages.append(titles(page))
        assert "Kommende Termine" not in page.main
    assert [len(one) for one in pages] == [10, 10, 10, 10, 10]
    assert len({title for one in pages for title in one}) == 50
    back = [pages[-1]]
    while address := re.search(r'href="([^"]+)" rel="prev"', page.html):
        page = client.get(address[1].replace("&amp;", "&"))
        back.append([title for title in titles(page) if title != "Treffen kommt"])
    assert back[::-1] == pages


@pytest.mark.parametrize(
    "query",
    ["seite=x", "seite=%00", "seite=%ff", "seite=" + "a" * 5000, "seite=W10", "x=1", "seite="],
)
def test_list_does_not_mind_a_hostile_query(client: CheckingClient, query: str) -> None:
    with client.app.app_context():
        make_meeting("x", NOW - timedelta(days=1))
        db.session.commit()
    assert titles(client.get(f"{_LIST}?{query}")) == ["Treffen x"]

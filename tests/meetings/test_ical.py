"""Files for calendars, read again with a parser, and through HTTP."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import ics
import pytest
from icalendar import Calendar

from participation.core import clock
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.meetings import service
from participation.meetings.ical import Entry, calendar_file
from participation.meetings.models import Meeting
from participation.meetings.service import Sheet
from tests.checking_client import CheckingClient
from tests.factories import coordinator, make_meeting
from tests.meetings.test_rules import AUTUMN, SPRING
from tests.people import NOW

_FEED = "/de/termine.ics"
_ENTRY: dict[str, Any] = {
    "uid": "termin-x@example.org",
    "sequence": 3,
    "changed_at": NOW,
    "starts_at": NOW,
    "ends_at": None,
    "whole_days": False,
    "is_cancelled": False,
    "title": "Rundgang",
    "place": "Anleger",
    "description": "",
    "language_tag": "de",
    "address": "https://example.org/de/termine/x/",
}


def one_event(content: bytes) -> Any:
    """The only event of a file."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def written(**more: Any) -> bytes:
    """A file with one entry."""
    return calendar_file([Entry(**(_ENTRY | more))], name="Termine", language_tag="de")


def test_file_says_everything_about_a_meeting() -> None:
    text = "Erstens; zweitens, \\drittens\r\nBEGIN:VEVENT\nÄ" + "ö" * 300
    content = written(title=text, description=text, place="Anleger, Rhein", ends_at=NOW)
    event = one_event(content)
    assert event["UID"] == "termin-x@example.org"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == NOW
    assert str(event["SUMMARY"]).replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert event["SUMMARY"].params["LANGUAGE"] == "de"
    assert event["LOCATION"] == "Anleger, Rhein"
    assert event["URL"] == "https://example.org/de/termine/x/"
    assert "DTEND" not in event
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_file_has_the_citys_time_zone_and_says_how_often_to_look() -> None:
    calendar = Calendar.from_ical(written())
    assert calendar["VERSION"] == "2.0"
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in written()
    assert b"DTSTART;TZID=Europe/Berlin:20260310T100000" in written()
    assert written() == written()


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
@pytest.mark.parametrize("seconds", [-3601, -3600, -3599, -1, 0, 1, 3599, 3600, 3601])
def test_moments_around_the_change_of_the_clock_survive_the_file(day: date, seconds: int) -> None:
    moment = datetime.combine(day, time(1), UTC) + timedelta(seconds=seconds)
    event = one_event(written(starts_at=moment, ends_at=moment + timedelta(hours=2)))
    assert event["DTSTART"].dt.astimezone(UTC) == moment
    assert event["DTEND"].dt.astimezone(UTC) == moment + timedelta(hours=2)


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_zone_in_the_file_changes_the_clock_when_the_city_does(day: date, seconds: int) -> None:
    (zone,) = Calendar.from_ical(written()).walk("VTIMEZONE")
    offset_by = zone.to_tz(lookup_tzid=False)
    moment = datetime.combine(day, time(1), UTC) + timedelta(seconds=seconds)
    local = moment.astimezone(CITY_TIME)
    if not local.fold:
        assert local.replace(tzinfo=offset_by).utcoffset() == local.utcoffset()


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN, date(2026, 12, 31)])
@pytest.mark.parametrize("days", [1, 2, 30])
def test_whole_days_are_days_with_an_end_that_does_not_count(day: date, days: int) -> None:
    first = datetime.combine(day, time(), CITY_TIME).astimezone(UTC)
    end_day = day + timedelta(days=days)
    end = datetime.combine(end_day, time(), CITY_TIME).astimezone(UTC)
    event = one_event(written(starts_at=first, ends_at=end, whole_days=True))
    assert event["DTSTART"].dt == day
    assert event["DTEND"].dt == end_day
    assert event["DTSTART"].params["VALUE"] == "DATE"


def events_of(client: CheckingClient, path: str = _FEED) -> dict[str, Any]:
    """The events of a file on the web, by title."""
    response = client.get(path).response
    assert response.content_type == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.data).walk("VEVENT")
    return {str(event["SUMMARY"]): event for event in found}


def changed(meeting: Meeting, now: datetime, **values: Any) -> None:
    """Let the coordinator change a meeting."""
    texts = {
        text.language: {
            name: getattr(text, name) for name in ("title", "agenda", "accessibility", "results")
        }
        for text in meeting.texts
    }
    sheet = Sheet(values, texts)
    service.change(meeting.id, coordinator(), now, sheet, seen_sequence=meeting.sequence)


def test_calendar_that_looks_again_hears_of_change_and_cancellation(
    client: CheckingClient,
) -> None:
    later, moved = NOW + timedelta(hours=1), NOW + timedelta(days=5)
    with client.app.app_context():
        key = make_meeting("Rundgang").id
        db.session.commit()
    before = events_of(client)["Rundgang"]
    assert (before["SEQUENCE"], before["STATUS"]) == (0, "CONFIRMED")
    with client.app.app_context():
        changed(db.session.get_one(Meeting, key), later, starts_at=moved, place="Schloss")
        db.session.commit()
    after = events_of(client)["Rundgang"]
    assert after["UID"] == before["UID"]
    assert (after["SEQUENCE"], after["STATUS"]) == (1, "CONFIRMED")
    assert after["DTSTART"].dt == moved
    assert after["LOCATION"] == "Schloss"
    assert after["LAST-MODIFIED"].dt == later
    with client.app.app_context():
        service.cancel(key, coordinator(), later, seen_sequence=1, reason="Der Saal ist gesperrt.")
        db.session.commit()
    gone = events_of(client)["Rundgang"]
    assert (gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == (before["UID"], 2, "CANCELLED")
    assert events_of(client, "/de/termine/rundgang-2026-03-11.ics")["Rundgang"] == gone


@pytest.mark.parametrize(("seconds", "is_there"), [(-1, True), (0, False)])
def test_cancelled_meeting_stays_in_the_feed_for_a_year(
    client: CheckingClient, seconds: int, is_there: bool
) -> None:
    with client.app.app_context():
        service.cancel(
            make_meeting("Rundgang").id,
            coordinator(),
            NOW,
            seen_sequence=0,
            reason="Der Saal ist gesperrt.",
        )
        make_meeting("Noch einer", starts_at=NOW + timedelta(days=400))
        db.session.commit()
    with clock.stopped_at(NOW + timedelta(days=365, seconds=seconds)):
        events = events_of(client)
    assert ("Rundgang" in events) == is_there
    assert "Noch einer" in events


def test_feed_speaks_the_language_of_its_address_with_the_same_uid(client: CheckingClient) -> None:
    with client.app.app_context():
        make_meeting("Rundgang", texts={"en": {"title": "Walk", "agenda": "Benches"}})
        db.session.commit()
    (german,), (english,) = (
        events_of(client, f"/{tag}/termine.ics").values() for tag in ("de", "en")
    )
    assert (german["SUMMARY"], english["SUMMARY"]) == ("Rundgang", "Walk")
    assert english["SUMMARY"].params["LANGUAGE"] == "en"
    assert english["DESCRIPTION"] == "Benches"
    assert german["UID"] == english["UID"] == "termin-rundgang-2026-03-11@localhost"
    assert english["URL"] == "http://localhost/en/termine/rundgang-2026-03-11/"


@pytest.mark.parametrize("path", [_FEED, "/de/termine/rundgang-2026-03-11.ics"])
def test_calendar_gets_the_file_again_only_if_it_is_another(
    client: CheckingClient, path: str
) -> None:
    with client.app.app_context():
        key = make_meeting("Rundgang").id
        db.session.commit()
    first = client.get(path).response
    assert first.headers["Last-Modified"] == "Tue, 10 Mar 2026 09:00:00 GMT"
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_time = {"If-Modified-Since": first.headers["Last-Modified"]}
    for headers in (by_tag, by_time):
        again = client.browser.get(path, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    with client.app.app_context():
        changed(db.session.get_one(Meeting, key), NOW + timedelta(seconds=1), place="Schloss")
        db.session.commit()
    for headers in (by_tag, by_time):
        assert client.browser.get(path, headers=headers).status_code == 200
    assert "Set-Cookie" not in first.headers


def test_empty_feed_is_a_calendar_and_unknown_meeting_none(client: CheckingClient) -> None:
    assert events_of(client) == {}
    client.get("/de/termine/gibt-es-nicht.ics", 404)


def test_another_programs_library_reads_the_file_alike() -> None:
    title = "Rundgang; mit Komma, \\ Rückstrich und „Größe“ " * 3
    whole = {"uid": "b", "whole_days": True, "ends_at": NOW + timedelta(days=2)}
    cancelled = {"uid": "c", "is_cancelled": True, "description": "Zeile 1\nZeile 2; 3"}
    given = [_ENTRY | {"title": title.strip(), "ends_at": NOW + timedelta(hours=1)}]
    given += [_ENTRY | whole, _ENTRY | cancelled]
    content = calendar_file([Entry(**one) for one in given], name="Termine", language_tag="de")
    events = {event.uid: event for event in ics.Calendar(content.decode()).events}
    first, days, gone = (events[uid] for uid in ("termin-x@example.org", "b", "c"))
    assert (first.name, first.location, first.url) == (title.strip(), "Anleger", _ENTRY["address"])
    assert (first.begin.datetime, first.duration) == (NOW, timedelta(hours=1))
    assert (days.all_day, days.begin.date(), days.duration) == (True, NOW.date(), timedelta(days=2))
    assert (gone.status, gone.description) == ("CANCELLED", "Zeile 1\nZeile 2; 3")

"""Meetings as iCalendar (RFC 5545), one or all. Changes and cancellations reach who subscribed.

The same meetings give the same bytes: nothing in the file depends on when it is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDuration, vRecur

from participation.core.clock import CITY_TIME, city_date

_ZONE = "Europe/Berlin"
_SUMMER, _WINTER = timedelta(hours=2), timedelta(hours=1)
#: How often calendars should look again.
_LOOK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """What a calendar is told of a meeting.

    :param uid: never changes, in no language
    :param ends_at: ``None`` for an open end; for whole days the midnight after the last one
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    whole_days: bool
    is_cancelled: bool
    title: str
    place: str
    description: str
    language_tag: str
    address: str


def calendar_file(entries: Iterable[Entry], *, name: str, language_tag: str) -> bytes:
    """Return the file with all entries."""
    calendar = Calendar()
    calendar.add("prodid", f"-//participation//meetings//{language_tag[:2].upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name, parameters={"LANGUAGE": language_tag})
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _ZONE)
    calendar.add("refresh-interval", vDuration(_LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_LOOK_AGAIN))
    calendar.add_component(_city_zone())
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    # Without METHOD:REQUEST, DTSTAMP is when the information was last revised.
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", _moment(entry.starts_at, entry.whole_days))
    if entry.ends_at is not None and entry.ends_at > entry.starts_at:
        event.add("dtend", _moment(entry.ends_at, entry.whole_days))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    spoken = {"LANGUAGE": entry.language_tag}
    event.add("summary", entry.title, parameters=spoken)
    if entry.place:
        event.add("location", entry.place)
    if entry.description:
        event.add("description", entry.description, parameters=spoken)
    event.add("url", entry.address)
    return event


def _moment(moment: datetime, whole_days: bool) -> date | datetime:
    """A day, or a time of the city; in the hour that comes twice only UTC is clear."""
    if whole_days:
        return city_date(moment)
    local = moment.astimezone(CITY_TIME)
    return moment if local.fold else local


def _city_zone() -> Timezone:
    """The city's time by the rule that has held since 1996: last Sundays of March and October."""
    zone = Timezone()
    zone.add("tzid", _ZONE)
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, begins, month, before, after in (
        (summer, "CEST", datetime(1996, 3, 31, 2), 3, _WINTER, _SUMMER),  # noqa: DTZ001 (wall time)
        (winter, "CET", datetime(1996, 10, 27, 3), 10, _SUMMER, _WINTER),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone

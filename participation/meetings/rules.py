"""Words of a meeting, who can sign up when, and the pages of the calendar."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from http import HTTPStatus
from zoneinfo import ZoneInfo

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission


class MeetingKind(StrEnum):
    """What people come to."""

    EVENT = "event"
    ONLINE = "online"
    WORKSHOP = "workshop"
    FORUM = "forum"
    ON_SITE = "on-site"
    YOUTH = "youth"


KIND_NAMES = {
    MeetingKind.EVENT: N_("Veranstaltung"),
    MeetingKind.ONLINE: N_("Online"),
    MeetingKind.WORKSHOP: N_("Workshop"),
    MeetingKind.FORUM: N_("Forum"),
    MeetingKind.ON_SITE: N_("Vor Ort"),
    MeetingKind.YOUTH: N_("Für Jugendliche"),
}

#: Addresses below /termine/ that are pages of their own, so no meeting can have them.
RESERVED_SLUGS = frozenset({"kalender"})
#: How long the feed tells that a meeting is cancelled, and keeps those that are over.
KEPT_IN_FEED = timedelta(days=365)
#: Who has signed up hears by mail if one of these changes.
WORTH_A_MAIL = frozenset({"starts_at", "ends_at", "whole_days", "place"})
MOST_PLACES = 100_000
#: A meeting whose end is open is not called over before this: who comes late must find it.
OPEN_END = timedelta(hours=3)
#: How often one person may sign up for one meeting in an hour; each is a mail.
MOST_SIGN_UPS_AN_HOUR = 10
HOUR = timedelta(hours=1)
REASON_LENGTH = (3, 500)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


class SignUpClosed(DomainError):
    """The meeting has begun or is cancelled, the sign-up is over, or none is needed."""

    message = N_("Für diesen Termin kann man sich nicht (mehr) anmelden.")


class SignOffClosed(DomainError):
    """The meeting has begun or is cancelled: the list stays as it is."""

    message = N_("Von diesem Termin kann man sich nicht mehr abmelden.")


class TooFewPlaces(DomainError):
    """Somebody who has a place would lose it."""

    message = N_(
        "So viele Plätze sind schon vergeben. Wer einen Platz hat, behält ihn: "
        "Bitte geben Sie eine größere Zahl an."
    )


class MeetingExists(DomainError):
    """There is a meeting with this title on this day, perhaps from pressing twice."""

    message = N_("Einen Termin mit diesem Titel an diesem Tag gibt es schon.")


class CannotCancel(DomainError):
    """The meeting is over, or cancelled already."""

    message = N_("Dieser Termin ist vorbei oder schon abgesagt.")


class ReasonMissing(DomainError):
    """A meeting is cancelled without a word why."""

    message = N_("Bitte schreiben Sie, warum der Termin ausfällt.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class SignedUpTooOften(DomainError):
    """Somebody signs up and off, again and again."""

    message = N_("Sie haben sich oft an- und abgemeldet. Bitte warten Sie eine Weile.")
    status = HTTPStatus.TOO_MANY_REQUESTS


class TitleMissing(DomainError):
    """A meeting needs a German title, and each other language that has words needs one."""

    message = N_("Bitte geben Sie einen Titel an.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a meeting."""

    starts_at: datetime
    ends_at: datetime | None = None
    cancelled_at: datetime | None = None
    #: Places; ``None`` if everybody can come without signing up.
    capacity: int | None = None
    sign_up_closes_at: datetime | None = None


def is_over(facts: Facts, now: datetime) -> bool:
    """Tell whether the meeting has ended; one with an open end, some hours after it began."""
    return (facts.ends_at or facts.starts_at + OPEN_END) <= now


def sign_up_end(facts: Facts) -> datetime:
    """Return the moment from which nobody can sign up any more: at the latest the beginning."""
    return min(facts.sign_up_closes_at or facts.starts_at, facts.starts_at)


def can_sign_up(facts: Facts, now: datetime) -> bool:
    """Tell whether the sign-up is open: up to, but without, its end."""
    is_asked_for = facts.capacity is not None and facts.cancelled_at is None
    return is_asked_for and now < sign_up_end(facts)


def can_sign_off(facts: Facts, now: datetime) -> bool:
    """Tell whether a place can still be given back: until the meeting begins."""
    return facts.cancelled_at is None and now < facts.starts_at


def can_cancel(facts: Facts, now: datetime) -> bool:
    """Tell whether the meeting can be cancelled: it is neither over nor cancelled already."""
    return facts.cancelled_at is None and not is_over(facts, now)


def is_worth_a_mail(fields: Iterable[str], facts: Facts, now: datetime) -> bool:
    """Tell whether who signed up has to hear of a change: of another time or place, while it counts."""
    return bool(WORTH_A_MAIL.intersection(fields)) and can_cancel(facts, now)


def may_edit(actor: Actor) -> bool:
    """Tell whether the actor may write and cancel meetings."""
    return actor.person_id is not None and actor.may(Permission.MEETING_EDIT)


def may_sign_up(actor: Actor) -> bool:
    """Tell whether the actor may come as one of the residents."""
    return actor.person_id is not None and actor.may(Permission.MEETING_SIGN_UP)


def with_places(people: Sequence[int], capacity: int | None) -> Sequence[int]:
    """Return who has a place: first come, first served.

    :param people: everybody who signed up, first one first
    """
    return people if capacity is None else people[:capacity]


def waiting(people: Sequence[int], capacity: int | None) -> Sequence[int]:
    """Return who waits for a place, first one first."""
    return people[len(with_places(people, capacity)) :]


def moved_up(
    before: Sequence[int], capacity_before: int | None, after: Sequence[int], capacity: int | None
) -> list[int]:
    """Return who waited before and has a place now."""
    waited = set(waiting(before, capacity_before))
    return [person for person in with_places(after, capacity) if person in waited]


def check_places(signed_up: int, capacity_before: int | None, capacity: int | None) -> None:
    """Check that nobody loses a place. :raises TooFewPlaces:"""
    given = signed_up if capacity_before is None else min(signed_up, capacity_before)
    if capacity is not None and capacity < given:
        raise TooFewPlaces


def city_moment(day: date, hour: time, zone: ZoneInfo) -> datetime | None:
    """Return the moment of a wall time; ``None`` if the clock jumps over it on that day.

    A time that comes twice, in autumn, means the first one.
    """
    local = datetime.combine(day, hour, zone)
    there_and_back = local.astimezone(UTC).astimezone(zone)
    return local if there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def first_of_month(text: str, today: date, earliest: date, latest: date) -> date:
    """Return the first day of the month that is meant; whatever is typed, one between the bounds."""
    wanted = today
    if _MONTH.fullmatch(text):
        try:
            wanted = date.fromisoformat(f"{text}-01")
        except ValueError:
            wanted = today
    wanted = max(wanted.replace(day=1), min(earliest, today).replace(day=1))
    return min(wanted, max(latest, today).replace(day=1))


def spoken_end(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of a period as people say it: what ends at midnight ends the evening before."""
    is_midnight = moment.astimezone(zone).time() == time()
    return moment - timedelta(minutes=1) if is_midnight else moment


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def previous_month(first: date) -> date:
    """Return the first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def weeks_of(first: date) -> list[list[date]]:
    """Return the month's weeks, Monday to Sunday, with the days of its neighbours that fill them."""
    return calendar.Calendar().monthdatescalendar(first.year, first.month)

"""What can be followed, how often mails come, and when the next digest is due; pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from http import HTTPStatus
from zoneinfo import ZoneInfo

from participation.core.messages import N_, DomainError

#: So many things can one person follow. Nobody reads more, and lists stay short.
MOST_FOLLOWED = 300
#: When digests are made, by the city's clocks; no change of the clocks touches this hour.
MORNING = time(7)
_MONDAY = 0


class Followed(StrEnum):
    """Kinds of things that can be followed; the values stand in addresses."""

    PROJECT = "vorhaben"
    SUGGESTION = "anregung"
    TOPIC = "thema"
    DISTRICT = "stadtteil"


class Frequency(StrEnum):
    """How often somebody wants to hear of news."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


FREQUENCY_NAMES = {
    Frequency.AT_ONCE: N_("Sofort, eine E-Mail für jede Nachricht"),
    Frequency.DAILY: N_("Jeden Morgen um 7 Uhr eine Übersicht"),
    Frequency.WEEKLY: N_("Jeden Montag um 7 Uhr eine Übersicht"),
    Frequency.NEVER: N_("Keine Nachrichten"),
}


class TooManyFollowed(DomainError):
    """Somebody follows as many things as one can."""

    message = N_(
        "Sie folgen schon sehr vielen Themen, Vorhaben und Anregungen. "
        "Bitte beenden Sie zuerst etwas, dem Sie folgen."
    )


class StopLinkInvalid(DomainError):
    """A link to stop mails that is not ours, or was cut."""

    message = N_(
        "Dieser Link ist nicht vollständig. Bitte öffnen Sie ihn noch einmal aus der E-Mail, "
        "oder kopieren Sie ihn ganz."
    )
    status = HTTPStatus.GONE


def next_digest(frequency: Frequency, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which what waits is told: the next morning, the next Monday morning, or
    now for who wants to hear at once (and for who wants nothing: then it is thrown away)."""
    if frequency in (Frequency.AT_ONCE, Frequency.NEVER):
        return now
    return next_morning(now, zone, monday=frequency is Frequency.WEEKLY)


def next_morning(now: datetime, zone: ZoneInfo, *, monday: bool = False) -> datetime:
    """Return the next time the city's clocks show 7:00, later than now."""
    here = now.astimezone(zone)
    day = here.date()
    while True:
        morning = datetime.combine(day, MORNING, zone)
        if morning > here and (not monday or day.weekday() == _MONDAY):
            return morning.astimezone(now.tzinfo)
        day += timedelta(days=1)

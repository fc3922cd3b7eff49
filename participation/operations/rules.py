"""When the platform is well."""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

#: A worker says every 20 seconds that it lives, unless a mail server keeps it waiting.
LONGEST_SILENCE = timedelta(minutes=3)


class Health(StrEnum):
    """``degraded``: pages are right, mails wait. ``down``: nobody gets a page."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class Sign(StrEnum):
    """How one part does."""

    OK = "ok"
    LATE = "late"
    NEVER = "never"
    OLD = "old"
    GONE = "gone"


def sign_of_worker(beat: datetime | None, now: datetime) -> Sign:
    """Tell from its last sign of life how the worker does."""
    if beat is None:
        return Sign.NEVER
    return Sign.OK if now - beat <= LONGEST_SILENCE else Sign.LATE


def health_of(database: Sign, worker: Sign) -> Health:
    """Tell how the whole does."""
    if database is not Sign.OK:
        return Health.DOWN
    return Health.OK if worker is Sign.OK else Health.DEGRADED


def may_read_metrics(
    *, expected: str, is_right: bool, address: str | None, was_forwarded: bool
) -> bool:
    """Tell who gets the metrics: with a token whoever has it, without one programs on this machine.

    :param expected: the token that is set; :param is_right: whether it was sent
    :param address: where the connection comes from; :param was_forwarded: a proxy is in between
    """
    if expected:
        return is_right
    try:
        return not was_forwarded and ip_address(address or "").is_loopback
    except ValueError:
        return False

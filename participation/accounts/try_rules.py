"""How often a password may be tried wrongly before one has to wait, and how long; pure.

Nobody waits longer than ``LONGEST_WAIT``: a stranger who keeps trying must not be able to lock the
owner out for good. Whoever set a new password by mail, or is signed in already, does not wait at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
#: After so long a count begins anew: of a mailbox (or of one's own password), and of a network.
MAILBOX_WINDOW = timedelta(days=1)
NETWORK_WINDOW = timedelta(hours=1)
#: When no count can matter any more: the longest window and the wait that may follow it.
FORGOTTEN_AFTER = MAILBOX_WINDOW + LONGEST_WAIT


@dataclass(frozen=True)
class Limit:
    """:param free: failures after which one waits; :param window: after it, the count begins anew"""

    free: int
    window: timedelta


@dataclass(frozen=True)
class Tries:
    """What is known of the failures of one mailbox or network.

    :param began_at: when the first one was; :param wait_until: no try before this moment
    """

    failures: int
    began_at: datetime
    wait_until: datetime | None = None


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many failures: nothing, a minute, then twice as long each time."""
    if failures < free:
        return timedelta()
    doubled = min(failures - free, 10)  # more than enough to reach the longest
    return min(FIRST_WAIT * (1 << doubled), LONGEST_WAIT)


def has_to_wait(tries: Tries, now: datetime) -> bool:
    """Tell whether no password is looked at now."""
    return tries.wait_until is not None and now < tries.wait_until


def with_one_more(tries: Tries, limit: Limit, now: datetime) -> Tries:
    """Return the count with one more failure.

    A try is counted as a failure before its password is looked at, so that many at once are counted
    too; a success takes it back.
    """
    if now >= tries.began_at + limit.window:
        tries = Tries(0, now)
    failures = tries.failures + 1
    wait = wait_after(failures, limit.free)
    return Tries(failures, tries.began_at, now + wait if wait else None)

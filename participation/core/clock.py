"""The only place that asks the clock. Everything else gets ``now`` as an argument."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Europe/Berlin")


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """Return this moment, in UTC."""
    return _source()


def city_date(moment: datetime) -> date:
    """Return the calendar day that the moment belongs to in the city."""
    return moment.astimezone(CITY_TIME).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let the clock of this process stand still, for tests and for made-up histories."""
    global _source
    before = _source
    _source = lambda: moment  # noqa: E731
    try:
        yield
    finally:
        _source = before

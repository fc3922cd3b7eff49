"""Working days of the city's administration: what the answer clock counts in."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

import holidays

_SATURDAY = 5


@lru_cache(maxsize=32)
def _holidays_of(state: str, year: int) -> frozenset[date]:
    """Public holidays of a German state, with 24 and 31 December, when offices are closed."""
    public = cast("dict[date, str]", holidays.country_holidays("DE", subdiv=state, years=year))
    return frozenset(public) | {date(year, 12, 24), date(year, 12, 31)}


def is_workday(day: date, state: str = "RP") -> bool:
    """Tell whether offices are open; ``state`` is the ISO 3166-2 code without ``DE-``."""
    return day.weekday() < _SATURDAY and day not in _holidays_of(state, day.year)


def add_workdays(day: date, count: int, state: str = "RP") -> date:
    """Return the day that is ``count`` working days after ``day`` (which itself does not count)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day, state)
    return day


def workdays_between(first: date, last: date, state: str = "RP") -> int:
    """Count the working days after ``first`` up to and with ``last``; negative if it is earlier."""
    if last < first:
        return -workdays_between(last, first, state)
    open_on: Callable[[int], bool] = lambda n: is_workday(first + timedelta(days=n), state)  # noqa: E731
    return sum(open_on(n) for n in range(1, (last - first).days + 1))

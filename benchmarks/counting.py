"""How long counting takes. Run by hand:

    .venv/bin/python -m benchmarks.counting [--ballots 100000] [--voters 5000]

Makes rankings of 12 options, and approval ballots about 80 projects, and prints how long it takes to put
equal ballots together, and to count by each rule. Ends with status 1 if a rule needs more than its bound.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from participation.polls.counting import count
from participation.polls.profiles import Profile, profile_from_choices

Result = TypeVar("Result")
_OPTIONS, _PROJECTS = 12, 80
#: Rule, seats, seconds it may take.
_RANKED = (
    ("schulze", 1, 5),
    ("irv", 1, 5),
    ("stv-scottish", 1, 5),
    ("stv-scottish", 4, 5),
    ("borda", 1, 5),
)
_MONEY = (("equal-shares", 1, 10), ("greedy", 1, 10))


def rankings(many: int, *, complete: bool) -> Profile:
    """Return rankings of options; nearly all are different."""
    dice = random.Random(1)  # noqa: S311
    numbers = range(1, _OPTIONS + 1)
    choices = [
        dice.sample(numbers, _OPTIONS if complete else dice.randint(1, _OPTIONS))
        for _ in range(many)
    ]
    options = [{"name": f"Option {number}"} for number in numbers]
    return timed(
        "rankings put together",
        lambda: profile_from_choices({"kind": "rank", "options": options}, choices),
    )


def wishes(many: int) -> Profile:
    """Return ballots about projects; nearly all are different."""
    dice = random.Random(2)  # noqa: S311
    projects = [
        {"name": f"Projekt {n}", "cost": dice.randint(2, 90) * 1000 + n} for n in range(_PROJECTS)
    ]
    popularity = [1 / (1 + place) ** 0.5 for place in range(_PROJECTS)]
    question: dict[str, Any] = {"kind": "budget", "options": projects, "budget": 1_000_000}
    choices = []
    for _ in range(many):
        chosen = dice.choices(range(1, _PROJECTS + 1), popularity, k=dice.randint(3, 15))
        choices.append(list(dict.fromkeys(chosen)))
    return timed("wishes put together", lambda: profile_from_choices(question, choices))


def timed(what: str, act: Callable[[], Result]) -> Result:
    """Do something, and print how long it took."""
    start = time.perf_counter()
    result = act()
    say(f"  {what:32} {time.perf_counter() - start:6.2f} s")
    return result


def measure(profile: Profile, rules: tuple[tuple[str, int, int], ...]) -> list[str]:
    """Count by each rule, and return which ones took too long."""
    slow = []
    say(f"  {profile.valid} ballots, {len(profile.ballots)} different, {profile.invalid} invalid")
    for rule, seats, bound in rules:
        start = time.perf_counter()
        what = f"{rule}, {seats} of {len(profile.options)}"
        timed(what, partial(count, profile, rule, seats, b"x"))
        if time.perf_counter() - start > bound:
            slow.append(f"{rule} took more than {bound} s")
    return slow


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--voters", type=int, default=5_000)
    wanted = parser.parse_args()
    slow = []
    for complete in (True, False):
        say("complete rankings" if complete else "rankings of any length")
        slow += measure(rankings(wanted.ballots, complete=complete), _RANKED)
    say("projects")
    slow += measure(wishes(wanted.voters), _MONEY)
    sys.exit("\n".join(slow) or 0)


if __name__ == "__main__":
    main()

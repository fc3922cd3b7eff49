"""Ballots for tests of counting, written briefly."""

from collections.abc import Sequence
from typing import Any

from participation.polls.profiles import Profile, distinct_names, profile_from_choices


def question(kind: str, names: str = "ABC", **more: Any) -> dict[str, Any]:
    """A question as in the definition of a poll; options have one letter each."""
    costs = more.pop("costs", [None] * len(names))
    options = [{"name": name, "cost": cost} for name, cost in zip(names, costs, strict=True)]
    return {"text": "?", "kind": kind, "options": options, **more}


def chosen(kind: str, choices: Sequence[Any], names: str = "ABC", **more: Any) -> Profile:
    """The profile of choices as voters make them."""
    return profile_from_choices(question(kind, names, **more), choices)


def ranked(names: str, *ballots: str) -> Profile:
    """Rankings such as ``3 A>B=C``; what is not named is not ranked."""
    counted: list[tuple[int, tuple[tuple[int, ...], ...]]] = []
    for ballot in ballots:
        weight, order = ballot.split()
        groups = tuple(
            tuple(sorted(names.index(name) + 1 for name in group.split("=")))
            for group in order.split(">")
        )
        counted.append((int(weight), groups))
    return Profile("rank", distinct_names(names), tuple(counted))

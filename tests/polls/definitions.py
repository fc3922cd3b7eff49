"""Definitions of polls for tests: one with a question of every kind."""

from typing import Any

TEXT_HASH = "ab" * 32


def question(kind: str, options: int, **more: Any) -> dict[str, Any]:
    """Return a question of this kind with so many options."""
    rules = {
        "one": "plurality",
        "several": "approval",
        "approval": "approval",
        "score": "score",
        "verdict": "verdict",
        "rank": "schulze",
        "budget": "greedy",
    }
    costs = [10_000 * number if kind == "budget" else None for number in range(1, options + 1)]
    base: dict[str, Any] = {
        "text": f"Was soll werden ({kind})?",
        "kind": kind,
        "rule": rules[kind],
        "seats": 1,
        "k": 2 if kind == "several" else None,
        "budget": 30_000 if kind == "budget" else None,
        "options": [
            {"name": f"Möglichkeit {number}", "cost": cost} for number, cost in enumerate(costs, 1)
        ],
    }
    return base | more


def definition(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the frozen description of a sealed poll; without questions, one of every kind."""
    base: dict[str, Any] = {
        "title": "Umbau des Goetheplatzes",
        "kind": "sealed",
        "opens": "2026-11-23T07:00:00Z",
        "closes": "2026-12-07T17:00:00Z",
        "questions": list(questions) or EVERY_KIND,
        "public_key": "00" * 32,
        "signing_key": "00" * 32,
        "eligible": "Einwohner:innen ab 14 Jahren",
    }
    return base | more


EVERY_KIND = [
    question("one", 12),
    question("several", 4),
    question("approval", 4),
    question("score", 11),
    question("verdict", 1),
    question("rank", 5),
    question("budget", 3),
]

#: For each of EVERY_KIND: choices that are as different in length as can be.
CHOICES: list[list[Any]] = [
    [None, 3, 12],
    [None, [], [1, 4]],
    [None, [], [1, 2, 3, 4]],
    [None, {}, {str(number): 5 for number in range(1, 12)}],
    [None, "yes", "no", "abstain"],
    [None, [3], [5, 4, 3, 2, 1]],
    [None, [1, 2]],
]

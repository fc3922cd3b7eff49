"""Voting through pages, for tests: reading the ballot, sending it, as a browser without JavaScript."""

from datetime import timedelta
from typing import Any

from flask import Flask

from participation.core.db import db
from participation.polls.models import Poll, PollRoll
from participation.polls.rules import QuestionKind
from tests.checking_client import CheckingClient, Page, parse
from tests.people import NOW
from tests.polls import steps

#: Open while the clock stands at NOW.
OPEN_NOW = {"opens_at": NOW - timedelta(hours=1)}
Fields = dict[str, Any]


def make_poll(app: Flask, *questions: Any, **values: Any) -> str:
    """An open poll; return its address."""
    with app.app_context():
        poll = steps.make_open(*questions, **OPEN_NOW | values)
        db.session.commit()
        return address_of(poll)


def address_of(poll: Poll) -> str:
    return f"/de/abstimmungen/{poll.slug}/"


def every_kind() -> list[Any]:
    """A question of each kind."""
    names = ("Marktplatz", "Volkspark", "Rheinufer")
    costed = tuple(
        steps.options(name, cost=cost)[0]
        for name, cost in zip(names, (10_000, 15_000, 20_000), strict=True)
    )
    return [
        steps.question(text="Wohin?"),
        steps.question(QuestionKind.SEVERAL, "approval", "Welche zwei?", most=2),
        steps.question(QuestionKind.APPROVAL, "approval", "Welche sind gut?"),
        steps.question(QuestionKind.SCORE, "score", "Wie gut?"),
        steps.question(QuestionKind.VERDICT, "verdict", "Überhaupt?", options=()),
        steps.question(QuestionKind.RANK, "schulze", "In welcher Reihenfolge?"),
        steps.question(
            QuestionKind.BUDGET, "greedy", "Was leisten?", options=costed, budget=30_000
        ),
    ]


#: Fields, and the answers that they mean.
FILLED: Fields = {
    "q1": "2", "q2": ["1", "3"], "q3": ["2"], "q4-1": "5", "q4-3": "0", "q5": "yes",
    "q6-1": "2", "q6-3": "1", "q7": ["1", "2"],
}  # fmt: skip
ANSWERS = [2, [1, 3], [2], {"1": 5, "3": 0}, "yes", [3, 1], [1, 2]]


def hidden_of(page: Page) -> Fields:
    """The hidden fields of the page's form."""
    found: Fields = {}
    for field in next(parse(page.html).iter("main")).iter("input"):
        if field.get("type") == "hidden" and field.get("name") != "csrf_token":
            found.setdefault(str(field.get("name")), []).append(field.get("value") or "")
    return found


def checked_page(
    client: CheckingClient, address: str, fields: Fields, ballot: str = "stimmzettel/"
) -> Page:
    """Fill the ballot in, and look at what is going to be sent."""
    page = client.get(address + ballot)
    return client.post(address + ballot, hidden_of(page) | fields | {"act": "check"}, status=200)


def vote(client: CheckingClient, address: str, fields: Fields, ballot: str = "stimmzettel/") -> str:
    """Vote, and return the check code; none in an open poll."""
    checked = checked_page(client, address, fields, ballot)
    sent = hidden_of(checked)
    answer = client.post(address + ballot, sent | {"act": "cast"})
    assert answer.location == f"{address}{ballot}abgegeben/"
    return str(sent.get("pruefcode", [""])[0])


def rows(app: Flask) -> list[PollRoll]:
    """Who has voted."""
    with app.app_context():
        return list(db.session.query(PollRoll))

"""What people vote on, as plain values: the definition that is frozen, hashed and published.

It is German: it is part of one published document, whatever language somebody votes in.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from participation.core.languages import SOURCE
from participation.polls.draft_rules import Option, Question
from participation.polls.models import Poll, PollOption, PollQuestion
from participation.polls.rules import Electorate, Eligible

_WHO = {
    Eligible.RESIDENTS: "Alle Einwohner:innen",
    Eligible.DISTRICTS: "Einwohner:innen der Stadtteile {districts}",
    Eligible.LISTED: "Die Menschen auf der Liste der Abstimmung",
    Eligible.LETTER: "Wer einen Brief mit einem Code bekommen hat",
}


def german(texts: Iterable[Any], name: str) -> str:
    """A field of the German row among texts, without spaces around it; empty if there is none."""
    return next((getattr(one, name).strip() for one in texts if one.language == SOURCE.code), "")


def definition_of(poll: Poll, districts: Sequence[str]) -> dict[str, Any]:
    """Return the poll's definition; its keys are those of the published file.

    :param districts: names of the poll's districts
    """
    return {
        "title": german(poll.texts, "title"),
        "kind": poll.kind.value,
        "opens": _written(poll.opens_at),
        "closes": _written(poll.closes_at),
        "questions": [_question(question) for question in poll.questions],
        "public_key": poll.public_key or None,
        "signing_key": poll.verify_key,
        "eligible": eligible_words(poll.electorate, districts),
    }


def eligible_words(electorate: Electorate, districts: Sequence[str]) -> str:
    """Say in German who may vote."""
    who = _WHO[electorate.eligible].format(districts=", ".join(districts))
    return who if electorate.min_age is None else f"{who}, ab {electorate.min_age} Jahren"


def as_rules_see(question: PollQuestion) -> Question:
    """Return the question as plain values, German ones, for ``draft_rules``."""
    return Question(
        german(question.texts, "text"),
        question.kind,
        question.rule,
        tuple(_option(option) for option in question.options),
        question.seats,
        question.most,
        question.budget,
    )


def _option(option: PollOption) -> Option:
    has_alt = option.file_id is None or bool(german(option.texts, "alt"))
    return Option(german(option.texts, "name"), option.cost, has_alt)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _question(question: PollQuestion) -> dict[str, Any]:
    return {
        "text": german(question.texts, "text"),
        "kind": question.kind.value,
        "rule": question.rule,
        "seats": question.seats,
        "k": question.most,
        "budget": question.budget,
        "options": [
            {"name": german(option.texts, "name"), "cost": option.cost}
            for option in question.options
        ],
    }

"""A stored poll as the sheet that editors send, and one part of it changed; nothing is written here."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from participation.core.messages import NotFound
from participation.polls.making import OptionSheet, QuestionSheet, Sheet, Texts
from participation.polls.models import Poll, PollOption, PollQuestion

_VALUES = (
    "kind", "project_id", "opens_at", "closes_at", "objection_until", "eligible", "min_age",
)  # fmt: skip


def sheet_of(poll: Poll) -> Sheet:
    """Return the poll as an editor would send it to change nothing."""
    return Sheet(
        {name: getattr(poll, name) for name in _VALUES},
        _texts(poll.texts, "title", "introduction", "reviewed_on"),
        tuple(_question(question) for question in poll.questions),
        frozenset(row.district_id for row in poll.districts),
    )


def _texts(rows: Iterable[Any], *names: str) -> Texts:
    return {row.language: {name: getattr(row, name) for name in names} for row in rows}


def _question(question: PollQuestion) -> QuestionSheet:
    return QuestionSheet(
        question.kind,
        question.rule,
        _texts(question.texts, "text", "explanation"),
        tuple(_option(option) for option in question.options),
        question.seats,
        question.most,
        question.budget,
    )


def _option(option: PollOption) -> OptionSheet:
    return OptionSheet(_texts(option.texts, "name", "text", "alt"), option.cost, option.file_id)


def with_question(sheet: Sheet, number: int, question: QuestionSheet) -> Sheet:
    """Replace a question, or append it behind the last one."""
    found = list(sheet.questions)
    found[number - 1 : number] = [question]
    return replace(sheet, questions=tuple(found))


def with_options(sheet: Sheet, number: int, options: Iterable[OptionSheet]) -> Sheet:
    """Replace the options of a question. :raises NotFound: if there is no such question"""
    question = replace(nth(sheet.questions, number), options=tuple(options))
    return with_question(sheet, number, question)


def without(things: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    """Return the things without one. :raises NotFound: if it is not there"""
    gone = nth(things, number)
    return tuple(one for one in things if one is not gone)


def moved(things: tuple[Any, ...], number: int, step: int) -> tuple[Any, ...]:
    """Return the things with one a step further; at the ends it stays.

    :raises NotFound: if it is not there
    """
    one = nth(things, number)
    place = min(max(number - 1 + step, 0), len(things) - 1)
    rest = [other for other in things if other is not one]
    return (*rest[:place], one, *rest[place:])


def nth(things: Any, number: int) -> Any:
    """Return a question or an option by its number. :raises NotFound: if there is none"""
    if not 1 <= number <= len(things):
        raise NotFound
    return things[number - 1]

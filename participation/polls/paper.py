"""A ballot as somebody filled it in: field names, what is in them, and which answers that is; pure.

A question with the number 2 has the fields ``q2``, or ``q2-1``, ``q2-2`` … if each option has its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.core.messages import N_
from participation.polls import answer_rules
from participation.polls.answer_rules import Fault
from participation.polls.rules import QuestionKind

Question = Mapping[str, Any]
#: Up to so many options places are chosen from a list; more than that are written as numbers.
MOST_LISTED_PLACES = 9
#: Nothing that a field of a ballot takes is longer.
LONGEST_VALUE = 7
_HAS_FIELD_OF_EACH = frozenset({QuestionKind.SCORE, QuestionKind.RANK})
NO_PLACE = Fault(N_("Ein Platz muss eine Zahl sein, zum Beispiel 1 oder 2."))


@dataclass(frozen=True)
class Paper:
    """A ballot that was filled in.

    :param given: what is in each field, as it was typed
    :param answers: one choice a question; ``None`` for blank ones and for those with a fault
    :param faults: by the question's number
    """

    given: dict[str, list[str]] = field(default_factory=dict)
    answers: list[Any] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)

    def holds(self, name: str, value: object) -> bool:
        """Whether the field was filled in with this."""
        return str(value) in self.given.get(name, ())

    def typed(self, name: str) -> str:
        """What is in a field that holds one value."""
        return next(iter(self.given.get(name, ())), "")

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Fields and values, to be sent along by a page that only shows them."""
        yield from ((name, value) for name, values in self.given.items() for value in values)

    @property
    def is_blank(self) -> bool:
        """Whether no question is answered."""
        return not self.faults and all(answer is None for answer in self.answers)


def read(questions: Sequence[Question], values_of: Callable[[str], Sequence[str]]) -> Paper:
    """Return what a form says. Fields that the ballot does not have are not looked at.

    :param questions: of the poll's definition
    :param values_of: returns all values of a field that the form was sent with
    """
    given: dict[str, list[str]] = {}
    answers: list[Any] = []
    faults: dict[int, Fault] = {}
    for number, question in enumerate(questions, 1):
        # Where nothing fits that is longer, what is longer stays wrong when it is cut.
        own = {
            name: [value.strip()[:LONGEST_VALUE] for value in values_of(name) if value.strip()]
            for name in names_of(number, question)
        }
        given |= {name: values for name, values in own.items() if values}
        choice = _choice(number, question, own)
        fault = choice if isinstance(choice, Fault) else answer_rules.fault_of(question, choice)
        if fault is not None:
            faults[number] = fault
        answers.append(None if fault else choice)
    return Paper(given, answers, faults)


def names_of(number: int, question: Question) -> list[str]:
    """Return the names of a question's fields."""
    if QuestionKind(question["kind"]) not in _HAS_FIELD_OF_EACH:
        return [f"q{number}"]
    return [f"q{number}-{option}" for option in range(1, len(question["options"]) + 1)]


def first_field(number: int, question: Question) -> str:
    """Return the id of the field that a message about the question leads to."""
    return f"q{number}-1-0" if question["kind"] == QuestionKind.SCORE else f"q{number}-1"


def _choice(number: int, question: Question, own: Mapping[str, list[str]]) -> Any:
    """Return the choice, as far as it can be read, or the fault."""
    if any(len(values) > 1 for name, values in own.items() if name != f"q{number}"):
        return answer_rules.UNREADABLE
    kind = QuestionKind(question["kind"])
    if kind is QuestionKind.SCORE:
        return answer_rules.plain_choice(_scores(number, own))
    if kind is QuestionKind.RANK:
        return answer_rules.plain_choice(_ranking(number, own))
    values = own[f"q{number}"]
    if kind in (QuestionKind.ONE, QuestionKind.VERDICT):
        if len(values) > 1:
            return answer_rules.UNREADABLE
        chosen = values[0] if values else None
        if chosen is None or kind is QuestionKind.VERDICT:
            return chosen
        return answer_rules.UNREADABLE if _number(chosen) is None else _number(chosen)
    numbers = [_number(value) for value in values]
    if any(one is None for one in numbers):
        return answer_rules.UNREADABLE
    return answer_rules.plain_choice(sorted(one for one in numbers if one is not None))


def _scores(number: int, own: Mapping[str, list[str]]) -> dict[str, Any] | Fault:
    scores = {
        name.removeprefix(f"q{number}-"): _number(values[0])
        for name, values in own.items()
        if values
    }
    return answer_rules.UNREADABLE if None in scores.values() else scores


def _ranking(number: int, own: Mapping[str, list[str]]) -> list[int] | Fault:
    places: dict[int, int | None] = {}
    for name, values in own.items():
        if not values:
            continue
        place = _number(values[0])
        if not place:
            return NO_PLACE
        places[int(name.removeprefix(f"q{number}-"))] = place
    return answer_rules.ranking(places)


def _number(text: str) -> int | None:
    """Return the number, or ``None`` if it is none; a choice that is no number has its own fault."""
    return int(text) if text.isascii() and text.isdecimal() else None

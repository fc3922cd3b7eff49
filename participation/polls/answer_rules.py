"""What a voter may answer to a question: every fault has its name; pure.

A question is a dict of the poll's frozen definition; a choice is plain JSON by option numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from participation.core.messages import N_, DomainError
from participation.polls.rules import QuestionKind

BEST_SCORE = 5
VERDICTS = ("yes", "no", "abstain")
VERDICT_NAMES = {"yes": N_("Ja"), "no": N_("Nein"), "abstain": N_("Enthaltung")}


@dataclass(frozen=True)
class Fault:
    """Why an answer cannot be taken. :param text: German, with ``%(name)s`` for the values"""

    text: str
    values: dict[str, int] = field(default_factory=dict)


class AnswersInvalid(DomainError):
    """One or several answers cannot be taken; ``faults`` has one for each question's number."""

    message = N_(
        "Bei Ihren Antworten passt etwas noch nicht. Bitte sehen Sie sich die Hinweise an."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: Mapping[int, Fault]) -> None:
        super().__init__()
        self.faults = dict(faults)


UNREADABLE = Fault(N_("Diese Antwort konnten wir nicht lesen. Bitte wählen Sie noch einmal."))
NO_SUCH_OPTION = Fault(N_("Diese Antwort gibt es hier nicht. Bitte wählen Sie noch einmal."))
RANKED_TWICE = Fault(
    N_("Ein Rang ist zweimal vergeben. Bitte geben Sie jeder Antwort einen anderen Rang.")
)


def checked(questions: Sequence[Mapping[str, Any]], answers: object) -> list[Any]:
    """Return the answers in the one form in which they are kept, blank ones as ``None``.

    :param questions: of the definition
    :raises AnswersInvalid: with the fault of each question that has one
    """
    if not isinstance(answers, list) or len(answers) != len(questions):
        raise AnswersInvalid(dict.fromkeys(range(1, len(questions) + 1), UNREADABLE))
    plain = [plain_choice(choice) for choice in answers]
    faults = {
        number: fault
        for number, (question, choice) in enumerate(zip(questions, plain, strict=True), 1)
        if (fault := fault_of(question, choice)) is not None
    }
    if faults:
        raise AnswersInvalid(faults)
    return [
        sorted(choice) if isinstance(choice, list) and question["kind"] != "rank" else choice
        for question, choice in zip(questions, plain, strict=True)
    ]


def plain_choice(choice: Any) -> Any:
    """Return a choice without what says nothing: nothing chosen is blank."""
    return None if choice in ([], {}, "") else choice


def fault_of(question: Mapping[str, Any], choice: Any) -> Fault | None:
    """Return what is wrong with a choice, ``None`` if it can be counted."""
    if choice is None:
        return None
    kind = QuestionKind(question["kind"])
    if kind is QuestionKind.VERDICT:
        return None if choice in VERDICTS else UNREADABLE
    count = len(question["options"])
    if kind is QuestionKind.ONE:
        return _fault_of_number(choice, count)
    if kind is QuestionKind.SCORE:
        return _fault_of_scores(choice, count)
    if not isinstance(choice, list):
        return UNREADABLE
    for number in choice:
        if (fault := _fault_of_number(number, count)) is not None:
            return fault
    if len(set(choice)) < len(choice):
        return RANKED_TWICE if kind is QuestionKind.RANK else UNREADABLE
    return _fault_of_amount(question, kind, choice)


def _fault_of_number(number: Any, count: int) -> Fault | None:
    if not isinstance(number, int) or isinstance(number, bool):
        return UNREADABLE
    return None if 1 <= number <= count else NO_SUCH_OPTION


def _fault_of_scores(choice: Any, count: int) -> Fault | None:
    if not isinstance(choice, dict):
        return UNREADABLE
    for number, points in choice.items():
        if not isinstance(number, str) or not number.isascii() or not number.isdecimal():
            return UNREADABLE
        if number != str(int(number)) or not 1 <= int(number) <= count:
            return NO_SUCH_OPTION
        if not isinstance(points, int) or isinstance(points, bool) or not 0 <= points <= BEST_SCORE:
            return Fault(N_("Bitte geben Sie Punkte von 0 bis %(best)s."), {"best": BEST_SCORE})
    return None


def _fault_of_amount(
    question: Mapping[str, Any], kind: QuestionKind, choice: list[int]
) -> Fault | None:
    most = question.get("k")
    if kind is QuestionKind.SEVERAL and most is not None and len(choice) > most:
        values = {"most": most, "chosen": len(choice)}
        return Fault(
            N_("Sie können höchstens %(most)s Antworten wählen. Gewählt sind %(chosen)s."), values
        )
    if kind is QuestionKind.BUDGET and (cost := total_cost(question, choice)) > question["budget"]:
        values = {"budget": question["budget"], "over": cost - question["budget"]}
        return Fault(
            N_("Was Sie gewählt haben, kostet zu viel: %(over)s Euro mehr, als da sind."), values
        )
    return None


def ranking(places: Mapping[int, int | None]) -> list[int] | Fault:
    """Return options in the order of the places a voter gave them, best first; gaps do not matter.

    :param places: place by option number; ``None`` for options without one
    :returns: the choice, or the fault if two options have the same place
    """
    given = {number: place for number, place in places.items() if place is not None}
    if len(set(given.values())) < len(given):
        return RANKED_TWICE
    return sorted(given, key=lambda number: given[number])


def total_cost(question: Mapping[str, Any], choice: Sequence[int]) -> int:
    """Return what the chosen options cost together, in whole euros."""
    return sum(question["options"][number - 1]["cost"] or 0 for number in choice)

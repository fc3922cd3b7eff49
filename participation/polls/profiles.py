"""What is counted: the options of one question and all ballots about it, equal ones put together;
pure.

The standalone verifier carries this file and those of ``counting/``: they import the standard
library and each other only, and no name stands in two of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Numbers are whole or exact fractions. Nothing in counting is rounded, but where a rule says so.
Number = int | Fraction
HIGHEST_GRADE = 5
VERDICT_OPTIONS = ("Ja", "Nein", "Enthaltung")
VERDICT_CHOICES = {"yes": 1, "no": 2, "abstain": 3}
#: Kinds whose choice is a set of options.
SET_KINDS = frozenset({"several", "approval", "budget"})


@dataclass(frozen=True)
class Profile:
    """All ballots about one question.

    :param kind: a question's kind, or ``points`` (from files: points without a highest grade)
    :param options: names, all different; option 1 is the first one
    :param ballots: how many, and what they say, in the form of the kind. one, verdict: the option's
        number; several, approval, budget: numbers, sorted; score, points: pairs of number and points,
        sorted; rank: groups of numbers, best first, more than one in a group are ranked equal
    :param blank: ballots that say nothing; :param invalid: ballots that cannot be counted
    :param reasons: why ballots are invalid, with how many there are
    :param costs: of each option, where there is a budget
    :param k: how many options a ballot may name; ``None`` for no limit
    :param notes: sentences about the ballots, from whoever read them
    """

    kind: str
    options: tuple[str, ...]
    ballots: tuple[tuple[int, Any], ...]
    blank: int = 0
    invalid: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    costs: tuple[Number, ...] = ()
    budget: Number = 0
    k: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def numbers(self) -> range:
        """The options' numbers."""
        return range(1, len(self.options) + 1)

    @property
    def valid(self) -> int:
        """How many ballots say something that can be counted."""
        return sum(weight for weight, _choice in self.ballots)


class InvalidChoice(Exception):
    """A ballot cannot be counted; the words say why."""


def profile_from_choices(question: Mapping[str, Any], choices: Iterable[Any]) -> Profile:
    """Build the profile of a question of a poll. Nothing on a ballot raises: it counts as invalid.

    :param question: as in the poll's definition: kind, options, k, budget
    :param choices: one for each voter, as plain JSON; ``None`` is blank
    """
    kind = question["kind"]
    options = question.get("options") or ()
    ballots: Counter[Any] = Counter()
    reasons: Counter[str] = Counter()
    blank = 0
    for choice in choices:
        if choice is None or choice == [] or choice == {}:
            blank += 1
            continue
        try:
            ballots[CHOICE_READERS[kind](question, choice)] += 1
        except InvalidChoice as reason:
            reasons[str(reason)] += 1
    has_costs = kind == "budget"
    names = [str(option["name"]) for option in options]
    return Profile(
        kind=kind,
        options=VERDICT_OPTIONS if kind == "verdict" else distinct_names(names),
        ballots=merged_ballots(ballots),
        blank=blank,
        invalid=reasons.total(),
        reasons=tuple(sorted(reasons.items())),
        costs=tuple(Fraction(option.get("cost") or 0) for option in options) if has_costs else (),
        budget=Fraction(question.get("budget") or 0) if has_costs else 0,
        k=question.get("k") if kind == "several" else None,
    )


def merged_ballots(ballots: Mapping[Any, int]) -> tuple[tuple[int, Any], ...]:
    """Return ballots with how many are equal, in an order that does not depend on who voted first."""
    return tuple((weight, choice) for choice, weight in sorted(ballots.items()) if weight)


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names that are all different: a name that stands there twice gets the option's number."""
    listed = list(names)
    taken = set(listed)
    seen: set[str] = set()
    for place, name in enumerate(listed):
        while listed[place] in seen or (listed[place] != name and listed[place] in taken):
            listed[place] = f"{listed[place]} (Nr. {place + 1})"
        seen.add(listed[place])
    return tuple(listed)


def read_number(question: Mapping[str, Any], number: object) -> int:
    """Return the number of an option that exists. :raises InvalidChoice:"""
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidChoice("nicht lesbar")
    if not 1 <= number <= len(question["options"]):
        raise InvalidChoice("nennt eine Option, die es nicht gibt")
    return number


def read_numbers(question: Mapping[str, Any], choice: object) -> list[int]:
    """Return numbers of options that exist, each once. :raises InvalidChoice:"""
    if not isinstance(choice, list):
        raise InvalidChoice("nicht lesbar")
    numbers = [read_number(question, number) for number in choice]
    if len(set(numbers)) < len(numbers):
        raise InvalidChoice("nennt eine Option zweimal")
    return numbers


def read_one(question: Mapping[str, Any], choice: object) -> int:
    """Read one option; a list is an overvote. :raises InvalidChoice:"""
    if isinstance(choice, list):
        raise InvalidChoice("mehr als eine Option angekreuzt")
    return read_number(question, choice)


def read_set(question: Mapping[str, Any], choice: object) -> tuple[int, ...]:
    """Read a set of options, no more than allowed. :raises InvalidChoice:"""
    numbers = read_numbers(question, choice)
    most = question.get("k")
    if question["kind"] == "several" and most is not None and len(numbers) > most:
        raise InvalidChoice(f"mehr als {most} Optionen angekreuzt")
    if question["kind"] == "budget":
        costs = (question["options"][number - 1].get("cost") or 0 for number in numbers)
        if sum(costs) > (question.get("budget") or 0):
            raise InvalidChoice("gibt mehr Geld aus, als da ist")
    return tuple(sorted(numbers))


def read_grades(question: Mapping[str, Any], choice: object) -> tuple[tuple[int, int], ...]:
    """Read grades of options. :raises InvalidChoice:"""
    if not isinstance(choice, dict):
        raise InvalidChoice("nicht lesbar")
    numbers = {str(number): number for number in range(1, len(question["options"]) + 1)}
    grades = []
    for name, grade in choice.items():
        if name not in numbers:
            raise InvalidChoice("nennt eine Option, die es nicht gibt")
        if not isinstance(grade, int) or isinstance(grade, bool):
            raise InvalidChoice("nicht lesbar")
        if not 0 <= grade <= HIGHEST_GRADE:
            raise InvalidChoice(f"gibt Punkte, die nicht zwischen 0 und {HIGHEST_GRADE} liegen")
        grades.append((numbers[name], grade))
    return tuple(sorted(grades))


def read_verdict(_question: Mapping[str, Any], choice: object) -> int:
    """Read yes, no or abstain. :raises InvalidChoice:"""
    if not isinstance(choice, str) or choice not in VERDICT_CHOICES:
        raise InvalidChoice("nicht lesbar")
    return VERDICT_CHOICES[choice]


def read_ranking(question: Mapping[str, Any], choice: object) -> tuple[tuple[int, ...], ...]:
    """Read options in order, best first. :raises InvalidChoice:"""
    return tuple((number,) for number in read_numbers(question, choice))


#: How the choice of each kind of question is read.
CHOICE_READERS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "one": read_one,
    "several": read_set,
    "approval": read_set,
    "budget": read_set,
    "score": read_grades,
    "verdict": read_verdict,
    "rank": read_ranking,
}

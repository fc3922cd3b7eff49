"""What a count says: its result, and the minutes that are kept while counting; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from participation.polls.profiles import Number, Profile

#: Fractions with such a denominator are not shown in full; they are counted with in full.
LONG_DENOMINATOR = 100_000


class RuleDoesNotFit(Exception):
    """The rule cannot count these ballots, or not for so many seats; the words say why."""


@dataclass(frozen=True)
class Count:
    """The result of one question.

    :param ballots: all that were handed in: counted, blank and invalid ones
    :param totals: what each option has in the end; the rule says what it is
    :param winners: names in the order of election; none if nobody wins
    :param ties: how each tie was broken
    :param steps: German sentences with which the count can be repeated with a pencil
    :param rounds: of rules with rounds: votes after each one; :param quota: where the rule has one
    """

    rule: str
    seats: int
    options: tuple[str, ...]
    ballots: int
    blank: int
    invalid: int
    totals: dict[str, Number]
    winners: tuple[str, ...]
    ties: tuple[str, ...]
    steps: tuple[str, ...]
    rounds: tuple[dict[str, Number], ...] = ()
    quota: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON; numbers of votes are exact, as text."""
        return {
            "rule": self.rule,
            "seats": self.seats,
            "options": list(self.options),
            "ballots": self.ballots,
            "blank": self.blank,
            "invalid": self.invalid,
            "totals": {name: str(total) for name, total in self.totals.items()},
            "winners": list(self.winners),
            "ties": list(self.ties),
            "steps": list(self.steps),
        }


def lot(seed: bytes, numbers: Iterable[int]) -> tuple[int, ...]:
    """Return options in the order of the lot: by SHA-256 of the seed and the number as 4 bytes."""
    return tuple(
        sorted(numbers, key=lambda number: sha256(seed + number.to_bytes(4, "big")).digest())
    )


@dataclass
class Minutes:
    """One count while it goes on: what is counted, and what is written down about it.

    :param unranked: what it means that a ballot does not name an option; ``last`` or ``ignored``
    :param overvoted: ballots that this rule cannot count, although others could
    """

    profile: Profile
    rule: str
    seats: int
    seed: bytes
    unranked: str
    overvoted: int = 0
    steps: list[str] = field(default_factory=list)
    ties: list[str] = field(default_factory=list)

    @property
    def valid(self) -> int:
        """How many ballots this rule counts."""
        return self.profile.valid - self.overvoted

    def say(self, sentence: str) -> None:
        """Write a sentence down."""
        self.steps.append(sentence)

    def name(self, number: int) -> str:
        """Return an option's name."""
        return self.profile.options[number - 1]

    def names(self, numbers: Iterable[int]) -> str:
        """Return options' names, as they stand in a sentence."""
        return and_words([self.name(number) for number in numbers])

    def begin(self) -> None:
        """Write down how many ballots there are."""
        profile = self.profile
        self.steps.extend(profile.notes)
        everything = profile.valid + profile.blank + profile.invalid
        self.say(
            f"Stimmzettel: {everything}, davon leer: {profile.blank}, ungültig: "
            f"{profile.invalid + self.overvoted}. Es zählen also {self.valid}."
        )
        for reason, many in profile.reasons:
            self.say(f"Ungültig, weil „{reason}“: {many}.")

    def overvote(self, many: int, why: str) -> None:
        """Write down that ballots cannot be counted by this rule."""
        if many:
            self.overvoted += many
            self.say(f"Diese Regel kann {many} Stimmzettel nicht zählen: {why}.")

    def draw(self, numbers: Iterable[int], what: str) -> tuple[int, ...]:
        """Break a tie: return the options in the order of the lot, and write it down.

        :param what: what they have in common, as the beginning of a sentence
        """
        order = lot(self.seed, numbers)
        sentence = (
            f"{what}: {self.names(sorted(order))}. Das Los entscheidet. Seine Reihenfolge ist: "
            f"{', '.join(self.name(number) for number in order)}."
        )
        self.ties.append(sentence)
        self.say(sentence)
        return order

    def settle(self, sentence: str) -> None:
        """Write down how a tie was broken without a lot."""
        self.ties.append(sentence)
        self.say(sentence)

    def best(self, totals: Mapping[int, Number]) -> list[int]:
        """Return who has most, as many as there are seats; a tie at the last seat goes to the lot.

        Options without a vote never win.
        """
        order = [number for number in totals if totals[number] > 0]
        order.sort(key=lambda number: (-totals[number], number))
        if len(order) <= self.seats:
            return order
        last = totals[order[self.seats - 1]]
        sure = [number for number in order if totals[number] > last]
        tied = [number for number in order if totals[number] == last]
        if len(sure) + len(tied) > self.seats:
            place = "den letzten Platz" if self.seats > 1 else "den einen Platz"
            tied = list(self.draw(tied, f"Gleichauf mit {exact(last)} um {place}"))
        return (sure + tied)[: self.seats]

    def end(
        self,
        totals: Mapping[int, Number],
        winners: Iterable[int],
        rounds: Iterable[Mapping[int, Number]] = (),
        quota: int = 0,
        nobody: str = "Niemand hat eine Stimme. Deshalb gewinnt niemand.",
        word: str = "Gewählt",
    ) -> Count:
        """Write the result down, and return it."""
        elected = tuple(self.name(number) for number in winners)
        self.say(f"{word}: {', '.join(elected)}." if elected else nobody)
        return Count(
            rule=self.rule,
            seats=self.seats,
            options=self.profile.options,
            ballots=self.profile.valid + self.profile.blank + self.profile.invalid,
            blank=self.profile.blank,
            invalid=self.profile.invalid + self.overvoted,
            totals=self.by_name(totals),
            winners=elected,
            ties=tuple(self.ties),
            steps=tuple(self.steps),
            rounds=tuple(self.by_name(votes) for votes in rounds),
            quota=quota,
        )

    def by_name(self, totals: Mapping[int, Number]) -> dict[str, Number]:
        """Return numbers of votes by the options' names."""
        return {self.name(number): whole(totals[number]) for number in sorted(totals)}


def whole(number: Number) -> Number:
    """Return a whole number as one."""
    return int(number) if isinstance(number, int) or number.denominator == 1 else number


def exact(number: Number) -> str:
    """Return a number as it stands in a sentence: whole, or as a fraction."""
    return str(whole(number))


def readable(number: Number) -> str:
    """Return a number for people: exact if that is short, else cut off after five decimals, "…"."""
    number = Fraction(number)
    if number.denominator < LONG_DENOMINATOR:
        return exact(number)
    shown = number.numerator * 100_000 // number.denominator
    return f"{shown // 100_000},{shown % 100_000:05d}…"


def and_words(words: list[str]) -> str:
    """Return words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} und {words[-1]}"


def first_choices(minutes: Minutes) -> None:
    """Leave out rankings that have two options at the first place (an overvote), and say so."""
    many = sum(weight for weight, groups in minutes.profile.ballots if len(groups[0]) > 1)
    minutes.overvote(many, "an erster Stelle stehen dort zwei oder mehr Optionen gleichauf")


def budget_of(minutes: Minutes) -> tuple[Fraction, list[Fraction]]:
    """Return the budget and the costs by option number, from 1. :raises RuleDoesNotFit:"""
    profile = minutes.profile
    if len(profile.costs) != len(profile.options):
        raise RuleDoesNotFit(
            f"Die Regel {minutes.rule} braucht ein Budget und Kosten. Diese Stimmzettel haben "
            "beides nicht."
        )
    return Fraction(profile.budget), [Fraction(0), *(Fraction(cost) for cost in profile.costs)]

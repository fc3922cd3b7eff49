"""What a draft of a poll lacks before it can be announced, and which rule counts what; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError
from participation.polls.rules import SHORTEST_OBJECTION, QuestionKind

QUESTION_KIND_NAMES = {
    QuestionKind.ONE: N_("Eine Möglichkeit wählen"),
    QuestionKind.SEVERAL: N_("Mehrere Möglichkeiten wählen, bis zu einer Höchstzahl"),
    QuestionKind.APPROVAL: N_("Allem zustimmen, was man gut findet"),
    QuestionKind.SCORE: N_("Punkte von 0 bis 5 geben"),
    QuestionKind.VERDICT: N_("Ja, Nein oder Enthaltung"),
    QuestionKind.RANK: N_("In eine Reihenfolge bringen"),
    QuestionKind.BUDGET: N_("Geld verteilen: Vorhaben wählen, die sich die Stadt leisten soll"),
}
RULE_NAMES = {
    "plurality": N_("Die meisten Stimmen"),
    "approval": N_("Die meisten Zustimmungen"),
    "score": N_("Die meisten Punkte"),
    "verdict": N_("Mehr Ja als Nein"),
    "borda": N_("Punkte nach Rang (Borda)"),
    "irv": N_("Stichwahl in Runden (Instant Runoff)"),
    "schulze": N_("Vergleich je zwei (Schulze)"),
    "stv-scottish": N_("Übertragbare Einzelstimme (STV)"),
    "greedy": N_("Die meisten Stimmen, bis das Geld aufgebraucht ist"),
    "equal-shares": N_("Gleiche Anteile für alle (Equal Shares)"),
}
#: Which rules can count which kind; the first is the usual one.
RULES_OF: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.ONE: ("plurality",),
    QuestionKind.SEVERAL: ("approval",),
    QuestionKind.APPROVAL: ("approval",),
    QuestionKind.SCORE: ("score",),
    QuestionKind.VERDICT: ("verdict",),
    QuestionKind.RANK: ("schulze", "irv", "borda", "stv-scottish"),
    QuestionKind.BUDGET: ("equal-shares", "greedy"),
}
#: Rules that can fill several seats.
SEVERAL_SEATS = frozenset({"plurality", "approval", "score", "borda", "stv-scottish"})
MOST_QUESTIONS = 20
MOST_OPTIONS = 60
MOST_SEATS = 30
#: Whole euros: more than any city has, and fits a number of the database.
MOST_MONEY = 2_000_000_000


class Gap(StrEnum):
    """What a draft lacks."""

    TITLE = "title"
    QUESTIONS = "questions"
    QUESTION_TEXT = "question_text"
    OPTIONS = "options"
    OPTION_NAME = "option_name"
    RULE = "rule"
    SEATS = "seats"
    MOST = "most"
    BUDGET = "budget"
    COST = "cost"
    ALT = "alt"
    DATES = "dates"
    OBJECTION = "objection"
    DISTRICTS = "districts"
    LISTED = "listed"
    LETTERS = "letters"
    KEY = "key"
    TEST = "test"


GAP_WORDS: dict[Gap, str] = {
    Gap.TITLE: N_("Der deutsche Titel fehlt."),
    Gap.QUESTIONS: N_("Es gibt noch keine Frage, oder es sind zu viele."),
    Gap.QUESTION_TEXT: N_("Eine Frage hat keinen deutschen Text."),
    Gap.OPTIONS: N_("Eine Frage hat weniger als zwei Antworten, oder zu viele."),
    Gap.OPTION_NAME: N_("Eine Antwort hat keinen deutschen Namen, oder zwei heißen gleich."),
    Gap.RULE: N_("Die Regel zum Auszählen passt nicht zur Art der Frage."),
    Gap.SEATS: N_("Die Zahl der Plätze passt nicht zur Regel oder zu den Antworten."),
    Gap.MOST: N_("Die Höchstzahl der Antworten passt nicht."),
    Gap.BUDGET: N_("Der Betrag, der verteilt wird, fehlt."),
    Gap.COST: N_("Bei einer Antwort fehlen die Kosten, oder sie kostet mehr als der ganze Betrag."),
    Gap.ALT: N_("Ein Bild hat keine Beschreibung für Menschen, die es nicht sehen."),
    Gap.DATES: N_("Das Ende muss nach dem Beginn liegen, und beides in der Zukunft."),
    Gap.OBJECTION: N_("Für Einsprüche müssen nach dem Ende mindestens 7 Tage bleiben."),
    Gap.DISTRICTS: N_("Es ist kein Stadtteil gewählt."),
    Gap.LISTED: N_("Die Liste der Menschen, die abstimmen dürfen, ist leer."),
    Gap.LETTERS: N_("Es gibt noch keine Codes für die Briefe."),
    Gap.KEY: N_("Der öffentliche Schlüssel fehlt."),
    Gap.TEST: N_("Die Test-Umschläge sind noch nicht mit allen Schlüssel-Teilen geöffnet worden."),
}  # fmt: skip


class NotReady(DomainError):
    """Something is missing before the poll can be announced; ``gaps`` says what."""

    message = N_("Die Abstimmung ist noch nicht fertig. Unten steht, was noch fehlt.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, gaps: Iterable[Gap]) -> None:
        super().__init__()
        self.gaps = tuple(gaps)


class TooManyOptions(DomainError):
    """A question has as many options as a ballot can show."""

    message = N_("Eine Frage kann höchstens 60 Antworten haben.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Option:
    """An option as the rules see it. :param has_alt: a picture, if any, has its words"""

    name: str
    cost: int | None = None
    has_alt: bool = True


@dataclass(frozen=True)
class Question:
    """A question as the rules see it. :param most: how many options may be chosen, at most"""

    text: str
    kind: QuestionKind
    rule: str
    options: tuple[Option, ...]
    seats: int = 1
    most: int | None = None
    budget: int | None = None


def gaps_of_questions(questions: Collection[Question]) -> list[Gap]:
    """Return what is missing in the questions, each kind of gap once."""
    found = [] if 1 <= len(questions) <= MOST_QUESTIONS else [Gap.QUESTIONS]
    for question in questions:
        found += _gaps_of(question)
    return list(dict.fromkeys(found))


def _gaps_of(question: Question) -> Iterable[Gap]:
    names = [option.name.strip().casefold() for option in question.options]
    count = len(names)
    enough = count == 0 if question.kind is QuestionKind.VERDICT else 2 <= count <= MOST_OPTIONS
    most = question.most
    faults = {
        Gap.QUESTION_TEXT: not question.text.strip(),
        Gap.OPTIONS: not enough,
        Gap.OPTION_NAME: not all(names) or len(set(names)) < count,
        Gap.RULE: question.rule not in RULES_OF[question.kind],
        Gap.SEATS: not _seats_fit(question),
        Gap.MOST: (question.kind is QuestionKind.SEVERAL) != (most is not None)
        or (most is not None and not 1 <= most <= count),
        Gap.ALT: not all(option.has_alt for option in question.options),
    }
    yield from (gap for gap, is_there in faults.items() if is_there)
    if question.kind is QuestionKind.BUDGET:
        yield from _gaps_of_money(question)


def _seats_fit(question: Question) -> bool:
    if question.seats == 1:
        return True
    most = min(MOST_SEATS, len(question.options) - 1)
    return question.rule in SEVERAL_SEATS and 1 <= question.seats <= most


def _gaps_of_money(question: Question) -> Iterable[Gap]:
    budget = question.budget or 0
    if not 0 < budget <= MOST_MONEY:
        yield Gap.BUDGET
    if any(option.cost is None or not 0 < option.cost <= budget for option in question.options):
        yield Gap.COST


def gaps_of_dates(
    opens_at: datetime, closes_at: datetime, objection_until: datetime, now: datetime
) -> list[Gap]:
    """Return what is wrong with the dates of a poll that is about to be announced."""
    found = [] if opens_at < closes_at and now < closes_at else [Gap.DATES]
    return found + ([Gap.OBJECTION] if objection_until < closes_at + SHORTEST_OBJECTION else [])

"""Made-up polls of the demo: one counted with its file, one that takes votes, one announced.

Keys are made, used and forgotten here: nobody can open the envelopes of the poll that runs.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from participation.core import clock
from participation.core.db import db
from participation.permissions import Actor
from participation.polls import (
    board_job,
    casting,
    counting_job,
    keeping_time,
    keys,
    making,
    opening,
    sealing,
    service,
    tallying,
    trial_opening,
)
from participation.polls.canonical import canonical
from participation.polls.making import OptionSheet, QuestionSheet, Sheet
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind, QuestionKind
from participation.projects.models import Project

Words = dict[str, dict[str, str]]
_EXAMPLE = "Diese Abstimmung ist ein Beispiel der Demo."
_EXAMPLE_EN = "This vote is an example of the demo."
_EXAMPLE_SIMPLE = "Diese Ab·stimmung ist nur ein Beispiel."
_ANNOUNCED = timedelta(days=4)
_OBJECTION = timedelta(days=21)


@dataclass(frozen=True)
class ExamplePoll:
    """One poll and who voted. Days are from now; negative: before.

    :param choose: makes one voter's choice; :param voters: how many of the demo's residents vote
    """

    project: str
    kind: PollKind
    days: tuple[int, int]
    texts: Words
    question: QuestionSheet
    choose: Callable[[random.Random], Any] = lambda chance: None
    voters: int = 0


@dataclass(frozen=True)
class Cast:
    """Who takes part."""

    coordinator: Actor
    board_member: Actor
    residents: Sequence[Actor]


def _option(name: str, english: str, simple: str, cost: int | None = None) -> OptionSheet:
    words = {"de": name, "en": english, "de_simple": simple}
    return OptionSheet({code: {"name": one} for code, one in words.items()}, cost)


def _texts(field: str, german: str, english: str, simple: str) -> Words:
    words = {"de": german, "en": english, "de_simple": simple}
    return {code: {field: one} for code, one in words.items()}


def _said(titles: tuple[str, str, str], introductions: tuple[str, str, str]) -> Words:
    examples = (_EXAMPLE, _EXAMPLE_EN, _EXAMPLE_SIMPLE)
    return {
        code: {"title": title, "introduction": f"{introduction}\n\n{example}"}
        for code, title, introduction, example in zip(
            ("de", "en", "de_simple"), titles, introductions, examples, strict=True
        )
    }


def _affordable(chance: random.Random) -> list[int]:
    """Some things that do not cost more than there is; shade is wanted most."""
    wanted = sorted(range(1, 6), key=lambda one: chance.random() * (6 - one) ** 0.5, reverse=True)
    chosen: list[int] = []
    for one in wanted:
        if sum(_COSTS[number - 1] for number in [*chosen, one]) <= _BUDGET:
            chosen.append(one)
    return sorted(chosen)


def _ranked(chance: random.Random) -> list[int]:
    """A ranking of three or four things."""
    return chance.sample([1, 2, 3, 4], chance.choice([3, 4, 4]))


_BUDGET, _COSTS = 30_000, (12_000, 9_000, 14_000, 8_000, 3_000)
POLLS = (
    ExamplePoll(
        "sp-neun-morgen", PollKind.SEALED, (-30, -12),
        _said(
            (
                "Spielplatz In den Neun Morgen: Was kommt zuerst?",
                "Playground In den Neun Morgen: what comes first?",
                "Spiel·platz In den Neun Morgen: Was kommt zuerst?",
            ),
            (
                "Für den Spielplatz sind 30.000 Euro da. Wählen Sie, was Ihnen am wichtigsten ist. "
                "Die Kosten sind erfunden.",
                "There are 30,000 euros for the playground. Choose what matters most to you. "
                "The costs are made up.",
                "Für den Spiel·platz gibt es 30.000 Euro. Was ist Ihnen am wichtigsten? "
                "Wir haben die Preise erfunden.",
            ),
        ),
        QuestionSheet(
            QuestionKind.BUDGET, "equal-shares",
            _texts(
                "text", "Was soll die Stadt bauen?", "What shall the city build?",
                "Was soll die Stadt bauen?",
            ),
            (
                _option("Sonnensegel über dem Sandkasten", "Shade sail over the sandpit",
                        "Ein Sonnen·segel über dem Sand·kasten", _COSTS[0]),
                _option("Drei Bäume", "Three trees", "3 Bäume", _COSTS[1]),
                _option("Trinkbrunnen", "Drinking fountain", "Ein Trink·brunnen", _COSTS[2]),
                _option("Schaukel für Rollstühle", "Swing for wheelchairs",
                        "Eine Schaukel für Roll·stühle", _COSTS[3]),
                _option("Bank mit Tisch", "Bench with a table", "Eine Bank mit Tisch", _COSTS[4]),
            ),
            budget=_BUDGET,
        ),
        _affordable, voters=84,
    ),
    ExamplePoll(
        "skate-hechtsheim", PollKind.SEALED, (-5, 9),
        _said(
            (
                "Skateanlage Hechtsheim: Was ist Ihnen am wichtigsten?",
                "Skate park Hechtsheim: what matters most to you?",
                "Skate·anlage Hechtsheim: Was ist Ihnen am wichtigsten?",
            ),
            (
                "Bringen Sie die Wünsche in Ihre Reihenfolge. Das Amt plant dann in dieser Reihenfolge.",
                "Put the wishes into your order. The office will plan in this order.",
                "Was soll zuerst kommen? Was danach? Das Amt plant dann so.",
            ),
        ),
        QuestionSheet(
            QuestionKind.RANK, "schulze",
            _texts(
                "text", "Was soll zuerst geplant werden?", "What shall be planned first?",
                "Was soll zuerst kommen?",
            ),
            (
                _option("Rampen für den Anfang", "Ramps for beginners",
                        "Rampen für Menschen, die noch üben"),
                _option("Licht am Abend", "Light in the evening", "Licht am Abend"),
                _option("Ein Platz im Schatten", "A place in the shade", "Ein Platz im Schatten"),
                _option("Ein Trinkbrunnen", "A drinking fountain", "Ein Trink·brunnen"),
            ),
        ),
        _ranked, voters=37,
    ),
    ExamplePoll(
        "radkonsens", PollKind.OPEN, (3, 13),
        _said(
            (
                "Soll es jeden Monat eine Sprechstunde am Rheinufer geben?",
                "Shall there be an open hour at the riverside each month?",
                "Soll es jeden Monat eine Sprech·stunde am Rhein·ufer geben?",
            ),
            (
                "In der Sprechstunde beantworten Fachleute Ihre Fragen zum Radfahren.",
                "In the open hour experts answer your questions about cycling.",
                "In der Sprech·stunde können Sie Fragen zum Rad·fahren stellen.",
            ),
        ),
        QuestionSheet(
            QuestionKind.VERDICT, "verdict",
            _texts(
                "text", "Sind Sie dafür?", "Are you in favour?", "Sind Sie dafür?",
            ),
        ),
    ),
)  # fmt: skip


def load(cast: Cast, now: datetime) -> None:
    """Let the city make its polls, and residents vote; what is over is counted and published."""
    for number, example in enumerate(POLLS):
        chance = random.Random(number)  # noqa: S311  (made-up votes, not a secret)
        _play(example, cast, chance, now)


def _play(example: ExamplePoll, cast: Cast, chance: random.Random, now: datetime) -> None:
    opens, closes = (_at(now, days, hour) for days, hour in zip(example.days, (8, 18), strict=True))
    made = min(opens - _ANNOUNCED, now)
    project = db.session.scalars(sa.select(Project).where(Project.slug == example.project)).one()
    values = {
        "kind": example.kind,
        "project_id": project.id,
        "opens_at": opens,
        "closes_at": closes,
        "objection_until": closes + _OBJECTION,
        "eligible": Eligible.RESIDENTS,
        "min_age": None,
    }
    sheet = Sheet(values, example.texts, (example.question,))
    poll = making.create(cast.coordinator, made, f"demo {example.project}", sheet)
    key = keys.new_key(example.texts["de"]["title"])
    if example.kind is PollKind.SEALED:
        _give_key(poll, key, cast, made)
    service.announce(poll.id, cast.coordinator, made, seen_version=poll.version)
    keeping_time.keep_time(min(opens, now))
    voters = chance.sample(list(cast.residents), example.voters)
    until = min(closes, now)
    for place, voter in enumerate(voters):
        at = opens + (until - opens) * place / len(voters)
        casting.cast(poll.id, voter, at, [example.choose(chance)], code=sealing.new_code())
        keeping_time.keep_time(at)
    board_job.take_arrivals(poll.id)  # nobody gets a mail about what happened before the demo
    keeping_time.keep_time(until)
    if closes <= now:
        _count(poll, key, cast.board_member, closes + timedelta(hours=16))


def _at(now: datetime, days: int, hour: int) -> datetime:
    day = clock.city_date(now + timedelta(days=days))
    return datetime.combine(day, time(hour), clock.CITY_TIME).astimezone(now.tzinfo)


def _give_key(poll: Poll, key: keys.Key, cast: Cast, at: datetime) -> None:
    """Bring the public key, and open the test envelope with every pair of shares."""
    shares = keys.split(key)
    public = canonical(keys.public_document(key, keys.Mode.SHARES))
    making.set_key(poll.id, cast.coordinator, at, public)
    trial = trial_opening.read_trial_file(canonical(making.test_envelope(poll)))
    for pair in list(poll.test_words):
        first, second = (shares[int(number) - 1] for number in pair.split("+"))
        word = trial_opening.open_trial(trial, pair, keys.combine(first, second).private_key)
        making.record_test(poll.id, cast.board_member, at, pair, word)


def _count(poll: Poll, key: keys.Key, board_member: Actor, at: datetime) -> None:
    """Open the envelopes as the board would on its own computer, and publish."""
    envelopes = opening.read_envelopes(counting_job.envelopes_file(poll.id, board_member))
    file = opening.ballots_file(opening.open_all(envelopes, key.private_key))
    material = counting_job.material_of(poll.id)
    opened = tallying.opened_of(material, file)
    counted = tallying.tally(material, opened.ballots, opened.unreadable)
    counting_job.publish(counted, board_member, at)

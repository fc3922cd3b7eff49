"""Reading a ballot: fields in, answers or named faults out."""

from typing import Any

import pytest

from participation.polls import answer_rules, paper
from participation.polls.answer_rules import Fault
from tests.polls.definitions import EVERY_KIND, question


def read(kind: str, options: int = 3, /, **fields: Any) -> paper.Paper:
    """Read a ballot with one question; ``q1_2`` is the field q1-2."""
    given = {name.replace("_", "-"): value for name, value in fields.items()}

    def values_of(name: str) -> list[str]:
        value = given.get(name, [])
        return value if isinstance(value, list) else [value]

    return paper.read([question(kind, options)], values_of)


@pytest.mark.parametrize(
    ("kind", "fields", "answer"),
    [
        ("one", {"q1": "3"}, 3),
        ("one", {"q1": ""}, None),
        ("one", {}, None),
        ("several", {"q1": ["3", "1"]}, [1, 3]),
        ("approval", {"q1": ["1", "2", "3"]}, [1, 2, 3]),
        ("approval", {}, None),
        ("score", {"q1_1": "5", "q1_2": "", "q1_3": "0"}, {"1": 5, "3": 0}),
        ("score", {"q1_1": ""}, None),
        ("verdict", {"q1": "abstain"}, "abstain"),
        ("rank", {"q1_1": "2", "q1_2": " 1 "}, [2, 1]),
        ("rank", {"q1_1": "", "q1_2": ""}, None),
        ("rank", {"q1_1": "7", "q1_3": "40"}, [1, 3]),
        ("budget", {"q1": ["1", "2"]}, [1, 2]),
    ],
)
def test_fields_are_read_as_answers(kind: str, fields: dict[str, Any], answer: Any) -> None:
    filled = read(kind, **fields)
    assert (filled.answers, filled.faults) == ([answer], {})
    assert filled.is_blank is (answer is None)


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        ("one", {"q1": "4"}, answer_rules.NO_SUCH_OPTION),
        ("one", {"q1": "0"}, answer_rules.NO_SUCH_OPTION),
        ("one", {"q1": "-1"}, answer_rules.UNREADABLE),
        ("one", {"q1": ["1", "2"]}, answer_rules.UNREADABLE),
        ("one", {"q1": "²"}, answer_rules.UNREADABLE),
        ("one", {"q1": "1" * 60_000}, answer_rules.NO_SUCH_OPTION),
        ("several", {"q1": ["1", "1"]}, answer_rules.UNREADABLE),
        ("several", {"q1": ["1", "x"]}, answer_rules.UNREADABLE),
        ("approval", {"q1": ["9"]}, answer_rules.NO_SUCH_OPTION),
        ("verdict", {"q1": "maybe"}, answer_rules.UNREADABLE),
        ("verdict", {"q1": ["yes", "no"]}, answer_rules.UNREADABLE),
        ("score", {"q1_1": "x"}, answer_rules.UNREADABLE),
        ("score", {"q1_1": ["1", "2"]}, answer_rules.UNREADABLE),
        ("rank", {"q1_1": "1", "q1_2": "1"}, answer_rules.RANKED_TWICE),
        ("rank", {"q1_1": "0"}, paper.NO_PLACE),
        ("rank", {"q1_1": "erster"}, paper.NO_PLACE),
        ("rank", {"q1_1": ["1", "2"]}, answer_rules.UNREADABLE),
    ],
)
def test_fault_has_its_name_and_nothing_is_lost(
    kind: str, fields: dict[str, Any], fault: Fault
) -> None:
    filled = read(kind, **fields)
    assert filled.faults == {1: fault}
    assert filled.answers == [None]
    assert not filled.is_blank
    assert filled.given


def test_too_many_and_too_much_say_how_many_and_how_much() -> None:
    assert read("several", q1=["1", "2", "3"]).faults[1].values == {"most": 2, "chosen": 3}
    assert read("budget", q1=["1", "2", "3"]).faults[1].values == {"budget": 30_000, "over": 30_000}
    assert "0 bis" in read("score", q1_1="6").faults[1].text


def test_fields_that_the_ballot_does_not_have_are_not_sent_along() -> None:
    filled = read("rank", q1_1="1", q1_9="2", q2="1", act="check")
    assert list(filled.pairs()) == [("q1-1", "1")]


def test_what_is_sent_along_is_read_as_the_same_answers() -> None:
    fields = {"q1": ["3"], "q2": ["4", "1"], "q4-11": ["5"], "q5": ["no"], "q6-2": ["1"]}
    first = paper.read(EVERY_KIND, lambda name: fields.get(name, []))
    along: dict[str, list[str]] = {}
    for name, value in first.pairs():
        along.setdefault(name, []).append(value)
    assert paper.read(EVERY_KIND, lambda name: along.get(name, [])) == first
    assert first.answers == [3, [1, 4], None, {"11": 5}, "no", [2], None]

"""What a voter may answer, what a draft lacks, and who may vote; without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation.permissions import CLOCK, VISITOR, Actor, Role
from participation.polls import answer_rules, counting, draft_rules, letter_codes, rules
from participation.polls.draft_rules import Gap, Option, Question
from participation.polls.profiles import profile_from_choices
from participation.polls.rules import (
    Declared,
    Electorate,
    Eligible,
    PollState,
    QuestionKind,
)

_MARA = Actor(1, frozenset({Role.RESIDENT}))
_JONAS = Actor(2, frozenset({Role.OFFICER}))
_OPENS = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def asked(kind: str, **more: Any) -> dict[str, Any]:
    costs = [100, 200, 300]
    options = [{"name": f"Nr. {n}", "cost": cost} for n, cost in enumerate(costs, 1)]
    return {"kind": kind, "options": options, "k": None, "budget": None} | more


_SEVERAL = asked("several", k=2)
_BUDGET = asked("budget", budget=400)


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        (asked("one"), 3),
        (asked("one"), None),
        (_SEVERAL, [1, 3]),
        (asked("approval"), [1, 2, 3]),
        (asked("score"), {"1": 5, "3": 0}),
        (asked("verdict", options=[]), "abstain"),
        (asked("rank"), [3, 1]),
        (_BUDGET, [1, 3]),
    ],
)
def test_choice_that_fits_is_taken(question: dict[str, Any], choice: Any) -> None:
    assert answer_rules.fault_of(question, choice) is None
    assert answer_rules.checked([question], [choice]) == [choice]


@pytest.mark.parametrize(
    ("question", "choice", "word"),
    [
        (asked("one"), 4, "gibt es hier nicht"),
        (asked("one"), 0, "gibt es hier nicht"),
        (asked("one"), True, "nicht lesen"),
        (asked("one"), "1", "nicht lesen"),
        (asked("one"), [1], "nicht lesen"),
        (asked("one"), 10**30, "gibt es hier nicht"),
        (_SEVERAL, [1, 2, 3], "höchstens"),
        (_SEVERAL, [1, 1], "nicht lesen"),
        (_SEVERAL, {"1": 1}, "nicht lesen"),
        (asked("approval"), [1.0], "nicht lesen"),
        (asked("score"), {"1": 6}, "Punkte von 0 bis"),
        (asked("score"), {"1": -1}, "Punkte von 0 bis"),
        (asked("score"), {"01": 1}, "gibt es hier nicht"),
        (asked("score"), {"²": 1}, "nicht lesen"),
        (asked("score"), {"4": 1}, "gibt es hier nicht"),
        (asked("verdict", options=[]), "maybe", "nicht lesen"),
        (asked("verdict", options=[]), 1, "nicht lesen"),
        (asked("rank"), [1, 1], "zweimal"),
        (asked("rank"), [[1, 2]], "nicht lesen"),
        (_BUDGET, [2, 3], "kostet zu viel"),
    ],
)
def test_fault_of_a_choice_has_its_name(question: dict[str, Any], choice: Any, word: str) -> None:
    fault = answer_rules.fault_of(question, choice)
    assert fault is not None and word in fault.text % fault.values
    with pytest.raises(answer_rules.AnswersInvalid) as caught:
        answer_rules.checked([asked("one"), question], [1, choice])
    assert caught.value.faults == {2: fault}


@pytest.mark.parametrize("answers", [None, {}, [1], [1, 1, 1], "11"])
def test_answers_to_other_questions_are_not_readable(answers: Any) -> None:
    with pytest.raises(answer_rules.AnswersInvalid) as caught:
        answer_rules.checked([asked("one"), asked("one")], answers)
    assert set(caught.value.faults) == {1, 2}


def test_choices_are_kept_in_one_form() -> None:
    questions = [asked("approval"), asked("rank"), asked("approval"), asked("score")]
    assert answer_rules.checked(questions, [[3, 1], [3, 1], [], {}]) == [[1, 3], [3, 1], None, None]


def test_places_become_an_order_and_gaps_do_not_matter() -> None:
    assert answer_rules.ranking({1: 4, 2: 1, 3: None}) == [2, 1]
    assert answer_rules.ranking({1: 1, 2: 1}) == answer_rules.RANKED_TWICE
    assert answer_rules.ranking({}) == []


def draft(**more: Any) -> Question:
    given = {
        "text": "Wohin?",
        "kind": QuestionKind.ONE,
        "rule": "plurality",
        "options": (Option("A"), Option("B"), Option("C")),
    }
    return Question(**(given | more))


@pytest.mark.parametrize(
    ("question", "gap"),
    [
        (draft(text=" "), Gap.QUESTION_TEXT),
        (draft(options=(Option("A"),)), Gap.OPTIONS),
        (draft(options=(Option("A"), Option(" "))), Gap.OPTION_NAME),
        (draft(options=(Option("A"), Option("a "))), Gap.OPTION_NAME),
        (draft(options=(Option("A"), Option("B", has_alt=False))), Gap.ALT),
        (draft(rule="irv"), Gap.RULE),
        (draft(seats=3), Gap.SEATS),
        (draft(seats=0), Gap.SEATS),
        (draft(kind=QuestionKind.RANK, rule="irv", seats=2), Gap.SEATS),
        (draft(kind=QuestionKind.SEVERAL, rule="approval"), Gap.MOST),
        (draft(kind=QuestionKind.SEVERAL, rule="approval", most=4), Gap.MOST),
        (draft(most=2), Gap.MOST),
        (draft(kind=QuestionKind.VERDICT, rule="verdict"), Gap.OPTIONS),
    ],
)
def test_gap_of_a_question_is_found(question: Question, gap: Gap) -> None:
    assert draft_rules.gaps_of_questions([question]) == [gap]
    assert gap in draft_rules.GAP_WORDS


def test_budget_needs_money_and_costs() -> None:
    priced = (Option("A", 100), Option("B", 900))
    budget = draft(kind=QuestionKind.BUDGET, rule="greedy", options=priced)
    assert draft_rules.gaps_of_questions([budget]) == [Gap.BUDGET, Gap.COST]
    with_money = draft(kind=QuestionKind.BUDGET, rule="greedy", options=priced, budget=900)
    assert draft_rules.gaps_of_questions([with_money]) == []


def test_every_kind_has_a_rule_with_a_name() -> None:
    assert set(draft_rules.RULES_OF) == set(QuestionKind) == set(draft_rules.QUESTION_KIND_NAMES)
    assert {rule for of in draft_rules.RULES_OF.values() for rule in of} == set(
        draft_rules.RULE_NAMES
    )


@pytest.mark.parametrize(
    ("electorate", "actor", "declared", "more", "error"),
    [
        (Electorate(Eligible.RESIDENTS), _MARA, Declared(), {}, None),
        (Electorate(Eligible.RESIDENTS), _JONAS, Declared(), {}, rules.NotEntitled),
        (Electorate(Eligible.RESIDENTS), VISITOR, Declared(), {}, rules.NotEntitled),
        (Electorate(Eligible.RESIDENTS), CLOCK, Declared(), {}, rules.NotEntitled),
        (Electorate(Eligible.RESIDENTS), _MARA, Declared(), {"has_code": True}, rules.NotEntitled),
        (Electorate(Eligible.RESIDENTS, 16), _MARA, Declared(), {}, rules.DeclarationMissing),
        (Electorate(Eligible.RESIDENTS, 16), _MARA, Declared(True), {}, None),
        (Electorate(Eligible.DISTRICTS, None, frozenset({3})), _MARA, Declared(), {},
         rules.DeclarationMissing),
        (Electorate(Eligible.DISTRICTS, None, frozenset({3})), _MARA, Declared(False, 3), {}, None),
        (Electorate(Eligible.LISTED), _JONAS, Declared(), {"is_listed": True}, None),
        (Electorate(Eligible.LISTED), _MARA, Declared(), {}, rules.NotEntitled),
        (Electorate(Eligible.LETTER), VISITOR, Declared(), {"has_code": True}, None),
        (Electorate(Eligible.LETTER), _MARA, Declared(), {"is_listed": True}, rules.NotEntitled),
    ],
)  # fmt: skip
def test_who_may_vote(
    electorate: Electorate, actor: Actor, declared: Declared, more: dict[str, bool], error: Any
) -> None:
    given = {"is_listed": False, "has_code": False} | more
    if error is None:
        rules.check_electorate(electorate, actor, declared, **given)
        return
    with pytest.raises(error):
        rules.check_electorate(electorate, actor, declared, **given)


_ANSWERS: dict[QuestionKind, Any] = {
    QuestionKind.ONE: 1,
    QuestionKind.SEVERAL: [1],
    QuestionKind.APPROVAL: [1, 2],
    QuestionKind.SCORE: {"1": 5},
    QuestionKind.VERDICT: "yes",
    QuestionKind.RANK: [1, 2],
    QuestionKind.BUDGET: [1],
}


@pytest.mark.parametrize(
    ("kind", "rule"), [(kind, rule) for kind, of in draft_rules.RULES_OF.items() for rule in of]
)
@pytest.mark.parametrize("seats", [1, 2])
def test_whatever_can_be_announced_can_be_counted(
    kind: QuestionKind, rule: str, seats: int
) -> None:
    names = () if kind is QuestionKind.VERDICT else ("A", "B", "C")
    money = {"budget": 500} if kind is QuestionKind.BUDGET else {}
    more = {"most": 2} if kind is QuestionKind.SEVERAL else {}
    found = draft_rules.gaps_of_questions(
        [draft(kind=kind, rule=rule, seats=seats, options=tuple(Option(name, 100) for name in names),
               **money, **more)]
    )  # fmt: skip
    if found:
        assert (found, seats) == ([Gap.SEATS], 2)
        return
    asked_for = asked(
        kind.value, k=more.get("most"), **money,
        options=[{"name": name, "cost": 100} for name in names],
    )  # fmt: skip
    for choices in ([_ANSWERS[kind]], [None], []):
        profile = profile_from_choices(asked_for, choices)
        assert profile.invalid == 0
        assert counting.count(profile, rule, seats, b"seed").as_json()["rule"] == rule


def test_results_are_there_after_counting_only() -> None:
    assert [state for state in PollState if rules.may_see_results(state)] == [
        PollState.PUBLISHED,
        PollState.ARCHIVED,
    ]


def test_poll_is_open_from_its_beginning_up_to_its_end() -> None:
    closes = _OPENS + timedelta(days=7)
    moments = {_OPENS: True, closes: False, closes - timedelta(microseconds=1): True}
    for moment, expected in moments.items():
        assert rules.is_open(PollState.OPEN, _OPENS, closes, moment) is expected
    assert not rules.is_open(PollState.CLOSED, _OPENS, closes, _OPENS)


def test_short_polls_remind_nobody() -> None:
    closes = _OPENS + timedelta(days=14)
    assert not rules.is_reminder_due(_OPENS, closes, closes - timedelta(days=2, seconds=1))
    assert rules.is_reminder_due(_OPENS, closes, closes - timedelta(days=2))
    assert not rules.is_reminder_due(_OPENS, closes, closes)
    short = _OPENS + timedelta(days=4)
    assert not rules.is_reminder_due(_OPENS, short, short - timedelta(hours=1))


def test_frozen_is_whatever_was_open_once() -> None:
    assert frozenset(PollState) - {PollState.DRAFT, PollState.ANNOUNCED} == rules.FROZEN


def test_nothing_but_the_clock_ends_a_poll_and_nothing_leads_back_once_people_voted() -> None:
    ends = [row for row in rules.TRANSITIONS.values() if row.target is PollState.CLOSED]
    assert all(row.by_clock for row in ends)
    back = [row for row in rules.TRANSITIONS.values() if row.target is PollState.DRAFT]
    assert all(row.unvoted_only for row in back)


def test_codes_of_letters_are_read_however_they_are_typed() -> None:
    code = letter_codes.new_code()
    assert letter_codes.as_written(code.lower().replace("-", " ")) == code
    assert letter_codes.as_written("0l18") == "OLIB"
    assert len({letter_codes.new_code() for _ in range(1000)}) == 1000
    assert letter_codes.as_written("x" * 10**6).replace("-", "") == "X" * 60

"""What rules promise, whatever the ballots: nobody is preferred, more support does no harm."""

import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.polls.counting import RULES, count
from participation.polls.profiles import Profile, profile_from_choices
from tests.polls.profiles import question

NAMES = "ABCDE"
COSTS = [30, 20, 25, 10, 40]
MONEY: dict[str, Any] = {"costs": COSTS, "budget": 75}
NUMBERS = range(1, len(NAMES) + 1)
#: A kind of ballot for each rule.
KINDS = {
    "plurality": "one", "approval": "approval", "score": "score", "verdict": "verdict", "borda": "rank",
    "irv": "rank", "schulze": "rank", "stv-scottish": "rank", "greedy": "budget", "equal-shares": "budget",
}  # fmt: skip
_SETS = st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1)
CHOICES: dict[str, st.SearchStrategy[Any]] = {
    "one": st.sampled_from(NUMBERS),
    "approval": _SETS,
    "score": st.dictionaries(st.sampled_from("12345"), st.integers(0, 5), min_size=1),
    "verdict": st.sampled_from(["yes", "no", "abstain"]),
    "rank": _SETS,
    "budget": _SETS.filter(lambda numbers: sum(COSTS[n - 1] for n in numbers) <= 75),
}
RULE_AND_CHOICES = st.sampled_from(sorted(KINDS)).flatmap(
    lambda rule: st.tuples(st.just(rule), st.lists(CHOICES[KINDS[rule]], min_size=1, max_size=15))
)
RANKINGS = st.lists(CHOICES["rank"], min_size=1, max_size=15)


def profile_of(kind: str, choices: list[Any]) -> Profile:
    """The profile of choices about five options."""
    return profile_from_choices(question(kind, NAMES, **MONEY), choices)


def test_every_rule_has_its_properties_tried() -> None:
    assert KINDS.keys() == RULES.keys()


@given(RULE_AND_CHOICES, st.randoms(use_true_random=False))
def test_nobody_counts_more_than_another(
    rule_and_choices: tuple[str, list[Any]], chance: random.Random
) -> None:
    rule, choices = rule_and_choices
    shuffled = chance.sample(choices, len(choices))
    kind = KINDS[rule]
    result = count(profile_of(kind, choices), rule, seed=b"x")
    assert result == count(profile_of(kind, shuffled), rule, seed=b"x")


def renumbered(kind: str, choice: Any, new: dict[int, int]) -> Any:
    """A choice by other numbers of the same options."""
    if kind == "verdict":
        return choice
    if kind == "one":
        return new[choice]
    if kind == "score":
        return {str(new[int(number)]): grade for number, grade in choice.items()}
    return [new[number] for number in choice]


@given(RULE_AND_CHOICES, st.permutations(NUMBERS))
def test_no_option_is_preferred(rule_and_choices: tuple[str, list[Any]], order: list[int]) -> None:
    rule, choices = rule_and_choices
    kind = KINDS[rule]
    result = count(profile_of(kind, choices), rule, seed=b"x")
    assume(not any("Los" in tie for tie in result.ties))
    new = {number: place for place, number in enumerate(order, 1)}
    names = "".join(NAMES[number - 1] for number in order)
    costs = [COSTS[number - 1] for number in order]
    moved = profile_from_choices(
        question(kind, names, costs=costs, budget=75),
        [renumbered(kind, choice, new) for choice in choices],
    )
    other = count(moved, rule, seed=b"another")
    assert set(other.winners) == set(result.winners)
    assert other.totals == result.totals


@given(RANKINGS, st.randoms(use_true_random=False), st.sampled_from(["ignored", "last"]))
@pytest.mark.parametrize("rule", ["plurality", "borda", "schulze"])
def test_winner_is_not_harmed_by_rising(
    rule: str, choices: list[list[int]], chance: random.Random, unranked: str
) -> None:
    result = count(profile_of("rank", choices), rule, unranked=unranked)
    assume(result.winners and not result.ties)
    winner = NAMES.index(result.winners[0]) + 1
    # Ballots that rank the winner move it up by one place, at random.
    raised = [list(choice) for choice in choices]
    for ballot in raised:
        if winner in ballot[1:] and chance.random() < 0.5:
            place = ballot.index(winner)
            ballot[place - 1 : place + 1] = [winner, ballot[place - 1]]
    assert count(profile_of("rank", raised), rule, unranked=unranked).winners == result.winners


@given(st.lists(_SETS, min_size=1, max_size=15), st.integers(0, 14))
def test_winner_is_not_harmed_by_one_more_approval(choices: list[list[int]], which: int) -> None:
    result = count(profile_of("approval", choices), "approval", seed=b"x")
    winner = NAMES.index(result.winners[0]) + 1
    more = [list(choice) for choice in choices]
    ballot = more[which % len(more)]
    if winner not in ballot:
        ballot.append(winner)
    assert count(profile_of("approval", more), "approval", seed=b"x").winners == result.winners


@given(st.lists(CHOICES["score"], min_size=1, max_size=15), st.integers(0, 14))
def test_winner_is_not_harmed_by_a_better_grade(choices: list[dict[str, int]], which: int) -> None:
    result = count(profile_of("score", choices), "score", seed=b"x", unranked="last")
    assume(result.winners)
    winner = str(NAMES.index(result.winners[0]) + 1)
    more = [dict(choice) for choice in choices]
    more[which % len(more)][winner] = 5
    again = count(profile_of("score", more), "score", seed=b"x", unranked="last")
    assert again.winners == result.winners


def test_instant_runoff_can_harm_who_rises_and_we_say_so() -> None:
    before = [[1, 2, 3]] * 39 + [[2, 3, 1]] * 35 + [[3, 1, 2]] * 26
    assert count(profile_of("rank", before), "irv").winners == ("A",)
    after = [[1, 2, 3]] * 49 + [[2, 3, 1]] * 25 + [[3, 1, 2]] * 26
    assert count(profile_of("rank", after), "irv").winners == ("C",)


@given(
    st.lists(st.permutations(NUMBERS), min_size=1, max_size=12),
    st.sampled_from(NUMBERS),
    st.randoms(use_true_random=False),
)
def test_schulze_winner_does_not_change_by_clones(
    choices: list[list[int]], cloned: int, chance: random.Random
) -> None:
    result = count(profile_of("rank", choices), "schulze")
    assume(not result.ties)
    clone = len(NAMES) + 1
    with_clone = []
    for choice in choices:
        pair = chance.sample([cloned, clone], 2)
        with_clone.append(
            [n for number in choice for n in (pair if number == cloned else [number])]
        )
    profile = profile_from_choices(question("rank", NAMES + "Z"), with_clone)
    winner = count(profile, "schulze", seed=b"x").winners[0]
    if result.winners[0] == NAMES[cloned - 1]:
        assert winner in (NAMES[cloned - 1], "Z")
    else:
        assert winner == result.winners[0]


def test_borda_is_moved_by_clones_and_we_say_so() -> None:
    before = [[1, 2]] * 3 + [[2, 1]] * 2
    assert count(profile_from_choices(question("rank", "AB"), before), "borda").winners == ("A",)
    after = [[1, 2, 3]] * 3 + [[2, 3, 1]] * 2
    assert count(profile_from_choices(question("rank", "ABC"), after), "borda").winners == ("B",)


@given(RANKINGS)
def test_schulze_elects_who_wins_every_comparison(choices: list[list[int]]) -> None:
    def before(one: int, other: int) -> int:
        return sum(
            one in choice and (other not in choice or choice.index(one) < choice.index(other))
            for choice in choices
        )

    champions = [
        one
        for one in NUMBERS
        if all(before(one, other) > before(other, one) for other in NUMBERS if other != one)
    ]
    result = count(profile_of("rank", choices), "schulze", seed=b"x", unranked="last")
    if champions:
        assert result.winners == (NAMES[champions[0] - 1],)
        assert result.ties == ()


@given(RANKINGS, st.sampled_from(["irv", "schulze", "stv-scottish", "plurality"]))
def test_who_is_first_on_more_than_half_of_the_ballots_wins(
    choices: list[list[int]], rule: str
) -> None:
    firsts = [choice[0] for choice in choices]
    top = max(NUMBERS, key=firsts.count)
    assume(2 * firsts.count(top) > len(firsts))
    result = count(profile_of("rank", choices), rule, seed=b"x", unranked="last")
    assert result.winners == (NAMES[top - 1],)


@given(RANKINGS, st.integers(1, 5))
def test_scottish_count_fills_every_seat_once(choices: list[list[int]], seats: int) -> None:
    result = count(profile_of("rank", choices), "stv-scottish", seats=seats, seed=b"x")
    assert len(set(result.winners)) == len(result.winners) == seats


@given(st.lists(CHOICES["budget"], min_size=1, max_size=15))
@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_no_more_money_is_spent_than_there_is(rule: str, choices: list[list[int]]) -> None:
    profile = profile_of("budget", choices)
    result = count(profile, rule, seed=b"x")
    left = 75 - sum(COSTS[NAMES.index(name)] for name in result.winners)
    assert left >= 0
    for name, cost in zip(NAMES, COSTS, strict=True):
        if name not in result.winners and result.totals[name]:
            assert cost > left

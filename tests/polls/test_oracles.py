"""Counting agrees with second, slow implementations that share nothing with it."""

import random
from fractions import Fraction

import pytest

from participation.polls.counting import count
from participation.polls.profiles import Profile, profile_from_choices
from tests.polls.profiles import question
from tests.polls.scottish_oracle import Undecided, count_papers
from tests.polls.shares_oracle import equal_shares

NAMES = "ABCDEFGH"


@pytest.mark.parametrize("seed", range(200))
def test_equal_shares_agrees_with_a_purse_for_each_voter(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(1, 8)
    costs = [chance.randint(1, 40) for _ in range(size)]
    budget = chance.randint(10, 120)
    ballots = [
        sorted(chance.sample(range(1, size + 1), chance.randint(1, size)))
        for _ in range(chance.randint(1, 25))
    ]
    plain = profile_from_choices(question("approval", NAMES[:size]), ballots)
    profile = Profile(
        "approval", plain.options, plain.ballots, costs=tuple(costs), budget=Fraction(budget)
    )
    result = count(profile, "equal-shares", seed=b"lot")
    bought, rest = equal_shares(costs, budget, ballots, b"lot")
    assert list(result.winners[: len(bought)]) == [NAMES[number - 1] for number in bought]
    assert set(result.winners[len(bought) :]) == {NAMES[number - 1] for number in rest}


def rankings(chance: random.Random, size: int, many: int) -> list[list[int]]:
    """Ballots that rank some of the options."""
    return [chance.sample(range(1, size + 1), chance.randint(1, size)) for _ in range(many)]


@pytest.mark.parametrize("seed", range(200))
def test_scottish_count_agrees_with_decimals(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(2, 8)
    seats = chance.randint(1, size)
    papers = rankings(chance, size, chance.randint(1, 300))
    profile = profile_from_choices(question("rank", NAMES[:size]), papers)
    result = count(profile, "stv-scottish", seats=seats, seed=b"lot")
    drawn = any("Los" in tie for tie in result.ties)
    try:
        expected = count_papers(list(NAMES[:size]), papers, seats)
    except Undecided:
        assert drawn
        return
    assert not drawn
    assert list(result.rounds) == expected.stages
    assert list(result.winners) == expected.elected
    assert result.quota == expected.quota


def beats(ballots: list[list[int]], one: int, other: int, *, last: bool) -> int:
    """How many ballots put one before the other."""
    return sum(
        one in ballot and (ballot.index(one) < ballot.index(other) if other in ballot else last)
        for ballot in ballots
    )


def reachable(one: int, other: int, edges: set[tuple[int, int]]) -> bool:
    """Tell whether a chain of edges leads from one to the other."""
    found, new = {one}, {one}
    while new:
        new = {end for begin, end in edges if begin in new} - found
        found |= new
    return other in found


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("unranked", ["ignored", "last"])
def test_schulze_agrees_with_chains_that_are_searched_for(seed: int, unranked: str) -> None:
    chance = random.Random(seed)
    size = chance.randint(2, 6)
    ballots = rankings(chance, size, chance.randint(1, 15))
    profile = profile_from_choices(question("rank", NAMES[:size]), ballots)
    numbers = range(1, size + 1)
    wins = {
        (one, other): (for_it, -against)
        for one in numbers
        for other in numbers
        if one != other
        and (for_it := beats(ballots, one, other, last=unranked == "last"))
        > (against := beats(ballots, other, one, last=unranked == "last"))
    }
    strengths = {
        pair: max(
            (
                level
                for level in wins.values()
                if reachable(*pair, {edge for edge in wins if wins[edge] >= level})
            ),
            default=(0, 0),
        )
        for pair in ((one, other) for one in numbers for other in numbers if one != other)
    }
    unbeaten = {
        NAMES[one - 1]
        for one in numbers
        if all(strengths[one, other] >= strengths[other, one] for other in numbers if other != one)
    }
    result = count(profile, "schulze", seed=b"lot", unranked=unranked)
    if any(beats(ballots, one, two, last=unranked == "last") for one in numbers for two in numbers):
        assert result.winners[0] in unbeaten
        assert bool(result.ties) == (len(unbeaten) > 1)
    else:
        assert result.winners == ()


@pytest.mark.parametrize("seed", range(100))
def test_instant_runoff_agrees_with_papers_that_are_sorted_anew_each_round(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(2, 8)
    ballots = rankings(chance, size, chance.randint(1, 200))
    result = count(
        profile_from_choices(question("rank", NAMES[:size]), ballots), "irv", seed=b"lot"
    )
    left = set(range(1, size + 1))
    for votes in result.rounds:
        tops = [next((n for n in ballot if n in left), None) for ballot in ballots]
        assert votes == {NAMES[n - 1]: tops.count(n) for n in left}
        least = min(votes.values())
        if 2 * max(votes.values()) > sum(votes.values()):
            break
        lowest = [n for n in left if votes[NAMES[n - 1]] == least]
        following = result.rounds[result.rounds.index(votes) + 1]
        gone = [n for n in left if NAMES[n - 1] not in following]
        assert len(gone) == 1
        assert gone[0] in lowest
        left -= set(gone)
    last = result.rounds[-1]
    assert result.winners == (max(last, key=lambda name: last[name]),)

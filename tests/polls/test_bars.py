"""Results as bars, and steps as pages."""

from fractions import Fraction
from typing import Any

import pytest

from participation.polls.bars import bars_of, figures_of, pages_of, width_of, winners_of


def result(**totals: str) -> dict[str, Any]:
    return {
        "options": list(totals),
        "totals": totals,
        "winners": ["c", "a"],
        "ballots": 10,
        "blank": 2,
        "invalid": 1,
    }


def test_longest_bar_comes_first_and_equal_ones_stand_as_on_the_ballot() -> None:
    bars = bars_of(result(a="1/3", b="1/3", c="2/3"))
    assert [(bar.name, bar.place, bar.width, bar.has_won) for bar in bars] == [
        ("c", 3, "100.0%", True),
        ("a", 1, "50.0%", True),
        ("b", 2, "50.0%", False),
    ]
    assert bars[0].total == Fraction(2, 3)


@pytest.mark.parametrize(
    ("part", "whole", "width"),
    [(0, 0, "0.0%"), (0, 5, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.6%"), (5, 5, "100.0%"),
     (-4, 5, "0.0%"), (-4, -2, "0.0%"), (1, 10**9, "0.0%")],
)  # fmt: skip
def test_width_is_a_share_of_the_longest(part: int, whole: int, width: str) -> None:
    assert width_of(Fraction(part), Fraction(whole)) == width


def test_winners_keep_the_order_of_election() -> None:
    assert winners_of(result(a="1", b="0", c="2")) == [3, 1]


def test_figures_add_up() -> None:
    figures = dict(figures_of(result()))
    assert figures == {"ballots": 10, "counted": 7, "blank": 2, "invalid": 1}


@pytest.mark.parametrize(
    ("lengths", "pages"),
    [
        ([], [range(0, 0)]),
        ([5], [range(0, 1)]),
        ([5, 5], [range(0, 2)]),
        ([5, 6], [range(0, 1), range(1, 2)]),
        ([50, 1], [range(0, 1), range(1, 2)]),
        ([1] * 25, [range(0, 10), range(10, 20), range(20, 25)]),
    ],
)
def test_steps_stand_on_pages_that_have_room_for_them(
    lengths: list[int], pages: list[range]
) -> None:
    assert pages_of(["x" * length for length in lengths], 10) == pages

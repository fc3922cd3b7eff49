"""Each rule on ballots that can be counted by hand."""

from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from participation.polls.counting import RULES, RuleDoesNotFit, count, lot
from participation.polls.profiles import Profile
from tests.polls.profiles import chosen, ranked

#: Tennessee's capital, of every book about voting.
TENNESSEE = ranked("MNCK", "42 M>N>C>K", "26 N>C>K>M", "15 C>K>N>M", "17 K>C>N>M")


def test_voter_sees_how_many_votes_each_option_has() -> None:
    result = count(chosen("one", [1, 2, 2, 3, 2, None]), "plurality")
    assert result.totals == {"A": 1, "B": 3, "C": 1}
    assert result.winners == ("B",)
    assert (result.ballots, result.blank, result.invalid) == (6, 1, 0)
    assert result.ties == ()
    assert "B hat mehr als die Hälfte der 5 Stimmen." in result.steps
    assert result.steps[-1] == "Gewählt: B."


def test_voter_reads_that_a_runoff_would_follow_where_a_majority_is_needed() -> None:
    result = count(chosen("one", [1, 1, 2, 3]), "plurality")
    assert result.winners == ("A",)
    assert any("Stichwahl: A gegen B und C (Stimmen: 1)" in step for step in result.steps)


@pytest.mark.parametrize(
    ("kind", "choice", "reason"),
    [
        ("one", [1, 2], "mehr als eine Option angekreuzt"),
        ("one", 4, "nennt eine Option, die es nicht gibt"),
        ("one", 0, "nennt eine Option, die es nicht gibt"),
        ("one", True, "nicht lesbar"),
        ("one", "1", "nicht lesbar"),
        ("several", [1, 2, 3], "mehr als 2 Optionen angekreuzt"),
        ("several", [1, 1], "nennt eine Option zweimal"),
        ("approval", {"1": 1}, "nicht lesbar"),
        ("score", {"1": 6}, "gibt Punkte, die nicht zwischen 0 und 5 liegen"),
        ("score", {"1": True}, "nicht lesbar"),
        ("score", {"01": 3}, "nennt eine Option, die es nicht gibt"),
        ("score", [1], "nicht lesbar"),
        ("verdict", "maybe", "nicht lesbar"),
        ("verdict", ["yes"], "nicht lesbar"),
        ("rank", [2, 1, 2], "nennt eine Option zweimal"),
        ("rank", [[1, 2]], "nicht lesbar"),
        ("budget", [1, 2], "gibt mehr Geld aus, als da ist"),
    ],
)
def test_ballot_that_cannot_be_counted_is_invalid_with_a_reason(
    kind: str, choice: Any, reason: str
) -> None:
    profile = chosen(kind, [choice, None], k=2, costs=[60, 60, 10], budget=100)
    assert (profile.valid, profile.blank, profile.invalid) == (0, 1, 1)
    assert profile.reasons == ((reason, 1),)


@pytest.mark.parametrize(
    "kind", ["one", "several", "approval", "score", "verdict", "rank", "budget"]
)
def test_nobody_wins_without_a_vote(kind: str) -> None:
    profile = chosen(kind, [None, [], {}, None], k=2, costs=[60, 60, 10], budget=100)
    assert profile.blank == 4
    for rule, (_count, kinds) in RULES.items():
        if kind in kinds and (rule not in ("greedy", "equal-shares") or kind == "budget"):
            result = count(profile, rule, seed=b"seed")
            assert result.winners == ()
            assert result.ballots == 4
            assert set(result.totals.values()) == {0}


def test_tie_is_broken_by_a_lot_that_anyone_can_repeat() -> None:
    profile = chosen("one", [1, 2, 3, 3, 2, 1])
    seed = b"final head"
    order = sorted((1, 2, 3), key=lambda number: sha256(seed + number.to_bytes(4, "big")).digest())
    assert list(lot(seed, (3, 1, 2))) == order
    result = count(profile, "plurality", seats=2, seed=seed)
    assert result.winners == tuple("ABC"[number - 1] for number in order[:2])
    assert len(result.ties) == 1
    assert result.ties[0] in result.steps
    assert {count(profile, "plurality", seed=bytes([n])).winners for n in range(50)} == {
        ("A",), ("B",), ("C",)
    }  # fmt: skip


def test_lot_is_not_drawn_where_it_decides_nothing() -> None:
    assert count(chosen("one", [1, 2, 1, 2, 3]), "plurality", seats=2).ties == ()


def test_approval_counts_every_option_that_is_named() -> None:
    result = count(chosen("approval", [[1, 2], [2], [2, 3], [3]]), "approval", seats=2)
    assert result.totals == {"A": 1, "B": 3, "C": 2}
    assert result.winners == ("B", "C")


def test_score_compares_exact_means_and_then_medians() -> None:
    grades = [{"1": 2, "2": 0}, {"1": 2, "2": 3}, {"1": 3, "2": 4, "3": 1}]
    result = count(chosen("score", grades), "score", seed=b"x", unranked="ignored")
    assert result.totals == {"A": Fraction(7, 3), "B": Fraction(7, 3), "C": 1}
    assert result.as_json()["totals"] == {"A": "7/3", "B": "7/3", "C": "1"}
    assert result.winners == ("B",)
    assert result.ties == (
        "Gleicher Mittelwert 7/3: B und A. Der höhere Median entscheidet: 3 statt 2.",
    )


def test_who_grades_nothing_gives_nothing_where_unranked_is_last() -> None:
    profile = chosen("score", [{"1": 5}, {"2": 4}, {"2": 4}])
    assert count(profile, "score", unranked="ignored").winners == ("A",)
    result = count(profile, "score", unranked="last")
    assert result.totals["A"] == Fraction(5, 3)
    assert result.winners == ("B",)


def test_median_between_two_grades_is_exact() -> None:
    result = count(chosen("score", [{"1": 2}, {"1": 5}]), "score", unranked="ignored")
    assert any(
        "Punkte: 7, Stimmzettel: 2, Mittelwert: 7/2, Median: 7/2." in step for step in result.steps
    )


@pytest.mark.parametrize(
    ("choices", "winners"),
    [
        (["yes", "yes", "no", "abstain", "abstain"], ("Ja",)),
        (["no", "abstain"], ("Nein",)),
        (["yes", "no"], ()),
        (["abstain"], ()),
    ],
)
def test_verdict_needs_more_yes_than_no(choices: list[str], winners: tuple[str, ...]) -> None:
    result = count(chosen("verdict", choices, names=""), "verdict")
    assert result.winners == winners
    assert result.options == ("Ja", "Nein", "Enthaltung")


def test_capital_of_tennessee_depends_on_the_rule() -> None:
    assert count(TENNESSEE, "plurality").winners == ("M",)
    assert count(TENNESSEE, "irv").winners == ("K",)
    borda = count(TENNESSEE, "borda")
    assert borda.winners == ("N",)
    assert borda.totals == {"M": 126, "N": 194, "C": 173, "K": 107}
    schulze = count(TENNESSEE, "schulze")
    assert schulze.winners == ("N",)
    assert schulze.totals == {"M": 0, "N": 3, "C": 2, "K": 1}
    assert "N gewinnt jeden Vergleich." in schulze.steps
    assert count(TENNESSEE, "schulze", seats=4).winners == ("N", "C", "K", "M")


def test_borda_shares_the_points_of_equal_and_of_missing_places() -> None:
    profile = ranked("ABCD", "1 A=B>C", "1 D")
    ignored = count(profile, "borda", unranked="ignored")
    assert ignored.totals == {"A": Fraction(5, 2), "B": Fraction(5, 2), "C": 1, "D": 3}
    last = count(profile, "borda", unranked="last")
    assert last.totals == {"A": Fraction(7, 2), "B": Fraction(7, 2), "C": 2, "D": 3}


def test_instant_runoff_leaves_the_last_one_out_in_each_round() -> None:
    result = count(TENNESSEE, "irv")
    assert result.rounds == (
        {"M": 42, "N": 26, "C": 15, "K": 17},
        {"M": 42, "N": 26, "K": 32},
        {"M": 42, "K": 58},
    )
    assert result.totals == {"M": 42, "N": 0, "C": 0, "K": 58}


def test_instant_runoff_breaks_a_tie_by_the_round_before() -> None:
    profile = ranked("ABCD", "5 A", "3 B", "2 C", "1 D>C", "1 A")
    result = count(profile, "irv", seed=b"x")
    assert result.ties == (
        "Gleichauf am Ende (Stimmen: 3): B und C. In Runde 1 hatte am wenigsten: C (2).",
    )
    assert result.winners == ("A",)


def test_instant_runoff_counts_no_ballot_with_two_at_the_first_place() -> None:
    result = count(ranked("ABC", "2 A=B>C", "3 C", "1 A>B"), "irv")
    assert (result.ballots, result.invalid) == (6, 2)
    assert result.winners == ("C",)


def test_ballot_goes_on_where_only_one_of_two_equal_ones_is_left() -> None:
    profile = ranked("ABCD", "4 A", "5 B", "1 C>A=D", "2 D>A")
    result = count(profile, "irv")
    assert result.rounds[1] == {"A": 4, "B": 5, "D": 2}
    profile = ranked("ABCD", "4 A", "5 B", "2 C>A=D", "1 D>A")
    assert count(profile, "irv").rounds[2] == {"A": 7, "B": 5}


def test_schulze_example_with_45_voters_has_the_known_order() -> None:
    # Schulze, "A new monotonic, clone-independent … method": example 1 in its usual form.
    profile = ranked(
        "ABCDE",
        "5 A>C>B>E>D", "5 A>D>E>C>B", "8 B>E>D>A>C", "3 C>A>B>E>D",
        "7 C>A>E>B>D", "2 C>B>A>D>E", "7 D>C>E>B>A", "8 E>B>A>D>C",
    )  # fmt: skip
    result = count(profile, "schulze")
    assert result.winners == ("E",)
    assert result.totals == {"A": 3, "B": 1, "C": 2, "D": 0, "E": 4}
    assert count(profile, "schulze", seats=5).winners == ("E", "A", "C", "B", "D")


def test_schulze_can_depend_on_what_unranked_means() -> None:
    profile = ranked("AB", "3 A", "2 B>A")
    assert count(profile, "schulze", unranked="ignored").winners == ("B",)
    assert count(profile, "schulze", unranked="last").winners == ("A",)


@pytest.mark.parametrize("rule", ["schulze", "score"])
def test_one_voter_alone_decides_only_where_unranked_is_ignored(rule: str) -> None:
    if rule == "schulze":
        profile = chosen("rank", [[1, 2]] * 999 + [[3, 1, 2]])
    else:
        profile = chosen("score", [{"1": 4, "2": 3}] * 999 + [{"3": 5}])
    assert count(profile, rule, unranked="ignored").winners == ("C",)
    assert count(profile, rule, unranked="last").winners == ("A",)


def test_schulze_ties_go_to_the_lot() -> None:
    profile = ranked("ABC", "1 A>B>C", "1 B>C>A", "1 C>A>B")
    result = count(profile, "schulze", seed=b"x")
    assert result.winners == ("ABC"[lot(b"x", (1, 2, 3))[0] - 1],)
    assert len(result.ties) == 1


def test_scottish_count_of_a_party_with_chocolate() -> None:
    profile = ranked("ABCDE", "4 A", "2 B>A", "8 C>D", "4 C>E", "1 D", "1 E")
    result = count(profile, "stv-scottish", seats=3)
    assert result.quota == 6
    assert result.winners == ("C", "A", "D")
    assert result.rounds[1] == {"A": 4, "B": 2, "C": 6, "D": 5, "E": 3}
    assert result.rounds[2] == {"A": 6, "B": 0, "C": 6, "D": 5, "E": 3}


def test_scottish_values_are_cut_off_after_five_decimals() -> None:
    profile = ranked("ABC", "7 A>B", "3 C", "1 B")
    result = count(profile, "stv-scottish", seats=2)
    assert result.quota == 4
    assert result.rounds[1]["B"] == 1 + 7 * Fraction(42857, 100_000)
    assert any("B bekommt 7 × 0,42857 = 2,99999." in step for step in result.steps)


def test_scottish_tie_is_broken_by_the_last_stage_that_differed() -> None:
    profile = ranked("ABCD", "6 A", "4 B", "3 C", "1 D>C")
    result = count(profile, "stv-scottish", seats=1)
    assert result.ties == (
        "Gleich wenige Stimmen: B und C. In Stufe 1 hatte am wenigsten: C (3,00000).",
    )


def test_scottish_count_elects_all_where_there_are_seats_for_all() -> None:
    result = count(ranked("ABC", "2 A"), "stv-scottish", seats=3)
    assert result.winners == ("A", "B", "C")
    assert count(ranked("AB", "2 A"), "stv-scottish", seats=5).winners == ("A", "B")


MONEY = {"names": "ABCD", "costs": [50, 40, 30, 30], "budget": 90}


def test_greedy_skips_what_no_longer_fits() -> None:
    profile = chosen("budget", [[1], [1], [1], [2], [2], [3], [3], [3, 4]], **MONEY)
    result = count(profile, "greedy", seed=b"x")
    assert result.totals == {"A": 3, "B": 2, "C": 3, "D": 1}
    assert set(result.winners) == {"A", "C"}
    assert result.ties == ()
    assert any(
        "B (Stimmen: 2) kostet 40 Euro. Das passt nicht mehr in 10 Euro." in s for s in result.steps
    )


def test_greedy_draws_a_lot_only_where_not_both_fit() -> None:
    profile = chosen("budget", [[1], [2]], names="AB", costs=[60, 60], budget=100)
    assert len(count(profile, "greedy", seed=b"x").ties) == 1


def test_greedy_counts_places_of_rankings_as_points() -> None:
    profile = Profile(
        "rank", ("A", "B"), ((2, ((1,), (2,))), (1, ((2,),))), costs=(5, 5), budget=9, k=3
    )
    assert count(profile, "greedy").totals == {"A": 6, "B": 7}


def test_equal_shares_pays_for_a_minority_too() -> None:
    # Six of ten want P and Q, four want L; greedy gives the six everything.
    profile = Profile(
        "approval", ("P", "Q", "L"), ((6, (1, 2)), (4, (3,))), costs=(50, 49, 40), budget=100
    )
    assert count(profile, "greedy").winners == ("P", "Q")
    result = count(profile, "equal-shares", seed=b"x")
    assert result.winners[1] == "L"
    assert len(result.ties) == 1  # P and Q have six effective votes each


def test_equal_shares_lets_the_poor_give_all_they_have() -> None:
    # 4 voters, 10 each. A (20) is paid by 1 and 2; then B (15) by 2, 3, 4 with 0, 15/2, 15/2.
    profile = Profile(
        "approval", ("A", "B"), ((1, (1,)), (1, (1, 2)), (2, (2,))), costs=(20, 15), budget=40
    )
    result = count(profile, "equal-shares")
    assert result.winners == ("B", "A")
    assert any(
        "Stimmen hat B (3). Kosten: 15 Euro. Niemand zahlt mehr als 5 Euro." in step
        for step in result.steps
    )


@pytest.mark.parametrize(
    ("profile", "rule", "seats", "words"),
    [
        (TENNESSEE, "approval", 1, "Auf diesen Stimmzetteln steht: eine Rangfolge"),
        (TENNESSEE, "greedy", 1, "braucht ein Budget"),
        (TENNESSEE, "irv", 2, "kann nicht 2 Plätze vergeben"),
        (TENNESSEE, "borda", 0, "kann nicht 0 Plätze vergeben"),
        (TENNESSEE, "dice", 1, "Die Regel dice gibt es nicht"),
        (chosen("approval", [[1]]), "schulze", 1, "passt nicht zu diesen Stimmzetteln"),
        (chosen("approval", [[1]], names=""), "approval", 1, "keine Option"),
    ],
)
def test_rule_that_does_not_fit_says_why(
    profile: Profile, rule: str, seats: int, words: str
) -> None:
    with pytest.raises(RuleDoesNotFit, match=words):
        count(profile, rule, seats=seats)


def test_result_as_json_has_what_the_command_prints() -> None:
    result = count(chosen("one", [1, 1, 2, None, 9]), "plurality").as_json()
    assert list(result) == [
        "rule", "seats", "options", "ballots", "blank", "invalid", "totals", "winners", "ties", "steps"
    ]  # fmt: skip
    assert result["totals"] == {"A": "2", "B": "1", "C": "0"}
    assert (result["ballots"], result["blank"], result["invalid"]) == (5, 1, 1)


def test_options_with_the_same_name_stay_apart() -> None:
    result = count(chosen("one", [1, 2, 2], names="AAB"), "plurality")
    assert result.totals == {"A": 1, "A (Nr. 2)": 2, "B": 0}

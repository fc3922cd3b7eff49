"""Real ballots: every file is read, and comes out as those who counted it say."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from participation.polls.counting import count
from participation.polls.profiles import Profile
from participation.polls.readers import BallotFileBroken
from tests.polls import data
from tests.polls.scottish_oracle import scottish_stages

VIOLATIONS = "condorcet_winner_violations"
#: Files for which the city's choice is what the money reaches by votes alone. In the other ones, the city
#: has limits of its own, or money for two sorts of projects.
OWN_RULES = {
    "poland_gdynia_2020_chylonia-large", "poland_gdynia_2020_chylonia-small",
    "poland_gdynia_2020_wzgorze-sw-maksymiliana-small", "poland_katowice_2020_janow-nikiszowiec",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pattern", "many"),
    [
        ("pabulib", "*.pb", 21),
        ("preflib_small", "*.so*", 1),
        ("preflib_small", "valid/*", 7),
        ("preflib_small", f"{VIOLATIONS}/*.soc", 35),
        ("condorcet_2007", "*_tally.txt", 1),
        ("droop_wards", "*.blt", 5),
    ],
)
def test_every_file_is_read(name: str, pattern: str, many: int) -> None:
    data.folder(name)
    paths = data.files(name, pattern)
    assert len(paths) >= many
    for path in paths:
        assert data.read(path).profile.valid > 0


def test_invalid_files_are_refused_with_a_line() -> None:
    data.folder("preflib_small")
    paths = data.files("preflib_small", "invalid/*")
    assert len(paths) >= 6
    for path in paths:
        with pytest.raises(BallotFileBroken, match="Zeile 1: "):
            data.read(path)


def projects(path: Path) -> list[dict[str, str]]:
    """The projects of a file of Pabulib, read without our own code."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    begin = rows.index(["PROJECTS"]) + 1
    end = rows.index(["VOTES"])
    return [dict(zip(rows[begin], row, strict=True)) for row in rows[begin + 1 : end]]


def named(profile: Profile, number: int) -> int:
    """How many ballots name an option, whatever they say about it."""
    found = 0
    for weight, choice in profile.ballots:
        flat = {
            "approval": choice,
            "rank": [option for group in choice for option in group]
            if profile.kind == "rank"
            else (),
            "points": [pair[0] for pair in choice] if profile.kind == "points" else (),
        }[profile.kind]
        found += weight * (number in flat)
    return found


def test_votes_of_a_budget_are_as_many_as_the_city_says() -> None:
    data.folder("pabulib")
    for path in data.files("pabulib", "*.pb"):
        profile = data.read(path).profile
        stated = projects(path)
        assert [named(profile, n) for n in profile.numbers] == [int(p["votes"]) for p in stated]
        column = "score" if "score" in stated[0] else "votes"
        result = count(profile, "greedy", seed=b"x")
        assert [result.totals[o] for o in profile.options] == [int(p[column]) for p in stated]
        if path.stem not in OWN_RULES:
            selected = {
                option
                for option, project in zip(profile.options, stated, strict=True)
                if project["selected"] == "1"
            }
            assert set(result.winners) == selected, path.stem
        cost = sum(profile.costs[profile.options.index(name)] for name in result.winners)
        assert cost <= profile.budget


@pytest.mark.parametrize("rule", ["schulze", "irv", "borda", "plurality"])
@pytest.mark.parametrize("unranked", ["ignored", "last"])
def test_debian_elected_bdale_garbee_in_2002(rule: str, unranked: str) -> None:
    data.folder("preflib_small")
    read = data.read(data.files("preflib_small", "debian_2002.soi")[0])
    result = count(read.profile, rule, unranked=unranked)
    assert result.ballots == 475
    assert result.winners == ("Bdale Garbee",)
    assert result.ties == ()


def test_debian_elected_sam_hocevar_in_2007() -> None:
    data.folder("condorcet_2007")
    profile = data.read(data.files("condorcet_2007", "*_tally.txt")[0]).profile
    assert "Raphaël Hertzog" in profile.options
    for unranked in ("ignored", "last"):
        result = count(profile, "schulze", unranked=unranked)
        assert result.ballots == 482
        assert result.winners == ("Sam Hocevar",)
        assert result.ties == ()
    assert count(profile, "schulze", seats=2, unranked="last").winners[1] == "Steve McIntyre"


def condorcet_winner(profile: Profile) -> str | None:
    """The option that more ballots put before each other one than behind; slow and plain."""
    for one in profile.numbers:
        wins = 0
        for other in profile.numbers:
            margin = 0
            for weight, groups in profile.ballots:
                places = {n: place for place, group in enumerate(groups) for n in group}
                if one in places and other in places:
                    margin += weight * (
                        (places[one] < places[other]) - (places[one] > places[other])
                    )
            wins += margin > 0
        if wins == len(profile.options) - 1:
            return profile.options[one - 1]
    return None


def test_schulze_finds_condorcet_winners_that_other_rules_miss() -> None:
    data.folder("preflib_small")
    paths = data.files("preflib_small", f"{VIOLATIONS}/*.soc")
    found = 0
    for path in paths:
        profile = data.read(path).profile
        winner = condorcet_winner(profile)
        assert winner is not None, path.stem
        result = count(profile, "schulze")
        assert (result.winners, result.ties) == ((winner,), ()), path.stem
        for name, rule in (("Plurality", "plurality"), ("Borda", "borda")):
            if path.stem == f"minimal_resolute_{name}":
                assert count(profile, rule).winners != (winner,)
                found += 1
    assert found == 2


@pytest.mark.parametrize("seats", [None, 1, 6])
def test_glasgows_wards_agree_with_a_second_count(seats: int | None) -> None:
    data.folder("droop_wards")
    paths = data.files("droop_wards", "*.blt")
    assert paths
    for path in paths:
        read = data.read(path)
        places = seats or read.seats
        assert places
        result = count(read.profile, "stv-scottish", seats=places)
        expected = scottish_stages(path.read_text("utf-8-sig"), places)
        assert result.quota == expected.quota
        assert list(result.winners) == expected.elected
        assert list(result.rounds) == expected.stages
        assert result.ties == ()


@pytest.mark.parametrize(
    ("ward", "elected"),
    [
        ("Anderston-City", {"Craig MacKay", "Philip Braat", "Nina Baker", "Gordon Matheson"}),
        ("Calton", {"George Redmond", "Alison E Thewliss", "Ruth Simpson"}),
    ],
)
def test_glasgow_elected_these_councillors_in_2007(ward: str, elected: set[str]) -> None:
    data.folder("droop_wards")
    read = data.read(data.files("droop_wards", f"{ward}-2007.blt")[0])
    assert read.seats == len(elected)
    assert set(count(read.profile, "stv-scottish", seats=len(elected)).winners) == elected


def test_votes_in_glasgow_never_grow_out_of_nothing() -> None:
    data.folder("droop_wards")
    for path in data.files("droop_wards", "*.blt"):
        read = data.read(path)
        rounds = count(read.profile, "stv-scottish", seats=read.seats or 1).rounds
        sums = [sum(votes.values()) for votes in rounds]
        assert sums[0] == read.profile.valid
        assert all(after <= before for before, after in pairwise(sums))

"""``participation poll count``: what is printed, and what is refused with status 2."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participation.cli import main

BLT = '3 2\n4 2 1 0\n2 3 0\n3 1 2 0\n1 0\n0\n"Anna"\n"Ben"\n"Cem"\n"Vorstand"\n'
PB = (
    "META\nkey;value\nnum_projects;2\nnum_votes;3\nbudget;100\nvote_type;approval\nPROJECTS\n"
    "project_id;cost;name\n1;60;Bank\n2;50;Baum\nVOTES\nvoter_id;vote\n1;1\n2;2\n3;2,1\n"
)


@pytest.fixture
def ballots(tmp_path: Path) -> Path:
    """A file of an election with two seats."""
    path = tmp_path / "vorstand.blt"
    path.write_text(BLT, encoding="utf-8")
    return path


def run(path: Path, *words: str, status: int = 0) -> Result:
    """Run the command where there are no settings and no database."""
    result = CliRunner().invoke(main, ["poll", "count", str(path), *words])
    assert result.exit_code == status, result.output
    return result


def test_steps_and_result_are_printed(ballots: Path) -> None:
    output = run(ballots, "--rule", "stv-scottish").output.splitlines()
    assert output[:2] == ["Vorstand", "Regel: stv-scottish, Plätze: 2"]
    assert output[3] == "1. Stimmzettel: 10, davon leer: 1, ungültig: 0. Es zählen also 9."
    assert (
        "2. Quote: 9 Stimmzettel geteilt durch 3 (Plätze plus 1), abgerundet, plus 1: 4." in output
    )
    assert "Ben   4,00000" in output
    assert output[-1] == "Ergebnis: Ben, Anna"


def test_json_is_one_object_with_exact_numbers(ballots: Path) -> None:
    plain = json.loads(run(ballots, "--rule", "borda", "--unranked", "last", "--json").output)
    steps = plain.pop("steps")
    assert steps[-1] == "Gewählt: Ben, Anna."
    assert plain == {
        "file": str(ballots),
        "rule": "borda",
        "seats": 2,
        "options": ["Anna", "Ben", "Cem"],
        "ballots": 10,
        "blank": 1,
        "invalid": 0,
        "totals": {"Anna": "11", "Ben": "12", "Cem": "4"},
        "winners": ["Ben", "Anna"],
        "ties": [],
    }


def test_rule_for_one_seat_counts_a_file_with_more(ballots: Path) -> None:
    assert json.loads(run(ballots, "--rule", "irv", "--json").output)["seats"] == 1
    refused = run(ballots, "--rule", "irv", "--seats", "2", status=2)
    assert "kann nicht 2 Plätze vergeben" in refused.output


def test_lot_comes_from_the_file_and_is_the_same_each_time(tmp_path: Path) -> None:
    winners = set()
    for number in range(20):
        path = tmp_path / f"{number}.pb"
        path.write_text(PB + "\n" * number, encoding="utf-8")
        first, second = (
            json.loads(run(path, "--rule", "greedy", "--json").output) for _ in range(2)
        )
        assert first == second
        assert len(first["ties"]) == 1
        winners |= set(first["winners"])
    assert winners == {"Bank", "Baum"}


def test_rule_that_does_not_fit_ends_with_status_2(ballots: Path) -> None:
    refused = run(ballots, "--rule", "approval", status=2)
    assert "Die Regel approval passt nicht zu diesen Stimmzetteln." in refused.output
    assert "braucht ein Budget" in run(ballots, "--rule", "greedy", status=2).output


def test_broken_file_ends_with_status_2_and_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "vorstand.blt"
    path.write_text(BLT.replace("2 3 0", "2 5 0"), encoding="utf-8")
    refused = run(path, "--rule", "irv", status=2)
    assert "vorstand.blt: Zeile 3: die Nummer 5 gibt es nicht; es gibt 1 bis 3" in refused.output


@pytest.mark.parametrize(
    "words",
    [
        ["--rule", "verdict"],
        ["--rule", "borda", "--seats", "0"],
        ["--rule", "borda", "--unranked", "first"],
        [],
    ],
)
def test_words_that_do_not_exist_end_with_status_2(ballots: Path, words: list[str]) -> None:
    run(ballots, *words, status=2)


def test_file_that_is_not_there_ends_with_status_2(tmp_path: Path) -> None:
    run(tmp_path / "nothing.blt", "--rule", "irv", status=2)

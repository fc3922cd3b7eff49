"""The standalone verifier: one file, run by a bare Python in an empty folder, with the same findings."""

import ast
import copy
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from participation.polls import record, standalone, standalone_command
from participation.polls.ballot_words import choice_in_words
from tests.polls.definitions import question
from tests.polls.records import PublishedPoll
from tests.polls.test_verifying import CHANGES, GOOD, Change


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier without site-packages, environment and the project's folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", standalone.FILE_NAME, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / standalone.FILE_NAME).write_text(standalone.build(), encoding="utf-8")
    (tmp_path / "ergebnis.json").write_bytes(record.to_bytes(GOOD))
    return tmp_path


def test_anyone_verifies_with_nothing_but_python(folder: Path) -> None:
    head = GOOD["heads"][1][1]
    done = run(folder, "ergebnis.json", "--head", head)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Die Datei ist in Ordnung" in done.stdout
    assert "Die früher gespeicherten Köpfe kommen auf der Tafel vor." in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == [standalone.FILE_NAME, "ergebnis.json"]


@pytest.mark.parametrize(("change", "words"), CHANGES[:1] + CHANGES[9:13])
def test_faults_are_named_and_the_status_is_1(
    folder: Path, change: Change, words: list[str]
) -> None:
    tampered = copy.deepcopy(GOOD)
    change(tampered)
    (folder / "ergebnis.json").write_bytes(record.to_bytes(tampered))
    done = run(folder, "ergebnis.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert "NICHT in Ordnung" in done.stdout
    assert all(word in done.stdout for word in words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Aufruf"),
        (["a.json", "b.json"], "Aufruf"),
        (["--head", "x"], "Aufruf"),
        (["ergebnis.json", "--head"], "Aufruf"),
        (["ergebnis.json", "--strange"], "Aufruf"),
        (["missing.json"], "missing.json"),
        (["."], "lässt sich nicht lesen"),
        (["ergebnis.json", "--head", "x"], "kein Kopf"),
        ([standalone.FILE_NAME], "kein JSON"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_status_is_2(
    folder: Path, arguments: list[str], words: str
) -> None:
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_voter_reads_the_own_vote(folder: Path) -> None:
    code = GOOD["ballots"][3][0]
    done = run(folder, "ergebnis.json", "--code", code.lower().replace("-", " "))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Stimme mit dem Prüfcode ")
    assert [line[:10] for line in lines[1:8]] == [f"  Frage {place} " for place in range(1, 8)]
    done = run(folder, "ergebnis.json", "--code", "ZZZZ-ZZZZ-ZZZZ-ZZZ2")
    assert done.returncode == 1
    assert "ZZZZ-ZZZZ-ZZZZ-ZZZ2 steht nicht in der Liste" in done.stdout


@pytest.mark.parametrize(
    ("kind", "choice", "words"),
    [
        ("one", 2, "Möglichkeit 2"),
        ("several", [1, 2], "Möglichkeit 1, Möglichkeit 2"),
        ("approval", [3], "Möglichkeit 3"),
        ("budget", [1, 2], "Möglichkeit 1, Möglichkeit 2"),
        ("score", {"2": 0, "1": 5}, "Möglichkeit 1: 5, Möglichkeit 2: 0"),
        ("verdict", "abstain", "Enthaltung"),
        ("rank", [3, 1], "1. Möglichkeit 3, 2. Möglichkeit 1"),
        ("rank", [], "leer"),
        ("one", None, "leer"),
        ("one", 9, "ungültig"),
        ("rank", "x", "ungültig"),
    ],
)
def test_vote_is_said_in_words(kind: str, choice: object, words: str) -> None:
    assert choice_in_words(question(kind, 3), choice) == words


def test_same_findings_as_the_servers(folder: Path) -> None:
    """Both verifiers print the same lines, for open polls with every kind of question too."""
    for made in (GOOD, PublishedPoll(kind="open", voters=30).record()):
        data = record.to_bytes(made)
        (folder / "ergebnis.json").write_bytes(data)
        status, lines = standalone_command.verify_file(data, [])
        done = run(folder, "ergebnis.json")
        assert (done.returncode, done.stdout.splitlines()) == (status, lines)


def test_every_counting_rule_is_carried() -> None:
    from participation.polls.counting import RULES

    source = standalone.build()
    assert source == standalone.build()
    assert all(f'"{rule}"' in source for rule in RULES)
    assert "participation.polls" not in "".join(
        line for line in source.splitlines() if line.startswith(("import", "from"))
    )
    ast.parse(source)


def test_module_that_cannot_stand_in_one_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {
        "import nacl": "not in the standard library",
        "import json as j": "gives another name",
        "from participation.polls.board import Entry as Row": "gives another name",
        "def first_head(): ...": "stands in",
        "def Counter(): ...": "takes the name of an import",
    }
    real = standalone._source
    for source, words in bad.items():
        extra = f"{source}\n{real(standalone._LAST)}"
        monkeypatch.setattr(
            standalone,
            "_source",
            lambda name, extra=extra: extra if name == standalone._LAST else real(name),
        )
        with pytest.raises(standalone.NotStandalone, match=words):
            standalone.build()


def test_module_without_source_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(standalone.NotStandalone, match="no source"):
        standalone.build()

"""``participation poll``: the board's commands, away from the server: no database, no settings."""

import itertools
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from participation.cli import main
from participation.polls import keys, opening, record, sealing, standalone, trial_opening
from participation.polls.canonical import digest, lines_of
from tests.polls.definitions import definition, question
from tests.polls.records import PublishedPoll
from tests.site.test_operations_docs import DOCS, command_faults, commands_in

TITLE = "Umbau des Goetheplatzes"


def run(*arguments: object) -> Result:
    """Run a command without any setting."""
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(main, ["poll", *words], env={}, catch_exceptions=False)


def share(folder: Path, number: int) -> Path:
    return folder / f"share-{number}.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which keygen was run."""
    assert run("keygen", tmp_path / "keys", "--title", TITLE).exit_code == 0
    return tmp_path / "keys"


def public_key(folder: Path) -> str:
    return keys.read_public_file((folder / "public.json").read_bytes()).public_key


@pytest.fixture
def envelopes(folder: Path, tmp_path: Path) -> Path:
    """The server's file of three envelopes, one of which holds no vote."""
    described = definition(question("verdict", 0), public_key=public_key(folder))
    size = sealing.envelope_size(described)
    sealed = [
        sealing.seal(public_key(folder), code, answers, size)
        for code, answers in (
            ("BBBB-BBBB-BBBB-BBBB", ["yes"]),
            ("AAAA-AAAA-AAAA-AAAA", ["no"]),
            ("CCCC-CCCC-CCCC-CCCC", []),
        )
    ]
    path = tmp_path / "umschlaege.json"
    path.write_bytes(opening.envelopes_file(described, sealed))
    return path


def test_board_makes_a_key_in_three_shares(folder: Path) -> None:
    names = ["public.json", "share-1.json", "share-2.json", "share-3.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    public = keys.read_public_file((folder / "public.json").read_bytes())
    assert (public.poll, public.mode) == (TITLE, keys.Mode.SHARES)
    shares = [keys.read_share(share(folder, number).read_bytes()) for number in (1, 2, 3)]
    assert keys.combine(shares[0], shares[2]).public_key == public.public_key


def test_simple_mode_makes_one_key_file(tmp_path: Path) -> None:
    done = run("keygen", tmp_path / "keys", "--title", TITLE, "--simple")
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [
        "key.json",
        "public.json",
    ]
    key = keys.read_key_file((tmp_path / "keys" / "key.json").read_bytes())
    assert keys.fingerprint(key.public_key) in done.output
    assert key.private_key.hex() not in done.output


def test_key_is_never_overwritten(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for more in ([], ["--simple"]):
        done = run("keygen", folder, "--title", "Another", *more)
        assert done.exit_code == 2
        assert "nichts überschrieben" in done.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("title", ["", "  ", "x" * 501, "a\nb", "a\x00b", "\udce4"])
def test_title_that_cannot_be_written_is_refused(tmp_path: Path, title: str) -> None:
    done = run("keygen", tmp_path / "keys", "--title", title)
    assert done.exit_code == 2
    assert not (tmp_path / "keys").exists()


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("keygen", tmp_path / "file" / "keys", "--title", TITLE)
    assert done.exit_code == 2
    assert "file" in done.output


def test_every_pair_finds_its_word(folder: Path, tmp_path: Path) -> None:
    words = trial_opening.new_words(keys.Mode.SHARES)
    test = tmp_path / "test.json"
    test.write_bytes(lines_of(trial_opening.trial_document(TITLE, public_key(folder), words)))
    done = run("test-open", test, *(share(folder, number) for number in (3, 1, 2)))
    assert done.exit_code == 0
    assert sorted(done.output.splitlines()) == [f"Teile {pair}: {words[pair]}" for pair in words]
    for first, second in itertools.permutations((1, 2, 3), 2):
        pair = trial_opening.pair_of(first, second)
        done = run("test-open", test, share(folder, first), share(folder, second))
        assert done.output == f"Teile {pair}: {words[pair]}\n"


def test_key_file_of_simple_mode_finds_the_word(tmp_path: Path) -> None:
    run("keygen", tmp_path, "--title", TITLE, "--simple")
    words = trial_opening.new_words(keys.Mode.SIMPLE)
    test = tmp_path / "test.json"
    test.write_bytes(lines_of(trial_opening.trial_document(TITLE, public_key(tmp_path), words)))
    done = run("test-open", test, tmp_path / "key.json")
    assert done.output == f"Schlüssel: {words['key']}\n"


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 3), (3, 2)])
def test_any_two_shares_open_the_envelopes(
    folder: Path, envelopes: Path, tmp_path: Path, first: int, second: int
) -> None:
    votes = tmp_path / "stimmen.json"
    done = run("open", envelopes, share(folder, first), share(folder, second), "-o", votes)
    assert done.exit_code == 0, done.output
    opened = opening.read_ballots(votes.read_bytes())
    assert opened.ballots == (("AAAA-AAAA-AAAA-AAAA", ["no"]), ("BBBB-BBBB-BBBB-BBBB", ["yes"]))
    assert [reason for _, reason in opened.unreadable] == [opening.NO_VOTE]
    assert f"ohne Stimme: {opened.unreadable[0][0][:16]}… {opening.NO_VOTE}" in done.output
    assert stat.S_IMODE(votes.stat().st_mode) == 0o600
    assert "yes" not in done.output


def test_votes_are_never_overwritten(folder: Path, envelopes: Path, tmp_path: Path) -> None:
    votes = tmp_path / "stimmen.json"
    votes.write_text("kept")
    done = run("open", envelopes, share(folder, 1), share(folder, 2), "-o", votes)
    assert done.exit_code == 2
    assert votes.read_text() == "kept"


def test_wrong_keys_open_nothing_and_are_named(
    folder: Path, envelopes: Path, tmp_path: Path
) -> None:
    run("keygen", tmp_path / "other", "--title", TITLE)
    run("keygen", tmp_path / "simple", "--title", TITLE, "--simple")
    damaged = tmp_path / "damaged.json"
    text = share(folder, 2).read_text()
    damaged.write_text(text.replace(TITLE, "Anderer Titel"))
    other = tmp_path / "other"
    cases: list[tuple[list[Path], str]] = [
        ([share(folder, 1)], "zwei verschiedene Teile"),
        ([share(folder, 1), share(folder, 1)], "zweimal derselbe Teil"),
        ([share(folder, 1), share(other, 2)], "nicht zum selben Schlüssel"),
        ([share(other, 1), share(other, 2)], "einer anderen Abstimmung"),
        ([share(folder, 1), damaged], "damaged.json: Diese Schlüsseldatei ist beschädigt"),
        ([share(folder, 1), envelopes], "keine Schlüsseldatei"),
        ([folder / "public.json", share(folder, 1)], "keine Schlüsseldatei"),
        ([share(folder, number) for number in (1, 2, 3)], "genau zwei Teile"),
        ([tmp_path / "simple" / "key.json"], "einer anderen Abstimmung"),
        ([tmp_path / "simple" / "key.json", share(folder, 1)], "keine weiteren Dateien"),
        ([share(folder, 1), tmp_path / "missing.json"], "missing.json"),
    ]
    votes = tmp_path / "stimmen.json"
    for files, words in cases:
        done = run("open", envelopes, *files, "-o", votes)
        assert done.exit_code == 2, files
        assert words in done.output
        assert not votes.exists()


def test_broken_file_of_envelopes_is_named(folder: Path, envelopes: Path, tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(envelopes.read_text())
    document["envelopes"][0] = "%"
    envelopes.write_bytes(lines_of(document))
    done = run("open", envelopes, share(folder, 1), share(folder, 2), "-o", tmp_path / "x.json")
    assert done.exit_code == 2
    assert "umschlaege.json" in done.output
    assert "envelopes, Eintrag 1" in done.output
    assert not (tmp_path / "x.json").exists()


def test_votes_that_cannot_be_written_leave_nothing(folder: Path, envelopes: Path) -> None:
    missing = folder / "missing" / "stimmen.json"
    done = run("open", envelopes, share(folder, 1), share(folder, 2), "-o", missing)
    assert done.exit_code == 2
    assert "stimmen.json" in done.output


def test_anyone_verifies_the_published_file(tmp_path: Path) -> None:
    published = PublishedPoll()
    file = tmp_path / "ergebnis.json"
    file.write_bytes(record.to_bytes(published.record()))
    done = run(
        "verify", file, "--head", published.heads[0][1], "--head", f"4:{published.heads[0][1]}"
    )
    assert (done.exit_code, done.output.splitlines()[-1][:26]) == (0, "Die Datei ist in Ordnung. ")
    done = run("verify", file, "--head", "cd" * 32)
    assert done.exit_code == 1
    assert "kommt auf dieser Tafel nicht vor" in done.output
    assert run("verify", file, "--head", "x").exit_code == 2
    file.write_text("{")
    done = run("verify", file)
    assert done.exit_code == 2
    assert "kein JSON" in done.output
    assert run("verify", tmp_path / "missing.json").exit_code == 2


def test_nothing_in_a_file_can_take_over_the_terminal(tmp_path: Path) -> None:
    published = PublishedPoll().record()
    published["ballots"][0][0] = "\x1b[2J\u202edoog si elif sihT\n"
    file = tmp_path / "ergebnis.json"
    file.write_bytes(record.to_bytes(published))
    done = run("verify", file)
    assert done.exit_code == 1
    assert "ist kein Prüfcode" in done.output
    assert all(letter.isprintable() for letter in done.output.replace("\n", ""))
    assert "\nThis" not in done.output


def test_verifier_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "pruefen.py"
    assert run("verifier", "-o", file).exit_code == 0
    assert file.read_text(encoding="utf-8") == standalone.build()
    assert run("verifier", "-o", file).exit_code == 2


def test_every_command_of_the_guide_exists() -> None:
    calls = list(commands_in((DOCS / "voting.md").read_text(encoding="utf-8")))
    assert [fault for words in calls for fault in command_faults(words)] == []
    named = {words[1] for words in calls if words[0] == "poll"}
    assert named >= {"keygen", "test-open", "open", "verify", "verifier"}


def test_whole_way_of_a_vote_from_the_key_to_the_check(folder: Path, tmp_path: Path) -> None:
    """Everything but the server's tables: two shares open what three people cast, one of them twice."""
    made = PublishedPoll(voters=3, revotes=1, batches=2)
    made.definition["public_key"] = public_key(folder)
    made.text_hash = digest(made.definition)
    made.board, made.heads = [], []
    size = sealing.envelope_size(made.definition)
    cast = [sealing.seal(public_key(folder), code, answers, size) for code, answers in made.ballots]
    replaced = sealing.seal(public_key(folder), sealing.new_code(), [None] * 7, size)
    made.append([sealing.envelope_hash(one) for one in (replaced, cast[0])])
    made.append([sealing.envelope_hash(one) for one in cast[1:]])
    made.final = [sealing.envelope_hash(one) for one in cast]
    envelopes, votes, result = (tmp_path / name for name in ("u.json", "s.json", "e.json"))
    envelopes.write_bytes(opening.envelopes_file(made.definition, cast))

    done = run("open", envelopes, share(folder, 3), share(folder, 1), "-o", votes)
    assert done.exit_code == 0, done.output
    opened = opening.read_ballots(votes.read_bytes())
    opening.check_opened(opened, made.text_hash, made.final)
    made.ballots = [list(ballot) for ballot in opened.ballots]
    result.write_bytes(record.to_bytes(made.record()))

    done = run("verify", result, "--head", f"2:{made.heads[0][1]}")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", ["keygen", "test-open", "open", "verify", "verifier"])
def test_every_command_says_what_it_does(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert len(done.output) > 150

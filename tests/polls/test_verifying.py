"""Whoever changes a published file, or publishes a wrong one, is found, and what was done is named."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from participation.polls import record, signing
from participation.polls.board_faults import NoHead
from participation.polls.canonical import NoDocument, canonical
from participation.polls.record_reading import KEYS, RecordUnreadable, digests_of, signed_message
from participation.polls.verifying import verify
from tests.polls.definitions import question
from tests.polls.records import PublishedPoll

POLL = PublishedPoll()
GOOD = POLL.record()
Change = Callable[[dict[str, Any]], None]


def changed(change: Change) -> dict[str, Any]:
    """Return the file after somebody without the city's key has changed it."""
    tampered = copy.deepcopy(GOOD)
    change(tampered)
    return tampered


def signed_again(change: Change) -> dict[str, Any]:
    """Return the file after a dishonest city has changed it and signed all of it again."""
    tampered = changed(change)
    digests = digests_of(tampered)
    signature = signing.sign(POLL.signing_key, signed_message(digests))
    return tampered | {"digests": digests, "signature": signature}


def faults_of(tampered: dict[str, Any]) -> str:
    return "\n".join(verify(tampered).faults)


def test_file_of_an_honest_city_is_right() -> None:
    findings = verify(GOOD)
    assert findings.faults == []
    assert findings.notes == []
    assert len(findings.checked) == 8 + len(GOOD["definition"]["questions"])


def test_file_is_read_as_it_was_written() -> None:
    written = record.to_bytes(GOOD)
    assert record.read(written) == GOOD
    assert record.to_bytes(record.read(written)) == written
    assert verify(record.read(written)).good


@pytest.mark.parametrize("voters", [0, 1, 40])
@pytest.mark.parametrize("kind", ["open", "sealed"])
def test_polls_of_any_size_are_right(kind: str, voters: int) -> None:
    published = PublishedPoll(voters=voters, kind=kind, revotes=0)
    assert verify(published.record()).faults == []


def test_envelopes_without_a_vote_are_told_and_no_fault() -> None:
    published = PublishedPoll()
    ballots = sorted(published.ballots)[1:]
    reason = "Im Umschlag ist keine Stimme zu dieser Abstimmung."
    findings = verify(published.record(ballots=ballots, unreadable=[(published.final[0], reason)]))
    assert findings.faults == []
    assert findings.notes == [f"Umschlag {published.final[0][:16]}… zählt nicht: {reason}"]


# --- changed by somebody without the city's key ---------------------------------------------------


def change_a_choice(tampered: dict[str, Any]) -> None:
    answers = tampered["ballots"][4][1]
    answers[4] = "no" if answers[4] != "no" else "yes"


def remove_a_choice(tampered: dict[str, Any]) -> None:
    del tampered["ballots"][4]


def add_a_choice(tampered: dict[str, Any]) -> None:
    tampered["ballots"].append(["ZZZZ-ZZZZ-ZZZZ-ZZZZ", tampered["ballots"][0][1]])


def double_a_code(tampered: dict[str, Any]) -> None:
    tampered["ballots"][5][0] = tampered["ballots"][4][0]


def swap_on_the_board(tampered: dict[str, Any]) -> None:
    rows = tampered["board"]
    rows[1][1], rows[2][1] = rows[2][1], rows[1][1]


def swap_over_batches(tampered: dict[str, Any]) -> None:
    rows = tampered["board"]
    rows[0][1], rows[-1][1] = rows[-1][1], rows[0][1]


def turn_rows_of_the_board(tampered: dict[str, Any]) -> None:
    rows = tampered["board"]
    rows[1], rows[2] = rows[2], rows[1]


def remove_from_the_board(tampered: dict[str, Any]) -> None:
    del tampered["board"][5]


def shorten_the_board(tampered: dict[str, Any]) -> None:
    del tampered["board"][-1]


def put_on_the_board(tampered: dict[str, Any]) -> None:
    tampered["board"].append([len(tampered["board"]) + 1, "cd" * 32])


def replace_on_the_board(tampered: dict[str, Any]) -> None:
    tampered["board"][5][1] = "cd" * 32


def forge_a_head(tampered: dict[str, Any]) -> None:
    tampered["heads"][1][1] = "cd" * 32


def forge_the_last_head(tampered: dict[str, Any]) -> None:
    tampered["heads"][-1][1] = "cd" * 32


def forge_a_signature(tampered: dict[str, Any]) -> None:
    tampered["heads"][1][2] = tampered["heads"][2][2]


def count_wrongly(tampered: dict[str, Any]) -> None:
    totals = tampered["results"][4]["totals"]
    totals["Ja"], totals["Nein"] = totals["Nein"] + "0", totals["Ja"] + "1"


def name_another_winner(tampered: dict[str, Any]) -> None:
    tampered["results"][0]["winners"] = ["Möglichkeit 7"]


def change_the_text(tampered: dict[str, Any]) -> None:
    tampered["definition"]["questions"][0]["options"][0]["name"] = "Möglichkeit 99"


def change_the_end(tampered: dict[str, Any]) -> None:
    tampered["definition"]["closes"] = "2027-01-01T17:00:00Z"


def change_the_turnout(tampered: dict[str, Any]) -> None:
    tampered["voters"] += 1


def replace_a_final_hash(tampered: dict[str, Any]) -> None:
    tampered["final_hashes"][-1] = "ff" * 32


def double_a_final_hash(tampered: dict[str, Any]) -> None:
    tampered["final_hashes"][1] = tampered["final_hashes"][0]


def choose_what_there_is_not(tampered: dict[str, Any]) -> None:
    tampered["ballots"][2][1][0] = 99


def answer_too_few(tampered: dict[str, Any]) -> None:
    del tampered["ballots"][2][1][-1]


def change_the_steps(tampered: dict[str, Any]) -> None:
    tampered["results"][0]["steps"][0] = "Es wurde gewürfelt."


CHANGES: list[tuple[Change, list[str]]] = [
    (
        change_a_choice,
        ["Liste der Stimmen (ballots)", "Eine Auswahl oder ein Prüfcode wurde geändert", "Frage 5"],
    ),
    (remove_a_choice, ["Es wurden Stimmen entfernt (1 zu wenig)", "Eine Stimme wurde entfernt"]),
    (add_a_choice, ["Es wurden Stimmen hinzugefügt (1 zu viel)", "Eine Stimme wurde hinzugefügt"]),
    (double_a_code, ["Der Prüfcode", "steht 2-mal in der Liste"]),
    (swap_on_the_board, ["Die Tafel wurde umgestellt: Die Einträge 2 und 3 "]),
    (swap_over_batches, ["Die Tafel wurde umgestellt", "Zwischen Eintrag 1 und 4 "]),
    (turn_rows_of_the_board, ["Die Tafel wurde umgestellt: An Stelle 2 steht Eintrag 3"]),
    (remove_from_the_board, ["wurden Einträge entfernt", "An Stelle 6 steht Eintrag 7"]),
    (shorten_the_board, ["Der letzte unterschriebene Kopf steht nach Eintrag 15", "14 Einträge"]),
    (put_on_the_board, ["Der letzte unterschriebene Kopf steht nach Eintrag 15", "16 Einträge"]),
    (replace_on_the_board, ["Zwischen Eintrag 5 und 8 wurde die Tafel geändert"]),
    (forge_a_head, ["Der Kopf nach Eintrag 8 (cdcdcdcdcdcdcdcd…) ist gefälscht"]),
    (forge_the_last_head, ["Der Kopf nach Eintrag 15 (cdcdcdcdcdcdcdcd…) ist gefälscht"]),
    (forge_a_signature, ["Die Unterschrift unter dem Kopf nach Eintrag 8 ist gefälscht"]),
    (count_wrongly, ["Das Ergebnis (results)", "Frage 5: „Ja“ hat laut Ergebnis", "nachgezählt"]),
    (name_another_winner, ["Frage 1: Gewonnen hat laut Ergebnis Möglichkeit 7, nachgezählt aber"]),
    (change_the_text, ["Der Text der Abstimmung", "text_hash", "(definition)"]),
    (change_the_end, ["Der Text der Abstimmung", "text_hash", "(definition)"]),
    (change_the_turnout, ["Die Zahl der Abstimmenden (voters)", "13 Menschen", "12 Umschläge"]),
    (replace_a_final_hash, ["Der gültige Umschlag ffffffffffffffff… steht nicht auf der Tafel"]),
    (double_a_final_hash, ["steht zweimal in der Liste der gültigen Umschläge"]),
    (choose_what_there_is_not, ["Frage 1: Die Auswahl nennt eine Option, die es nicht gibt"]),
    (answer_too_few, ["Hier stehen 6 Antworten auf 7 Fragen"]),
    (change_the_steps, ["Das Ergebnis (results)"]),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_change_of_the_file_is_named(change: Change, words: list[str]) -> None:
    told = faults_of(changed(change))
    for word in words:
        assert word in told
    assert "nicht so, wie die Stadt unterschrieben hat" in told


@pytest.mark.parametrize("change", [change for change, _ in CHANGES])
def test_change_with_new_digests_breaks_the_signature(change: Change) -> None:
    tampered = changed(change)
    tampered["digests"] = digests_of(tampered)
    assert "Die Unterschrift unter der Datei ist falsch" in faults_of(tampered)


#: What stays a fault though the city signs the changed file: all but a vote changed before counting.
FOUND_WITHOUT_SIGNATURE = [
    (change, words) for change, words in CHANGES if change is not change_the_steps
]


@pytest.mark.parametrize("change", [change for change, _ in FOUND_WITHOUT_SIGNATURE])
def test_city_that_signs_a_wrong_file_is_found(change: Change) -> None:
    findings = verify(signed_again(change))
    assert not findings.good
    assert "Die Unterschrift der Stadt unter der Datei gilt." in findings.checked


def test_other_words_for_the_same_count_are_a_note() -> None:
    findings = verify(signed_again(change_the_steps))
    assert findings.good
    assert "mit anderen Worten" in findings.notes[0]


def test_city_that_makes_a_new_board_is_found_by_a_saved_head() -> None:
    other = PublishedPoll()
    other.definition, other.text_hash, other.signing_key = (
        POLL.definition,
        POLL.text_hash,
        POLL.signing_key,
    )
    hashes = [envelope_hash for _, envelope_hash in POLL.board]
    other.board, other.heads = [], []
    other.append([*hashes[:-1], "cd" * 32])
    other.final = [one if one != hashes[-1] else "cd" * 32 for one in POLL.final]
    new = other.record()
    assert verify(new).good
    for seq, head, _ in POLL.heads:
        for saved in (head, f"{seq}:{head}", f" {seq}:{head.upper()}\n"):
            told = "\n".join(verify(new, [saved]).faults)
            assert f"Der früher gespeicherte Kopf {head[:16]}…" in told
            assert "kommt auf dieser Tafel nicht vor" in told


def test_saved_heads_that_are_there_are_right() -> None:
    saved = [head for _, head, _ in GOOD["heads"]] + [
        f"{seq}:{head}" for seq, head, _ in GOOD["heads"]
    ]
    assert verify(GOOD, saved).good
    seq, head, _ = GOOD["heads"][0]
    assert not verify(GOOD, [f"{seq + 1}:{head}"]).good
    assert not verify(GOOD, [f"999999:{head}"]).good


@pytest.mark.parametrize(
    "saved", ["", "x", "12", "cd" * 31, ":" + "cd" * 32 + ":", "x:" + "cd" * 32]
)
def test_what_is_no_head_is_said(saved: str) -> None:
    with pytest.raises(NoHead):
        verify(GOOD, [saved])


def test_signature_of_another_key_is_named() -> None:
    other = signing.new_signing_key()
    tampered = changed(lambda _: None)
    tampered["signature"] = signing.sign(other, signed_message(tampered["digests"]))
    assert "Die Unterschrift unter der Datei ist falsch" in faults_of(tampered)
    tampered["definition"]["signing_key"] = "00" * 32
    assert "Der Schlüssel für die Unterschriften (signing_key) ist keiner" in faults_of(tampered)


def test_rule_that_does_not_fit_is_named() -> None:
    def change(tampered: dict[str, Any]) -> None:
        tampered["definition"]["questions"][0]["rule"] = "dice"
        tampered["definition"]["questions"][1]["seats"] = 99

    told = faults_of(changed(change))
    assert "Frage 1 lässt sich nicht auszählen" in told


def test_open_poll_has_no_board() -> None:
    published = PublishedPoll(kind="open")
    tampered = published.record(board=POLL.board, heads=POLL.heads, final_hashes=POLL.final)
    assert "Eine offene Abstimmung hat kein „board“." in faults_of(tampered)
    findings = verify(published.record(), ["cd" * 32])
    assert "keine Tafel" in findings.faults[0]
    assert "Eine Stimme wurde entfernt" in faults_of(
        published.record(ballots=published.ballots[1:])
    )


def test_many_faults_of_one_sort_are_summed_up() -> None:
    def change(tampered: dict[str, Any]) -> None:
        for ballot in tampered["ballots"]:
            ballot[0] = ballot[0].lower()

    told = verify(changed(change)).faults
    assert "… und 2 weitere Fehler dieser Art." in told


def test_lot_can_be_drawn_again() -> None:
    published = PublishedPoll(
        voters=2, questions=[question("one", 2)], choices=[[1]], revotes=0, batches=1
    )
    published.ballots[1][1] = [2]
    made = published.record()
    assert made["results"][0]["ties"]
    assert verify(made).good


# --- form ------------------------------------------------------------------------------------------

STRANGE: list[Any] = [None, True, -1, 5, "", "x", [], {}, [[]], [None], {"x": 1}, "ä" * 64, 10**17]


@pytest.mark.parametrize("key", list(KEYS))
@pytest.mark.parametrize("value", STRANGE)
def test_strange_part_is_refused_or_named(key: str, value: Any) -> None:
    tampered = changed(lambda parts: parts.update({key: value}))
    if tampered == GOOD:  # nothing unreadable: as it is
        return
    try:
        assert not verify(tampered).good
    except RecordUnreadable as error:
        assert key in str(error) or "Form" in str(error)


@pytest.mark.parametrize("value", STRANGE)
def test_strange_value_anywhere_is_refused_or_named(value: Any) -> None:
    for put in places(GOOD):
        tampered = copy.deepcopy(GOOD)
        if put(tampered, value):
            try:
                assert not verify(tampered).good
            except RecordUnreadable as error:
                assert error.faults


def test_any_other_byte_anywhere_is_found() -> None:
    """Flip single bits of the file at random: it cannot be read, is faulty, or says the same."""
    written = record.to_bytes(GOOD)
    dice = random.Random(1)
    for _ in range(80):
        changed_file = bytearray(written)
        changed_file[dice.randrange(len(written))] ^= 1 << dice.randrange(7)
        try:
            read = record.read(bytes(changed_file))
            assert read == GOOD or not verify(read).good
        except RecordUnreadable as error:
            assert error.faults


def places(value: Any, path: tuple[Any, ...] = ()) -> list[Callable[[dict[str, Any], Any], bool]]:
    """Return what puts a value at each place of a document: of lists, the first two items only."""

    def put(document: dict[str, Any], new: Any) -> bool:
        inside: Any = document
        for step in path[:-1]:
            inside = inside[step]
        before, inside[path[-1]] = inside[path[-1]], new
        return canonical(before) != canonical(new)

    inner = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value[:2]))
        if isinstance(value, list)
        else []
    )
    found = [put] if path else []
    for step, item in inner:
        found += places(item, (*path, step))
    return found


@pytest.mark.parametrize("key", list(KEYS))
def test_missing_part_is_named(key: str) -> None:
    with pytest.raises(RecordUnreadable, match=f"„{key}“ fehlt|Form"):
        verify(changed(lambda parts: parts.pop(key)))


def test_part_nobody_knows_is_named() -> None:
    with pytest.raises(RecordUnreadable, match="„more“ gehört nicht in die Datei"):
        verify(GOOD | {"more": 1})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Zeile 1, Spalte 1"),
        (b"[]", "participation-poll-1"),
        (b"null", "participation-poll-1"),
        (b'{\n"format": }', "Zeile 2"),
        (b"\xff", "UTF-8"),
        (b"[" * 200_000, "verschachtelt"),
        (b'{"format": 1.5}', "keine ganze Zahl"),
        (b'{"format": NaN}', "keine ganze Zahl"),
        (b'{"format": 1, "format": 2}', "steht zweimal"),
        (b'{"format": ' + b"9" * 5000 + b"}", "5000 Ziffern"),
        (b'{"format": "\\ud800"}', "halbes Zeichen"),
    ],
)
def test_file_that_is_none_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(RecordUnreadable, match=words):
        record.read(data)


def test_fault_of_a_list_names_its_place() -> None:
    with pytest.raises(RecordUnreadable, match="board, Eintrag 3: "):
        verify(changed(lambda parts: parts["board"].__setitem__(2, [3, "no hash"])))
    with pytest.raises(RecordUnreadable, match=r"Frage 2, Option 1\.cost: "):
        verify(
            changed(lambda parts: parts["definition"]["questions"][1]["options"][0].update(cost=-1))
        )


def test_nothing_inexact_is_written() -> None:
    for value in (1.5, float("nan"), {1, 2}, "\ud800"):
        with pytest.raises(NoDocument):
            canonical({"value": value})
    assert canonical({"b": [1, None, True], "a": "ä"}) == '{"a":"ä","b":[1,null,true]}'.encode()

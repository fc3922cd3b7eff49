"""Counting day: envelopes leave without persons, are opened elsewhere, and come back as votes."""

import base64
import json
from typing import Any

import pytest

from participation.polls import keys, opening, sealing
from participation.polls.canonical import canonical, digest, lines_of
from participation.polls.opening import CODE_TWICE, NO_VOTE, NOT_OPENED
from tests.polls.definitions import CHOICES, definition

KEY = keys.new_key("Umbau des Goetheplatzes")
DEFINITION = definition(public_key=KEY.public_key)
SIZE = sealing.envelope_size(DEFINITION)


def votes(number: int = 20) -> list[tuple[str, list[Any]]]:
    return sorted(
        (sealing.new_code(), [some[place % len(some)] for some in CHOICES])
        for place in range(number)
    )


def sealed(ballots: list[tuple[str, list[Any]]]) -> list[bytes]:
    return [sealing.seal(KEY.public_key, code, answers, SIZE) for code, answers in ballots]


VOTES = votes()
ENVELOPES = sealed(VOTES)
HASHES = [sealing.envelope_hash(envelope) for envelope in ENVELOPES]
FILE = opening.envelopes_file(DEFINITION, ENVELOPES)
OPENED = opening.open_all(opening.read_envelopes(FILE), KEY.private_key)


def test_votes_come_out_sorted_by_code() -> None:
    assert OPENED.ballots == tuple(VOTES)
    assert OPENED.unreadable == ()
    assert opening.read_ballots(opening.ballots_file(OPENED)) == OPENED
    opening.check_opened(OPENED, digest(DEFINITION), HASHES)


def test_envelopes_leave_in_an_order_that_tells_nothing() -> None:
    assert opening.envelopes_file(DEFINITION, reversed(ENVELOPES)) == FILE
    read = opening.read_envelopes(FILE)
    assert [sealing.envelope_hash(one) for one in read.envelopes] == sorted(HASHES)
    assert read.public_key == KEY.public_key


def test_no_choice_is_in_the_file_of_envelopes() -> None:
    listed = json.loads(FILE)["envelopes"]
    raw = b"".join(base64.b64decode(text) for text in listed)
    assert len({len(text) for text in listed}) == 1
    for code, answers in VOTES:
        assert code.encode() not in raw
        assert canonical(answers) not in raw


def test_poll_without_votes_is_opened_too() -> None:
    empty = opening.read_envelopes(opening.envelopes_file(DEFINITION, []))
    opened = opening.open_all(empty, KEY.private_key)
    assert opening.read_ballots(opening.ballots_file(opened)).ballots == ()
    opening.check_opened(opened, digest(DEFINITION), [])


def test_envelope_without_a_vote_is_listed_with_its_reason() -> None:
    other = keys.new_key("")
    code = sealing.new_code()
    broken = bytearray(ENVELOPES[2])
    broken[40] ^= 1
    bad = {
        sealing.seal(other.public_key, code, [None] * 7, SIZE): NOT_OPENED,
        bytes(broken): NOT_OPENED,
        b"": NOT_OPENED,
        sealing.seal_bytes(KEY.public_key, b"no vote"): NO_VOTE,
        sealing.seal(KEY.public_key, code, [None] * 6, SIZE): NO_VOTE,
        sealing.seal(KEY.public_key, VOTES[0][0], VOTES[5][1], SIZE): CODE_TWICE,
        ENVELOPES[0]: CODE_TWICE,
    }
    envelopes = [*ENVELOPES[1:], *(one for one in bad if one != ENVELOPES[0]), ENVELOPES[0]]
    file = opening.read_envelopes(opening.envelopes_file(DEFINITION, envelopes))
    opened = opening.open_all(file, KEY.private_key)
    assert opened.ballots == tuple(VOTES[1:])
    assert dict(opened.unreadable) == {
        sealing.envelope_hash(envelope): reason for envelope, reason in bad.items()
    }
    assert opening.read_ballots(opening.ballots_file(opened)) == opened
    hashes = [sealing.envelope_hash(envelope) for envelope in envelopes]
    opening.check_opened(opened, digest(DEFINITION), hashes)


def test_progress_is_told_for_each_envelope() -> None:
    steps: list[int] = []
    opening.open_all(opening.read_envelopes(FILE), KEY.private_key, steps.append)
    assert sum(steps) == len(ENVELOPES)


def test_votes_of_other_envelopes_are_refused() -> None:
    text_hash = digest(DEFINITION)
    wrong = [
        ("00" * 32, HASHES),
        (text_hash, HASHES[1:]),
        (text_hash, [*HASHES[1:], "00" * 32]),
        (text_hash, []),
    ]
    for text, hashes in wrong:
        with pytest.raises(opening.BallotsOfOtherEnvelopes):
            opening.check_opened(OPENED, text, hashes)
    shorter = opening.Opened(text_hash, OPENED.envelopes_hash, OPENED.ballots[1:])
    with pytest.raises(opening.BallotsOfOtherEnvelopes):
        opening.check_opened(shorter, text_hash, HASHES)
    strange = opening.Opened(
        text_hash, OPENED.envelopes_hash, OPENED.ballots[1:], (("00" * 32, NO_VOTE),)
    )
    with pytest.raises(opening.BallotsOfOtherEnvelopes):
        opening.check_opened(strange, text_hash, HASHES)


STRANGE: list[Any] = [None, True, 5, "", "x", [], {}, [[]], [None], ["%"], ["AAAA"], {"x": 1}]


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("key", ["format", "definition", "text_hash", "envelopes"])
def test_strange_file_of_envelopes_is_refused_in_words(key: str, value: Any) -> None:
    document = json.loads(FILE) | {key: value}
    if key == "envelopes" and value in ([], ["AAAA"]):
        assert len(opening.read_envelopes(lines_of(document)).envelopes) == len(value)
        return
    with pytest.raises(opening.EnvelopesRefused) as refused:
        opening.read_envelopes(lines_of(document))
    assert refused.value.faults


@pytest.mark.parametrize("value", [*STRANGE, [["ABCD-EFGH-IJKL-MN23"]], [["a" * 64, "x"]]])
@pytest.mark.parametrize("key", ["format", "text_hash", "envelopes_hash", "ballots", "unreadable"])
def test_strange_file_of_votes_is_refused_in_words(key: str, value: Any) -> None:
    document = json.loads(opening.ballots_file(OPENED)) | {key: value}
    if value == [] and key in {"ballots", "unreadable"}:
        return
    with pytest.raises(opening.BallotsRefused) as refused:
        opening.read_ballots(lines_of(document))
    assert refused.value.faults


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xff", b"[" * 200_000, b'{"format": 1.5}', FILE[:-9]]
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(opening.EnvelopesRefused):
        opening.read_envelopes(data)
    with pytest.raises(opening.BallotsRefused):
        opening.read_ballots(data)


def test_doubled_or_unsorted_entries_are_refused() -> None:
    document = json.loads(opening.ballots_file(OPENED))
    rows = document["ballots"]
    for ballots in (rows[::-1], [rows[0], *rows]):
        with pytest.raises(opening.BallotsRefused, match="ballots"):
            opening.read_ballots(lines_of(document | {"ballots": ballots}))
    listed = json.loads(FILE)
    for envelopes in (listed["envelopes"][::-1], [listed["envelopes"][0], *listed["envelopes"]]):
        with pytest.raises(opening.EnvelopesRefused, match="sortiert"):
            opening.read_envelopes(lines_of(listed | {"envelopes": envelopes}))


def test_part_that_is_missing_or_unknown_is_refused() -> None:
    document = json.loads(FILE)
    for changed in (document | {"more": 1}, {"format": opening.ENVELOPES_FORMAT}):
        with pytest.raises(opening.EnvelopesRefused, match="genau diese Teile"):
            opening.read_envelopes(lines_of(changed))


def test_text_that_was_changed_is_refused() -> None:
    document = json.loads(FILE)
    document["definition"]["title"] = "Anderer Titel"
    with pytest.raises(opening.EnvelopesRefused, match="text_hash"):
        opening.read_envelopes(lines_of(document))
    open_poll = definition(kind="open", public_key=None)
    with pytest.raises(opening.EnvelopesRefused, match="nicht versiegelt"):
        opening.read_envelopes(opening.envelopes_file(open_poll, []))

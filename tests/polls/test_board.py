"""The board's chain: what is on it stays, in its place, and a head covers all before it."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls import board, signing
from participation.polls.board import Entry
from tests.polls.definitions import TEXT_HASH

HASHES = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), unique=True, max_size=30)


def whole_board(batches: list[list[str]]) -> list[Entry]:
    entries: list[Entry] = []
    for batch in batches:
        head = entries[-1].head if entries else board.first_head(TEXT_HASH)
        entries += board.append(head, len(entries), batch)
    return entries


def test_head_is_what_a_reader_computes_with_any_tool() -> None:
    first = hashlib.sha256(bytes.fromhex(TEXT_HASH)).digest()
    second = hashlib.sha256(first + (1).to_bytes(8, "big") + bytes.fromhex("cd" * 32)).hexdigest()
    assert board.first_head(TEXT_HASH) == first.hex()
    assert board.append(first.hex(), 0, ["cd" * 32]) == [Entry(1, "cd" * 32, second)]


@settings(deadline=None)
@given(st.lists(HASHES, max_size=5))
def test_board_follows_from_its_hashes(batches: list[list[str]]) -> None:
    entries = whole_board(batches)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert board.verify_chain(TEXT_HASH, entries) is None
    heads = board.heads_of(TEXT_HASH, [entry.envelope_hash for entry in entries])
    assert heads[1:] == [entry.head for entry in entries]


@settings(deadline=None)
@given(HASHES, st.randoms(use_true_random=False))
def test_order_of_casting_is_not_on_the_board(hashes: list[str], dice) -> None:  # type: ignore[no-untyped-def]
    mixed = dice.sample(hashes, len(hashes))
    assert whole_board([mixed]) == whole_board([hashes])


def test_same_envelope_is_on_the_board_once() -> None:
    assert len(whole_board([["cd" * 32, "cd" * 32]])) == 1


@pytest.mark.parametrize("place", [0, 3, 9])
def test_every_change_of_the_board_is_found(place: int) -> None:
    entries = whole_board([[f"{number:064x}" for number in range(10)]])
    changed = entries[:]
    changed[place] = entries[place]._replace(envelope_hash="ff" * 32)
    assert board.verify_chain(TEXT_HASH, changed) == place + 1
    removed = entries[:place] + entries[place + 1 :]
    # Taking the last one away leaves a shorter board that is right: only a head saved before shows it.
    assert board.verify_chain(TEXT_HASH, removed) == (place + 1 if place < 9 else None)
    assert board.verify_chain("00" * 32, entries) == 1
    turned = entries[:]
    turned[place - 1], turned[place] = turned[place], turned[place - 1]
    assert board.verify_chain(TEXT_HASH, turned) is not None


def test_signature_is_of_one_head_of_one_poll_only() -> None:
    key = signing.new_signing_key()
    signatures = {
        signing.sign_head(key, text_hash, seq, head)
        for text_hash in (TEXT_HASH, "cd" * 32)
        for seq in (1, 2)
        for head in ("ab" * 32, "ef" * 32)
    }
    assert len(signatures) == 8
    assert len(signing.public_half(key)) == 64

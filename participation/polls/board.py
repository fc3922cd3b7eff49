"""The board: hashes of envelopes in a chain, so that nobody can take one away or slip one in later. Pure.

Each entry's head covers all entries before it: ``head = SHA-256(previous head ‖ seq as 8 bytes ‖
envelope's hash)``. The first previous head is the SHA-256 of the poll's ``text_hash``, so a board
belongs to one poll's text. Hashes are written as 64 hexadecimal digits. Standard library only: the
standalone verifier carries this module.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

#: What the signature of a head is for; no other text the key signs begins like this.
_HEAD_PURPOSE = b"participation-head-1"


class Entry(NamedTuple):
    """One envelope's hash on the board. :param seq: from 1; :param head: covers all up to here"""

    seq: int
    envelope_hash: str
    head: str


def first_head(text_hash: str) -> str:
    """Return the head of the empty board of a poll."""
    return hashlib.sha256(bytes.fromhex(text_hash)).hexdigest()


def next_head(head: str, seq: int, envelope_hash: str) -> str:
    """Return the head after one more entry."""
    covered = bytes.fromhex(head) + seq.to_bytes(8, "big") + bytes.fromhex(envelope_hash)
    return hashlib.sha256(covered).hexdigest()


def append(head: str, last_seq: int, envelope_hashes: Iterable[str]) -> list[Entry]:
    """Return the entries of one batch, sorted by hash, so that their order tells nothing.

    :param head: the board's last head, or ``first_head`` of an empty board
    :param last_seq: the last entry's number, 0 for an empty board
    :param envelope_hashes: hashes that are not on the board yet
    """
    entries = []
    for seq, envelope_hash in enumerate(sorted(set(envelope_hashes)), last_seq + 1):
        head = next_head(head, seq, envelope_hash)
        entries.append(Entry(seq, envelope_hash, head))
    return entries


def heads_of(text_hash: str, envelope_hashes: Iterable[str]) -> list[str]:
    """Return every head of the board: the empty one's first, then one for each entry in turn."""
    heads = [first_head(text_hash)]
    for seq, envelope_hash in enumerate(envelope_hashes, 1):
        heads.append(next_head(heads[-1], seq, envelope_hash))
    return heads


def verify_chain(text_hash: str, entries: Iterable[Entry]) -> int | None:
    """Return the place (from 1) of the first entry that does not follow from those before, or ``None``."""
    head = first_head(text_hash)
    for place, entry in enumerate(entries, 1):
        head = next_head(head, place, entry.envelope_hash)
        if entry.seq != place or entry.head != head:
            return place
    return None


def head_message(text_hash: str, seq: int, head: str) -> bytes:
    """Return the bytes that are signed for a head: of which poll, after which entry, which head."""
    return _HEAD_PURPOSE + bytes.fromhex(text_hash) + seq.to_bytes(8, "big") + bytes.fromhex(head)

"""The published file of a poll: built and signed by the server, read and verified by anyone.

Its form, and how it is read, is in ``record_reading.py``, which the standalone verifier carries.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from participation.polls.canonical import lines_of
from participation.polls.record_reading import (
    RECORD_FORMAT,
    check_form,
    digests_of,
    signed_message,
)
from participation.polls.record_reading import RecordUnreadable as RecordUnreadable
from participation.polls.record_reading import read as read
from participation.polls.record_reading import seed_of as seed_of
from participation.polls.signing import sign


def build(
    *,
    definition: dict[str, Any],
    text_hash: str,
    board: Iterable[Sequence[Any]],
    heads: Iterable[Sequence[Any]],
    final_hashes: Iterable[str],
    voters: int,
    ballots: Iterable[Sequence[Any]],
    results: Iterable[dict[str, Any]],
    signing_key: str,
    unreadable: Iterable[Sequence[str]] = (),
) -> dict[str, Any]:
    """Return the published file of a poll, signed.

    :param board: number and envelope's hash of each entry, in order; empty for open polls
    :param heads: number, head and signature of each batch's last entry
    :param final_hashes: of the envelopes that counted
    :param voters: how many are marked in the roll
    :param ballots: code and answers of each vote
    :param results: ``Count.as_json()`` of each question, drawn with ``seed_of``'s seed
    :param signing_key: the secret half, hexadecimal digits
    :param unreadable: hash and reason of each envelope without a vote (``opening.Opened.unreadable``)
    :raises RecordUnreadable: if what was given is no whole record
    """
    record: dict[str, Any] = {
        "format": RECORD_FORMAT,
        "definition": definition,
        "text_hash": text_hash,
        "board": [list(entry) for entry in board],
        "heads": [list(head) for head in heads],
        "final_hashes": sorted(final_hashes),
        "voters": voters,
        "ballots": sorted(([code, answers] for code, answers in ballots), key=lambda row: row[0]),
        "unreadable": sorted([envelope_hash, reason] for envelope_hash, reason in unreadable),
        "results": list(results),
    }
    digests = digests_of(record)
    record |= {"digests": digests, "signature": sign(signing_key, signed_message(digests))}
    check_form(record)
    return record


def to_bytes(record: dict[str, Any]) -> bytes:
    """Return the file: JSON that people can read, one line for each entry, vote and result."""
    return lines_of(record)

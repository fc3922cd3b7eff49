"""Codes in letters: who has the letter may vote. Long enough that nobody finds one by trying; pure."""

import base64
import secrets
import unicodedata

#: 60 bits. With at most 100,000 letters, and tries that are limited, nobody meets one by chance.
_LETTERS = 12
_BYTES = 10
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
_LONGEST_TYPED = 60


def new_code() -> str:
    """Return a fresh code such as ``ABCD-EFGH-IJ23``."""
    return _grouped(base64.b32encode(secrets.token_bytes(_BYTES)).decode("ascii")[:_LETTERS])


def as_written(typed: str) -> str:
    """Return what was typed in the way codes are written: capitals, groups of four."""
    plain = unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED]).upper().translate(_MISREAD)
    return _grouped("".join(letter for letter in plain if letter.isalnum()))


def purpose_of(poll_id: int) -> str:
    """Return what the fingerprint of a code of this poll is a fingerprint of."""
    return f"poll-letter-{poll_id}"


def _grouped(letters: str) -> str:
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))

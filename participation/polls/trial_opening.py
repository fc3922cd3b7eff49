"""The test before a poll opens: an envelope with a word for every pair of shares; each must come back.

The server seals one random word for each pair (for the one key file in simple mode) and hands out a
file. The board opens it with each pair, away from the server, and types the words. So everybody knows,
before the first vote is cast, that any two of the three can open the envelopes.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from itertools import combinations
from typing import Any

from participation.core.messages import N_, DomainError
from participation.polls.canonical import NoDocument, canonical, is_hex, parse
from participation.polls.keys import NEEDED, SHARES, Mode
from participation.polls.sealing import (
    EnvelopeUnreadable,
    as_written,
    new_code,
    open_bytes,
    seal_bytes,
)

TRIAL_FORMAT = "participation-test-1"
#: The name of what simple mode opens with.
ONE_KEY = "key"
_KEY_BYTES = 32
#: Two groups of four and the hyphen: short enough to be typed three times.
_WORD_LETTERS = 9
_LONGEST_TYPED = 100


class TrialFileUnreadable(DomainError):
    """The file is no test envelope."""

    message = N_("Diese Datei ist kein Test-Umschlag.")
    status = HTTPStatus.BAD_REQUEST


class WordWrong(DomainError):
    """A word is not the one in the test envelope of its pair."""

    message = N_("Dieses Wort stand nicht im Test-Umschlag. Bitte prüfen Sie jedes Zeichen.")
    status = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True)
class TrialFile:
    """A test envelope as it was handed out. :param envelopes: by pair, such as ``"1+3"``"""

    poll: str
    public_key: str
    envelopes: dict[str, bytes]


def pairs(mode: Mode) -> tuple[str, ...]:
    """Return the names of all pairs that must be tried: ``"1+2"``, ``"1+3"``, ``"2+3"``, or ``"key"``."""
    if mode is Mode.SIMPLE:
        return (ONE_KEY,)
    return tuple(pair_of(*pair) for pair in combinations(SHARES, NEEDED))


def pair_of(first: int, second: int) -> str:
    """Return the name of a pair of shares."""
    return "+".join(str(number) for number in sorted((first, second)))


def new_words(mode: Mode) -> dict[str, str]:
    """Return a fresh word for every pair; the server keeps them until the test is passed."""
    return {pair: new_code()[:_WORD_LETTERS] for pair in pairs(mode)}


def trial_document(poll: str, public_key: str, words: dict[str, str]) -> dict[str, Any]:
    """Return the file that is handed out: every pair's word, sealed."""
    sealed = {pair: seal_bytes(public_key, canonical([pair, word])) for pair, word in words.items()}
    return {
        "format": TRIAL_FORMAT,
        "poll": poll,
        "public_key": public_key,
        "envelopes": {
            pair: base64.b64encode(envelope).decode("ascii") for pair, envelope in sealed.items()
        },
    }


def read_trial_file(data: bytes) -> TrialFile:
    """Return the test envelope that a file holds.

    :raises TrialFileUnreadable: if it is another kind of file
    """
    try:
        document = parse(data)
        if document["format"] != TRIAL_FORMAT or not is_hex(document["public_key"], _KEY_BYTES):
            raise TrialFileUnreadable
        sealed = {
            pair: base64.b64decode(text, validate=True)
            for pair, text in document["envelopes"].items()
        }
        if set(sealed) not in [set(pairs(mode)) for mode in Mode]:
            raise TrialFileUnreadable
        return TrialFile(str(document["poll"]), document["public_key"], sealed)
    except (NoDocument, KeyError, TypeError, AttributeError, binascii.Error, ValueError) as error:
        raise TrialFileUnreadable from error


def open_trial(file: TrialFile, pair: str, private_key: bytes) -> str:
    """Return the word of a pair.

    :raises EnvelopeUnreadable: if the key does not open it, or another pair's word is in it
    """
    try:
        value = parse(open_bytes(private_key, file.envelopes[pair]))
    except (NoDocument, KeyError) as error:
        raise EnvelopeUnreadable from error
    if not isinstance(value, list) or len(value) != NEEDED or value[0] != pair:
        raise EnvelopeUnreadable
    return str(value[1])


def check_word(word: str, typed: str) -> None:
    """Refuse a word that is not the one that was sealed; groups and small letters do not matter.

    :raises WordWrong: if it is another one
    """
    given = as_written(typed[:_LONGEST_TYPED]).encode("utf-8")
    if not hmac.compare_digest(given, word.encode("utf-8")):
        raise WordWrong

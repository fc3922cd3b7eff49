"""Sealing votes: check codes, and envelopes that only the board's key opens.

An envelope holds ``[code, answers]`` as canonical JSON, filled up with spaces to a length that depends
on the poll alone, sealed for the poll's public key (libsodium's sealed box). Who holds the envelope
learns nothing from it, not even from its length. One envelope holds the answers to all questions of a
poll, like one sheet of paper. Keys and hashes are written in hexadecimal digits. The key's shares are in
``keys.py``.
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from http import HTTPStatus
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from participation.core.messages import N_, DomainError
from participation.polls.canonical import NoDocument, canonical, parse

_CODE_BYTES = 10
_CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
_CODE_PURPOSE = "participation-code-1"
#: What people type for letters and digits that a code has; 0, 1 and 8 are in none.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
#: Longer than any way to write a code.
_LONGEST_TYPED = 100
#: Envelopes are a multiple of so many bytes long, so that few different lengths exist.
_STEP = 64


class CodeInvalid(DomainError):
    """What was typed is no check code."""

    message = N_(
        "Das ist kein Prüfcode. Ein Prüfcode hat 16 Zeichen in vier Gruppen, "
        "zum Beispiel ABCD-EFGH-IJKL-MN23."
    )
    status = HTTPStatus.BAD_REQUEST


class CodeOfAnotherForm(DomainError):
    """The check code was not made for this person and this poll."""

    message = N_(
        "Dieser Prüfcode gehört nicht zu Ihrer Stimmabgabe. Bitte beginnen Sie noch einmal. "
        "Es wurde nichts gespeichert."
    )
    status = HTTPStatus.BAD_REQUEST


class AnswersTooLong(DomainError):
    """The answers do not fit into the poll's envelope: they cannot be answers to its questions."""

    message = N_("Diese Antworten passen nicht zu den Fragen. Es wurde nichts gespeichert.")
    status = HTTPStatus.BAD_REQUEST


class EnvelopeUnreadable(DomainError):
    """The envelope cannot be opened with this key, or there is no vote in it."""

    message = N_("Dieser Umschlag lässt sich nicht öffnen.")


def new_code() -> str:
    """Return a fresh check code: 80 bits nobody can guess, such as ``ABCD-EFGH-IJKL-MN23``."""
    letters = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode("ascii")
    return _grouped(letters)


def is_code(value: Any) -> bool:
    """Whether this is a check code, written exactly as ``new_code`` writes it."""
    return isinstance(value, str) and bool(_CODE.fullmatch(value))


def normal_code(typed: str) -> str:
    """Return the check code somebody typed, with or without groups, in small or capital letters.

    :raises CodeInvalid: if it is none
    """
    if len(typed) > _LONGEST_TYPED:
        raise CodeInvalid
    code = as_written(typed)
    if not is_code(code):
        raise CodeInvalid
    return code


def as_written(typed: str) -> str:
    """Return what was typed in the way codes are written: capitals, groups of four, no letter misread."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    return _grouped("".join(letter for letter in letters if letter.isalnum()))


def bind_code(secret: bytes, poll_id: int, voter_key: str, code: str) -> str:
    """Return the mark that ties a code to one form: it is sent along, nothing is stored.

    :param secret: the server's secret, for this purpose
    :param voter_key: who votes, in a form that nobody else has
    """
    bound = canonical([_CODE_PURPOSE, poll_id, voter_key, code])
    return hmac.new(secret, bound, hashlib.sha256).hexdigest()


def check_code(secret: bytes, poll_id: int, voter_key: str, code: str, mark: str) -> str:
    """Return the code as it is written, if the mark says that it was made for this form.

    :raises CodeInvalid: if it is no code
    :raises CodeOfAnotherForm: if the mark is another one's, or made up
    """
    code = normal_code(code)
    expected = bind_code(secret, poll_id, voter_key, code)
    if not hmac.compare_digest(expected.encode("ascii"), mark.encode("utf-8", "replace")):
        raise CodeOfAnotherForm
    return code


def envelope_size(definition: dict[str, Any]) -> int:
    """Return how many bytes are sealed for every vote of the poll: its longest possible answers fit."""
    longest = [_longest_answer(question) for question in definition["questions"]]
    needed = len(canonical([_grouped("A" * 16), longest]))
    return -(-needed // _STEP) * _STEP


def seal(public_key: str, code: str, answers: list[Any], size: int) -> bytes:
    """Return an envelope with the code and the answers; sealing the same twice gives two different ones.

    :param size: ``envelope_size`` of the poll's definition
    :raises AnswersTooLong: if they do not fit
    """
    content = canonical([code, answers])
    if len(content) > size:
        raise AnswersTooLong
    return seal_bytes(public_key, content.ljust(size, b" "))


def seal_bytes(public_key: str, content: bytes) -> bytes:
    """Return the content sealed for the public key."""
    return SealedBox(PublicKey(bytes.fromhex(public_key))).encrypt(content)


def envelope_hash(envelope: bytes) -> str:
    """Return the hash under which the envelope stands on the board."""
    return hashlib.sha256(envelope).hexdigest()


def open_envelope(private_key: bytes, envelope: bytes) -> tuple[str, list[Any]]:
    """Return the code and the answers of an envelope.

    Whether the answers fit the questions is not asked here; ``record.py`` and counting do.

    :param private_key: of ``keys.combine`` or ``keys.read_key_file``
    :raises EnvelopeUnreadable: if the key does not open it, or it holds something else
    """
    return vote_of(open_bytes(private_key, envelope))


def vote_of(content: bytes) -> tuple[str, list[Any]]:
    """Return the code and the answers that an opened envelope holds.

    :raises EnvelopeUnreadable: if it holds something else
    """
    try:
        value = parse(content)
    except NoDocument as error:
        raise EnvelopeUnreadable from error
    if not isinstance(value, list) or len(value) != 2:
        raise EnvelopeUnreadable
    code, answers = value
    if not is_code(code) or not isinstance(answers, list) or canonical(value) != content.rstrip():
        raise EnvelopeUnreadable
    return code, answers


def open_bytes(private_key: bytes, sealed: bytes) -> bytes:
    """Return what was sealed for the key.

    :raises EnvelopeUnreadable: if it was sealed for another key, or was changed
    """
    try:
        return SealedBox(PrivateKey(private_key)).decrypt(sealed)
    except (CryptoError, ValueError, TypeError) as error:
        raise EnvelopeUnreadable from error


def _grouped(letters: str) -> str:
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def _longest_answer(question: dict[str, Any]) -> Any:
    """Return an answer to the question that takes as much room as any."""
    numbers = list(range(1, len(question["options"]) + 1))
    match question["kind"]:
        case "one":
            answer: Any = numbers[-1] if numbers else None
        case "score":
            answer = {str(number): 5 for number in numbers}
        case "verdict":
            answer = "abstain"
        case _:
            answer = numbers
    return max((answer, None), key=lambda value: len(canonical(value)))

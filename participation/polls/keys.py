"""The key that opens the envelopes: made away from the server, in three shares of which any two are enough.

For each pair of shares the secret is split anew: one holds random bytes, the other the secret XOR these
bytes. Two shares together give the secret; one alone is random bytes that go with every possible secret.
Simple mode has one key file instead.

Key and shares are small JSON files that people can read, copy and print; a checksum finds wrong copies.
No share ever reaches the server: it gets the public file only.
"""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from itertools import combinations
from typing import Any

from nacl.public import PrivateKey

from participation.core.messages import N_, DomainError
from participation.polls.canonical import NoDocument, digest, is_hex, parse

PUBLIC_FORMAT = "participation-public-key-1"
SHARE_FORMAT = "participation-share-1"
KEY_FORMAT = "participation-key-1"
SHARES = (1, 2, 3)
NEEDED = 2
_KEY_BYTES = 32
_CHECKSUM_LETTERS = 16
LONGEST_TITLE = 500
_KEYS_OF_SHARE = {"format", "poll", "share", "of", "needed", "public_key", "halves", "checksum"}


class Mode(StrEnum):
    """How the key that opens the envelopes is kept."""

    SHARES = "2-of-3"
    SIMPLE = "simple"


class KeyFileUnreadable(DomainError):
    """The file is no share, key file or public file, as ``poll keygen`` writes them."""

    message = N_("Diese Datei ist keine Schlüsseldatei.")
    status = HTTPStatus.BAD_REQUEST


class KeyFileDamaged(DomainError):
    """The checksum does not fit: a character was changed or lost when the file was copied."""

    message = N_(
        "Diese Schlüsseldatei ist beschädigt: Ihre Prüfsumme stimmt nicht. "
        "Bitte nehmen Sie eine andere Kopie."
    )
    status = HTTPStatus.BAD_REQUEST


class SecretKeyUploaded(DomainError):
    """Somebody sends a share or the key itself to the server; it is not kept."""

    message = N_(
        "Das ist ein geheimer Teil des Schlüssels. Er darf nie zur Stadt. Wir haben ihn nicht "
        "gespeichert. Bitte machen Sie trotzdem einen neuen Schlüssel, und laden Sie nur "
        "public.json hoch."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class SameShareTwice(DomainError):
    """One share alone opens nothing, however often it is given."""

    message = N_("Das ist zweimal derselbe Teil des Schlüssels. Es braucht zwei verschiedene.")
    status = HTTPStatus.BAD_REQUEST


class SharesDoNotBelongTogether(DomainError):
    """The shares are of different keys."""

    message = N_("Diese Teile gehören nicht zum selben Schlüssel.")
    status = HTTPStatus.BAD_REQUEST


class KeyOfAnotherPoll(DomainError):
    """The key does not open this poll's envelopes."""

    message = N_("Dieser Schlüssel gehört zu einer anderen Abstimmung.")
    status = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True)
class PublicFile:
    """What the server gets: the key that seals. :param public_key: hexadecimal digits"""

    poll: str
    public_key: str
    mode: Mode


@dataclass(frozen=True)
class Share:
    """One of three shares. :param halves: by the number of the other share, bytes of this pair"""

    poll: str
    number: int
    public_key: str
    halves: dict[int, bytes]


@dataclass(frozen=True)
class Key:
    """What opens the envelopes. :param private_key: 32 bytes; :param public_key: hexadecimal digits"""

    poll: str
    private_key: bytes
    public_key: str


def new_key(poll: str) -> Key:
    """Return a fresh key pair for a poll of this title."""
    private_key = PrivateKey.generate()
    return Key(poll, bytes(private_key), bytes(private_key.public_key).hex())


def split(key: Key) -> tuple[Share, ...]:
    """Return three shares of the key. Any two give it back; one alone tells nothing about it."""
    halves: dict[int, dict[int, bytes]] = {number: {} for number in SHARES}
    for first, second in combinations(SHARES, NEEDED):
        mask = secrets.token_bytes(_KEY_BYTES)
        halves[first][second] = mask
        halves[second][first] = _xor(mask, key.private_key)
    return tuple(Share(key.poll, number, key.public_key, halves[number]) for number in SHARES)


def combine(first: Share, second: Share) -> Key:
    """Return the key from two of its shares.

    :raises SameShareTwice: if it is one share
    :raises SharesDoNotBelongTogether: if they are of different keys
    """
    if first.public_key != second.public_key:
        raise SharesDoNotBelongTogether
    if first.number == second.number:
        raise SameShareTwice
    private_key = _xor(first.halves[second.number], second.halves[first.number])
    if bytes(PrivateKey(private_key).public_key).hex() != first.public_key:
        raise SharesDoNotBelongTogether
    return Key(first.poll, private_key, first.public_key)


def check_public_key(key: Key, public_key: str) -> None:
    """Refuse a key that is not the poll's.

    :raises KeyOfAnotherPoll: if it is another one
    """
    if key.public_key != public_key:
        raise KeyOfAnotherPoll


def fingerprint(public_key: str) -> str:
    """Return a short name of the public key for reading aloud, such as ``1A2B-3C4D-5E6F-7081``."""
    letters = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:_CHECKSUM_LETTERS].upper()
    return "-".join(letters[place : place + 4] for place in range(0, _CHECKSUM_LETTERS, 4))


def public_document(key: Key, mode: Mode) -> dict[str, Any]:
    """Return the public file: what the server needs to know, and no more."""
    return _with_checksum(
        {
            "format": PUBLIC_FORMAT,
            "poll": key.poll,
            "mode": mode.value,
            "public_key": key.public_key,
            "fingerprint": fingerprint(key.public_key),
        }
    )


def share_document(share: Share) -> dict[str, Any]:
    """Return a share as it is written to its file."""
    return _with_checksum(
        {
            "format": SHARE_FORMAT,
            "poll": share.poll,
            "share": share.number,
            "of": len(SHARES),
            "needed": NEEDED,
            "public_key": share.public_key,
            "halves": {str(other): half.hex() for other, half in share.halves.items()},
        }
    )


def key_document(key: Key) -> dict[str, Any]:
    """Return the one key file of simple mode."""
    return _with_checksum(
        {
            "format": KEY_FORMAT,
            "poll": key.poll,
            "public_key": key.public_key,
            "private_key": key.private_key.hex(),
        }
    )


def read_public_file(data: bytes) -> PublicFile:
    """Return what a public file says.

    :raises KeyFileUnreadable: if it is another kind of file
    :raises KeyFileDamaged: if its checksum does not fit
    """
    document = _read(data, {"format", "poll", "mode", "public_key", "fingerprint", "checksum"})
    public_key = document["public_key"]
    if document["format"] != PUBLIC_FORMAT or document["mode"] not in list(Mode):
        raise KeyFileUnreadable
    if document["fingerprint"] != fingerprint(public_key):
        raise KeyFileDamaged
    return PublicFile(document["poll"], public_key, Mode(document["mode"]))


def read_share(data: bytes) -> Share:
    """Return the share that a file holds.

    :raises KeyFileUnreadable: if it is another kind of file
    :raises KeyFileDamaged: if its checksum does not fit
    """
    document = _read(data, _KEYS_OF_SHARE)
    number, halves = document["share"], document["halves"]
    if document["format"] != SHARE_FORMAT or type(number) is not int or number not in SHARES:
        raise KeyFileUnreadable
    if [document["of"], document["needed"]] != [len(SHARES), NEEDED]:
        raise KeyFileUnreadable
    others = {str(other) for other in SHARES if other != number}
    if not isinstance(halves, dict) or set(halves) != others:
        raise KeyFileUnreadable
    if not all(is_hex(half, _KEY_BYTES) for half in halves.values()):
        raise KeyFileUnreadable
    whole = {int(other): bytes.fromhex(half) for other, half in halves.items()}
    return Share(document["poll"], number, document["public_key"], whole)


def read_key_file(data: bytes) -> Key:
    """Return the key that a key file of simple mode holds.

    :raises KeyFileUnreadable: if it is another kind of file
    :raises KeyFileDamaged: if its checksum, or its public half, does not fit
    """
    document = _read(data, {"format", "poll", "public_key", "private_key", "checksum"})
    if document["format"] != KEY_FORMAT or not is_hex(document["private_key"], _KEY_BYTES):
        raise KeyFileUnreadable
    private_key = bytes.fromhex(document["private_key"])
    if bytes(PrivateKey(private_key).public_key).hex() != document["public_key"]:
        raise KeyFileDamaged
    return Key(document["poll"], private_key, document["public_key"])


def kind_of(data: bytes) -> str:
    """Return which format a key file says it has, or ``""``."""
    try:
        document = parse(data)
    except NoDocument:
        return ""
    word = document.get("format") if isinstance(document, dict) else None
    return word if isinstance(word, str) else ""


def _with_checksum(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"checksum": digest(document)[:_CHECKSUM_LETTERS]}


def _read(data: bytes, keys: set[str]) -> dict[str, Any]:
    """Return a document with exactly these keys, a fitting checksum, a title and a public key."""
    try:
        document = parse(data)
    except NoDocument as error:
        raise KeyFileUnreadable from error
    if not isinstance(document, dict) or set(document) != keys:
        raise KeyFileUnreadable
    rest = {key: value for key, value in document.items() if key != "checksum"}
    if document["checksum"] != digest(rest)[:_CHECKSUM_LETTERS]:
        raise KeyFileDamaged
    title = document["poll"]
    if not isinstance(title, str) or len(title) > LONGEST_TITLE:
        raise KeyFileUnreadable
    if not is_hex(document["public_key"], _KEY_BYTES):
        raise KeyFileUnreadable
    return document


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(first, second, strict=True))

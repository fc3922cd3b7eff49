"""Counting day: envelopes leave the server without persons, votes come back sorted by check code.

The file of envelopes is made by the server; it is opened away from it, with the board's key; the file of
votes goes back. Both are JSON. An envelope without a vote is never dropped: it is listed by its hash,
with the reason.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from participation.core.messages import N_, DomainError
from participation.polls.canonical import NoDocument, digest, is_hex, lines_of, parse
from participation.polls.record_reading import definition_faults
from participation.polls.sealing import (
    EnvelopeUnreadable,
    envelope_hash,
    is_code,
    open_bytes,
    vote_of,
)

ENVELOPES_FORMAT = "participation-envelopes-1"
BALLOTS_FORMAT = "participation-ballots-1"
#: Why an envelope has no vote.
NOT_OPENED = "Der Umschlag lässt sich mit dem Schlüssel der Abstimmung nicht öffnen."
NO_VOTE = "Im Umschlag ist keine Stimme zu dieser Abstimmung."
CODE_TWICE = "Der Prüfcode dieser Stimme steckt in mehreren Umschlägen."
_REASONS = (NOT_OPENED, NO_VOTE, CODE_TWICE)
_HASH_BYTES = 32
_MOST_TOLD = 20


class FileRefused(DomainError):
    """A file cannot be taken. ``faults`` are German sentences that say where and why."""

    message = N_("Diese Datei kann nicht gelesen werden.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults[:_MOST_TOLD])


class EnvelopesRefused(FileRefused):
    """The file is no whole file of envelopes."""

    message = N_("Diese Datei ist keine vollständige Datei mit Umschlägen.")


class BallotsRefused(FileRefused):
    """The file is no whole file of opened votes."""

    message = N_("Diese Datei ist keine vollständige Datei mit geöffneten Stimmen.")


class BallotsOfOtherEnvelopes(DomainError):
    """The votes come out of other envelopes than those that count: another poll, or an old export."""

    message = N_(
        "Diese Stimmen gehören nicht zu den Umschlägen dieser Abstimmung. "
        "Bitte holen Sie die Umschläge neu ab, und öffnen Sie sie noch einmal."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Envelopes:
    """A file of envelopes. :param envelopes: sorted by hash"""

    definition: dict[str, Any]
    text_hash: str
    envelopes: tuple[bytes, ...]

    @property
    def public_key(self) -> str:
        """For which they are sealed; hexadecimal digits."""
        return str(self.definition["public_key"])


@dataclass(frozen=True)
class Opened:
    """What came out of the envelopes.

    :param envelopes_hash: digest of the sorted hashes of all envelopes
    :param ballots: code and answers, sorted by code; each code once
    :param unreadable: hash and reason of each envelope without a vote, sorted by hash
    """

    text_hash: str
    envelopes_hash: str
    ballots: tuple[tuple[str, list[Any]], ...]
    unreadable: tuple[tuple[str, str], ...] = ()


def envelopes_file(definition: dict[str, Any], envelopes: Iterable[bytes]) -> bytes:
    """Return the file that is carried to the board: envelopes sorted by hash, without persons."""
    rows = sorted(envelopes, key=envelope_hash)
    return lines_of(
        {
            "format": ENVELOPES_FORMAT,
            "definition": definition,
            "text_hash": digest(definition),
            "envelopes": [base64.b64encode(row).decode("ascii") for row in rows],
        }
    )


def read_envelopes(data: bytes) -> Envelopes:
    """Return what a file of envelopes holds.

    :raises EnvelopesRefused: names what is missing or wrong
    """
    document = _document(data, ENVELOPES_FORMAT, {"definition", "text_hash", "envelopes"})
    if isinstance(document, str):
        raise EnvelopesRefused([document])
    definition, listed = document["definition"], document["envelopes"]
    faults = [f"definition{fault}" for fault in definition_faults(definition)]
    if faults:
        raise EnvelopesRefused(faults)
    if digest(definition) != document["text_hash"]:
        raise EnvelopesRefused(["text_hash: gehört nicht zum Text der Abstimmung."])
    if definition["kind"] != "sealed" or definition["public_key"] is None:
        raise EnvelopesRefused(["definition: Diese Abstimmung ist nicht versiegelt."])
    if not isinstance(listed, list):
        raise EnvelopesRefused(["envelopes: ist keine Liste."])
    envelopes = []
    for place, text in enumerate(listed, 1):
        try:
            envelopes.append(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError, TypeError):
            faults.append(f"envelopes, Eintrag {place}: ist kein Umschlag in Base64.")
    hashes = [envelope_hash(envelope) for envelope in envelopes]
    if not faults and hashes != sorted(set(hashes)):
        faults.append(
            "envelopes: sind nicht nach Prüfsummen sortiert, oder einer steht zweimal da."
        )
    if faults:
        raise EnvelopesRefused(faults)
    return Envelopes(definition, document["text_hash"], tuple(envelopes))


def open_all(
    file: Envelopes, private_key: bytes, step: Callable[[int], object] = lambda _count: None
) -> Opened:
    """Open every envelope.

    :param private_key: the key's secret half, which fits ``file.public_key``
    :param step: told after each envelope, for a progress bar
    """
    questions = len(file.definition["questions"])
    votes: list[tuple[str, list[Any], str]] = []
    unreadable: list[tuple[str, str]] = []
    hashes = []
    for envelope in file.envelopes:
        own_hash = envelope_hash(envelope)
        hashes.append(own_hash)
        found = _vote(private_key, envelope, questions)
        if isinstance(found, str):
            unreadable.append((own_hash, found))
        else:
            votes.append((*found, own_hash))
        step(1)
    times = Counter(code for code, _, _ in votes)
    unreadable += [(own_hash, CODE_TWICE) for code, _, own_hash in votes if times[code] > 1]
    ballots = sorted((code, answers) for code, answers, _ in votes if times[code] == 1)
    return Opened(file.text_hash, digest(sorted(hashes)), tuple(ballots), tuple(sorted(unreadable)))


def _vote(private_key: bytes, envelope: bytes, questions: int) -> tuple[str, list[Any]] | str:
    """Return code and answers, or the reason why there are none."""
    try:
        content = open_bytes(private_key, envelope)
    except EnvelopeUnreadable:
        return NOT_OPENED
    try:
        code, answers = vote_of(content)
    except EnvelopeUnreadable:
        return NO_VOTE
    return (code, answers) if len(answers) == questions else NO_VOTE


def ballots_file(opened: Opened) -> bytes:
    """Return the file that goes back to the server."""
    return lines_of(
        {
            "format": BALLOTS_FORMAT,
            "text_hash": opened.text_hash,
            "envelopes_hash": opened.envelopes_hash,
            "ballots": [list(ballot) for ballot in opened.ballots],
            "unreadable": [list(row) for row in opened.unreadable],
        }
    )


def read_ballots(data: bytes) -> Opened:
    """Return what a file of opened votes holds.

    Whether each answer fits its question is not asked here.

    :raises BallotsRefused: names what is missing or wrong
    """
    keys = {"text_hash", "envelopes_hash", "ballots", "unreadable"}
    document = _document(data, BALLOTS_FORMAT, keys)
    if isinstance(document, str):
        raise BallotsRefused([document])
    faults = [
        f"{key}: ist keine Prüfsumme."
        for key in ("text_hash", "envelopes_hash")
        if not is_hex(document[key], _HASH_BYTES)
    ]
    for key, is_row in (("ballots", _is_ballot), ("unreadable", _is_unreadable)):
        rows = document[key]
        if not isinstance(rows, list):
            faults.append(f"{key}: ist keine Liste.")
            continue
        faults += [
            f"{key}, Eintrag {place}: hat keinen gültigen Wert."
            for place, row in enumerate(rows, 1)
            if not is_row(row)
        ]
        if not faults:
            names = [row[0] for row in rows]
            if names != sorted(set(names)):
                faults.append(f"{key}: ist nicht sortiert, oder ein Eintrag steht zweimal da.")
    if faults:
        raise BallotsRefused(faults)
    return Opened(
        document["text_hash"],
        document["envelopes_hash"],
        tuple((code, answers) for code, answers in document["ballots"]),
        tuple((own_hash, reason) for own_hash, reason in document["unreadable"]),
    )


def check_opened(opened: Opened, text_hash: str, final_hashes: Iterable[str]) -> None:
    """Refuse votes that did not come out of exactly these envelopes.

    :raises BallotsOfOtherEnvelopes: if they are of another poll, of other envelopes, or not as many
    """
    hashes = sorted(final_hashes)
    known = set(hashes)
    if (
        opened.text_hash != text_hash
        or opened.envelopes_hash != digest(hashes)
        or len(opened.ballots) + len(opened.unreadable) != len(hashes)
        or not all(own_hash in known for own_hash, _ in opened.unreadable)
    ):
        raise BallotsOfOtherEnvelopes


def _is_ballot(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 2 and is_code(row[0]) and isinstance(row[1], list)


def _is_unreadable(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 2
        and is_hex(row[0], _HASH_BYTES)
        and row[1] in _REASONS
    )


def _document(data: bytes, form: str, keys: set[str]) -> dict[str, Any] | str:
    """Return a document of this form with exactly these keys, or a sentence that says what is wrong."""
    try:
        document = parse(data)
    except NoDocument as error:
        return str(error)
    if not isinstance(document, dict) or document.get("format") != form:
        return f"Die Datei hat nicht die Form {form}."
    if set(document) != keys | {"format"}:
        return f"Die Datei muss genau diese Teile haben: format, {', '.join(sorted(keys))}."
    return document

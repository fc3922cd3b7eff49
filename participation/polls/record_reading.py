"""The published file of a poll: its form, strictly read, so that nothing in it is passed over.

It is one JSON object with the keys of ``KEYS``: the poll's definition and its hash, the board with its
signed heads, the hashes of the envelopes that counted, how many people voted, every vote under its check
code, the results, and the city's signature. ``docs/voting.md`` describes it. What the values say is
checked in ``verifying.py``; here only that they are there and of the right kind. Standard library only.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from participation.polls.canonical import NoDocument, canonical, digest, is_hex, is_whole, parse

RECORD_FORMAT = "participation-poll-1"
POLL_KINDS = ("open", "sealed")
QUESTION_KINDS = ("one", "several", "approval", "score", "verdict", "rank", "budget")
#: Every key but these two is covered by a digest of its own.
_UNCOVERED = ("digests", "signature")
_HASH_BYTES = 32
_SIGNED_BYTES = 64
_MOST_TOLD = 20
_MOST_QUESTIONS = 100
_MOST_OPTIONS = 1000
_MOST_VOTES = 2_000_000


class RecordUnreadable(Exception):
    """The file is none of a poll. ``faults`` are German sentences that say where and what."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read(data: bytes) -> dict[str, Any]:
    """Return the published file as plain values.

    :raises RecordUnreadable: if something is missing, of another kind, or not known
    """
    try:
        record = parse(data)
    except NoDocument as error:
        raise RecordUnreadable([str(error)]) from error
    check_form(record)
    return dict(record)


def check_form(record: Any) -> None:
    """Check that all parts of a published file are there and of the right kind.

    :raises RecordUnreadable: names each part that is not
    """
    if not isinstance(record, dict) or record.get("format") != RECORD_FORMAT:
        raise RecordUnreadable([f"Die Datei ist kein Ergebnis der Form {RECORD_FORMAT}."])
    faults = [f"„{key}“ fehlt." for key in KEYS if key not in record]
    faults += [f"„{key[:60]}“ gehört nicht in die Datei." for key in record if key not in KEYS]
    if faults:
        raise RecordUnreadable(faults[:_MOST_TOLD])
    for key, faults_of in KEYS.items():
        faults += [f"{key}{fault}" for fault in faults_of(record[key])]
    if faults:
        raise RecordUnreadable(faults[:_MOST_TOLD])


def definition_faults(definition: Any) -> list[str]:
    """Return what is wrong with the form of a poll's definition; further keys are allowed in it."""
    faults = _missing(definition, DEFINITION_KEYS)
    if faults:
        return faults
    for place, question in enumerate(definition["questions"], 1):
        missing = _missing(question, QUESTION_KEYS)
        faults += [f".questions, Frage {place}{fault}" for fault in missing]
        if not missing:
            for number, option in enumerate(question["options"], 1):
                faults += [
                    f".questions, Frage {place}, Option {number}{fault}"
                    for fault in _missing(option, OPTION_KEYS)
                ]
    return faults


def digests_of(record: dict[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each part's canonical JSON: what the city signs."""
    return {key: digest(value) for key, value in record.items() if key not in _UNCOVERED}


def signed_message(digests: dict[str, str]) -> bytes:
    """Return the bytes under which the city's signature stands."""
    return canonical(digests)


def seed_of(record: dict[str, Any]) -> bytes:
    """Return what lots are drawn with: the board's last head; without a board, the hash of all votes."""
    if record["heads"]:
        return bytes.fromhex(record["heads"][-1][1])
    return bytes.fromhex(digest([record["text_hash"], record["ballots"]]))


def is_moment(value: Any) -> bool:
    """Whether this is a moment as ISO 8601 writes it, with its distance to UTC."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _missing(values: Any, keys: dict[str, Callable[[Any], bool]]) -> list[str]:
    """Return what an object lacks: keys that are not there, or hold another kind of value."""
    if not isinstance(values, dict):
        return [": ist kein Objekt."]
    return [
        f".{key}: fehlt." if key not in values else f".{key}: hat keinen gültigen Wert."
        for key, is_right in keys.items()
        if key not in values or not is_right(values[key])
    ]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _hash(value: Any) -> bool:
    return is_hex(value, _HASH_BYTES)


def _nothing_or_whole(value: Any) -> bool:
    return value is None or is_whole(value)


def _from_one(value: Any) -> bool:
    return is_whole(value, 1)


DEFINITION_KEYS: dict[str, Callable[[Any], bool]] = {
    "title": _text,
    "kind": lambda value: value in POLL_KINDS,
    "opens": is_moment,
    "closes": is_moment,
    "questions": lambda value: isinstance(value, list) and 0 < len(value) <= _MOST_QUESTIONS,
    "public_key": lambda value: value is None or _hash(value),
    "signing_key": _hash,
    "eligible": _text,
}
QUESTION_KEYS: dict[str, Callable[[Any], bool]] = {
    "text": _text,
    "kind": lambda value: value in QUESTION_KINDS,
    "rule": _text,
    "seats": _from_one,
    "k": lambda value: value is None or _from_one(value),
    "budget": _nothing_or_whole,
    "options": lambda value: isinstance(value, list) and len(value) <= _MOST_OPTIONS,
}
OPTION_KEYS: dict[str, Callable[[Any], bool]] = {"name": _text, "cost": _nothing_or_whole}


def _one(is_right: Callable[[Any], bool]) -> Callable[[Any], list[str]]:
    """Return what tells the fault of a single value."""
    return lambda value: [] if is_right(value) else [": hat keinen gültigen Wert."]


def _rows(*are_right: Callable[[Any], bool]) -> Callable[[Any], list[str]]:
    """Return what tells the faults of a list whose items are lists of such values."""

    def is_row(row: Any) -> bool:
        return (
            isinstance(row, list)
            and len(row) == len(are_right)
            and all(is_right(value) for is_right, value in zip(are_right, row, strict=True))
        )

    return _items(is_row)


def _items(is_right: Callable[[Any], bool]) -> Callable[[Any], list[str]]:
    """Return what tells the faults of a list, with their places."""

    def faults(items: Any) -> list[str]:
        if not isinstance(items, list) or len(items) > _MOST_VOTES:
            return [": ist keine Liste."]
        return [
            f", Eintrag {place}: hat keinen gültigen Wert."
            for place, item in enumerate(items, 1)
            if not is_right(item)
        ][:_MOST_TOLD]

    return faults


def _digests(value: Any) -> bool:
    covered = {key for key in KEYS if key not in _UNCOVERED}
    return isinstance(value, dict) and set(value) == covered and all(map(_hash, value.values()))


def _result(value: Any) -> bool:
    return isinstance(value, dict)


#: The parts of a published file, and what tells the faults of each one's form.
KEYS: dict[str, Callable[[Any], list[str]]] = {
    "format": _one(_text),
    "definition": definition_faults,
    "text_hash": _one(_hash),
    "board": _rows(_from_one, _hash),
    "heads": _rows(_from_one, _hash, lambda value: is_hex(value, _SIGNED_BYTES)),
    "final_hashes": _items(_hash),
    "voters": _one(is_whole),
    "ballots": _rows(_text, lambda value: isinstance(value, list)),
    "unreadable": _rows(_hash, _text),
    "results": _items(_result),
    "digests": _one(_digests),
    "signature": _one(lambda value: is_hex(value, _SIGNED_BYTES)),
}

"""The one way a poll's documents are written as JSON: the same value is always the same bytes.

Sorted keys, no spaces, UTF-8, whole numbers only. What is hashed, sealed or signed is written with
``canonical``; what comes from outside is read with ``parse``. Standard library only: the standalone
verifier carries this module.
"""

import hashlib
import json
import re
from typing import Any

#: The largest document that is read: a hundred thousand envelopes and more fit.
MOST_BYTES = 256 * 1024 * 1024
_LONGEST_NUMBER = 18
_HEX = re.compile(r"[0-9a-f]+")


class NoDocument(Exception):
    """The text is no JSON as the poll's documents are written; the German sentence says where."""


def canonical(value: Any) -> bytes:
    """Return the JSON of plain values (objects, lists, texts, whole numbers, true, false, null).

    :raises NoDocument: if there is something else in it, such as a fraction or half a character
    """
    try:
        _refuse_fractions(value)
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NoDocument("Ein Text enthält ein halbes Zeichen.") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise NoDocument("Ein Wert gehört nicht in diese Datei.") from error


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            _refuse_fractions(item)


def digest(value: Any) -> str:
    """Return the SHA-256 of the value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def lines_of(document: dict[str, Any]) -> bytes:
    """Return a document as a file that people can read: a line for each part, and each item of a list."""
    parts = []
    for key, value in document.items():
        written = _line(value)
        if isinstance(value, list) and value:
            written = "[\n" + ",\n".join(map(_line, value)) + "\n]"
        parts.append(f"{_line(key)}: {written}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8")


def _line(value: Any) -> str:
    return canonical(value).decode("utf-8")


def is_hex(value: Any, size: int) -> bool:
    """Whether this is a text of so many bytes in small hexadecimal digits."""
    return isinstance(value, str) and len(value) == 2 * size and bool(_HEX.fullmatch(value))


def is_whole(value: Any, least: int = 0) -> bool:
    """Whether this is a whole number, not less than ``least``; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def parse(data: bytes) -> Any:
    """Return what a document holds. No key stands twice in an object; all numbers are whole.

    :raises NoDocument: names the place, or what is wrong
    """
    if len(data) > MOST_BYTES:
        raise NoDocument("Die Datei ist zu groß.")
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(
            text,
            parse_int=_whole,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise NoDocument("Die Datei ist kein Text in UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise NoDocument(f"{place}: Die Datei ist kein JSON.") from error
    except RecursionError as error:
        raise NoDocument("Die Listen der Datei sind zu tief verschachtelt.") from error
    canonical(value)
    return value


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise NoDocument(f"Eine Zahl hat {len(digits)} Ziffern.")
    return int(digits)


def _refuse_number(word: str) -> Any:
    raise NoDocument(f"„{word[:_LONGEST_NUMBER]}“ ist keine ganze Zahl.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise NoDocument(f"„{key[:60]}“ steht zweimal in einem Objekt.")
        values[key] = value
    return values

"""What is wrong with a published board: entries out of place, forged heads, heads that were there once.

A board that was changed does not lead to the heads that the city signed while it grew; a head that was
forged is not signed. Each fault says between which entries. Standard library only: the standalone
verifier carries this module.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from participation.polls.board import head_message
from participation.polls.canonical import is_hex
from participation.polls.ed25519 import PublicKey

_SHOWN_DIGITS = 16
_HEAD_BYTES = 32


class NoHead(ValueError):
    """What was given as a saved head is none; the German sentence says how one is written."""


def saved_head(text: str) -> tuple[int | None, str]:
    """Return number (if it was given) and head of what somebody saved.

    :raises NoHead: if it is none
    """
    number, _, head = text.strip().lower().rpartition(":")
    if not is_hex(head, _HEAD_BYTES) or not (number == "" or re.fullmatch(r"[0-9]{1,9}", number)):
        shown = text.strip()[:80]
        raise NoHead(
            f"„{shown}“ ist kein Kopf. Ein Kopf hat 64 Zeichen 0–9 und a–f; "
            "davor kann die Nummer des Eintrags stehen, mit Doppelpunkt."
        )
    return (int(number) if number else None), head


def has_signed(key: PublicKey | None, message: bytes, signature: str) -> bool:
    return key is not None and key.has_signed(message, bytes.fromhex(signature))


def order_faults(record: dict[str, Any]) -> list[str]:
    """Return what is wrong with the board's numbers, and with the order inside its batches."""
    board = record["board"]
    faults = []
    numbers = [seq for seq, _ in board]
    places = list(range(1, len(board) + 1))
    if numbers != places:
        place = next(place for place in places if numbers[place - 1] != place)
        what = (
            "Die Tafel wurde umgestellt"
            if sorted(numbers) == places
            else "Auf der Tafel wurden Einträge entfernt oder hinzugefügt"
        )
        faults.append(f"{what}: An Stelle {place} steht Eintrag {numbers[place - 1]}.")
    twice = [item for item, times in Counter(item for _, item in board).items() if times > 1]
    faults += [f"Der Umschlag {short_hash(item)} steht zweimal auf der Tafel." for item in twice]
    start = 0
    for end, _, _ in record["heads"]:
        batch = [item for _, item in board[start:end]]
        for place in range(1, len(batch)):
            if batch[place - 1] > batch[place]:
                faults.append(
                    f"Die Tafel wurde umgestellt: Die Einträge {start + place} und "
                    f"{start + place + 1} stehen nicht in der Reihenfolge ihrer Prüfsummen."
                )
        start = end
    return faults


def head_faults(record: dict[str, Any], heads: Sequence[str], key: PublicKey | None) -> list[str]:
    """Return the faults of the signed heads: forged ones, and where the board was changed."""
    text_hash, recorded = record["text_hash"], record["heads"]
    numbers = [seq for seq, _, _ in recorded]
    faults = []
    if numbers != sorted(set(numbers)):
        faults.append("Die Köpfe stehen nicht in der Reihenfolge der Tafel.")
    last = numbers[-1] if numbers else 0
    if last != len(heads) - 1:
        faults.append(
            f"Der letzte unterschriebene Kopf steht nach Eintrag {last}, die Tafel hat aber "
            f"{len(heads) - 1} Einträge: Einträge wurden entfernt oder hinzugefügt."
        )
    follows = [seq < len(heads) and heads[seq] == head for seq, head, _ in recorded]
    last_right = max((place for place, right in enumerate(follows) if right), default=-1)
    good = 0
    told_change = False
    for place, (seq, head, signature) in enumerate(recorded):
        signed = has_signed(key, head_message(text_hash, seq, head), signature)
        if follows[place]:
            good = seq
            if not signed:
                faults.append(f"Die Unterschrift unter dem Kopf nach Eintrag {seq} ist gefälscht.")
        elif not signed or place < last_right:
            faults.append(
                f"Der Kopf nach Eintrag {seq} ({short_hash(head)}) ist gefälscht: Er ergibt sich nicht "
                "aus der Tafel" + ("." if signed else ", und die Unterschrift gilt nicht.")
            )
        elif not told_change:
            told_change = True
            faults.append(
                f"Der Kopf nach Eintrag {seq} ergibt sich nicht aus der Tafel, obwohl die Stadt ihn "
                f"unterschrieben hat: Zwischen Eintrag {good + 1} und {seq} wurde die Tafel geändert "
                "(ein Eintrag geändert, entfernt, hinzugefügt oder umgestellt)."
            )
    return faults


def saved_head_fault(saved: tuple[int | None, str], heads: Sequence[str]) -> str:
    number, head = saved
    if number is None and head in heads:
        return ""
    if number is not None and number < len(heads) and heads[number] == head:
        return ""
    after = "" if number is None else f" nach Eintrag {number}"
    return (
        f"Der früher gespeicherte Kopf {short_hash(head)}{after} kommt auf dieser Tafel nicht vor: "
        "Die Tafel wurde geändert, nachdem er gespeichert wurde."
    )


def short_hash(hexadecimal: str) -> str:
    return hexadecimal[:_SHOWN_DIGITS] + "…"

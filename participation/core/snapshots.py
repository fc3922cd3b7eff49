"""How two people's changes of one thing meet, field by field. Pure.

A snapshot has plain values, as JSON knows them, with a key for each field; a text's key begins with
its language: ``de.title``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Snapshot = Mapping[str, Any]


@dataclass
class Merged:
    """What became of an editor's values beside those that are stored now.

    :param changes: what is to be written
    :param conflicts: keys that both changed, and not to the same
    :param taken: keys that only the other changed; the stored value stays
    """

    changes: dict[str, Any] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def said(snapshot: Snapshot, key: str) -> Any:
    """Return a field's value; nothing, an empty text and an empty list are the same."""
    value = snapshot.get(key)
    return None if value in ("", []) else value


def merge(base: Snapshot | None, mine: Snapshot, stored: Snapshot, keys: Iterable[str]) -> Merged:
    """Compare what one wants with what is stored, knowing what one had seen.

    :param base: what the editor, or the list, began with; ``None`` if that is not known
    :param keys: the fields that ``mine`` speaks of
    """
    merged = Merged()
    for key in keys:
        wanted, now = said(mine, key), said(stored, key)
        if wanted == now:
            continue
        before = said(base, key) if base is not None else None
        if base is not None and wanted == before:
            merged.taken.append(key)
        elif base is not None and now == before:
            merged.changes[key] = wanted
        else:
            merged.conflicts.append(key)
    return merged


def language_and_name(key: str) -> tuple[str, str]:
    """Split the key of a text: ``de.title``; the language is empty for other fields."""
    language, _, name = key.rpartition(".")
    return language, name

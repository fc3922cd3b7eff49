"""How much of each text a page shows that has many: all of it, or the beginnings of the longest.

Pure. Room and sizes are bytes of HTML (docs/adr/0017-weight.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from participation.core.html import beginning, size_of, text_to_html

Key = TypeVar("Key")


@dataclass(frozen=True)
class Extract:
    """What is shown of a text: all of it as HTML, or its first words."""

    words: Markup
    is_whole: bool


def share_of(sizes: Iterable[int], room: int) -> int:
    """Return how long each text may be so that all fit; what short ones leave is the long ones'."""
    ordered = sorted(sizes)
    for place, size in enumerate(ordered):
        share = max(room, 0) // (len(ordered) - place)
        if size > share:
            return share
        room -= size
    return ordered[-1] if ordered else 0


def first_that_fit(groups: Sequence[Sequence[int]], room: int) -> list[int]:
    """Return how many of each group fit, the first of each before the second of any."""
    shown = [0] * len(groups)
    for place in range(max(map(len, groups), default=0)):
        for number, sizes in enumerate(groups):
            if shown[number] == place < len(sizes) and sizes[place] <= room:
                shown[number] += 1
                room -= sizes[place]
    return shown


def extracts(texts: Mapping[Key, str], room: int) -> dict[Key, Extract]:
    """Return each text whole if all fit; else the longest lose their ends, and their formats."""
    whole = {key: text_to_html(text) for key, text in texts.items()}
    share = share_of(map(size_of, whole.values()), room)
    return {
        key: Extract(html, True)
        if size_of(html) <= share
        else Extract(beginning(html, share), False)
        for key, html in whole.items()
    }

"""What changed between two versions of a text, word by word, for readers. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

#: Words with the space before them; the comparison can take the square of their number.
_WORD = re.compile(r"\s*\S+")
_MOST_WORDS = 2500
#: More pieces than anybody can follow.
_MOST_PIECES = 80


@dataclass(frozen=True)
class Piece:
    """A part of the newer text with its neighbours of the older. ``kind``: same, added, removed."""

    kind: str
    text: str


@lru_cache(maxsize=256)
def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Return the new text in pieces, with what was taken out where it stood; line feeds are kept.

    Texts of more words than any form takes, or with more changes than help, are said to be wholly new.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    wholly_new = (Piece("removed", old.strip()), Piece("added", new.strip()))
    if max(len(before), len(after)) > _MOST_WORDS:
        return wholly_new
    # Spaces are shown, not compared: a line that was broken elsewhere is the same text.
    matcher = SequenceMatcher(None, [w.strip() for w in before], [w.strip() for w in after])
    pieces = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[new_start:new_end])))
            continue
        if end > start:
            pieces.append(Piece("removed", "".join(before[start:end])))
        if new_end > new_start:
            pieces.append(Piece("added", "".join(after[new_start:new_end])))
    return tuple(pieces) if len(pieces) <= _MOST_PIECES else wholly_new

"""What changed between two texts, word by word, in a time that has a bound."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+\s*|[^\w\s]+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
#: Comparisons of one word with another that one text may cost (time grows with a multiple of it).
_MOST_FOR_A_TEXT = 20_000
#: Words that stay around a change; more of what did not change is left out.
_CONTEXT = 15


@dataclass(frozen=True)
class Piece:
    """A part of the text: ``same``, ``old`` (it went), ``new`` (it came) or ``gap`` (same, and so far
    from any change that readers need not see it)."""

    kind: str
    text: str


class Comparison:
    """Compares the texts of one page; what it may cost in all is fixed before.

    Where words would cost too much it compares lines, and then says old and new as a whole.
    """

    def __init__(self, most: int = 10 * _MOST_FOR_A_TEXT) -> None:
        self._left = most

    def pieces(self, old: str, new: str) -> list[Piece]:
        """Return the pieces that make ``new`` out of ``old``; spaces do not count."""
        for pattern in (_WORD, _LINE):
            before, after = pattern.findall(old), pattern.findall(new)
            keys = [part.strip() for part in before], [part.strip() for part in after]
            start, end = _same_ends(*keys)
            stops = len(before) - end, len(after) - end
            rest = keys[0][start : stops[0]], keys[1][start : stops[1]]
            cost = _cost(*rest)
            if cost <= min(self._left, _MOST_FOR_A_TEXT):
                self._left -= cost
                middle = _compared(rest, before[start : stops[0]], after[start : stops[1]])
                head = _same(before[:start], after[:start])
                tail = _same(before[stops[0] :], after[stops[1] :])
                return _with_gaps([Piece("same", head), *middle, Piece("same", tail)])
        return [piece for piece in (Piece("old", old), Piece("new", new)) if piece.text]


def _same_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many parts are the same at the beginning, and how many of the others at the end."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    most -= start
    end = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    return start, end


def _same(before: Sequence[str], after: Sequence[str]) -> str:
    """Write words that are the same in both, with the spaces of whichever has them."""
    return "".join(max(old, new, key=len) for old, new in zip(before, after, strict=True))


def _cost(before: Sequence[str], after: Sequence[str]) -> int:
    """Estimate the comparisons: words that could be the same, and a little for all others."""
    counts = Counter(after)
    return sum(counts[word] for word in before) + len(before) * len(after) // 100


def _compared(
    keys: tuple[list[str], list[str]], before: Sequence[str], after: Sequence[str]
) -> list[Piece]:
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _same(before[a:b], after[c:d])))
            continue
        pieces += [Piece("old", "".join(before[a:b])), Piece("new", "".join(after[c:d]))]
    return pieces


def _with_gaps(pieces: list[Piece]) -> list[Piece]:
    """Mark the middle of long parts that did not change."""
    pieces = [piece for piece in pieces if piece.text]
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        words = _WORD.findall(piece.text) if piece.kind == "same" else []
        is_first, is_last = number == 0, number == len(pieces) - 1
        head, tail = (0 if is_first else _CONTEXT), (0 if is_last else _CONTEXT)
        if len(words) <= head + tail + 3:
            found.append(piece)
            continue
        end = len(words) - tail
        parts = [
            Piece("same", "".join(words[:head])),
            Piece("gap", "".join(words[head:end])),
            Piece("same", "".join(words[end:])),
        ]
        found += [part for part in parts if part.text]
    return found

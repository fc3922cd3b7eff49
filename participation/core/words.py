"""Words of a text as the search compares them, and where they stand in it. Pure.

"Spielplätze", "SPIELPLATZ" and "Spielplaetze" are one word: lower case, without accents, without the
ending (German Snowball stemmer). Texts and queries of all languages go through the same door, so
both databases compare nothing but equal strings.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]

#: Longer words are cut: no sensible word is longer, and the databases' indexes have bounds.
LONGEST_WORD = 50
#: A word of so many letters is also found at the beginning of longer ones, and inside them.
BEGINS_FROM = 3
INSIDE_FROM = 4
#: What stands before it has at least two letters: "Abwasser", "Fahrradweg".
_INSIDE_AFTER = 2
#: Letters around the first hit that an excerpt shows.
_BEFORE, _AFTER = 60, 160

# What does not end a word although it is no letter: soft hyphens, the middle dot of easy German,
# marks that stand on letters, characters that only turn or join.
_INNER = (
    "\u00ad\u00b7\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
)
_RUN = re.compile(rf"[^\W_](?:[^\W_]|[{_INNER}])*")
_PLAIN = re.compile(r"[^\W_]+")
_NO_LETTER = re.compile(f"[{_INNER}]")
_DOTLESS_I = str.maketrans({"ı": "i", "ß": "ss"})
_stemmer = snowballstemmer.stemmer("german")
_stemmer_is_free = Lock()


@lru_cache(maxsize=100_000)
def _stems(run: str) -> tuple[str, ...]:
    """The words in a run of letters; mostly one."""
    folded = unicodedata.normalize("NFKC", run).casefold()
    folded = unicodedata.normalize("NFC", folded)
    return tuple(
        stem for part in _PLAIN.findall(_NO_LETTER.sub("", folded)) if (stem := _stem(part))
    )


def _stem(word: str) -> str:
    word = _without_marks(word, but="\u0308")  # the stemmer knows umlauts, and no other accents
    with _stemmer_is_free:  # it keeps the word in itself
        stem = _stemmer.stemWord(word[:LONGEST_WORD])
    return _without_marks(stem).translate(_DOTLESS_I)[:LONGEST_WORD]


def _without_marks(word: str, but: str = "") -> str:
    letters = (
        c for c in unicodedata.normalize("NFD", word) if c == but or not unicodedata.combining(c)
    )
    return unicodedata.normalize("NFC", "".join(letters))


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, as they are compared."""
    return [stem for _, _, stems in _runs(text) for stem in stems]


def _runs(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for found in _RUN.finditer(text):
        yield found.start(), found.end(), _stems(found.group()[: 4 * LONGEST_WORD])


def endings_of(word: str) -> list[str]:
    """Return where another word may begin inside this one: "wasser" in "abwasser"."""
    return [word[start:] for start in range(_INSIDE_AFTER, len(word) - INSIDE_FROM + 1)]


def is_found_in(wanted: str, word: str) -> bool:
    """Tell whether a word of a query means this word: the same, or one that is made of it."""
    if wanted == word or (len(wanted) >= BEGINS_FROM and word.startswith(wanted)):
        return True
    return len(wanted) >= INSIDE_FROM and wanted in word[_INSIDE_AFTER:]


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """Cut a text into pieces ``(piece, is a hit)``; together they are the text."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end, stems in _runs(text):
        if any(is_found_in(one, stem) for one in wanted for stem in stems):
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def excerpt(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the place of the first hit on one line, cut at words; the beginning if there is none."""
    line = " ".join(text.split())
    first = next(
        (
            start
            for start, _, stems in _runs(line)
            if any(is_found_in(one, stem) for one in wanted for stem in stems)
        ),
        0,
    )
    begin, end = max(0, first - _BEFORE), min(len(line), first + _AFTER)
    if begin > 0:
        begin = line.find(" ", begin, first) + 1 or first
    if end < len(line):
        end = max(line.rfind(" ", first, end), first) if " " in line[first:end] else end
    pieces = marked(line[begin:end], wanted)
    before, after = ("… " if begin else ""), (" …" if end < len(line) else "")
    return [piece for piece in ((before, False), *pieces, (after, False)) if piece[0]]

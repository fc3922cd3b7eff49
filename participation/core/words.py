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
from typing import NamedTuple

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

#: A word of three letters is found at the end of others: "Radweg". What stands before it is as long.
_HEAD = 3


class Word(NamedTuple):
    """A word as it is compared: without its ending, and as it was written, in plain letters."""

    stem: str
    plain: str

    @property
    def part(self) -> str:
        """What is looked for in longer words: "Hafen" has too short a stem, "haf"."""
        return self.stem if len(self.stem) >= INSIDE_FROM else self.plain


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
def _words(run: str) -> tuple[Word, ...]:
    """The words in a run of letters; mostly one."""
    folded = unicodedata.normalize("NFKC", run).casefold()
    folded = unicodedata.normalize("NFC", folded)
    words = (_word(part) for part in _PLAIN.findall(_NO_LETTER.sub("", folded)))
    return tuple(word for word in words if word.stem)


def _word(folded: str) -> Word:
    folded = _without_marks(folded, but="\u0308")  # the stemmer knows umlauts, no other accents
    with _stemmer_is_free:  # it keeps the word in itself
        stem = _in_plain_letters(_stemmer.stemWord(folded[:LONGEST_WORD]))
    plain = _in_plain_letters(folded)
    return Word(stem, plain if plain.startswith(stem) else stem)  # "Plaetze" is "platz"


def _in_plain_letters(word: str) -> str:
    return _without_marks(word).translate(_DOTLESS_I)[:LONGEST_WORD]


def _without_marks(word: str, but: str = "") -> str:
    letters = (
        c for c in unicodedata.normalize("NFD", word) if c == but or not unicodedata.combining(c)
    )
    return unicodedata.normalize("NFC", "".join(letters))


def words_of(text: str) -> list[Word]:
    """Return the words of a text in their order."""
    return [word for _, _, words in _runs(text) for word in words]


def stems_of(text: str) -> list[str]:
    """Return the words of a text in their order, without their endings."""
    return [word.stem for word in words_of(text)]


def _runs(text: str) -> Iterator[tuple[int, int, tuple[Word, ...]]]:
    for found in _RUN.finditer(text):
        yield found.start(), found.end(), _words(found.group()[: 4 * LONGEST_WORD])


def traces_of(word: Word) -> set[str]:
    """Return all that is kept of a word of a text.

    The word; after ``^`` its beginnings of three and of four letters, and the longest one, so that
    only longer words begin with what follows it; after ``~`` where another word may begin inside
    it, whole and the first four letters; after ``$`` the last three letters.
    """
    stem, plain = word
    sizes = {BEGINS_FROM, INSIDE_FROM, len(stem) - 1}
    endings = [plain[start:] for start in range(_INSIDE_AFTER, len(plain) - INSIDE_FROM + 1)]
    return (
        {stem}
        | {f"^{stem[:size]}" for size in sizes if BEGINS_FROM <= size < len(stem)}
        | {f"~{ending}" for ending in endings}
        | {f"~{ending[:INSIDE_FROM]}" for ending in endings}
        | ({f"${stem[-_HEAD:]}"} if len(stem) >= 2 * _HEAD else set())
    )


def ways_to(word: Word) -> tuple[list[str], list[str]]:
    """Return which traces mean this word of a query: those that are equal to one of the first, or
    begin like one of the second. Short parts of words are in many texts, and are traces themselves.
    """
    stem, part = word.stem, word.part
    head = [f"${stem}"] if len(stem) == _HEAD else []
    if len(part) > INSIDE_FROM:
        return [stem, *head], [f"^{part}", f"~{part}"]
    signs = "^" * (len(part) >= BEGINS_FROM) + "~" * (len(part) == INSIDE_FROM)
    return [stem, *head, *(f"{sign}{part}" for sign in signs)], []


def is_found_in(wanted: Word, word: Word) -> bool:
    """Tell whether a word of a query means this word: the same, or one that is made of it."""
    part = wanted.part
    if wanted.stem == word.stem:
        return True
    if len(part) >= BEGINS_FROM and word.stem.startswith(part) and word.stem != part:
        return True
    if len(part) >= INSIDE_FROM and part in word.plain[_INSIDE_AFTER:]:
        return True
    is_head = len(wanted.stem) == _HEAD and len(word.stem) >= 2 * _HEAD
    return is_head and word.stem.endswith(wanted.stem)


def marked(text: str, wanted: Sequence[Word]) -> list[tuple[str, bool]]:
    """Cut a text into pieces ``(piece, is a hit)``; together they are the text."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end, words in _runs(text):
        if any(is_found_in(one, word) for one in wanted for word in words):
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def excerpt(text: str, wanted: Sequence[Word]) -> list[tuple[str, bool]]:
    """Return the place of the first hit on one line, cut at words; the beginning if there is none."""
    line = " ".join(text.split())
    first = next(
        (
            start
            for start, _, words in _runs(line)
            if any(is_found_in(one, word) for one in wanted for word in words)
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

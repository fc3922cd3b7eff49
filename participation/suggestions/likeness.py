"""How much two texts are about the same thing. Pure.

Three looks, each from 0 to 1: the titles, compared by RapidFuzz, so that a slip of the pen or another
order costs little; the words of each title that stand in the other's text; and the share of telling
words that both texts have. Words are those of the search (``core/words.py``): forms of a word are one.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from participation.core.words import stems_of

#: From here on somebody is asked to have a look. What shares nothing but a place stays below; the same
#: wish in other words is above (tests/suggestions/test_likeness.py has the examples it was set by).
ALIKE_FROM = 0.47
_TITLES, _IN_TEXT, _SHARED = 0.3, 0.35, 0.35
#: Shorter words say nothing about a subject, and outside of titles these say little.
_WORDS_FROM, _TELLING_FROM = 3, 5
#: So many telling words must be there for their share to mean anything.
_FEWEST_WORDS = 4
#: Letters of a text that are compared; what a text is about stands at its beginning.
_COMPARED = 3000


@dataclass(frozen=True)
class Words:
    """A text's words, ready to be compared: those of its title in order, and the telling ones."""

    title: tuple[str, ...]
    telling: frozenset[str]


def read(title: str, body: str) -> Words:
    """Return the words of a text with its title."""
    in_title = tuple(word for word in stems_of(title) if len(word) >= _WORDS_FROM)
    in_body = {word for word in stems_of(body[:_COMPARED]) if len(word) >= _TELLING_FROM}
    return Words(in_title, frozenset(in_body.union(in_title)))


def likeness(one: Words, other: Words) -> float:
    """Tell how alike two texts are: 0 nothing in common, 1 the same. It does not matter which is first."""
    titles = " ".join(one.title), " ".join(other.title)
    # As sets, the shorter title is all of the longer one; sorted, only as much as there is of it.
    alike = (fuzz.token_set_ratio(*titles) + fuzz.token_sort_ratio(*titles)) / 200
    in_text = (_share(one.title, other.telling) + _share(other.title, one.telling)) / 2
    fewer = max(min(len(one.telling), len(other.telling)), _FEWEST_WORDS)
    shared = len(one.telling & other.telling) / fewer
    return _TITLES * alike + _IN_TEXT * in_text + _SHARED * min(shared, 1)


def _share(words: tuple[str, ...], of: frozenset[str]) -> float:
    return sum(word in of for word in words) / max(len(words), 1)

"""Which words are the same, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.words import (
    LONGEST_WORD,
    excerpt,
    is_found_in,
    marked,
    stems_of,
    traces_of,
    ways_to,
    words_of,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Spielplatz", "Spielplätze"),
        ("Spielplatz", "SPIELPLÄTZEN"),
        ("Spielplätze", "Spielplaetze"),
        ("Straße", "STRASSE"),
        ("Radweg", "Radwege"),
        ("Häuser", "Haus"),
        ("Anregung", "An·regungen"),
        ("Fahrrad", "Fahr\u00adrad"),
        ("café", "Cafe"),
        ("Spielpla\u0308tze", "Spielplätze"),
        ("İstanbul", "istanbul"),
        ("ışık", "ISIK"),
        ("парк", "ПАРК"),
        ("ﬁnanzen", "Finanzen"),
        ("kind\u200bergarten", "Kindergarten"),
        ("\u202eWeg", "weg"),
        ("مَدْرَسَة", "مدرسة"),
    ],
)
def test_reader_takes_these_for_one_word(one: str, other: str) -> None:
    assert stems_of(one) == stems_of(other) != []


def test_reader_takes_these_for_different_words() -> None:
    assert stems_of("Spielplatz") != stems_of("Sportplatz")
    assert stems_of("A 60, B9!") == ["a", "60", "b9"]
    assert stems_of("Rad-Weg_Netz/Plan") == ["rad", "weg", "netz", "plan"]


@pytest.mark.parametrize(
    "text", ["", "  ", '"*-^:()', "\x00", "😀 🚲", "\u200f\u200b", "___", "\ud800"]
)
def test_signs_alone_are_no_words(text: str) -> None:
    assert words_of(text) == []


@pytest.mark.parametrize(
    ("wanted", "word", "is_found"),
    [
        ("Radweg", "Fahrradwege", True),
        ("Spielplatz", "Wasserspielplätze", True),
        ("Wasser", "Abwasser", True),
        ("Weg", "Wegebau", True),
        ("Ufer", "Rheinufer", True),
        ("Ufer", "Uferweg", True),
        ("Hafen", "Winterhäfen", True),
        ("Hafen", "Haftung", False),
        ("Weg", "Radweg", True),
        ("Wege", "Radweg", True),
        ("Weg", "Radwegenetz", False),  # three letters stand inside too many words
        ("Rat", "Beratung", False),
        ("Eis", "Kreis", False),
        ("Räder", "Fahrrad", True),
        ("Straße", "Rheinstrassen", True),
        ("Strasse", "Straßenbahn", True),
        ("Spielplaetze", "Wasserspielplatz", True),
        ("Wa", "Wald", False),
        ("Fahrradweg", "Radweg", False),
    ],
)
def test_word_is_found_in_words_made_of_it(wanted: str, word: str, is_found: bool) -> None:
    assert is_found_in(words_of(wanted)[0], words_of(word)[0]) is is_found


_LETTERS = st.text(alphabet="aehrsä", min_size=1, max_size=9)


@given(st.text() | _LETTERS, st.text() | _LETTERS)
def test_traces_find_what_is_in_a_word(one: str, other: str) -> None:
    for wanted in words_of(one):
        equal, begun = ways_to(wanted)
        for word in words_of(other):
            traces = traces_of(word)
            by_index = not traces.isdisjoint(equal) or any(
                trace.startswith(tuple(begun)) for trace in traces
            )
            assert is_found_in(wanted, word) is by_index


@given(st.text(max_size=200))
def test_words_are_letters_and_digits_and_stay_themselves(text: str) -> None:
    for word in [one for words in words_of(text) for one in words]:
        assert word.isalnum()
        assert len(word) <= LONGEST_WORD
        assert word == word.casefold() or not word.isascii()
        assert not set(word) & set(" \"'*:=~^$\\\x00")


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_pieces_are_the_text(text: str, wanted: list[str]) -> None:
    words = words_of(" ".join(wanted))
    assert "".join(piece for piece, _ in marked(text, words)) == text


def test_whole_words_are_marked_in_the_text_as_it_is() -> None:
    pieces = marked("Neue Fahrradwege & <b>Radweg</b>.", words_of("radweg"))
    assert [piece for piece, is_hit in pieces if is_hit] == ["Fahrradwege", "Radweg"]


def test_excerpt_is_the_place_of_the_first_hit() -> None:
    text = "Anfang. " + "Wort " * 100 + "Der Spielplatz ist schön. " + "Ende " * 100
    pieces = excerpt(text, words_of("Spielplätze"))
    assert ("Spielplatz", True) in pieces
    whole = "".join(piece for piece, _ in pieces)
    assert whole.startswith("… Wort") and whole.endswith("Ende …") and len(whole) < 260


def test_excerpt_without_a_hit_is_the_beginning() -> None:
    assert excerpt("Kurz\nund gut", words_of("weg")) == [("Kurz und gut", False)]

"""Comparing two texts, for readers. No database."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.differences import Comparison, Piece


def sides(pieces: list[Piece]) -> tuple[str, str]:
    """The old and the new text, put together again."""
    old = "".join(piece.text for piece in pieces if piece.kind in ("same", "gap", "old"))
    new = "".join(piece.text for piece in pieces if piece.kind in ("same", "gap", "new"))
    return old, new


def test_reader_sees_which_words_went_and_came() -> None:
    pieces = Comparison().pieces("Der Weg wird rot.", "Der Platz wird rot und breit.")
    assert pieces == [
        Piece("same", "Der "), Piece("old", "Weg "), Piece("new", "Platz "),
        Piece("same", "wird rot "), Piece("new", "und breit"), Piece("same", "."),
    ]  # fmt: skip


_SHORT = st.text(alphabet="ab \n", max_size=30)


@given(_SHORT, _SHORT)
def test_pieces_of_short_texts_make_both_texts(old: str, new: str) -> None:
    found = sides(Comparison().pieces(old, new))
    assert ["".join(side.split()) for side in found] == ["".join(t.split()) for t in (old, new)]


def test_long_parts_that_did_not_change_are_left_out() -> None:
    same = "wort " * 200
    pieces = Comparison().pieces(f"{same}alt {same}", f"{same}neu {same}")
    assert [piece.kind for piece in pieces] == ["gap", "same", "old", "new", "same", "gap"]
    assert sum(len(piece.text) for piece in pieces if piece.kind != "gap") < 200


def test_small_changes_far_apart_in_a_long_text_are_found_word_by_word() -> None:
    words = [f"wort{number % 200}" for number in range(600)]
    old = " ".join(words)
    words[5], words[590] = "vorn", "hinten"
    changed = [piece for piece in Comparison().pieces(old, " ".join(words)) if piece.kind != "gap"]
    assert [p.text for p in changed if p.kind == "new"] == ["vorn ", "hinten "]
    assert [p.text for p in changed if p.kind == "old"] == ["wort5 ", "wort190 "]


_random = random.Random(1)
_PATTERN = "s " + "a b " * 80 + "e", "t " + "b a a " * 54 + "f"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("z " + "a b " * 12_500, "q " + "b a " * 12_500),
        ("z\n" + "a\nb\n" * 12_500, "q\n" + "b\na\n" * 12_500),
        ("a" * 50_000, "b" * 50_000),
        (" " * 50_000, "\n" * 50_000),
        (
            " ".join(_random.choices("abcde", k=25_000)),
            " ".join(_random.choices("abcde", k=25_000)),
        ),
        _PATTERN,
        ("", "x " * 25_000),
    ],
)
def test_comparison_of_long_texts_ends_soon(old: str, new: str) -> None:
    comparison = Comparison()
    begin = time.thread_time()
    pieces = comparison.pieces(old, new)
    assert time.thread_time() - begin < 0.1
    assert pieces


def test_page_full_of_hostile_texts_ends_soon() -> None:
    comparison = Comparison()
    begin = time.thread_time()
    for _ in range(200):
        comparison.pieces(*_PATTERN)
    assert time.thread_time() - begin < 2
    assert comparison.pieces("alt", "neu") == [Piece("old", "alt"), Piece("new", "neu")]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("Alles gleich.", "Alles gleich.", [("same", "Alles gleich.")]),
        (
            "Wir bauen drei Bänke.",
            "Wir bauen zwei Bänke.",
            [("same", "Wir bauen "), ("old", "drei "), ("new", "zwei "), ("same", "Bänke.")],
        ),
        ("Eins.", "Eins.\n\nZwei.", [("same", "Eins.\n\n"), ("new", "Zwei.")]),
        ("Eins. Zwei.", "Eins.", [("same", "Eins. "), ("old", "Zwei.")]),
        ("In\neiner Zeile", "In einer Zeile", [("same", "In\neiner Zeile")]),
        ("", "Neu", [("new", "Neu")]),
    ],
)
def test_reader_sees_what_is_new_and_what_is_gone(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(piece.kind, piece.text) for piece in Comparison().pieces(old, new)] == pieces

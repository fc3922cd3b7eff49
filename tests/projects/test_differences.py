"""Comparing texts, and merging what two people wrote. No database."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.projects.differences import Comparison, Piece
from participation.projects.snapshots import changed_keys, language_and_name, merge


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
    ("base", "mine", "stored", "outcome"),
    [
        ("a", "a", "a", ""),
        ("a", "b", "a", "changes"),
        ("a", "a", "b", "taken"),
        ("a", "b", "b", ""),
        ("a", "b", "c", "conflicts"),
        ("", None, [], ""),
        ("a", "", "a", "changes"),
        (0, None, 0, "changes"),
    ],
)
def test_change_of_two_is_merged_field_by_field(
    base: object, mine: object, stored: object, outcome: str
) -> None:
    merged = merge({"f": base}, {"f": mine}, {"f": stored}, ["f"])
    found = {"changes": list(merged.changes), "taken": merged.taken, "conflicts": merged.conflicts}
    assert found == {name: ["f"] if name == outcome else [] for name in found}


def test_who_began_with_something_unknown_decides_about_everything_that_differs() -> None:
    merged = merge(None, {"f": "b", "g": "x"}, {"f": "c", "g": "x"}, ["f", "g"])
    assert (merged.changes, merged.conflicts, merged.taken) == ({}, ["f"], [])


def test_fields_that_differ_are_found_in_both_directions() -> None:
    before, after = {"a": 1, "b": "", "c": 2}, {"a": 1, "c": 3, "d": 4}
    assert sorted(changed_keys(before, after)) == ["c", "d"]
    assert language_and_name("de_simple.title") == ("de_simple", "title")
    assert language_and_name("cost") == ("", "cost")

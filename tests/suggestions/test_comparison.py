"""What changed between two versions of an answer, without a database."""

import time

import pytest

from participation.suggestions.comparison import compare


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("Alles gleich.", "Alles gleich.", [("same", "Alles gleich.")]),
        (
            "Wir bauen drei Bänke.",
            "Wir bauen zwei Bänke.",
            [("same", "Wir bauen"), ("removed", " drei"), ("added", " zwei"), ("same", " Bänke.")],
        ),
        ("Eins.", "Eins.\n\nZwei.", [("same", "Eins."), ("added", "\n\nZwei.")]),
        ("Eins. Zwei.", "Eins.", [("same", "Eins."), ("removed", " Zwei.")]),
        ("In\neiner Zeile", "In einer Zeile", [("same", "In einer Zeile")]),
        ("", "Neu", [("added", "Neu")]),
    ],
)
def test_reader_sees_what_is_new_and_what_is_gone(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(piece.kind, piece.text) for piece in compare(old, new)] == pieces


def test_hostile_texts_are_compared_within_a_moment() -> None:
    started = time.perf_counter()
    compare("a b " * 1000, "b a " * 1000)
    compare("a " * 50_000, "b " * 50_000)
    assert time.perf_counter() - started < 5

"""Texts share the room that a page has. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.extracts import extracts, first_that_fit, share_of
from participation.core.html import size_of

#: " …" and the paragraph around it.
_AROUND = 11


@pytest.mark.parametrize(
    ("sizes", "room", "share"),
    [
        ([], 100, 0),
        ([10, 20], 100, 20),
        ([10, 90], 100, 90),
        ([10, 91], 100, 90),
        ([100, 100, 100], 90, 30),
        ([5, 5, 5, 500], 100, 85),
        ([7], -5, 0),
    ],
)
def test_what_short_texts_leave_is_the_long_ones(sizes: list[int], room: int, share: int) -> None:
    assert share_of(sizes, room) == share


@given(st.lists(st.integers(0, 2000), max_size=40), st.integers(0, 20_000))
def test_texts_cut_to_their_share_fit(sizes: list[int], room: int) -> None:
    share = share_of(sizes, room)
    assert sum(min(size, share) for size in sizes) <= room
    assert share >= max(sizes, default=0) or share >= room // len(sizes)


@pytest.mark.parametrize(
    ("groups", "room", "shown"),
    [
        ([], 10, []),
        ([[1, 1, 1], [1]], 3, [2, 1]),
        ([[1, 1, 1], [1]], 10, [3, 1]),
        ([[9, 1], [2, 2]], 5, [0, 2]),
        ([[1], []], 0, [0, 0]),
    ],
)
def test_everybody_gets_one_before_anybody_gets_two(
    groups: list[list[int]], room: int, shown: list[int]
) -> None:
    assert first_that_fit(groups, room) == shown


def test_reader_gets_short_texts_whole_and_the_beginnings_of_long_ones() -> None:
    found = extracts({1: "**Kurz** & gut.", 2: "Der *lange* Text. " * 40}, 300)
    assert found[1].is_whole
    assert found[1].words == "<p><strong>Kurz</strong> &amp; gut.</p>\n"
    assert not found[2].is_whole
    assert found[2].words.startswith("<p>Der lange Text. Der lange")
    assert found[2].words.endswith(" …</p>")


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=8), st.integers(0, 1500))
def test_whatever_people_write_fits(texts: list[str], room: int) -> None:
    found = extracts(dict(enumerate(texts)), room)
    assert sum(size_of(one.words) for one in found.values()) <= room + _AROUND * len(texts)


@pytest.mark.parametrize("text", ["&" * 1500, "😀" * 1500, "* a\n" * 375, "שלום " * 300])
def test_text_of_marks_is_no_heavier_than_its_share(text: str) -> None:
    assert size_of(extracts({1: text}, 200)[1].words) <= 200 + _AROUND

"""Merging what two people wrote, field by field. No database."""

import pytest

from participation.projects.snapshots import changed_keys, language_and_name, merge


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

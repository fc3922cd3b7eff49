"""The standalone verifier carries the counting files: they need nothing else, and never round."""

import ast
import sys
from pathlib import Path

import pytest

from participation.config import ROOT
from participation.polls.counting import count
from tests.polls.profiles import chosen

POLLS = ROOT / "participation" / "polls"
CARRIED = [POLLS / "profiles.py", *sorted((POLLS / "counting").glob("*.py"))]
_INSIDE = ("participation.polls.profiles", "participation.polls.counting")
#: The only division of whole numbers gives a whole number; a fraction is made by ``Fraction``.
_ROUNDS = {"float", "round", "Decimal"}


def floating(source: str) -> list[int]:
    """Return the lines that could make a number that is not exact."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_float = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        is_call = isinstance(node, ast.Name) and node.id in _ROUNDS
        if is_float or is_call:
            found.append(node.lineno)  # type: ignore[attr-defined]
    return found


def true_divisions(source: str) -> list[str]:
    """Return what is divided so that it could be a float."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div))
    ]


def imported(source: str) -> set[str]:
    """Return the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def top_names(source: str) -> list[str]:
    """Return the names that a file defines for itself."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(node.target.id)
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return found


@pytest.mark.parametrize("path", CARRIED, ids=lambda path: path.name)
def test_counting_has_no_float(path: Path) -> None:
    assert floating(path.read_text()) == []


def test_only_fractions_are_divided() -> None:
    divided = {text for path in CARRIED for text in true_divisions(path.read_text())}
    # Left of each stands a Fraction: the budget, and a cost.
    assert divided == {"budget / minutes.valid", "costs[number] * purses.unit / paid"}


def test_reading_ballots_has_no_float() -> None:
    for path in (POLLS / "readers").glob("*.py"):
        assert floating(path.read_text()) == []
        assert true_divisions(path.read_text()) == []


@pytest.mark.parametrize("source", ["x = 0.5", "x = float(y)", "x = round(y)"])
def test_a_float_is_found(source: str) -> None:
    assert floating(source) == [1]


def test_a_division_is_found() -> None:
    assert set(true_divisions("a /= b\nc = d / e\nf = g // h")) == {"a /= b", "d / e"}


@pytest.mark.parametrize("path", CARRIED, ids=lambda path: path.name)
def test_counting_imports_the_standard_library_and_itself_only(path: Path) -> None:
    for module in imported(path.read_text()):
        assert module.startswith(_INSIDE) or module.split(".")[0] in sys.stdlib_module_names


def test_readers_import_the_standard_library_and_profiles_only() -> None:
    inside = ("participation.polls.profiles", "participation.polls.readers")
    for path in (POLLS / "readers").glob("*.py"):
        for module in imported(path.read_text()):
            assert module.startswith(inside) or module.split(".")[0] in sys.stdlib_module_names


def test_no_name_stands_in_two_files() -> None:
    names = [name for path in CARRIED for name in top_names(path.read_text())]
    assert sorted(names) == sorted(set(names))


def in_one_file() -> str:
    """Put the files behind each other, each after those that it imports, without these imports."""
    left = {path: path.read_text() for path in CARRIED}
    module_of = {
        path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CARRIED
    }
    done: set[str] = set()
    pieces = []
    while left:
        ready = [
            path
            for path, source in left.items()
            if all(module in done for module in imported(source) if module.startswith(_INSIDE))
        ]
        assert ready, "the files import each other in a circle"
        for path in ready:
            tree = ast.parse(left.pop(path))
            tree.body = [
                node
                for node in tree.body
                if not (
                    isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_INSIDE)
                )
            ]
            pieces.append(ast.unparse(tree))
            done.add(module_of[path])
    return "\n".join(pieces)


def test_one_file_with_all_of_it_counts_the_same() -> None:
    carried: dict[str, object] = {"__name__": "carried"}
    sys.modules["carried"] = type(sys)("carried")  # dataclasses look their module up
    try:
        exec(in_one_file(), carried)  # noqa: S102
    finally:
        del sys.modules["carried"]
    choices = [[1, 2, 3], [2, 3], [3, 1], [1], None]
    question = {"kind": "rank", "options": [{"name": name, "cost": None} for name in "ABC"]}
    profile = carried["profile_from_choices"](question, choices)  # type: ignore[operator]
    for rule in ("schulze", "irv", "borda", "stv-scottish"):
        other = carried["count"](profile, rule, seed=b"x")  # type: ignore[operator]
        ours = count(chosen("rank", choices), rule, seed=b"x")
        assert other.as_json() == ours.as_json()

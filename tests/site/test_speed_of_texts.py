"""No text is slow: every regular expression, and every function that works on texts, on 50 kB of harm."""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from participation.barriers.rules import is_own_path
from participation.city.service import slug_of
from participation.city_pages.placeholders import fill, gaps_in
from participation.comments.rules import links_in
from participation.config import ROOT
from participation.core.forms import clean_text
from participation.core.html import first_words, page_to_html, text_to_html
from participation.core.hyphens import with_breaks
from participation.core.json_records import clean_text as clean_json_text
from participation.core.mail import compose
from participation.meetings.ical import Entry, calendar_file
from participation.projects import phrases
from participation.projects.imports import read_decision, read_numbered
from tests.people import NOW
from tests.site.hostile_texts import long_lines

#: Seconds of this thread's own time for 50 kB.
_MOST = 0.2
#: Twice as long may take so many times as long, if it can be measured at all: four would be a square.
_GROWTH, _MEASURABLE = 3.2, 0.02
#: Where a module's patterns are handed on, the method that is called on them there.
_HANDED_ON = "fullmatch"
_METHODS = {"search", "match", "fullmatch", "findall", "finditer", "sub", "split"}


def uses_in(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield each use of a regular expression in a module: ``(kind, name or pattern, method)``.

    ``kind`` is ``named`` for a module's pattern, ``inline`` for one in a call, ``unknown`` for others.
    """
    tree = ast.parse(source)
    named = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and _is_call_of_re(node.value, "compile")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    compiled = {id(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    for name in sorted(named):
        methods = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
        } & _METHODS
        for method in sorted(methods or {_HANDED_ON}):
            yield "named", name, method
    for node in ast.walk(tree):
        if not _is_call_of_re(node):
            continue
        assert isinstance(node, ast.Call)
        method = node.func.attr  # type: ignore[attr-defined]
        pattern = node.args[0]
        if method == "compile" and id(node) in compiled:
            continue
        if method in _METHODS and isinstance(pattern, ast.Constant):
            yield "inline", str(pattern.value), method
        elif method in _METHODS and isinstance(pattern, ast.Name):
            yield "text", pattern.id, method
        elif method != "escape":
            yield "unknown", ast.unparse(node), method


def _is_call_of_re(node: ast.AST, method: str = "") -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and method in ("", node.func.attr)
    )


def all_uses() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield a name and a function for each use of a regular expression in the product."""
    for file in sorted((ROOT / "participation").rglob("*.py")):
        for kind, word, method in uses_in(file.read_text()):
            module = importlib.import_module(_module_of(file)) if kind != "inline" else None
            pattern = word if module is None else getattr(module, word, None)
            if isinstance(pattern, str):
                pattern = re.compile(pattern)
            assert pattern is not None, f"{file.name} {kind}: {word}: which pattern is it?"
            yield f"{file.relative_to(ROOT)}: {word} {method}", _function(pattern, method)


def _module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _function(pattern: "re.Pattern[str]", method: str) -> Callable[[str], object]:
    if method == "sub":
        return lambda text: pattern.sub("", text)
    if method == "finditer":
        return lambda text: list(pattern.finditer(text))
    return getattr(pattern, method)  # type: ignore[no-any-return]


def _mail(text: str) -> object:
    mail = compose(
        sender_name="Stadt", sender="a@example.org", recipient="b@example.org", subject=text[:300],
        text=text, message_id="1@example.org", at=NOW, language_tag="de",
    )  # fmt: skip
    return mail.as_bytes()


def _calendar(text: str) -> object:
    entry = Entry(
        uid="1@example.org", sequence=0, changed_at=NOW, starts_at=NOW, ends_at=None, whole_days=False,
        is_cancelled=False, title=text, place=text, description=text, address="https://x.example/",
        language_tag="de",
    )  # fmt: skip
    return calendar_file([entry], name="Termine", language_tag="de")


TRANSFORMERS: dict[str, Callable[[str], object]] = {
    "clean_text": clean_text,
    "text_to_html": text_to_html,
    "page_to_html": page_to_html,
    "fill": lambda text: fill(text, {"quorum": "200"}, "de"),
    "gaps_in": gaps_in,
    "is_own_path": is_own_path,
    "first_words": first_words,
    "with_breaks": with_breaks,
    "slug_of": slug_of,
    "links_in": links_in,
    "clean_json_text": clean_json_text,
    "read_decision": read_decision,
    "read_numbered": read_numbered,
    "costs_in": phrases.costs_in,
    "period_in": phrases.period_in,
    "decision_in": phrases.decision_in,
    "participation_in": phrases.participation_in,
    "form_in": phrases.form_in,
}
#: The work of libraries, on what forms let through: a subject has a title of at most 200 characters.
LIBRARIES: dict[str, Callable[[str], object]] = {"mail": _mail, "calendar": _calendar}


def slow_texts(function: Callable[[str], object], most: float = _MOST) -> list[str]:
    """Return which long texts take too long, or whose time grows with their length's square."""
    half = long_lines(25_000)
    found = []
    for name, text in long_lines().items():
        seconds = _seconds(function, text, most)
        if seconds > most:
            found.append(f"{name}: {seconds:.2f} s")
        elif seconds > _MEASURABLE:
            before = _seconds(function, half[name], most)
            if seconds > _GROWTH * before and _seconds(function, text, 0) > _GROWTH * before:
                found.append(f"{name}: {before:.3f} s for half, {seconds:.3f} s for all")
    return found


def _seconds(function: Callable[[str], object], text: str, enough: float) -> float:
    """Own time of this thread; the best of up to three, since other tests run here too."""
    times = []
    for _ in range(3):
        begin = time.thread_time()
        function(text)
        times.append(time.thread_time() - begin)
        if times[-1] <= min(enough, _MEASURABLE) or times[-1] > 2:
            break
    return min(times)


@pytest.mark.parametrize(
    "function", [pytest.param(function, id=name) for name, function in all_uses()]
)
def test_regular_expression_is_quick_on_any_text(function: Callable[[str], object]) -> None:
    assert slow_texts(function) == []


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_function_on_texts_is_quick_on_any_text(name: str) -> None:
    assert slow_texts(TRANSFORMERS[name]) == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_letter_or_calendar_of_any_text_is_made_in_time(name: str) -> None:
    for text in long_lines(8_000).values():
        assert _seconds(LIBRARIES[name], clean_text(text), _MOST) < _MOST, text[:20]


def test_every_regular_expression_is_known() -> None:
    unknown = [
        f"{file.name}: {word}"
        for file in (ROOT / "participation").rglob("*.py")
        for kind, word, _ in uses_in(file.read_text())
        if kind == "unknown"
    ]
    assert unknown == []
    assert len(list(all_uses())) > 30


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import re\n_A = re.compile('a+')\n_A.search(x)", [("named", "_A", "search")]),
        ("import re\n_A = re.compile('a+')\nf(_A)", [("named", "_A", "fullmatch")]),
        ("import re\ndef f(x): return re.sub('a+', '', x)", [("inline", "a+", "sub")]),
        ("import re\ndef f(x, y): return re.compile(y + x)", [("unknown", "re.compile(y + x)", "compile")]),
    ],
)  # fmt: skip
def test_new_regular_expression_is_found(source: str, found: list[Any]) -> None:
    assert list(uses_in(source)) == found


def test_slow_regular_expression_is_found() -> None:
    square = re.compile(r"a.*?b")
    text = "a" * 4_000
    assert _seconds(square.search, text, 0) > _GROWTH * _seconds(square.search, text[:2_000], 0)

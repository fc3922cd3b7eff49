"""The standalone verifier: one file that anyone can read and run with nothing but Python.

It is put together from the modules that the server itself uses, so both check the same: sources one
after the other, lowest first, without the imports among them. The same sources always give the same
file.
"""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

_HOUSE = "participation"
_LAST = "participation.polls.standalone_command"
_HEAD = '''#!/usr/bin/env python3
"""Prüft das veröffentlichte Ergebnis einer Abstimmung. Braucht nur Python ab 3.11, kein Netz.

    python3 {name} DATEI [--head KOPF]... [--code PRÜFCODE]...

DATEI ist das Ergebnis, das die Stadt veröffentlicht hat. KOPF ist ein Kopf der Tafel, den Sie früher
gespeichert haben. Mit PRÜFCODE sehen Sie, was zu Ihrem Code in der Liste steht.
Ausgang: 0 in Ordnung, 1 Fehler gefunden, 2 nicht lesbar.

This file is made of the platform's own modules, one after the other. Licence: EUPL-1.2.
"""
'''
_FOOT = """

if __name__ == "__main__":
    sys.exit(main(sys.argv))
"""
FILE_NAME = "abstimmung_pruefen.py"


class NotStandalone(Exception):
    """The modules cannot stand in one file: a name is in two of them, or something is imported."""


def build() -> str:
    """Return the source of the standalone verifier.

    :raises NotStandalone: if a module needs more than the standard library, or two share a name
    """
    modules = {name: _source(name) for name in _with_what_it_needs(_LAST, set())}
    imports: set[tuple[str, str]] = set()
    sections: list[str] = []
    owners: dict[str, str] = {}
    for name, source in modules.items():
        tree = ast.parse(source)
        for own in _names(tree):
            if own in owners:
                raise NotStandalone(f"{own} stands in {owners[own]} and in {name}.")
            owners[own] = name
        imports |= set(_foreign_imports(tree))
        sections.append(_section(name, source, tree))
    for module, imported in imports:
        if (imported or module) in owners:
            raise NotStandalone(f"{owners[imported or module]} takes the name of an import.")
    head = _HEAD.format(name=FILE_NAME) + "\n" + _import_lines(imports)
    return head + "".join(sections) + _FOOT


def _with_what_it_needs(name: str, seen: set[str]) -> Iterator[str]:
    """Yield the house's modules that a module imports, lowest first, and the module itself."""
    if name in seen:
        return
    seen.add(name)
    for node in ast.parse(_source(name)).body:
        if isinstance(node, ast.ImportFrom) and _is_ours(node):
            yield from _with_what_it_needs(str(node.module), seen)
    yield name


def _source(name: str) -> str:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise NotStandalone(f"There is no source of {name}.")
    return Path(spec.origin).read_text(encoding="utf-8")


def _is_ours(node: ast.ImportFrom) -> bool:
    return (node.module or "").split(".")[0] == _HOUSE


def _foreign_imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield module and name of all that is imported from outside the house; no name for a whole module."""
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if any(alias.asname not in (None, alias.name) for alias in node.names):
            raise NotStandalone(f"{ast.unparse(node)} gives another name.")
        if isinstance(node, ast.Import):
            yield from ((_standard(alias.name), "") for alias in node.names)
        elif not _is_ours(node):
            yield from ((_standard(str(node.module)), alias.name) for alias in node.names)


def _standard(module: str) -> str:
    if module.split(".")[0] not in sys.stdlib_module_names:
        raise NotStandalone(f"{module} is not in the standard library.")
    return module


def _import_lines(imports: set[tuple[str, str]]) -> str:
    """Return the lines that import all these, in the usual order."""
    whole = [f"import {module}\n" for module, name in sorted(imports) if not name]
    names: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        if name:
            names.setdefault(module, []).append(name)
    parts = [f"from {module} import {', '.join(some)}\n" for module, some in names.items()]
    return "".join(whole + parts)


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _section(name: str, source: str, tree: ast.Module) -> str:
    """Return a module's source without its imports, its docstring as a comment."""
    dropped: set[int] = set()
    for place, node in enumerate(tree.body):
        is_docstring = place == 0 and isinstance(node, ast.Expr)
        if is_docstring or isinstance(node, ast.Import | ast.ImportFrom):
            dropped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = source.splitlines()
    kept = [line for number, line in enumerate(lines, 1) if number not in dropped]
    words = (ast.get_docstring(tree) or "").splitlines()
    comment = "\n".join(f"# {line}".rstrip() for line in [name.removeprefix(f"{_HOUSE}."), *words])
    rule = "# " + "-" * 98
    return f"\n\n{rule}\n{comment}\n{rule}\n\n\n" + "\n".join(kept).strip("\n") + "\n"

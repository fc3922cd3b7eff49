"""Guards over the code itself. Each is a function that finds faults, with a case where it does."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from participation import catalogues, generated_docs
from participation.config import ROOT

PACKAGE = ROOT / "participation"
RULES = sorted(PACKAGE.glob("*/rules.py"))


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def state_writers(source: str) -> set[str]:
    """Return the functions that assign to an attribute called ``state``."""
    found = set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                found.add(function.name)
    return found


def test_only_move_writes_a_state() -> None:
    writers = {
        f"{path.relative_to(PACKAGE)}:{name}"
        for path in modules()
        for name in state_writers(path.read_text())
    }
    assert writers == {"polls/service.py:move", "suggestions/service.py:move"}
    updates = [p for p in modules() if re.search(r"\.values\([^)]*\bstate\s*=", p.read_text())]
    assert updates == []


def test_another_writer_of_a_state_is_found() -> None:
    source = "def hide(suggestion):\n    if True:\n        suggestion.state = 'hidden'\n"
    assert state_writers(source) == {"hide"}


_BLOCKED = "import sys\nfor name in {names!r}: sys.modules[name] = None\nimport {module}\n"
_FRAMEWORKS = ["flask", "sqlalchemy", "wtforms", "flask_sqlalchemy", "flask_login", "flask_wtf"]


def loads_without_frameworks(module: str, folder: Path) -> bool:
    """Tell whether a module can be imported where no framework is installed."""
    code = _BLOCKED.format(names=_FRAMEWORKS, module=module)
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False)
    return run.returncode == 0


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_rules_load_without_a_framework(path: Path) -> None:
    assert loads_without_frameworks(f"participation.{path.parent.name}.rules", ROOT)


def test_rule_that_needs_a_framework_is_found(tmp_path: Path) -> None:
    (tmp_path / "guilty.py").write_text("import flask\n")
    assert not loads_without_frameworks("guilty", tmp_path)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import rules of the package in the folder."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_import_rules_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("suggestions/rules.py", "import sqlalchemy"),
        ("suggestions/queries.py", "import participation.suggestions.service"),
        ("suggestions/service.py", "import participation.suggestions.forms"),
        ("city/service.py", "import participation.projects.service"),
        ("projects/service.py", "import flask"),
    ],
)
def test_broken_import_rule_is_found(tmp_path: Path, file: str, line: str) -> None:
    ignored = shutil.ignore_patterns("vendor", "mainz", "__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "participation", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    guilty = tmp_path / "participation" / file
    guilty.write_text(f"{guilty.read_text()}\n{line}\n")
    run = lint_imports(tmp_path)
    assert run.returncode != 0
    assert "BROKEN" in run.stdout


def house_faults(folder: Path) -> list[str]:
    """Return what the house does not want: vague names, long files, second clocks, loose markup."""
    faults = []
    for path in sorted(folder.rglob("*.py")):
        name, text = path.relative_to(folder).as_posix(), path.read_text()
        if path.stem in {"utils", "helpers", "misc", "manager", "common"}:
            faults.append(f"{name}: a name that says nothing")
        if len(text.splitlines()) > 420:
            faults.append(f"{name}: too long to read in one sitting")
        if (
            re.search(r"datetime\.now\(|date\.today\(|time\.time\(", text)
            and name != "core/clock.py"
        ):
            faults.append(f"{name}: asks the clock; take `now` as an argument")
        if re.search(r"\bMarkup\(", text) and name != "core/html.py":
            faults.append(f"{name}: makes markup; core/html.py does")
        if not re.match(r'"""', text.lstrip()):
            faults.append(f"{name}: has no docstring")
    return faults


def test_house_is_in_order() -> None:
    assert house_faults(PACKAGE) == []


def test_disorder_is_found(tmp_path: Path) -> None:
    (tmp_path / "utils.py").write_text("x = datetime.now()\ny = Markup('<b>')\n" + "\n" * 500)
    assert len(house_faults(tmp_path)) == 5


#: The layout of the HTML part of mails: mail programs know no style sheets, so its styles are inline.
_MAIL = "emails/layout.html"
#: What fetches, runs, or reaches beyond the mail. Addresses come from outside the template only.
_REACHES_OUT = re.compile(
    r"\|\s*safe\b|<(?:script|img|link|iframe|object|form|base|svg|video|audio)\b|\son[a-z]+="
    r"|\ssrc(?:set)?=|url\(|@import|@font-face|https?:|//[a-z]|\bposition\s*:|extends|include",
    re.IGNORECASE,
)


def mail_faults(text: str) -> list[str]:
    """Return what the layout of mails must not have."""
    found = [f"{_MAIL}: has {one.group().strip()}" for one in _REACHES_OUT.finditer(text)]
    if not re.search(r"<html lang=\"[^\"]+\" dir=", text) or not re.search(r"<title>\S", text):
        found.append(f"{_MAIL}: does not say its language or has no title")
    return found


def template_faults(folder: Path) -> list[str]:
    """Return templates without a title, with markup that skips escaping, or with inline code."""
    faults = []
    for path in sorted(folder.rglob("*.html")):
        name, text = path.relative_to(folder).as_posix(), path.read_text()
        if name == _MAIL:
            faults += mail_faults(text)
            continue
        is_page = "extends" in text.split("\n", 1)[0]
        if is_page and not re.search(r"{% block title %}.*\S.*{% endblock %}", text):
            faults.append(f"{name}: has no title")
        if not is_page and not name.startswith(("components/", "layouts/")) and "/_" not in name:
            faults.append(f"{name}: is no page, so its name must start with _")
        if re.search(r"\|\s*safe\b|<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text):
            faults.append(f"{name}: inline code, or text that is not escaped")
    return faults


def test_templates_are_in_order() -> None:
    assert template_faults(ROOT / "templates") == []


def test_template_without_title_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% extends "x" %}\n<p style="color:red">{{ x|safe }}</p>')
    (tmp_path / "part.html").write_text("<p>")
    assert len(template_faults(tmp_path)) == 3


def test_mail_that_reaches_out_is_found(tmp_path: Path) -> None:
    good = (ROOT / "templates" / _MAIL).read_text()
    assert mail_faults(good) == []
    for bad in (
        '<img src="{{ x }}">', "<script>", "{{ x|safe }}", '<p onclick="x">', "url(//a.example)",
        '<link rel="stylesheet">', '<a href="https://a.example/">',
    ):  # fmt: skip
        assert mail_faults(good + bad), bad
    assert mail_faults("<html><title></title>")
    other = tmp_path / "emails" / "other.html"
    other.parent.mkdir()
    other.write_text(good)
    assert template_faults(tmp_path), "only this one file may have inline styles"


def test_catalogues_are_complete() -> None:
    assert catalogues.check() == []


def test_gap_in_a_catalogue_is_found() -> None:
    wanted, stored = catalogues.extracted(), catalogues.stored("en")
    stored.get("Anregungen").string = ""
    stored.get("Stand: %(date)s").string = "As of %(day)s"
    stored.delete("Termine")
    stored.add("Gibt es nicht", "Is not there")
    faults = catalogues.faults_of("en", wanted, stored)
    assert len(faults) == 4, faults


def test_generated_docs_are_current() -> None:
    assert generated_docs.out_of_date(ROOT / "docs") == []


def test_stale_doc_is_found(tmp_path: Path) -> None:
    (tmp_path / "roles.md").write_text(generated_docs.roles() + "more\n")
    assert generated_docs.out_of_date(tmp_path) == list(generated_docs.DOCUMENTS)


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    hosts = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|" + re.escape(f"{ROOT}/"))
    guilty = [
        name
        for name in listed.stdout.split("\0")
        if name
        and (ROOT / name).is_file()
        and hosts.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert guilty == []
    assert hosts.search(f"see {ROOT}/docs")

"""The command line, on a database of its own: what works, and what is refused with status 2."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from participation import cli
from participation.cli import main
from participation.config import ROOT
from participation.core.db import db
from participation.permissions import GRANTABLE_ROLES
from tests.core.files import BERLIN, JENA, published

_PASSWORD = "Wald und Wiese im Regen"
Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run a command as an administrator does; the database has the newest form already."""
    for name, value in {
        "SECRET_KEY": "a key that is only good for tests, long enough",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'city.db'}",
        "ARGON2_TIME_COST": "1",
        "ARGON2_MEMORY_KIB": "8",
    }.items():
        monkeypatch.setenv(f"PARTICIPATION_{name}", value)

    def command(*words: str, status: int = 0, typed: str = "") -> Result:
        result = CliRunner().invoke(main, words, input=typed)
        assert result.exit_code == status, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    command("migrate")
    yield command
    with cli._app().app_context():
        db.engine.dispose()


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[str], list[tuple[object, ...]]]:
    """Ask the database behind the command's back."""

    def ask(statement: str) -> list[tuple[object, ...]]:
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'city.db'}")
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(sa.text(statement))]
        engine.dispose()
        return rows

    return ask


Stored = Callable[[str], list[tuple[object, ...]]]
_ROLES = "SELECT email, role FROM role_grant JOIN person ON person.id = person_id ORDER BY role"


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command with the words that call it."""
    yield before
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name)


_ALL = list(commands(main))


@pytest.mark.parametrize("words", _ALL, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_says_what_it_does(words: tuple[str, ...], option: str) -> None:
    result = CliRunner().invoke(main, [*words, option])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("Usage: ")
    assert lines[2].strip().endswith((".", ":")) or lines[3].strip().endswith("."), result.output


def test_there_are_the_commands_that_a_city_needs() -> None:
    words = {" ".join(one) for one in _ALL}
    assert words >= {"demo", "serve", "worker", "migrate", "import", "user create", "user grant"}
    assert "user revoke" in words


_NEEDS_SETTINGS = [
    ("serve",),
    ("worker",),
    ("migrate",),
    ("import", "districts", str(ROOT / "pyproject.toml")),
    ("user", "create", "kim@example.org", "--password", _PASSWORD),
    ("user", "grant", "kim@example.org", "coordinator"),
]


@pytest.mark.parametrize("words", _NEEDS_SETTINGS, ids=lambda words: " ".join(words[:2]))
def test_wrong_settings_are_each_named(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    wrong = {"SECRET_KEY": "short", "DATABASE_URL": "mysql://x", "QUORUM": "0", "PUBLIC_URL": "x",
             "SMTP_SECURITY": "perhaps", "SMTP_PORT": "many"}  # fmt: skip
    for name, value in wrong.items():
        monkeypatch.setenv(f"PARTICIPATION_{name}", value)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    for name in wrong:
        assert f"PARTICIPATION_{name}:" in result.output
    assert "Traceback" not in result.output


def test_missing_settings_are_each_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(f"PARTICIPATION_{name}", raising=False)
    result = CliRunner().invoke(main, ["migrate"])
    assert result.exit_code == 2
    assert "PARTICIPATION_SECRET_KEY: Field required" in result.output
    assert "PARTICIPATION_DATABASE_URL: Field required" in result.output


def test_administrator_creates_an_account(run: Command, stored: Stored) -> None:
    result = run("user", "create", "Kim@Example.org", "--name", "Kim", "--password", _PASSWORD)
    assert "Created" in result.output
    assert _PASSWORD not in result.output
    rows = stored("SELECT email, name, confirmed_at, residency_declared_at FROM person")
    assert [(row[0], row[1], row[2] is not None, row[3]) for row in rows] == [
        ("kim@example.org", "Kim", True, None)
    ]
    run("user", "create", "mara@example.org", "--resident", typed=f"{_PASSWORD}\n{_PASSWORD}\n")
    assert stored("SELECT count(*) FROM person WHERE residency_declared_at IS NOT NULL") == [(1,)]
    hashes = stored("SELECT password_hash FROM person")
    assert all(str(value).startswith("$argon2id$") for (value,) in hashes)


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("kim", _PASSWORD, "kim is no e-mail address."),
        ("kim@example.org\nBcc: x@example.org", _PASSWORD, "is no e-mail address."),
        ("", _PASSWORD, "is no e-mail address."),
        ("kim@example.org", "neunZeich", "The password needs at least 10 characters."),
        ("mara@example.org", _PASSWORD, "mara@example.org has an account already."),
        ("MARA@example.org", _PASSWORD, "has an account already."),
    ],
)
def test_administrator_is_told_why_there_is_no_account(
    run: Command, stored: Stored, email: str, password: str, sentence: str
) -> None:
    run("user", "create", "mara@example.org", "--password", _PASSWORD)
    before = stored("SELECT * FROM person"), stored("SELECT * FROM journal_entry")
    result = run("user", "create", email, "--password", password, status=2)
    assert sentence in result.output
    assert (stored("SELECT * FROM person"), stored("SELECT * FROM journal_entry")) == before


@pytest.mark.parametrize("role", [role.value for role in GRANTABLE_ROLES if role != "officer"])
def test_administrator_grants_a_role_and_is_told_the_second_time(
    run: Command, stored: Stored, role: str
) -> None:
    run("user", "create", "kim@example.org", "--password", _PASSWORD)
    first = run("user", "grant", "KIM@example.org", role)
    assert f"KIM@example.org is now {role}." in first.output
    again = run("user", "grant", "kim@example.org", role)
    assert f"kim@example.org was {role} already." in again.output
    assert stored(_ROLES) == [("kim@example.org", role)]
    assert stored("SELECT count(*) FROM journal_entry WHERE event = 'account:role_granted'") == [
        (1,)
    ]


def test_administrator_takes_a_role_away_but_never_the_last_administrators(
    run: Command, stored: Stored
) -> None:
    for name in ("ada", "kim"):
        run("user", "create", f"{name}@example.org", "--password", _PASSWORD)
        run("user", "grant", f"{name}@example.org", "administrator")
    taken = run("user", "revoke", "KIM@example.org", "--role", "administrator")
    assert "KIM@example.org is no longer administrator." in taken.output
    assert stored(_ROLES) == [("ada@example.org", "administrator")]
    for email, sentence in (
        ("kim@example.org", "kim@example.org is not administrator."),
        ("niemand@example.org", "niemand@example.org is not administrator."),
        ("ada@example.org", "is the last administrator."),
    ):
        refused = run("user", "revoke", email, "--role", "administrator", status=2)
        assert sentence in refused.output
    assert stored(_ROLES) == [("ada@example.org", "administrator")]
    run("user", "revoke", "ada@example.org", status=2)


def test_officer_gets_departments_by_number_and_by_name(run: Command, stored: Stored) -> None:
    run("user", "create", "jonas@example.org", "--password", _PASSWORD)
    run("import", "departments", str(ROOT / "participation/demo/mainz/dezernate.csv"))
    run("user", "grant", "jonas@example.org", "officer", "--department", "67",
        "--department", "Stadtplanungsamt")  # fmt: skip
    assert stored(_ROLES) == [("jonas@example.org", "officer")]
    names = "SELECT name FROM department_member JOIN department ON department.id = department_id"
    assert sorted(stored(names)) == [("Grün- und Umweltamt",), ("Stadtplanungsamt",)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("niemand@example.org", "coordinator"), "niemand@example.org has no confirmed account."),
        (("kim@example.org", "officer"), "An officer needs --department."),
        (("kim@example.org", "officer", "--department", "99"), "called '99'"),
        (("kim@example.org", "officer", "--department", ""), "called ''"),
        (("kim@example.org", "resident"), "'resident' is not one of"),
        (("kim@example.org", "emperor"), "'emperor' is not one of"),
        (("kim@example.org",), "Missing argument"),
    ],
)
def test_administrator_is_told_why_a_role_is_not_granted(
    run: Command, stored: Stored, words: tuple[str, ...], sentence: str
) -> None:
    run("user", "create", "kim@example.org", "--password", _PASSWORD)
    assert sentence in run("user", "grant", *words, status=2).output
    assert stored(_ROLES) == []


def test_city_imports_a_file_and_again_without_a_change(run: Command) -> None:
    file = str(ROOT / "participation/demo/mainz/stadtteile.csv")
    first, second = run("import", "districts", file), run("import", "districts", file)
    assert "districts: 15 created, 0 changed, 0 unchanged" in first.output
    assert "districts: 0 created, 0 changed, 15 unchanged" in second.output


def test_file_with_faults_ends_with_status_2_and_changes_nothing(
    run: Command, stored: Stored, tmp_path: Path
) -> None:
    file = tmp_path / "districts.csv"
    file.write_text("nr;name\n1;Altstadt\nzwei;Neustadt\n3;\n", encoding="utf-8")
    result = run("import", "districts", str(file), status=2)
    assert "nothing was changed" in result.output
    assert "line 3, nr: " in result.output
    assert "line 4, name: is needed" in result.output
    assert stored("SELECT count(*) FROM district") == [(0,)]


@pytest.mark.parametrize(
    "words",
    [("import", "districts", "there-is-no-such-file.csv"), ("import", "everything", "x.csv"),
     ("import", "districts", "/"), ("fly",), ("user", "delete"), ("serve", "--workers", "many")],
)  # fmt: skip
def test_command_that_makes_no_sense_ends_with_status_2(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "Usage" in result.output


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_demo_refuses_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["demo", "--port", port, "--data", str(tmp_path / "demo")])
    assert result.exit_code == 2
    assert "is no port" in result.output
    assert not (tmp_path / "demo").exists()


def test_city_imports_another_citys_list_and_is_told_what_is_left_out(
    run: Command, stored: Stored
) -> None:
    published(JENA, "VorhabenJena_20150524.json")
    words = ("import", "projects", str(JENA / "VorhabenJena_20150524.json"), "--format", "jena")
    first, second = run(*words), run(*words)
    assert "projects: 42 created, 0 changed, 0 unchanged\nnot taken over:\n" in first.output
    assert "  Betroffenes Gebiet: 42, such as 'Jena-Zentrum', 'Planungsraum Ost'" in first.output
    assert "projects: 0 created, 0 changed, 42 unchanged\nnot taken over:\n" in second.output
    plans = str(BERLIN / "meinberlin_plans.json")
    result = run("import", "projects", plans, "--format", "meinberlin")
    assert "projects: 176 created, 0 changed, 0 unchanged" in result.output
    assert stored("SELECT count(*) FROM project") == [(42 + 176,)]


def test_list_of_another_format_changes_nothing(run: Command, stored: Stored) -> None:
    published(JENA, "VorhabenJena_20150524.json")
    file = str(JENA / "VorhabenJena_20150524.json")
    assert "there is no list of records" in run(
        "import", "projects", file, "--format", "meinberlin", status=2
    ).output  # fmt: skip
    assert "nothing was changed" in run("import", "projects", file, status=2).output
    assert stored("SELECT count(*) FROM project") == [(0,)]


@pytest.mark.parametrize("kind", ["districts", "departments", "topics", "meetings"])
@pytest.mark.parametrize("name", ["jena", "meinberlin"])
def test_format_is_for_projects_only(run: Command, kind: str, name: str) -> None:
    file = str(ROOT / "participation/demo/mainz/stadtteile.csv")
    result = run("import", kind, file, "--format", name, status=2)
    assert f"--format {name} is for projects only; {kind} are read from CSV." in result.output


def test_format_that_nobody_knows_ends_with_status_2(run: Command) -> None:
    file = str(ROOT / "participation/demo/mainz/vorhaben.csv")
    assert (
        "'xml' is not one of" in run("import", "projects", file, "--format", "xml", status=2).output
    )


def test_projects_are_csv_unless_something_else_is_said(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text("id;titel\nx;X\n", encoding="utf-8")
    assert "1 created" in run("import", "projects", str(file)).output
    result = run("import", "projects", str(file), "--format", "csv")
    assert "1 unchanged" in result.output
    assert "not taken over" not in result.output


def test_administrator_corrects_the_search_index(run: Command, stored: Stored) -> None:
    run("import", "districts", str(ROOT / "participation/demo/mainz/stadtteile.csv"))
    result = run("search", "rebuild")
    assert "7 page" in result.output
    assert "The index was right." in result.output
    with cli._app().app_context():
        db.session.execute(sa.text("DELETE FROM search_entry WHERE language = 'de'"))
        db.session.commit()
    assert "The index is corrected." in run("search", "rebuild").output
    assert "The index was right." in run("search", "rebuild").output
    assert stored("SELECT count(*) FROM search_entry WHERE language = 'de'") == [(7,)]

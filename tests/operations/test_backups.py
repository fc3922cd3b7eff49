"""A backup is the city at one moment, and fills either database with exactly that."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from participation import backups, restoring
from participation.accounts.models import Person, SignInSession
from participation.app import create_app
from participation.core import clock
from participation.core.db import db
from participation.core.search import page_of_hits  # noqa: F401  (the index is asked by the pages)
from participation.journal.models import JournalEntry
from participation.restoring import RestoreRefused
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support
from tests.checking_client import CheckingClient
from tests.conftest import new_postgresql_database, settings_for
from tests.factories import make_suggestion
from tests.people import KIM, NOAH, NOW, VISITOR, make_person
from tests.site.canaries import plant
from tests.site.test_canaries import crawl
from tests.suggestions.guest_steps import support_as_guest

_DOORS = (
    "/de/",
    "/de/konto/",
    "/de/verwaltung/",
    "/de/suche/?q=kanarienwort101x",
    "/de/termine.ics",
)
#: What is new in every page: tokens against forged requests, stamps of when a form was shown, and test
#: envelopes of polls, which are sealed anew.
_NEW_EACH_TIME = re.compile(
    r'value="[\w-]{6,}(?:\.[\w-]{6,}){1,2}"|name="key"[^>]*|"envelopes": \{[^}]*\}'
)


def silent(_length: int) -> Callable[[int], None]:
    """Tell nobody how far it is."""
    return lambda _count: None


def save(app: Flask, folder: Path) -> int:
    with app.app_context():
        return backups.write(folder, NOW, silent)


def load(app: Flask, folder: Path) -> None:
    with app.app_context():
        restoring.fill(restoring.open_backup(folder), silent)
        db.session.commit()


def rows_of(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a database holds."""
    with app.app_context():
        return {
            table.name: sorted(
                (tuple(row) for row in db.session.execute(sa.select(table))), key=repr
            )
            for table in db.metadata.sorted_tables
        }


def pages_of(app: Flask) -> dict[tuple[str, str], str]:
    """What a visitor and the coordination office read, wherever links lead."""
    client, pages = CheckingClient(app), {}
    for persona in (VISITOR, KIM):
        client.sign_in(persona)
        for path, text in crawl(client, _DOORS).items():
            pages[persona.email if persona else "", path] = _NEW_EACH_TIME.sub("", text)
    with app.app_context():  # signed out again: the pages of the account show who is signed in
        db.session.execute(sa.delete(SignInSession))
        db.session.commit()
    return pages


def changed_lines(before: str, after: str) -> list[str]:
    """Lines that are in only one of two pages."""
    return sorted(set(before.splitlines()) ^ set(after.splitlines()))[:4]


@contextmanager
def new_city(kind: str, folder: Path, worker_id: str) -> Iterator[Flask]:
    """The platform on another database, new and migrated."""
    url = f"sqlite:///{folder / 'target.db'}"
    if kind == "postgresql":
        url = new_postgresql_database(f"restored_{worker_id}")
    made = create_app(settings_for(url))
    made.testing = True
    with made.app_context():
        flask_migrate.upgrade()
        engine = db.engine
    with clock.stopped_at(NOW):
        yield made
    with made.app_context():
        db.session.remove()
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    with new_city(request.param, tmp_path, worker_id) as made:
        yield made


@pytest.fixture
def other_kind(app: Flask, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """The platform on the other kind of database than the application of the test."""
    with app.app_context():
        kind = {"sqlite": "postgresql", "postgresql": "sqlite"}[db.engine.dialect.name]
    with new_city(kind, tmp_path, worker_id) as made:
        yield made


def whole_city(app: Flask) -> int:
    """A city with something of everything; returns the highest key of a suggestion."""
    with app.app_context():
        plant()
        early, late = make_suggestion(), make_suggestion()
        support_as_guest(late.id, "guest@example.org")
        late_id = late.id
        db.session.delete(db.session.get_one(Support, db.session.scalar(
            sa.select(sa.func.max(Support.id)))).guest)  # fmt: skip
        early.merged_into_id = late.id  # points at a row that comes later
        db.session.commit()
    return late_id


def test_restored_city_has_the_same_rows_and_life_goes_on(
    app: Flask, target: Flask, tmp_path: Path
) -> None:
    late_id = whole_city(app)
    save(app, tmp_path / "backup")
    load(target, tmp_path / "backup")
    assert rows_of(target) == rows_of(app)
    with target.app_context():
        # New rows get new keys, and nothing that happened can be changed.
        assert make_suggestion().id > late_id
        db.session.commit()
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.delete(JournalEntry))
        db.session.rollback()


def test_restored_city_has_the_same_pages_on_the_other_kind_of_database(
    app: Flask, other_kind: Flask, tmp_path: Path
) -> None:
    whole_city(app)
    before = pages_of(app)
    save(app, tmp_path / "backup")
    load(other_kind, tmp_path / "backup")
    after = pages_of(other_kind)
    assert {
        path: changed_lines(before[path], after.get(path, ""))
        for path in before
        if before[path] != after.get(path)
    } == {}
    assert after.keys() == before.keys()
    assert len(before) > 150


def test_key_that_was_given_once_is_not_given_again_after_a_restore(
    app: Flask, target: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        suggestion = make_suggestion(supports=3)
        last = db.session.scalar(sa.select(sa.func.max(Support.id))) or 0
        db.session.execute(sa.delete(Support).where(Support.id == last))
        db.session.commit()
        key = suggestion.id
    save(app, tmp_path / "backup")
    load(target, tmp_path / "backup")
    with target.app_context():
        given = db.session.execute(
            sa.insert(Support).values(
                suggestion_id=key, mailbox="x", given_at=NOW, wants_mail=False
            )
        ).inserted_primary_key
        db.session.commit()
        assert given is not None
        assert given[0] > last


def test_backup_is_one_moment_while_people_go_on(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_suggestion(supports=2)
        db.session.commit()
        expected = sum(len(rows) for rows in rows_of(app).values())

    def meanwhile(_length: int) -> Callable[[int], None]:
        def act(_count: int) -> None:
            with app.app_context():
                make_suggestion(State.DRAFT)
                db.session.commit()

        return act

    with app.app_context():
        assert backups.write(tmp_path / "backup", NOW, meanwhile) == expected
        assert restoring.open_backup(tmp_path / "backup").rows == expected


def test_restore_gives_up_what_was_there(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_suggestion(supports=2)
        db.session.commit()
    before = rows_of(app)
    save(app, tmp_path / "backup")
    with app.app_context():
        make_suggestion(title="Kommt nach der Sicherung")
        make_person(NOAH)
        db.session.commit()
    assert rows_of(app) != before
    load(app, tmp_path / "backup")
    assert rows_of(app) == before


def damage_checksum(folder: Path) -> None:
    (folder / "person.jsonl.gz").write_bytes(b"something else")


def cut_a_file_short(folder: Path) -> None:
    file = folder / "suggestion.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-9])


def lose_a_file(folder: Path) -> None:
    (folder / "support.jsonl.gz").unlink()


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def change_the_manifest(folder: Path, **changes: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def seal_again(folder: Path, **changes: object) -> None:
    """Write a manifest that is right in itself."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text()) | changes
    file.write_text(json.dumps(manifest | {"seal": backups.seal(manifest)}))


def write_rows(folder: Path, table: str, content: bytes) -> None:
    """Let a table have other rows, in a backup that is right in itself."""
    (folder / f"{table}.jsonl.gz").write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["tables"]:
        if entry["name"] == table:
            entry["sha256"] = backups.checksum(folder / f"{table}.jsonl.gz")
    seal_again(folder, tables=manifest["tables"])


_FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "another file": (damage_checksum, "person.jsonl.gz is damaged"),
    "a short file": (cut_a_file_short, "suggestion.jsonl.gz is damaged"),
    "a file is missing": (lose_a_file, "support.jsonl.gz is missing"),
    "no manifest": (lose_the_manifest, "is no backup"),
    "no JSON": (lambda folder: (folder / "manifest.json").write_text("{") and None, "is no backup"),
    "another format": (lambda folder: change_the_manifest(folder, format="x"), "is no backup"),
    "a list": (lambda folder: (folder / "manifest.json").write_text("[]") and None, "is no backup"),
    "a changed manifest": (lambda folder: change_the_manifest(folder, made_at="x"), "is damaged"),
    "another version": (lambda folder: seal_again(folder, revision="0001"), "the form 0001"),
    "no tables": (lambda folder: seal_again(folder, tables=[]), "is missing or has other columns"),
    "not compressed": (lambda folder: write_rows(folder, "person", b"x"), "cannot be unpacked"),
    "no rows": (lambda folder: write_rows(folder, "person", gzip.compress(b"")), "cannot be restored"),
    "half a row": (
        lambda folder: write_rows(folder, "person", gzip.compress(b"[1]\n")), "cannot be restored"),
    "no row": (lambda folder: write_rows(folder, "person", gzip.compress(b"x\n")), "be restored"),
    "an unknown state": (
        lambda folder: write_rows(folder, "suggestion", changed(folder, "collecting", "flying")),
        "cannot be restored",
    ),
    "a row that points at nothing": (
        lambda folder: write_rows(folder, "support", changed(folder, "[1, 1, ", "[1, 99, ", "support")),
        "restored|point at nothing",
    ),
}  # fmt: skip


def changed(folder: Path, old: str, new: str, table: str = "suggestion") -> bytes:
    text = gzip.decompress((folder / f"{table}.jsonl.gz").read_bytes()).decode()
    assert old in text
    return gzip.compress(text.replace(old, new, 1).encode())


@pytest.mark.parametrize("fault", _FAULTS)
def test_backup_that_is_not_whole_changes_nothing(app: Flask, tmp_path: Path, fault: str) -> None:
    with app.app_context():
        make_suggestion(supports=1)
        db.session.commit()
    before = rows_of(app)
    save(app, tmp_path / "backup")
    harm, said = _FAULTS[fault]
    harm(tmp_path / "backup")
    with pytest.raises(RestoreRefused, match=said), app.app_context():
        restoring.fill(restoring.open_backup(tmp_path / "backup"), silent)
    assert rows_of(app) == before


def test_backup_does_not_go_over_something_else(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(backups.BackupFailed, match="is there already"):
            save(app, folder)
    with pytest.raises(backups.BackupFailed, match="cannot be written"):
        save(app, tmp_path / "notes.txt" / "backup")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_only_the_owner_can_read_a_backup(app: Flask, tmp_path: Path) -> None:
    save(app, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "backup").iterdir()} == {0o600}


def test_new_database_is_not_in_use_and_one_with_people_is(app: Flask) -> None:
    with app.app_context():
        assert not restoring.is_used()
        db.session.add(Person(email="x@example.org", created_at=NOW))
        db.session.flush()
        assert restoring.is_used()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion)) == 0
        db.session.rollback()

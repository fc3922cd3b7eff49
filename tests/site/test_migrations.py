"""The migrations make exactly the models' tables, from zero and back, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from participation.app import create_app
from participation.core.db import Base, db
from participation.core.search_index import belongs_to_models
from participation.journal import service as journal
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from tests.conftest import new_postgresql_database, settings_for
from tests.people import NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """An app whose database has no tables at all."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        url = new_postgresql_database(f"migrations_{worker_id}")
    app = create_app(settings_for(url))
    with app.app_context():
        engine = db.engine
        yield app
        db.session.rollback()
        db.session.remove()
    engine.dispose()


def differences(engine: sa.Engine) -> list[object]:
    """Return what differs between the migrated database and the models."""
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": belongs_to_models,
        }
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, Base.metadata)
        connection.rollback()
        return found


def test_migrations_from_zero_make_what_the_models_say(empty: Flask) -> None:
    flask_migrate.upgrade()
    assert differences(db.engine) == []


def test_migrations_can_be_taken_back_to_nothing(empty: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
    flask_migrate.upgrade()
    assert differences(db.engine) == []


def test_difference_is_found(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE person ADD COLUMN birthday DATE"))
        connection.execute(sa.text("DROP INDEX ix_mail_person_id"))
    assert len(differences(db.engine)) == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET event = 'x'", "DELETE FROM journal_entry"]
)
def test_database_refuses_to_change_what_happened(empty: Flask, statement: str) -> None:
    flask_migrate.upgrade()
    journal.record("test:happened", "test", 1, actor=VISITOR, now=NOW)
    db.session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert db.session.scalars(sa.select(JournalEntry.event)).all() == ["test:happened"]


def test_sheets_that_were_there_get_empty_notes(empty: Flask) -> None:
    flask_migrate.upgrade(revision="0008")
    flask_migrate.downgrade(revision="-1")
    with db.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO project (id, slug, states_are_printed, whole_city, period_from, period_to,"
                " as_of, as_of_day, links, decisions, changed_at) VALUES (1, 'x', true, false, '', '',"
                " '', '2026-01-01', '[]', '[]', '2026-01-01 00:00:00')"
            )
        )
        columns = (
            "project_id, language, title, summary, still_open, settled, cost_note, current_state"
        )
        values = "1, 'de', 'Weg', 's', 'o', 'f', 'k', 'z'"
        connection.execute(sa.text(f"INSERT INTO project_text ({columns}) VALUES ({values})"))
    notes = sa.text("SELECT title, period_note, participation_note, cost_note FROM project_text")
    flask_migrate.upgrade(revision="0008")
    with db.engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(notes)] == [("Weg", "", "", "k")]
    flask_migrate.downgrade(revision="-1")
    with db.engine.begin() as connection:
        assert connection.execute(sa.text("SELECT title FROM project_text")).all() == [("Weg",)]


def test_newer_form_keeps_the_rows_that_are_there_and_so_does_the_older(empty: Flask) -> None:
    flask_migrate.upgrade(revision="0007")
    rows = [
        "INSERT INTO meeting (id, slug, starts_at, whole_days, kind, place) "
        "VALUES (1, 'forum', '2026-03-10 18:00:00', false, 'forum', 'Schloss')",
        "INSERT INTO meeting_text (meeting_id, language, title) VALUES (1, 'de', 'Forum')",
    ]
    with db.engine.begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))
    titles = sa.text(
        "SELECT m.slug, t.title FROM meeting m JOIN meeting_text t ON t.meeting_id = m.id"
    )
    for change in (flask_migrate.upgrade, lambda: flask_migrate.downgrade(revision="0007")):
        change()
        with db.engine.connect() as connection:
            assert connection.execute(titles).all() == [("forum", "Forum")]
            connection.rollback()


def test_foreign_keys_are_watched_again_after_a_migration(empty: Flask) -> None:
    flask_migrate.upgrade()
    orphan = sa.text(
        "INSERT INTO meeting_text (meeting_id, language, title) VALUES (99, 'de', 'x')"
    )
    with pytest.raises(sa.exc.DBAPIError), db.engine.begin() as connection:
        connection.execute(orphan)

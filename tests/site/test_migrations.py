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
from participation.suggestions.service import Terms
from tests.conftest import new_postgresql_database, settings_for
from tests.factories import FINGERPRINT_KEY
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
    journal.record("suggestion:published", "test", 1, actor=VISITOR, now=NOW)
    db.session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert db.session.scalars(sa.select(JournalEntry.event)).all() == ["suggestion:published"]


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


def test_projects_that_were_there_are_public_and_due_in_three_months(empty: Flask) -> None:
    flask_migrate.upgrade(revision="0010")
    with db.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO project (id, slug, states_are_printed, whole_city, period_from, period_to,"
                " as_of, as_of_day, links, decisions, changed_at) VALUES (1, 'x', true, false, '', '',"
                " '', '2026-01-01', '[]', '[]', '2026-01-31 00:00:00')"
            )
        )
        columns = "id, project_id, starts_on, ends_on"
        values = "1, 1, '2026-01-01', '2026-01-01'"
        connection.execute(sa.text(f"INSERT INTO project_phase ({columns}) VALUES ({values})"))
    flask_migrate.upgrade(revision="0011")
    found = sa.select(
        sa.column("version"),
        sa.column("published_at").is_not(None),
        sa.column("review_on", sa.Date),
    ).select_from(sa.table("project"))
    with db.engine.begin() as connection:
        version, is_public, review_on = connection.execute(found).one()
        assert (version, bool(is_public)) == (0, True)
        assert review_on.isoformat()[:7] in ("2026-04", "2026-05")
    flask_migrate.downgrade(revision="0010")
    with db.engine.begin() as connection:
        assert connection.execute(sa.text("SELECT slug FROM project")).scalar_one() == "x"


def test_supports_that_were_there_keep_counting_and_get_a_mailbox(empty: Flask) -> None:
    flask_migrate.upgrade(revision="0014")
    flask_migrate.downgrade(revision="-1")
    moment = "2026-03-10 09:00:00"
    rows = [
        f"INSERT INTO person (id, email, password_hash, name, language, created_at, confirmed_at) "
        f"VALUES ({key}, '{email}', '', '', 'de', '{moment}', {confirmed})"
        for key, email, confirmed in [
            (1, "mara+x@example.org", "NULL"),
            (2, "mara@example.org", f"'{moment}'"),
            (3, "noah@example.org", f"'{moment}'"),
        ]
    ]
    rows.append(
        "INSERT INTO suggestion (id, number, state, kind, title, text, reason, language, author_id,"
        " created_at, quorum, supports, answer_revision, version) VALUES (1, 1, 'collecting',"
        f" 'new-project', 't', 't', 'r', 'de', 3, '{moment}', 200, 3, 0, 1)"
    )
    rows += [
        "INSERT INTO support (suggestion_id, person_id, wants_mail, given_at) "
        f"VALUES (1, {key}, true, '{moment}')"
        for key in (1, 2, 3)
    ]
    with db.engine.begin() as connection:
        for row in rows:
            connection.execute(sa.text(row))
    flask_migrate.upgrade(revision="0014")
    with db.engine.begin() as connection:
        mailboxes = connection.execute(sa.text("SELECT mailbox FROM person ORDER BY id"))
        assert [row[0] for row in mailboxes] == [None, "mara@example.org", "noah@example.org"]
        found = connection.execute(sa.text("SELECT person_id, mailbox FROM support")).all()
        kept = dict(tuple(row) for row in found)
        terms = Terms(fingerprint_key=FINGERPRINT_KEY)
        assert set(kept) == {1, 2, 3}
        assert len(set(kept.values())) == 3, "nobody's support is taken away afterwards"
        assert kept[3] == terms.fingerprint_of_mailbox("noah@example.org")
        connection.execute(
            sa.text(
                "INSERT INTO support (suggestion_id, mailbox, wants_mail, given_at) "
                f"VALUES (1, 'guest', false, '{moment}')"
            )
        )
        connection.execute(sa.text("UPDATE suggestion SET supports = 4"))
    flask_migrate.downgrade(revision="-1")
    with db.engine.begin() as connection:
        people = connection.execute(sa.text("SELECT person_id FROM support ORDER BY person_id"))
        assert [row[0] for row in people] == [1, 2, 3]
        assert connection.execute(sa.text("SELECT supports FROM suggestion")).scalar() == 3

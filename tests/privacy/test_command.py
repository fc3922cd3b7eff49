"""``participation privacy apply``: what is due is said, and forgotten."""

from tests.core.test_cli import Command, Stored, run, stored  # noqa: F401  (fixtures)

_OLD = "2020-01-01 00:00:00"


def _old_rows(stored: Stored, run: Command) -> None:  # noqa: F811
    """An account that was never confirmed, and a session that ended long ago."""
    import sqlalchemy as sa

    from participation import cli
    from participation.core.db import db

    run("user", "create", "kim@example.org", "--password", "Wald und Wiese im Regen")
    with cli._app().app_context():
        for statement in (
            "INSERT INTO person (email, password_hash, name, language, created_at) "
            f"VALUES ('nie@example.org', '', '', 'de', '{_OLD}')",
            "INSERT INTO sign_in_session (token_hash, person_id, created_at, expires_at, browser, "
            f"system) VALUES ('x', 1, '{_OLD}', '{_OLD}', '', '')",
        ):
            db.session.execute(sa.text(statement))
        db.session.commit()
        db.engine.dispose()


def test_administrator_sees_what_is_due_and_lets_it_be_forgotten(
    run: Command,  # noqa: F811
    stored: Stored,  # noqa: F811
) -> None:
    assert "Nothing is due." in run("privacy", "apply").output
    _old_rows(stored, run)
    said = run("privacy", "apply", "--dry-run").output
    assert "person: 1 due: accounts that were never confirmed" in said
    assert "sign_in_session: 1 due: sessions that ended" in said
    assert len(stored("SELECT id FROM person")) == 2, "only said"
    assert "person: 1 done: accounts that were never confirmed" in run("privacy", "apply").output
    assert stored("SELECT email FROM person") == [("kim@example.org",)]
    assert stored("SELECT id FROM sign_in_session") == []
    assert "Nothing is due." in run("privacy", "apply", "--dry-run").output

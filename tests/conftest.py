"""What all tests share: both databases, the app, clients, a clock that stands still.

``service`` tests work in one transaction that is rolled back; tests through HTTP commit, and the
database is emptied after them. Every test that asks for ``app`` or ``session`` runs on SQLite and on
PostgreSQL.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from participation.app import create_app
from participation.config import Settings, read_settings
from participation.core import clock
from participation.core.db import db
from tests import chromium, postgresql_server
from tests.checking_client import CheckingClient
from tests.factories import FINGERPRINT_KEY
from tests.people import NOW

_URL = "PARTICIPATION_TEST_POSTGRESQL_URL"
_server: postgresql_server.PostgresqlServer | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, before xdist's workers; end with a sentence if it cannot be had."""
    global _server
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    try:
        _server = postgresql_server.start(Path(tempfile.gettempdir()))
        os.environ["PARTICIPATION_TEST_CHROMIUM"] = chromium.find_chromium()
    except (postgresql_server.ServerUnavailable, chromium.ChromiumUnavailable) as error:
        pytest.exit(str(error), returncode=2)
    os.environ[_URL] = _server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL that was started for the tests."""
    if _server is not None:
        _server.stop()


def settings_for(database_url: str, **more: object) -> Settings:
    """Settings of a test app: cheap password hashes, no rate limits in the way."""
    given = {
        "secret_key": "a key that is only good for tests, long enough",
        "database_url": database_url,
        "public_url": "http://localhost",
        "argon2_time_cost": 1,
        "argon2_memory_kib": 8,
        "sign_in_limit": "10000 per minute",
        "register_limit": "10000 per minute",
        "register_mailbox_limit": "10000 per minute",
        "guest_support_limit": "10000 per minute",
        "guest_support_mailbox_limit": "10000 per minute",
        "fingerprint_key": FINGERPRINT_KEY,
        "search_limit": "10000 per minute",
        "page_cache_seconds": 0,
        "failed_sign_ins_mailbox": 10000,
        "failed_sign_ins_network": 10000,
        "reset_limit": "10000 per minute",
        "reset_mailbox_limit": "10000 per minute",
        "address_change_limit": "10000 per minute",
        "barrier_report_limit": "10000 per minute",
    }
    return read_settings(**(given | more))


class Database:
    """One migrated database of this test process, and how it becomes empty again."""

    def __init__(self, kind: str, url: str, empty_file: Path | None) -> None:
        self.kind = kind
        self.app = create_app(settings_for(url))
        self.app.testing = True
        self._empty_file = empty_file
        self._dirty = False
        with self.app.app_context():
            flask_migrate.upgrade()
            self.engine = db.engine
        if empty_file:
            self.engine.dispose()
            shutil.copy(str(self.engine.url.database), empty_file)
        sa.event.listen(self.engine, "commit", self._note_commit)

    def _note_commit(self, _connection: sa.Connection) -> None:
        self._dirty = True

    def clean(self) -> None:
        """Empty all tables if anything was committed."""
        if not self._dirty:
            return
        self.engine.dispose()
        if self._empty_file:
            file = Path(str(self.engine.url.database))
            for suffix in ("-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
            # A new file, not new content: SQLite keeps what it knows of a file as long as any
            # connection of the process is open, and would read the old log ("disk I/O error").
            fresh = Path(shutil.copy(self._empty_file, f"{file}.new"))
            fresh.replace(file)
        else:
            names = ", ".join(table.name for table in db.metadata.sorted_tables)
            with self.engine.begin() as connection:
                connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        self._dirty = False


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Callable[[str], Database]]:
    """Yield a function that makes each kind of database once a process."""
    made: dict[str, Database] = {}

    def database(kind: str) -> Database:
        if kind not in made:
            made[kind] = _make(kind, tmp_path_factory.mktemp(kind), f"test_{worker_id}")
        return made[kind]

    yield database
    for one in made.values():
        one.engine.dispose()


def _make(kind: str, folder: Path, name: str) -> Database:
    if kind == "sqlite":
        return Database(kind, f"sqlite:///{folder / 'test.db'}", folder / "empty.db")
    return Database(kind, new_postgresql_database(name), None)


def new_postgresql_database(name: str) -> str:
    """Create an empty PostgreSQL database and return its URL."""
    url = sa.make_url(os.environ[_URL])
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, databases: Callable[[str], Database]
) -> Iterator[Database]:
    """One of the two databases, empty."""
    chosen = databases(request.param)
    yield chosen
    chosen.clean()


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The application on an empty database, while the clock stands still."""
    with clock.stopped_at(NOW):
        yield database.app


@pytest.fixture
def app_beside(database: Database) -> Iterator[Callable[..., Flask]]:
    """A function that makes another application on the test's database, with other settings.

    Its connections are closed at the end: one that is left to the garbage collector fails whatever
    test happens to run by then.
    """
    made: list[Flask] = []

    def make(**more: object) -> Flask:
        url = database.engine.url.render_as_string(hide_password=False)
        made.append(create_app(settings_for(url, **more)))
        made[-1].testing = True
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()
    database._dirty = True


@pytest.fixture
def session(app: Flask) -> Iterator[None]:
    """A transaction for tests of services and queries; rolled back at the end."""
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A browser without JavaScript that checks every page it gets."""
    return CheckingClient(app)

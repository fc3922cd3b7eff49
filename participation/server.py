"""The web server's command line, and what has to be true before it starts."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa
from flask import Flask

from participation.core import schema
from participation.core.db import db


class NotReady(Exception):
    """The database cannot be used as it is; the text is one sentence and what helps."""


def server_command(bind: str, workers: int, threads: int) -> list[str]:
    """Return the command that serves the pages; its last word names the application.

    What does not change from city to city is in ``participation/gunicorn_settings.py``.
    """
    return [
        sys.executable, "-m", "gunicorn", "--config", "python:participation.gunicorn_settings",
        "--bind", bind, "--workers", str(workers), "--threads", str(threads),
        "participation.app:create_app()",
    ]  # fmt: skip


def become_server(bind: str, workers: int, threads: int) -> NoReturn:
    """Replace this process with the web server."""
    os.execv(sys.executable, server_command(bind, workers, threads))  # noqa: S606


def check_reachable(app: Flask) -> None:
    """Make sure that the database answers and can be written.

    :raises NotReady: if it does not
    """
    with app.app_context():
        file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        if file and not Path(file).absolute().parent.is_dir():
            raise NotReady(
                f"PARTICIPATION_DATABASE_URL: there is no folder {Path(file).absolute().parent}."
            )
        try:
            with db.engine.begin() as connection:  # SQLite: takes the write lock
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError as error:
            said = str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__]
            where = (
                f"the file {file} cannot be opened and written" if file else "it does not answer"
            )
            raise NotReady(f"PARTICIPATION_DATABASE_URL: {where}: {said[0]}") from error


def check_database(app: Flask) -> None:
    """Make sure that the database answers and has the form that this program needs.

    :raises NotReady: if not
    """
    check_reachable(app)
    with app.app_context(), db.engine.connect() as connection:
        present = schema.revision_of(connection)
        connection.rollback()
    if present != schema.needed_revision():
        raise NotReady(
            f"The database has the form {present or 'of a new one'}, this program needs "
            f"{schema.needed_revision()}. Run: participation migrate"
        )

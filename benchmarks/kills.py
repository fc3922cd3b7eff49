"""Workers killed at random under load, on both databases. Run by hand:

    .venv/bin/python -m benchmarks.kills [number of kills, 200] [seed, 4]

Residents and staff act all the while (rejections, answers, quorums, periods that end). Afterwards every
event has happened once, every mail has arrived, and repeats have the same Message-ID; otherwise the
exit status is 1.
"""

import sys
import tempfile
import time
from pathlib import Path

import flask_migrate

from participation.app import create_app
from participation.config import read_settings
from participation.core.db import db
from tests import postgresql_server
from tests.factories import FINGERPRINT_KEY
from tests.notifications.killing import kill_workers, letterbox


def measure(url: str, kills: int, seed: int) -> bool:
    """Kill so many workers on a new database, and print what came of it; tell whether all is well."""
    with letterbox() as (box, port):
        app = create_app(
            read_settings(
                secret_key="only for this benchmark, and long enough",  # noqa: S106
                fingerprint_key=FINGERPRINT_KEY,
                database_url=url,
                smtp_port=port,
                mail_lease_seconds=5,
            )
        )
        with app.app_context():
            flask_migrate.upgrade()
        begun = time.perf_counter()
        outcome = kill_workers(app, box, kills, seed)
        seconds = time.perf_counter() - begun
        with app.app_context():
            name = db.engine.dialect.name
            db.engine.dispose()
    told = [
        f"{name}: {outcome.kills} kills in {seconds:.0f} s, {outcome.events} events, {outcome.mails} mails "
        f"({outcome.before} sent by workers that were killed), "
        f"{outcome.repeats} repeated with the same Message-ID, {len(outcome.faults)} faults",
        *outcome.faults[:20],
    ]
    print(*told, sep="\n  ", flush=True)  # noqa: T201
    return not outcome.faults


def main(kills: int = 200, seed: int = 4) -> int:
    """Measure both databases; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        good = measure(f"sqlite:///{folder}/kills.db", kills, seed)
        server = postgresql_server.start(Path(folder))
        try:
            good = measure(server.url, kills, seed) and good
        finally:
            server.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

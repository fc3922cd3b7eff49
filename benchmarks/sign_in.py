"""Whether the time tells who has an account: signing in, asking for a link, registering. Run by hand:

    .venv/bin/python -m benchmarks.sign_in [--tries 500] [--only sqlite|postgresql] [--cheap]

Sends each form for known and for unknown addresses in turn, in new databases with hashes at the
cost that is set by default, and prints medians, their difference, and whether all answers are the same.
With --cheap hashes take a millisecond: quicker, and differences beside the hash show better.
"""

import argparse
import re
import statistics
import tempfile
import time
from pathlib import Path

import flask_migrate
from flask import Flask

from participation.accounts import service
from participation.accounts.passwords import Passwords
from participation.app import create_app
from participation.config import read_settings
from participation.core import clock
from participation.core.db import db
from tests import postgresql_server

#: The token against forged requests says in which second it was made.
_TOKEN = re.compile(r'(?<=name="csrf_token" type="hidden" value=")[^"]+')
#: Milliseconds that the medians may differ.
_BAR = 5.0
_ACCOUNTS = 50
_FORMS = {
    "anmelden": {"password": "falsches Passwort"},
    "passwort": {},
    "registrieren": {"password": "Wald und Wiese im Regen", "lives_here": "y", "old_enough": "y"},
}


def make(url: str, *, cheap: bool) -> Flask:
    """Return the platform on an empty database, with accounts, and without limits in the way."""
    plenty = "100000 per minute"
    settings = read_settings(
        secret_key="x" * 40,
        database_url=url,
        public_url="http://localhost",
        sign_in_limit=plenty,
        register_limit=plenty,
        register_mailbox_limit=plenty,
        reset_limit=plenty,
        reset_mailbox_limit=plenty,
        failed_sign_ins_mailbox=10**6,
        failed_sign_ins_network=10**6,
        **({"argon2_time_cost": 1, "argon2_memory_kib": 1024} if cheap else {}),
    )
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        cost = (settings.argon2_time_cost, settings.argon2_memory_kib)
        password_hash = Passwords(*cost).hash("das richtige Passwort")
        for number in range(_ACCOUNTS):
            service.create_person(f"known-{number}@example.org", password_hash, clock.now())
        db.session.commit()
    return app


def measure(app: Flask, name: str, tries: int) -> bool:
    """Send one form, known and unknown addresses in turn; print the figures, tell whether they are good."""
    browser = app.test_client()
    path = f"/de/konto/{name}/"
    page = browser.get(path).text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for number in range(tries):
        # Numbers are as long as each other: a longer address is a longer page.
        known, unknown = number % _ACCOUNTS, f"new-{number:05}"
        pair = [("known", f"known-{known}@example.org"), ("unknown", f"{unknown}@example.org")]
        for kind, email in pair if number % 2 else reversed(pair):
            data = _FORMS[name] | {"email": email, "csrf_token": token}
            began = time.perf_counter()
            answer = browser.post(path, data=data)
            took[kind].append((time.perf_counter() - began) * 1000)
            body = _TOKEN.sub("TOKEN", answer.text.replace(email, "ADDRESS"))
            answers.add((answer.status_code, body))
    known_median, unknown_median = (statistics.median(took[kind]) for kind in took)
    difference = abs(known_median - unknown_median)
    print(  # noqa: T201
        f"  {name:13} known {known_median:7.2f} ms, unknown {unknown_median:7.2f} ms, "
        f"difference {difference:5.2f} ms; {len(answers)} kind(s) of answer",
        flush=True,
    )
    return difference <= _BAR and len(answers) == 1


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=500)
    parser.add_argument("--cheap", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = {"sqlite": lambda: f"sqlite:///{Path(folder) / 'city.db'}"}
        server = None
        if given.only != "sqlite":
            server = postgresql_server.start(Path(folder))
            places["postgresql"] = lambda: str(server.url)
        try:
            for name in [given.only] if given.only else list(places):
                app = make(places[name](), cheap=given.cheap)
                print(f"{name}, {given.tries} tries each", flush=True)  # noqa: T201
                good = [measure(app, form, given.tries) for form in _FORMS]
                print("  within the bar" if all(good) else "  NOT within the bar")  # noqa: T201
                with app.app_context():
                    db.engine.dispose()
        finally:
            if server:
                server.stop()


if __name__ == "__main__":
    main()

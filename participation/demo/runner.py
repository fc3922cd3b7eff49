"""Starts the demo's processes and stops them again."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

from participation.app import create_app
from participation.config import Settings, read_settings
from participation.core.access import declared_access
from participation.core.db import db
from participation.demo import city
from participation.demo.mail_sink import MailSink
from participation.demo.views import demo_mails
from participation.reindex import rebuild
from participation.server import server_command

_START_SECONDS = 30


class DemoFailed(Exception):
    """The demo cannot start; the text says why and what helps."""


def create_demo_app() -> Flask:
    """Return the application with the page that shows the sink's mails."""
    app = create_app()
    app.register_blueprint(demo_mails)
    app.jinja_env.globals["is_demo"] = True
    declared_access(app)
    return app


def _server_command(bind: str) -> list[str]:
    return [*server_command(bind, 1, 4)[:-1], "participation.demo.runner:create_demo_app()"]


def run(port: int, data: Path) -> None:
    """Run the demo until Ctrl-C.

    :raises DemoFailed: if the port is taken or a process does not start
    """
    if not 1 <= port <= 65535:
        raise DemoFailed(f"{port} is no port: it must be between 1 and 65535.")
    if not _is_free(port):
        raise DemoFailed(
            f"Port {port} is in use. Choose another one: make demo ARGS='--port {port + 1}'"
        )
    data = data.absolute()
    mails = data / "mails"
    mails.mkdir(parents=True, exist_ok=True)
    with MailSink(mails) as sink:
        settings = read_settings(
            secret_key=_kept_secret(data / "secret"),
            database_url=f"sqlite:///{data / 'demo.db'}",
            public_url=f"http://127.0.0.1:{port}",
            extra_hosts="localhost",
            smtp_port=sink.port,
            demo_mail_folder=mails,
            log_level="warning",
            # Everybody in the demo comes from one address.
            sign_in_limit="600 per minute",
            register_limit="600 per minute",
            register_mailbox_limit="600 per minute",
            search_limit="600 per minute",
            reset_limit="600 per minute",
            reset_mailbox_limit="600 per minute",
            failed_sign_ins_network=600,
        )
        _prepare(settings)
        _run_processes(settings, port)


def _prepare(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        if not city.is_loaded():
            print("Loading the demo city ...", flush=True)  # noqa: T201
            city.load()
        rebuild()
        db.session.commit()


def _run_processes(settings: Settings, port: int) -> None:
    environment = os.environ | {
        f"PARTICIPATION_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_defaults=True, exclude_none=True).items()
    }
    start = lambda *command: subprocess.Popen(command, env=environment)  # noqa: E731, S603
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    processes = [start(*_server_command(f"127.0.0.1:{port}"))]
    processes.append(start(sys.executable, "-m", "participation", "worker"))
    try:
        _wait_for(f"http://127.0.0.1:{port}/de/", processes, stopping)
        if not stopping.is_set():
            print(_welcome(port), flush=True)  # noqa: T201
        while not stopping.wait(0.5):
            _check_alive(processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=15)


def _wait_for(address: str, processes: list[Any], stopping: threading.Event) -> None:
    for _ in range(_START_SECONDS * 10):
        if stopping.wait(0.1):
            return
        _check_alive(processes)
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            continue
    raise DemoFailed(f"The server did not answer within {_START_SECONDS} seconds.")


def _check_alive(processes: list[Any]) -> None:
    if any(process.poll() is not None for process in processes):
        raise DemoFailed("A process of the demo ended by itself; its message stands above.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.write_text(secrets.token_hex(32))
        file.chmod(0o600)
    return file.read_text().strip()


def _welcome(port: int) -> str:
    accounts = "\n".join(f"  {person.email:26} {person.what}" for person in city.PEOPLE)
    return f"""
The demo city runs.

  Pages   http://127.0.0.1:{port}
  Mails   http://127.0.0.1:{port}/demo/mails/

Accounts, all with the password {city.PASSWORD}:
{accounts}

Ctrl-C ends it; the data stays for the next time.
"""

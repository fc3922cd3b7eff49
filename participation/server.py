"""The web server's command line: gunicorn with threads."""

import os
import sys
from typing import NoReturn


def server_command(bind: str, workers: int, threads: int) -> list[str]:
    """Return the command that serves the pages; its last word names the application."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", bind, "--workers", str(workers),
        "--threads", str(threads), "--worker-class", "gthread", "--graceful-timeout", "10",
        "--log-level", "warning", "participation.app:create_app()",
    ]  # fmt: skip


def become_server(bind: str, workers: int, threads: int) -> NoReturn:
    """Replace this process with the web server."""
    os.execv(sys.executable, server_command(bind, workers, threads))  # noqa: S606

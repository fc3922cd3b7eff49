"""``serve`` as a city runs it: it starts, it counts, it stops; or it says in a sentence why not."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.pages import free_port
from participation.config import ROOT
from participation.core.db import db
from tests.factories import make_suggestion

_GOOD = {"SECRET_KEY": "a key that is only good for tests, long enough"}


def environment(**settings: str) -> dict[str, str]:
    """The environment of a command, with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if "PARTICIPATION_" not in name}
    return kept | {f"PARTICIPATION_{name}": value for name, value in settings.items()}


def is_a_text(file: Path) -> str:
    file.write_text(
        "This is no database at all, but long enough to look like a file of one.\n" * 20
    )
    return f"sqlite:///{file}"


def is_new(file: Path) -> str:
    sqlite3.connect(file).close()
    return f"sqlite:///{file}"


def is_a_folder(file: Path) -> str:
    file.mkdir()
    return f"sqlite:///{file}"


_REFUSED: dict[str, tuple[Callable[[Path], dict[str, str]], str]] = {
    "no settings": (lambda _file: {}, "PARTICIPATION_SECRET_KEY"),
    "a wrong one": (
        lambda file: _GOOD | {"DATABASE_URL": is_new(file), "QUORUM": "many"},
        "PARTICIPATION_QUORUM",
    ),
    "a new database": (
        lambda file: _GOOD | {"DATABASE_URL": is_new(file)}, "Run: participation migrate"),
    "no folder": (
        lambda file: _GOOD | {"DATABASE_URL": f"sqlite:///{file}/deeper/x.db"}, "there is no folder"),
    "a folder": (lambda file: _GOOD | {"DATABASE_URL": is_a_folder(file)}, "cannot be opened"),
    "another file": (lambda file: _GOOD | {"DATABASE_URL": is_a_text(file)}, "cannot be opened"),
    "no server": (
        lambda _file: _GOOD | {"DATABASE_URL": "postgresql+psycopg://x:geheim@127.0.0.1:1/x"},
        "it does not answer",
    ),
    "no counter": (
        lambda file: _GOOD | {"DATABASE_URL": is_new(file), "RATE_LIMIT_STORAGE": "nonsense://"},
        "PARTICIPATION_RATE_LIMIT_STORAGE",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", _REFUSED)
def test_server_that_cannot_work_does_not_start_and_says_why(tmp_path: Path, fault: str) -> None:
    settings, said = _REFUSED[fault]
    run = subprocess.run(
        [sys.executable, "-m", "participation", "serve", "--bind", "127.0.0.1:1"],
        env=environment(**settings(tmp_path / "city.db")), cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 2, run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert "geheim" not in run.stderr


def get(port: int, path: str) -> tuple[int, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def wait_for(port: int, server: subprocess.Popen[str]) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        assert server.poll() is None, server.communicate()[1]
        try:
            get(port, "/healthz")
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


def test_two_workers_serve_count_together_and_stop(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_suggestion()
        db.session.commit()
        url = db.engine.url.render_as_string(hide_password=False)
    port, counts = free_port(), tmp_path / "counts"
    given = environment(**_GOOD, DATABASE_URL=url, PUBLIC_URL="http://localhost")
    server = subprocess.Popen(
        [sys.executable, "-m", "participation", "serve", "--bind", f"127.0.0.1:{port}"],
        env=given | {"PROMETHEUS_MULTIPROC_DIR": str(counts)},
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(port, server)
        for _ in range(40):
            assert get(port, "/de/anregungen/?q=geheimwort")[0] == 200
        counted = 'participation_requests_total{endpoint="suggestions.suggestion_list",method="GET"'
        found = [line for line in get(port, "/metrics")[1].splitlines() if line.startswith(counted)]
        assert [float(line.split()[-1]) for line in found] == [40.0]
        assert {file.name for file in counts.iterdir()} <= {
            f"{kind}_{place}.db" for kind in ("counter", "histogram") for place in (0, 1)
        }
    finally:
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=60)
    assert server.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    pages = [one for one in lines if one.get("endpoint") == "suggestions.suggestion_list"]
    assert len(pages) == 40
    assert re.search(r"geheimwort|127\.0\.0\.1", said) is None

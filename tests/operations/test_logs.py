"""Logs tell what went wrong where, and nothing about anybody."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.core import logs
from participation.core.access import public
from participation.core.db import db
from participation.worker import Worker
from tests.checking_client import CheckingClient
from tests.people import BY_ROLE, KIM, MARA, NOW, make_person
from tests.site.samples import Sample, make_world, samples

_CANARY = "kanarienvogel"
_ADDRESS = f"{_CANARY}@example.org"
_NETWORK = "203.0.113.77"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Set up logs as ``serve`` and ``worker`` do; yield what reads the lines until now."""
    stream, root = io.StringIO(), logging.getLogger()
    before = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("info")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before
    logging.getLogger("participation").setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    logging.raiseExceptions = True


Lines = Callable[[], list[dict[str, Any]]]


def test_request_is_one_line_with_the_name_of_the_page(
    client: CheckingClient, lines: Lines
) -> None:
    client.browser.get("/de/anregungen/?q=wort")
    (line,) = lines()
    assert line.pop("milliseconds") >= 0
    assert line.pop("timestamp")
    assert len(line.pop("request")) == 12
    assert line == {
        "event": "request", "level": "info", "logger": "participation.requests",
        "endpoint": "suggestions.suggestion_list", "method": "GET", "status": 200,
    }  # fmt: skip


def hostile_fields(sample: Sample) -> dict[str, str]:
    """The fields of a form, each with the canary in it, and fields that no form has."""
    names = [*sample.data, "q", "text", "title", "email", "password", "street", "name", "next"]
    return dict.fromkeys(names, f"{_CANARY} {_ADDRESS}")


def test_nothing_that_anybody_typed_is_in_the_logs(client: CheckingClient, lines: Lines) -> None:
    keys = make_world(client.app)
    client.browser.post("/de/konto/registrieren/", data={"email": _ADDRESS, "password": _CANARY})
    for persona in (None, MARA, KIM):
        client.sign_in(persona)
        token = client.token()
        for sample in samples(client.app, keys):
            path = f"{sample.path}?q={_CANARY}&seite={_CANARY}&{_CANARY}={_ADDRESS}"
            sent: dict[str, Any] = {
                "headers": {"User-Agent": _CANARY, "Referer": f"http://localhost/{_CANARY}",
                            "X-Forwarded-For": _NETWORK, "X-Request-ID": _CANARY,
                            "Accept-Language": _CANARY},
                "environ_overrides": {"REMOTE_ADDR": _NETWORK},
            }  # fmt: skip
            if sample.method == "POST":
                sent["data"] = hostile_fields(sample) | {"csrf_token": token}
            client.browser.open(path, method=sample.method, **sent)
    client.browser.get(f"/de/konto/bestaetigen/{_CANARY}/")
    client.browser.get(f"/{_CANARY}/", headers={"Host": f"{_CANARY}.example"})
    client.browser.open("/de/", method=_CANARY.upper())
    Worker(client.app).run_until_idle()
    written = lines()
    assert len(written) > 300
    text = json.dumps(written, ensure_ascii=False)
    for word in (_CANARY, _NETWORK, "@", *(p.email for p in BY_ROLE.values() if p)):
        assert word.lower() not in text.lower(), word


def failing(app: Flask) -> None:
    """Add a page that fails in the ways that put values into words."""

    @app.post("/failing/<way>/")
    @public
    def failing(way: str) -> str:
        if way == "value":
            raise ValueError(f"{_CANARY} is wrong")
        if way == "key":
            return str({}[_ADDRESS])  # type: ignore[misc]
        if way == "chain":
            try:
                int(_CANARY)
            except ValueError as error:
                raise RuntimeError(_ADDRESS) from error
        db.session.add(Person(email=_ADDRESS, created_at=NOW))
        db.session.add(Person(email=_ADDRESS, created_at=NOW))
        db.session.flush()
        return ""


@pytest.mark.parametrize("way", ["value", "key", "chain", "unique"])
def test_failure_is_told_by_names_and_places_only(
    app: Flask, app_beside: Callable[..., Flask], lines: Lines, way: str
) -> None:
    app = app_beside()
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    failing(app)
    answer = app.test_client().post(f"/failing/{way}/?q={_CANARY}", data={"text": _CANARY})
    assert answer.status_code == 500
    failure, request = lines()
    assert failure["event"] == "request failed"
    assert failure["level"] == "error"
    assert failure["request"] == request["request"]
    assert request["status"] == 500
    errors = [one["error"] for one in failure["failure"]]
    assert errors == {
        "value": ["ValueError"], "key": ["KeyError"], "chain": ["RuntimeError", "ValueError"],
        "unique": ["IntegrityError", failure["failure"][-1]["error"]],
    }[way]  # fmt: skip
    assert any(Path(__file__).name in place for place in failure["failure"][0]["at"])
    if way == "unique" and app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        assert failure["failure"][0]["sqlstate"] == "23505"
    assert _CANARY not in json.dumps([failure, request])


def test_worker_that_fails_says_where_and_not_about_whom(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from participation.notifications import delivery

    def fail(*_: object) -> None:
        raise LookupError(_ADDRESS)

    with app.app_context():
        person = make_person(MARA)
        from participation.journal import service as journal

        journal.record("account:registered", "person", person.id, actor=person.actor, now=NOW)
        db.session.commit()
    monkeypatch.setattr(delivery, "write_mail", fail)
    Worker(app).run_until_idle()
    written = [line for line in lines() if line["level"] == "error"]
    assert [one["error"] for one in written[0]["failure"]] == ["LookupError"]
    assert written[0]["event"].endswith("cannot be written")
    assert "@" not in json.dumps(written)
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM mail WHERE tries > 0")) == 1


@pytest.mark.parametrize(
    ("message", "values", "kept"),
    [
        ("Error handling request %s", (f"/de/?q={_CANARY}",), "Error handling request …"),
        ("Worker (pid:%s) was sent %s!", (17, "SIGKILL"), "Worker (pid:17) was sent …!"),
        (f"Invalid request from ip={_NETWORK}: {_CANARY}", (), "Invalid request from …"),
        (f"no such thing {_ADDRESS} at /de/{_CANARY}", (), "no such thing … at …"),
        ("%d of %s", ("x",), "%d of %s"),
        ("%(who)s came", ({"who": _CANARY},), "%(who)s came"),
        ("", (), ""),
    ],
)
def test_messages_of_others_are_kept_without_values(
    lines: Lines, message: str, values: tuple[Any, ...], kept: str
) -> None:
    logging.getLogger("gunicorn.error").warning(message, *values)
    (line,) = lines()
    assert line["event"] == kept
    assert line["logger"] == "gunicorn.error"


def test_line_that_would_tell_something_is_found(lines: Lines) -> None:
    logging.getLogger("participation").warning("mail to %s", _ADDRESS)
    assert _ADDRESS in lines()[0]["event"], "our own words are not looked at, so this test looks"

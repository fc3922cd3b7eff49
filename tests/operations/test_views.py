"""Pages for programs: health and numbers, who gets them, and what is not in them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from participation.app import create_app
from participation.core import clock
from participation.core.db import db
from participation.notifications.models import Mail
from participation.notifications.rules import MOST_TRIES
from participation.operations import service
from participation.operations.models import WorkerBeat
from participation.suggestions.rules import State
from participation.worker import Worker
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.factories import make_suggestion
from tests.people import MARA, NOW

_TOKEN = "a token that only Prometheus knows"


def numbers_in(text: str) -> dict[str, float]:
    """What Prometheus reads, by name; with labels only where there are some."""
    return {
        sample.name
        + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def beat_at(app: Flask, seconds_ago: float) -> None:
    with app.app_context():
        service.beat(NOW - timedelta(seconds=seconds_ago))
        db.session.commit()


def test_monitoring_reads_that_all_is_well(client: CheckingClient) -> None:
    Worker(client.app)
    beat_at(client.app, 500)
    beat_at(client.app, 20)
    response = client.browser.get("/healthz")
    assert response.status_code == 200
    assert response.json == {"status": "ok", "database": "ok", "worker": "ok"}
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("ago", "sign"), [(None, "never"), (181, "late")])
def test_monitoring_reads_that_no_worker_lives(
    client: CheckingClient, ago: int | None, sign: str
) -> None:
    if ago:
        beat_at(client.app, ago)
    response = client.browser.get("/healthz")
    assert response.status_code == 200, "pages can be read all the same"
    assert response.json == {"status": "degraded", "database": "ok", "worker": sign}


def test_worker_says_that_it_lives(app: Flask) -> None:
    worker = Worker(app)
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        worker.run_until_idle()
    with clock.stopped_at(NOW + timedelta(minutes=2)):
        worker.run_until_idle()
    with app.app_context():
        assert db.session.scalars(sa.select(WorkerBeat.at)).all() == [NOW + timedelta(minutes=2)]


def test_monitoring_reads_that_the_database_is_old(client: CheckingClient) -> None:
    with client.app.app_context():
        number = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        change = sa.text("UPDATE alembic_version SET version_num = :number")
        db.session.execute(change, {"number": "0001"})
        db.session.commit()
    try:
        response = client.browser.get("/healthz")
    finally:
        with client.app.app_context():
            db.session.execute(change, {"number": number})
            db.session.commit()
    assert response.status_code == 503
    assert response.json == {"status": "down", "database": "old", "worker": "never"}


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://x:secret@127.0.0.1:1/x", "sqlite:///{}/x/y.db"]
)
def test_monitoring_reads_that_there_is_no_database(url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(url.format(tmp_path)))  # no connection is ever opened
    response = app.test_client().get("/healthz")
    assert response.status_code == 503
    assert response.json == {"status": "down", "database": "gone", "worker": "never"}


def test_monitoring_reads_how_much_waits(client: CheckingClient) -> None:
    with client.app.app_context():
        make_suggestion(supports=3)
        suggestion = make_suggestion(State.SUBMITTED)
        entries = db.session.scalars(sa.text("SELECT entry_id FROM outbox_entry ORDER BY 1")).all()
        common = {"template": "x", "created_at": NOW - timedelta(hours=2)}
        waits = {**common, "next_try_at": NOW + timedelta(hours=1), "tries": 3}
        lost = {**common, "next_try_at": None, "tries": MOST_TRIES}
        for number, values in enumerate([waits, lost, {**lost, "sent_at": NOW}]):
            db.session.add(
                Mail(entry_id=entries[number], person_id=suggestion.author_id,
                     message_id=str(number), **values)
            )  # fmt: skip
        db.session.commit()
    beat_at(client.app, 30)
    found = numbers_in(client.browser.get("/metrics").text)
    assert found["participation_outbox_entries"] == len(entries)
    assert found["participation_mails_waiting"] == 1
    assert found["participation_mails_given_up"] == 1
    assert found["participation_oldest_waiting_mail_seconds"] == 7200
    assert found["participation_supports"] == 3
    assert found["participation_worker_beat_age_seconds"] == 30


def test_requests_are_counted_by_the_names_of_pages(client: CheckingClient) -> None:
    def count(name: str) -> float:
        return numbers_in(client.browser.get("/metrics").text).get(name, 0)

    wanted = "participation_requests_total suggestions.suggestion_list GET 200"
    before = count(wanted)
    client.browser.get("/de/anregungen/?q=geheimwort")
    client.browser.get("/de/anregungen/")
    client.browser.get("/de/geheimwort/")
    client.browser.open("/de/", method="GEHEIMWORT")
    assert count(wanted) == before + 2
    text = client.browser.get("/metrics").text
    assert "geheimwort" not in text.lower()
    assert numbers_in(text)["participation_requests_total none GET 404"] >= 1
    assert 'participation_request_seconds_bucket{endpoint="suggestions.suggestion_list"' in text


def asked(app: Flask, *, address: str = "127.0.0.1", **headers: str) -> int:
    """Ask for the numbers from a network address; return the status."""
    return (
        app.test_client()
        .get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
        .status_code
    )


def test_without_a_token_only_programs_on_the_machine_get_numbers(app: Flask) -> None:
    assert asked(app) == asked(app, address="::1") == 200
    for address in ("203.0.113.9", "", "127.0.0.1.example", "192.168.1.1"):
        assert asked(app, address=address) == 404, address


def test_nobody_gets_numbers_through_a_proxy_that_is_on_the_machine(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert asked(app, **{name: "127.0.0.1"}) == 404, name
    behind = app_beside(trusted_proxies=1)
    assert asked(behind, **{"X-Forwarded-For": "127.0.0.1"}) == 404
    assert asked(behind) == 200


def test_with_a_token_who_has_it_gets_numbers(app_beside: Callable[..., Flask]) -> None:
    app = app_beside(metrics_token=_TOKEN)
    right = {"Authorization": f"Bearer {_TOKEN}"}
    assert asked(app, address="203.0.113.9", **right) == 200
    assert asked(app, address="203.0.113.9", **right, **{"X-Forwarded-For": "x"}) == 200
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {_TOKEN}x"},
                  {"Authorization": "Bearer ä"}):  # fmt: skip
        assert asked(app, **wrong) == 404


def test_numbers_hold_nothing_of_the_person_who_asks(client: CheckingClient) -> None:
    client.sign_in(MARA)
    response = client.browser.get("/metrics")
    assert MARA.email not in response.text
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"

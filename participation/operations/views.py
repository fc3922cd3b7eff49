"""Pages for programs: whether the platform is well, and its numbers. Outside of all languages."""

import hmac
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client.core import GaugeMetricFamily

from participation.core import clock, metrics, schema
from participation.core.access import public
from participation.core.db import db
from participation.core.headers import keep_private
from participation.operations import queries
from participation.operations.rules import (
    Health,
    Sign,
    health_of,
    may_read_metrics,
    sign_of_worker,
)

operations = Blueprint("operations", __name__)
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


@operations.get("/healthz")
@public
def healthz() -> Any:
    """Say how database and worker do; 503 if nobody gets a page."""
    keep_private()
    worker = Sign.NEVER
    try:
        present = schema.revision_of(db.session.connection())
        database = Sign.OK if present == schema.needed_revision() else Sign.OLD
        if database is Sign.OK:
            worker = sign_of_worker(queries.last_beat(), clock.now())
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        database = Sign.GONE
    health = health_of(database, worker)
    answer = jsonify(status=health, database=database, worker=worker)
    if health is Health.DOWN:
        answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return answer


@operations.get("/metrics")
@public
def read_metrics() -> Response:
    """The numbers, for Prometheus; to others, this page does not exist."""
    expected = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not may_read_metrics(
        expected=expected,
        is_right=hmac.compare_digest(given.encode(), expected.encode()),
        address=request.remote_addr,
        was_forwarded=any(name in request.headers for name in _FORWARDED),
    ):
        abort(HTTPStatus.NOT_FOUND)
    keep_private()
    text = metrics.written(_numbers())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _numbers() -> Iterator[GaugeMetricFamily]:
    now, load, beat = clock.now(), queries.load(), queries.last_beat()
    oldest = (now - load.oldest_mail).total_seconds() if load.oldest_mail else 0
    numbers = {
        "outbox_entries": ("Things that happened and are not yet turned into mails.", load.outbox),
        "mails_waiting": ("Mails that wait to be sent.", load.waiting),
        "mails_given_up": ("Mails that no mail server took.", load.given_up),
        "oldest_waiting_mail_seconds": ("Age of the oldest mail that waits.", oldest),
        "supports": ("Supports that count.", load.supports),
    }
    if beat:
        age = (now - beat).total_seconds()
        numbers["worker_beat_age_seconds"] = ("Since when no worker said that it lives.", age)
    for name, (what, value) in numbers.items():
        yield GaugeMetricFamily(f"participation_{name}", what, value)

"""Counts of requests, for Prometheus. Endpoints have names here, never addresses."""

from collections.abc import Iterable
from time import perf_counter
from typing import Any

import prometheus_client
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, multiprocess, values

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class _Counts:
    """The counts of this process; made with the first app, after it is known where they are kept."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = prometheus_client.Counter(
            "participation_requests", "Answered requests.", ("endpoint", "method", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = prometheus_client.Histogram(
            "participation_request_seconds", "How long answers took.", ("endpoint",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip


_counts: _Counts | None = None


def count_in_files(place: int) -> None:
    """Keep the counts of this process in files (PROMETHEUS_MULTIPROC_DIR) that all workers read.

    :param place: number of the worker; one that comes later with the same number goes on with them
    """
    values.ValueClass = values.MultiProcessValue(lambda: place)


def join_metrics(app: Flask) -> None:
    """Count the app's requests."""
    global _counts
    counts = _counts = _counts or _Counts()

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        counts.requests.labels(endpoint, method(), response.status_code).inc()
        counts.seconds.labels(endpoint).observe(seconds())
        return response


def method() -> str:
    """The request's method, if it is one that there is: whoever asks can write anything there."""
    return request.method if request.method in _METHODS else "other"


def seconds() -> float:
    """How long this request has taken until now."""
    return perf_counter() - g.get("began", perf_counter())


def written(more: Iterable[Any]) -> str:
    """Return the counts of all workers, and more metrics, as Prometheus reads them."""
    registry = CollectorRegistry()
    if values.ValueClass is values.MutexValue and _counts is not None:
        registry = _counts.registry
    else:
        multiprocess.MultiProcessCollector(registry)
    found = [*registry.collect(), *more]
    return prometheus_client.generate_latest(_Given(found)).decode()  # type: ignore[arg-type]


class _Given:
    """What was collected already, as a registry."""

    def __init__(self, metrics: list[Any]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Any]:
        """Return it."""
        return self._metrics

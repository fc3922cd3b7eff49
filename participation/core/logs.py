"""Logs: one line of JSON a thing that happened, on standard error, without personal data.

What people typed, who they are and where they are does not get into a line at all: not by leaving
fields out of what a framework writes, but by writing only what is known to be harmless. A failure is
told by the names of its exceptions and the places in the code, never by its words, which hold values.
"""

import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, Response, request

from participation.core import metrics

_REQUESTS = logging.getLogger("participation.requests")
#: Fields that our own calls may add (``extra``).
_FIELDS = ("endpoint", "method", "status", "milliseconds")
_DEEPEST = 12
#: What makes a word of a foreign message an address of mail or network, or a path.
_TELLING = re.compile(r"[@/]|:[0-9a-fA-F:]{2}|\d{1,3}(?:\.\d{1,3}){3}")
Event = dict[str, Any]


def set_up(level: str) -> None:
    """Let everything that this process logs go to standard error as lines of JSON."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(_FIELDS),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _harmless,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            pass_foreign_args=True,
            use_get_message=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("participation").setLevel(level.upper())
    logging.captureWarnings(True)
    logging.raiseExceptions = (
        False  # a line that cannot be written must not write its values instead
    )


def _harmless(_logger: Any, _name: str, event: Event) -> Event:
    """Take out of a line whatever could be about a person."""
    record: logging.LogRecord = event["_record"]
    values = event.pop("positional_args", ())
    own = record.name.partition(".")[0] == "participation"
    words = str(record.msg)
    event["event"] = _filled_in(words, values) if own else _without_values(words, values)
    failure = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(failure, tuple) and failure[1] is not None:
        event["failure"] = list(told(failure[1]))
    return event


def _filled_in(words: str, values: Any) -> str:
    return words % values if values else words


def _without_values(words: str, values: Any) -> str:
    """A foreign message: its words without what was put into them, numbers excepted."""
    if isinstance(values, tuple) and values:
        harmless = tuple(one if isinstance(one, int) else "…" for one in values)
        try:
            return words % harmless
        except (TypeError, ValueError):
            return words
    if values or not words:
        return words
    # Nobody knows what was put into it: only how it begins is kept.
    begins = words.split(":")[0].splitlines()[0].split(" ")
    return " ".join("…" if _TELLING.search(word) else word for word in begins)


def told(error: BaseException) -> Iterator[Event]:
    """Tell a failure and what led to it, the last first: names and places, never words or values."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        event: Event = {"error": type(now).__name__, "at": list(_places(now.__traceback__))}
        if state := getattr(getattr(now, "orig", None), "sqlstate", None):
            event["sqlstate"] = state
        yield event
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    """Where it happened: our own code, and the place itself."""
    frames = traceback.extract_tb(trace)
    own = [one for one in frames if "site-packages" not in one.filename][-_DEEPEST:]
    for frame in own if not frames or frames[-1] in own else [*own, frames[-1]]:
        yield f"{frame.filename}:{frame.lineno} {frame.name}"


def join_logs(app: Flask) -> None:
    """Log each request: which page, how it ended, how long it took."""

    @app.before_request
    def begin() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=secrets.token_hex(6))

    @app.after_request
    def log(response: Response) -> Response:
        _REQUESTS.info(
            "request",
            extra={
                "endpoint": request.endpoint or "none",
                "method": metrics.method(),
                "status": response.status_code,
                "milliseconds": round(metrics.seconds() * 1000, 1),
            },
        )
        return response

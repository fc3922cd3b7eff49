"""The worker: closes periods, keeps polls' time, tells that phases begin, forgets old requests, turns the
journal into mails and digests, sends them, forgets in time.

It says every now and then that it lives.

Everything it does is safe to do twice and safe to be interrupted; several may run at once.
"""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from participation.accounts import credentials, tries
from participation.barriers import service as barriers
from participation.config import Settings
from participation.core import clock, logs
from participation.core.db import db
from participation.notifications import delivery
from participation.notifications import service as notifications
from participation.operations import service as operations
from participation.permissions import CLOCK
from participation.polls import counting_job, keeping_time, tallying
from participation.privacy import service as privacy
from participation.privacy.terms import periods
from participation.projects import phases as projects
from participation.reports import service as reports
from participation.suggestions import guest_support
from participation.suggestions import service as suggestions
from participation.suggestions.terms import terms

IDLE_SECONDS = 1.0
_PERIODS_EVERY = timedelta(seconds=20)
_FIGURES_EVERY = timedelta(minutes=10)
_RETENTION_EVERY = timedelta(hours=1)


class Worker:
    """Does what has to be done, step by step."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings: Settings = app.extensions["settings"]
        self._postman = delivery.postman_of(self._settings)
        self._domain = self._settings.mail_from.partition("@")[2]
        self._periods_at = clock.now() - _PERIODS_EVERY
        self._figures_at = clock.now() - _FIGURES_EVERY
        self._retention_at = clock.now() - _RETENTION_EVERY
        self._parts = (
            self._close_periods, self._count, self._write, self._collect, self._deliver, self._take_figures,
            self._forget,
        )  # fmt: skip

    def step(self) -> bool:
        """Do one thing; tell whether there was anything to do."""
        return any(self._do(part) for part in self._parts)

    def run_until_idle(self) -> None:
        """Work until there is nothing left to do."""
        while self.step():
            pass

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. A failure of one step is logged; the next one is tried."""
        while not stop.is_set():
            # Each part for itself: what one cannot do must not hold up the others.
            busy = [self._try(part) for part in self._parts]
            if not any(busy):
                stop.wait(IDLE_SECONDS)

    def _do(self, part: Callable[[], bool]) -> bool:
        with self._app.app_context():
            return part()

    def _try(self, part: Callable[[], bool]) -> bool:
        try:
            return self._do(part)
        except Exception:  # the worker must outlive a database that restarts
            self._app.logger.exception("worker: %s failed", part.__name__)
            return False

    def _close_periods(self) -> bool:
        now = clock.now()
        if now - self._periods_at < _PERIODS_EVERY:
            return False
        self._periods_at = now
        operations.beat(now)
        count = suggestions.close_periods(now, terms()) + guest_support.forget_expired(now)
        count += tries.forget_old(now) + credentials.forget_address_changes(now)
        count += barriers.forget_old(now)
        count += projects.begin_phases(now)
        count += keeping_time.keep_time(now)
        db.session.commit()
        return count > 0

    def _count(self) -> bool:
        """Count one open poll that is over. Nothing is locked while it is counted."""
        waiting = keeping_time.to_count()
        if not waiting:
            return False
        material = counting_job.material_of(waiting[0])
        db.session.rollback()
        counted = tallying.tally(material, material.ballots)
        counting_job.publish(counted, CLOCK, clock.now())
        db.session.commit()
        return True

    def _take_figures(self) -> bool:
        now = clock.now()
        if now - self._figures_at < _FIGURES_EVERY:
            return False
        self._figures_at = now
        reports.take(now, clock.city_date(now))
        db.session.commit()
        return True

    def _forget(self) -> bool:
        """Forget what is due, some rows a step; when nothing is left, look again in an hour."""
        now = clock.now()
        if now - self._retention_at < _RETENTION_EVERY:
            return False
        done = privacy.apply_retention(now, periods(), terms())
        db.session.commit()
        if not done:
            self._retention_at = now
        return bool(done)

    def _write(self) -> bool:
        wrote = notifications.write_next(clock.now(), self._domain)
        db.session.commit()
        return wrote

    def _collect(self) -> bool:
        wrote = notifications.write_digest(clock.now(), self._domain)
        db.session.commit()
        return wrote

    def _deliver(self) -> bool:
        return delivery.deliver_next(self._app, self._settings, self._postman, clock.now())


def run_in_foreground(app: Flask) -> None:
    """Run a worker until SIGTERM or Ctrl-C; the step under way is finished first."""
    logs.set_up(app.extensions["settings"].log_level)
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    Worker(app).run(stop)

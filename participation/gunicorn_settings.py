"""How gunicorn runs the pages; read by it at the start (``participation/server.py``)."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn import glogging

from participation.config import read_settings
from participation.core import logs, metrics

worker_class = "gthread"
#: Seconds: a worker that hangs is replaced; one that is told to stop finishes what it does.
timeout = 60
graceful_timeout = 30
#: Seconds a connection of the proxy is kept open.
keepalive = 5
#: Workers are replaced now and then, each at another time, so that no leak grows for ever.
max_requests = 20_000
max_requests_jitter = 5_000
#: gunicorn believes nobody's forwarded headers; ProxyFix does, as PARTICIPATION_TRUSTED_PROXIES says.
forwarded_allow_ips = ""
#: Requests are logged by core/logs.py, which knows what may be said of them.
accesslog = None
loglevel = "warning"
#: The heartbeat of workers must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
#: No second way into the server.
control_socket_disable = True

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Logs(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own messages, as lines like all others."""

    def setup(self, cfg: Any) -> None:
        """Let the messages go where everything goes."""
        super().setup(cfg)
        logs.set_up(read_settings().log_level)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


logger_class = Logs


def on_starting(server: Any) -> None:
    """Make the folder in which the workers share their counts."""
    if given := os.environ.get(_FOLDER):
        shutil.rmtree(given, ignore_errors=True)
        Path(given).mkdir(parents=True, mode=0o700)
    else:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="participation-metrics-")
        server.made_folder = os.environ[_FOLDER]


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest number that no other has: who follows one goes on with its counts."""
    taken = {getattr(other, "place", None) for other in server.WORKERS.values()}
    worker.place = next(number for number in itertools.count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let the worker count in files of its own."""
    metrics.count_in_files(worker.place)


def on_exit(server: Any) -> None:
    """Take the folder away."""
    if folder := getattr(server, "made_folder", None):
        shutil.rmtree(folder, ignore_errors=True)

"""Bears workers and kills them: a process that has loaded everything forks, so that one costs no second.

Each line on its input is a number of seconds; so long lives the next worker. Each line on its output
is one that was killed. The settings are in the environment, as for ``participation worker``.
"""

import os
import signal
import sys
import time

from participation.app import create_app
from participation.worker import run_in_foreground


def live_for(seconds: float) -> None:
    """Bear a worker, and kill it after so long."""
    child = os.fork()
    if child == 0:
        run_in_foreground(_app)
        os._exit(3)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        sys.exit("a worker ended by itself")


if __name__ == "__main__":
    _app = create_app()  # connects to nothing yet, so that no connection is shared
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        live_for(float(line))
        sys.stdout.write("killed\n")
        sys.stdout.flush()

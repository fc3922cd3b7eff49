"""A Chromium for the browser tests: one that is there, or one that is installed now.

In order: the one that PARTICIPATION_TEST_CHROMIUM names, one on the search path, Playwright's own,
Debian's package (as root, with apt-get), Playwright's download. Only one that starts is taken: on
Ubuntu `chromium-browser` can be a script that merely says what to install.
"""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PATH_VARIABLE = "PARTICIPATION_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH_ARGUMENTS: list[str] = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
APT_SECONDS = 600
DOWNLOAD_SECONDS = 300
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class ChromiumUnavailable(Exception):
    """No Chromium could be had; the message is one sentence: what was tried, what to install."""


class _WayFailed(Exception):
    """One way led to no Chromium; the message is the reason, in a few words."""


def on_path(path: str | None = None) -> str:
    """The first Chromium or Chrome on the search path that starts. Raises _WayFailed."""
    reasons = []
    for found in filter(None, (shutil.which(name, path=path) for name in NAMES)):
        try:
            return _checked(found)
        except _WayFailed as error:
            reasons.append(str(error))
    raise _WayFailed(", ".join(reasons) or f"no {', '.join(NAMES)} on the search path")


def playwrights_own() -> str:
    """The Chromium that Playwright has downloaded before. Raises _WayFailed."""
    if importlib.util.find_spec("playwright") is None:
        raise _WayFailed("the pip package playwright is not installed")
    # In a process of its own: Playwright's driver cannot run twice in one, nor under asyncio.
    return _checked(_run([sys.executable, "-c", ASK_PLAYWRIGHT], 60).strip().split("\n")[-1])


def from_apt() -> str:
    """Debian's Chromium, installed now. Raises _WayFailed."""
    if os.geteuid() != 0:
        raise _WayFailed("apt-get needs root")
    return install_with_apt()


def install_with_apt(path: str | None = None) -> str:
    """Installs with the apt-get on the search path, unless another process just did.

    Raises _WayFailed.
    """
    apt_get = shutil.which("apt-get", path=path)
    if apt_get is None:
        raise _WayFailed("no apt-get")
    lock_file = Path(tempfile.gettempdir()) / f"participation-chromium-{os.geteuid()}.lock"
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(lock_file, flags, mode=0o600), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return on_path(path)
        except _WayFailed:
            _say("Installing the package chromium with apt-get, once, for the browser tests ...")
        deadline = time.monotonic() + APT_SECONDS
        install = ["install", "-y", "--no-install-recommends", "chromium"]
        for action in (["update"], install):
            command = [apt_get, "-o", "DPkg::Lock::Timeout=120", *action]
            _run(command, deadline - time.monotonic(), show_failure=True)
    return on_path(path)


def from_playwright() -> str:
    """Playwright's Chromium, downloaded now. Raises _WayFailed."""
    if importlib.util.find_spec("playwright") is None:
        raise _WayFailed("the pip package playwright is not installed")
    _say("Downloading Chromium with Playwright, once, for the browser tests ...")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    _run(command, DOWNLOAD_SECONDS, show_failure=True)
    return playwrights_own()


Way = tuple[str, Callable[[], str]]
WAYS: Sequence[Way] = (
    ("the search path", on_path),
    ("Playwright's own", playwrights_own),
    ("apt-get install", from_apt),
    ("playwright install", from_playwright),
)


def find_chromium(ways: Sequence[Way] = WAYS) -> str:
    """The path of a Chromium or Chrome that starts. Raises ChromiumUnavailable."""
    if given := os.environ.get(PATH_VARIABLE):
        try:
            return _checked(given)
        except _WayFailed as error:
            raise ChromiumUnavailable(
                f"The Chromium that {PATH_VARIABLE} names does not start ({error}): "
                "set it to the path of a Chromium or Chrome executable, or unset it."
            ) from error
    reasons = []
    for name, find in ways:
        try:
            return find()
        except (_WayFailed, OSError) as error:
            reasons.append(f"{name}: {error}")
    raise ChromiumUnavailable(
        f"No Chromium for the browser tests (tried {'; '.join(reasons) or 'nothing'}): "
        "install Chromium or Chrome (Debian: apt-get install chromium; elsewhere: "
        f"playwright install --with-deps chromium), or set {PATH_VARIABLE} to its path."
    )


def _checked(executable: str) -> str:
    """This executable, if it starts. Raises _WayFailed."""
    _run([executable, "--version"], 60)
    return executable


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _run(command: list[str], seconds: float, *, show_failure: bool = False) -> str:
    """What the command prints. Raises _WayFailed if it fails, and can show all it printed."""
    environment = os.environ | {
        "DEBIAN_FRONTEND": "noninteractive",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000",
    }
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        try:
            subprocess.run(
                command,
                check=True,
                timeout=seconds,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            reason = None
        except subprocess.CalledProcessError as error:
            reason = f"{Path(command[0]).name} ended with exit status {error.returncode}"
        except subprocess.TimeoutExpired:
            reason = f"{Path(command[0]).name} took more than {seconds:.0f} seconds"
        except OSError as error:
            reason = str(error)
        log.seek(0)
        output = log.read()
    if reason is None:
        return output
    if show_failure:
        _say(output)
    raise _WayFailed(reason)

"""Requests per second of start, list, sheet and suggestion, as a share of a Flask hello world's. By hand:

    .venv/bin/python -m benchmarks.pages [rounds] [sizes, as 1000,100000] [databases, as sqlite,postgresql]

Runs ``serve`` with two workers on both databases, filled by ``generate``, beside a hello world under the
same gunicorn settings. In each round each address is asked for two seconds by a few connections that
stay open, one address after the other; shares are taken within a round, and the median of the rounds
counts. On a computer that does other things meanwhile, short answers are hindered less than long ones:
the seconds of processor time that an answer costs the web server (``cpu``) do not depend on that.
"""

import os
import re
import secrets
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from participation.server import server_command
from tests import postgresql_server

_SECONDS = 2.0
_CONNECTIONS = 8
_WORKERS, _THREADS = 2, 4
_PATHS = {"start": "/de/", "list": "/de/anregungen/"}
#: What the issue asks of a list page.
TARGET = 1 / 12


class Client:
    """Asks one address again and again over connections that stay open; nearly free of charge."""

    def __init__(self, port: int, path: str) -> None:
        self._port = port
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()
        self._selector = selectors.DefaultSelector()

    def rate(self, seconds: float) -> tuple[float, int]:
        """Return how many answers came per second, and in all. :raises RuntimeError: if one is not 200"""
        for _ in range(_CONNECTIONS):
            self._connect()
        answers, began = 0, time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            for key, _ in self._selector.select(0.2):
                answers += self._read(key)
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
        return answers / (now - began), answers

    def _connect(self) -> None:
        one = socket.create_connection(("127.0.0.1", self._port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(one, selectors.EVENT_READ, bytearray())
        one.sendall(self._request)

    def _read(self, key: selectors.SelectorKey) -> int:
        one, buffer = key.fileobj, key.data
        try:
            some = one.recv(1 << 16)  # type: ignore[union-attr]
        except ConnectionError:
            some = b""
        if not some:  # the server replaces a worker now and then
            self._selector.unregister(one)
            one.close()  # type: ignore[union-attr]
            self._connect()
            return 0
        buffer += some
        head = buffer.find(b"\r\n\r\n")
        if head < 0:
            return 0
        if not buffer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(bytes(buffer[:200]))
        length = re.search(rb"(?i)content-length: (\d+)", bytes(buffer[:head]))
        if length is None or len(buffer) < head + 4 + int(length[1]):
            return 0
        buffer.clear()
        one.sendall(self._request)  # type: ignore[union-attr]
        return 1


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(url: str, port: int, secret: str = "") -> dict[str, str]:
    """The environment of a server."""
    return os.environ | {
        "PARTICIPATION_SECRET_KEY": secret or secrets.token_hex(32),
        "PARTICIPATION_DATABASE_URL": url,
        "PARTICIPATION_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PARTICIPATION_LOG_LEVEL": "warning",
    }


def cpu_of(parent: int) -> float:
    """Return the seconds of processor time that the children of a process have used, ended ones too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent:
            ticks += int(after_name[11]) + int(after_name[12])
        elif stat.parent.name == str(parent):
            ticks += int(after_name[13]) + int(after_name[14])
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A server that runs: its port, and the process that the workers belong to."""

    port: int
    process_id: int

    def measure(self, path: str) -> tuple[float, float]:
        """Ask one address for a while; return answers a second, and milliseconds of CPU an answer."""
        before = cpu_of(self.process_id)
        rate, answers = Client(self.port, path).rate(_SECONDS)
        return rate, 1000 * (cpu_of(self.process_id) - before) / max(answers, 1)


@contextmanager
def serving(application: str, url: str, secret: str = "") -> Iterator[Server]:
    """Run a server with the settings of ``serve``."""
    port = free_port()
    command = [*server_command(f"127.0.0.1:{port}", _WORKERS, _THREADS)[:-1], application]
    process = subprocess.Popen(command, env=settings(url, port, secret))  # noqa: S603
    try:
        for _ in range(300):
            time.sleep(0.1)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    break
            except OSError:
                continue
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def filled(url: str, count: int) -> None:
    """Make up a city of this size."""
    run = [sys.executable, "-m", "participation"]
    began = time.perf_counter()
    for words in (["migrate"], ["generate", "--suggestions", str(count)]):
        subprocess.run(  # noqa: S603
            [*run, *words], env=settings(url, 8000), check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201


def pages(url: str) -> dict[str, str]:
    """The addresses that are measured; of sheet and suggestion, ordinary ones."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        slug = connection.scalar(sa.text("SELECT max(slug) FROM project"))
        number = connection.scalar(
            sa.text("SELECT max(number) FROM suggestion WHERE state = 'expired' AND supports > 5"
                    " AND answer_revision = 1")
        )  # fmt: skip
    engine.dispose()
    return _PATHS | {"sheet": f"/de/vorhaben/{slug}/", "suggestion": f"/de/anregungen/{number}/"}


def measure(url: str, rounds: int) -> tuple[float, float]:
    """Print rates and CPU times; return the list's share of hello world's, by rate and by CPU."""
    found: dict[str, list[tuple[float, float]]] = {}
    paths = pages(url)
    with (
        serving("participation.app:create_app()", url) as platform,
        serving("benchmarks.hello:app", url) as other,
    ):
        for number in range(rounds + 1):
            one = {"hello": other.measure("/")}
            one |= {name: platform.measure(path) for name, path in paths.items()}
            for name, measured in one.items() if number else ():  # the first round warms up
                found.setdefault(name, []).append(measured)
    shares = {}
    for name, measured in found.items():
        by_rate = statistics.median(
            rate / hello for (rate, _), (hello, _) in zip(measured, found["hello"], strict=True)
        )
        by_cpu = statistics.median(
            hello / cpu for (_, cpu), (_, hello) in zip(measured, found["hello"], strict=True)
        )
        shares[name] = by_rate, by_cpu
        rate, cpu = (statistics.median(values) for values in zip(*measured, strict=True))
        print(  # noqa: T201
            f"  {name:11} {rate:7.1f} a second  1/{1 / by_rate:<6.1f} "
            f"{cpu:6.2f} ms cpu  1/{1 / by_cpu:.1f}",
            flush=True,
        )
    return shares["list"]


def databases(folder: Path, server: str, sizes: list[int]) -> Iterator[tuple[str, int, str]]:
    """Yield kind, size and address of new databases."""
    for size in sizes:
        yield "sqlite", size, f"sqlite:///{folder}/pages-{size}.db"
        url = sa.make_url(server)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE pages_{size}")
        yield "postgresql", size, url.set(database=f"pages_{size}").render_as_string(False)


def main(rounds: int, sizes: list[int], kinds: list[str]) -> int:
    """Measure everything; the exit status tells whether a list page is quick enough."""
    lists = {}
    server = postgresql_server.start(Path(tempfile.gettempdir()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            for kind, size, url in databases(Path(folder), server.url, sizes):
                if kind not in kinds:
                    continue
                load = os.getloadavg()[0]
                print(f"{kind}, {size} suggestions, load {load:.1f}", flush=True)  # noqa: T201
                filled(url, size)
                lists[kind, size] = measure(url, rounds)[0]
    finally:
        server.stop()
    slow = {what: share for what, share in lists.items() if share < TARGET}
    for what, share in slow.items():
        print(f"too slow: {what}, 1/{1 / share:.1f}")  # noqa: T201
    return bool(slow)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(
        main(
            int(given[0]) if given else 5,
            [int(one) for one in (given[1] if len(given) > 1 else "1000,100000").split(",")],
            (given[2] if len(given) > 2 else "sqlite,postgresql").split(","),
        )
    )

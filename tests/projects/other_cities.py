"""What the tests of other cities' lists share."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.importing import ImportRefused
from participation.projects.models import Project, ProjectText
from tests.core.broken_json import BROKEN
from tests.core.files import everything, load, text_file

#: Values that hostile files have where something else is meant.
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 3, 10**25, 1.5, 1e300, "", " ", "-", "x", "x" * 5000, "a\x00b",
    "\ud800", "\u202etxt", "<script>alert(1)</script>", "javascript:alert(1)", "=1+1", "../../etc",
    "2021-02-30 10:00:00+00:00", "https://x", [], [None], [[]], [1], ["x" * 5000], ["\x00"],
    [{"url": "x"}], {}, {"geometry": None}, {"": ""}, "&#0;&#xd800;", "1.000 € - 2.000 €",
    {"geometry": {"coordinates": [1e300, 1]}}, {"geometry": {"coordinates": [True, False]}},
    {"geometry": {"coordinates": [13.4]}}, {"geometry": {"coordinates": "13,52"}},
]  # fmt: skip


def project(slug: str) -> Project:
    """The project with this name in addresses."""
    return db.session.scalars(sa.select(Project).where(Project.slug == slug)).one()


def text_of(one: Project) -> ProjectText:
    """The project's only text, which is German."""
    (text,) = one.texts
    assert text.language == "de"
    return text


def stored() -> list[Project]:
    """All projects, in the order of the file."""
    return list(db.session.scalars(sa.select(Project).order_by(Project.id)))


def import_reference(folder: Path, kind: str, *lines: str) -> None:
    """Import districts, departments or topics."""
    load(kind, text_file(folder, *lines))


def changed(content: Any, *changes: tuple[int, str, Any]) -> Any:
    """A copy of a list of records with other values: place (from 0), key, value; ... takes it out."""
    content = deepcopy(content)
    for number, key, value in changes:
        if value is ...:
            del content[number][key]
        else:
            content[number][key] = value
    return content


def faults_of(path: Path, file_format: str) -> list[str]:
    """The faults of a file, which must change nothing."""
    before = everything()
    with pytest.raises(ImportRefused) as refused:
        load("projects", path, file_format)
    assert everything() == before
    "".join(refused.value.faults).encode()
    return refused.value.faults


def assert_broken_files_are_refused(folder: Path, file_format: str) -> None:
    """No file of hostile JSON does anything but name its fault."""
    path = folder / "broken.json"
    for content in (*(content for content, _ in BROKEN), b"null", b"[]", b"{}", b'"x"', b"[[]]",
                    b'{"Vorhaben": {}}', b'{"Vorhaben": []}', b'{"Vorhaben": [[], 1, {}]}',
                    b'{"vorhaben": [{}]}', b"[{}]", b'[{"x": 1}]', b"7"):  # fmt: skip
        path.write_bytes(content)
        assert faults_of(path, file_format)


def assert_hostile_values_are_read_or_refused(
    folder: Path, file_format: str, good: dict[str, Any], around: Any
) -> None:
    """Each key with each hostile value is a fault, or is stored; nothing else happens."""
    for key in good:
        for value in HOSTILE:
            content = around([good | {key: value}])
            path = folder / "hostile.json"
            # Half a character has no UTF-8 form, but JSON can spell it.
            path.write_text(json.dumps(content), encoding="ascii")
            try:
                load("projects", path, file_format)
            except ImportRefused as refused:
                assert refused.faults, (key, value)
                "".join(refused.faults).encode()

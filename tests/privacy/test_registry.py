"""The registry knows every table, and every column that is, or leads to, a person."""

import re

import pytest
import sqlalchemy as sa

from participation.config import Settings
from participation.core.db import Base
from participation.notifications import models as _mails  # noqa: F401  (its tables belong to the schema)
from participation.privacy.rules import FURTHER_PERIODS, TABLES, Table
from participation.privacy.service import Periods

#: Names of columns that are about people, whatever they are in.
_SUSPICIOUS = re.compile(
    r"e_?mail|mailbox|first_name|last_name|street|postcode|author|actor|guest|person|password|token"
    r"|resident|address|_by_id|birth|phone|ip$"
)
#: Columns that only look like it: a path on the site, and how many.
_HARMLESS = {
    ("search_entry", "address"),
    ("person", "residency_declared_at"),
    ("suggestion", "address"),
}


def gaps(metadata: sa.MetaData, tables: dict[str, Table]) -> list[str]:
    """Return what the registry has not thought of, and what it names although it is not there."""
    found = [f"{name}: no such table" for name in tables.keys() - metadata.tables.keys()]
    for table in metadata.sorted_tables:
        promised = tables.get(table.name)
        if promised is None:
            found.append(f"{table.name}: not in the registry")
            continue
        for column in table.columns:
            leads = any(key.column.table.name == "person" for key in column.foreign_keys)
            is_about = leads or _SUSPICIOUS.search(column.name)
            harmless = (table.name, column.name) in _HARMLESS
            if is_about and not harmless and column.name not in promised.people:
                found.append(f"{table.name}.{column.name}: about a person")
        found += _faults_of(table, promised)
    return found


def _faults_of(table: sa.Table, promised: Table) -> list[str]:
    names = {column.name for column in table.columns}
    said = set(promised.columns) | set(promised.left_out)
    faults = [f"{table.name}.{name}: no such column" for name in said - names]
    faults += [f"{table.name}.{name}: no such column" for name in set(promised.people) - names]
    if promised.section:
        faults += [f"{table.name}.{name}: not in the export" for name in names - said]
    if promised.people and not (promised.section and promised.period and promised.deletion):
        faults.append(f"{table.name}: nothing is promised")
    return faults


def test_registry_knows_every_table_and_every_column_about_people() -> None:
    assert gaps(Base.metadata, TABLES) == []


def test_gap_in_the_registry_is_found() -> None:
    metadata = sa.MetaData()
    sa.Table("person", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "wish",
        metadata,
        sa.Column("whose", sa.ForeignKey("person.id")),
        sa.Column("guest_email", sa.String(100)),
        sa.Column("text", sa.Text),
    )
    sa.Table("secret", metadata, sa.Column("id", sa.Integer, primary_key=True))
    tables = {"person": Table(), "wish": Table(section="x", fields="text=text"), "gone": Table()}
    assert sorted(gaps(metadata, tables)) == [
        "gone: no such table",
        "secret: not in the registry",
        "wish.guest_email: about a person",
        "wish.guest_email: not in the export",
        "wish.whose: about a person",
        "wish.whose: not in the export",
    ]


@pytest.mark.parametrize("setting", sorted(Periods.SETTINGS))
def test_period_is_a_setting(setting: str) -> None:
    assert Settings.model_fields[setting].annotation is int


def test_sections_and_fields_of_the_export_have_one_name_each() -> None:
    sections = [table.section for table in TABLES.values() if table.section]
    assert len(sections) == len(set(sections))
    for table in TABLES.values():
        names = list(table.columns.values())
        assert len(names) == len(set(names))


def test_period_is_said_where_a_setting_says_it() -> None:
    for name, table in TABLES.items():
        assert ("%(days)s" in table.period) is bool(table.setting), name
    assert all("%(days)s" in sentence for sentence in FURTHER_PERIODS.values())

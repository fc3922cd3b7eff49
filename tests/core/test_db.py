"""What differs between the two databases, and what must not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.core import db as database
from participation.core.db import db
from tests.conftest import Database
from tests.people import MARA, NOW, make_person


def _people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("hours", [-12, -5, 0, 1, 14])
def test_moment_comes_back_in_utc_whatever_its_zone_was(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    person = make_person(MARA)
    person.created_at = NOW.astimezone(zone).replace(microsecond=123456)
    db.session.flush()
    db.session.expire_all()
    assert person.created_at == NOW.replace(microsecond=123456)
    assert person.created_at.tzinfo is UTC
    found = db.session.scalar(sa.select(Person.id).where(Person.created_at == person.created_at))
    assert found == person.id


@pytest.mark.usefixtures("session")
def test_moment_without_a_zone_does_not_get_into_the_database() -> None:
    naive = datetime(2026, 3, 10, 9, 0)  # noqa: DTZ001  (that is the point)
    person = make_person(MARA)
    person.created_at = naive
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        db.session.scalars(sa.select(Person).where(Person.created_at < naive))


@pytest.mark.usefixtures("session")
def test_moments_sort_by_time_and_not_by_how_they_were_written() -> None:
    for number, hours in enumerate([3, -3, 0]):
        at = (NOW + timedelta(minutes=number)).astimezone(timezone(timedelta(hours=hours)))
        db.session.add(Person(email=f"{number}@example.org", created_at=at))
    db.session.flush()
    emails = db.session.scalars(sa.select(Person.email).order_by(Person.created_at))
    assert list(emails) == ["0@example.org", "1@example.org", "2@example.org"]


def test_transaction_that_only_reads_refuses_to_write(app: Flask) -> None:
    with app.app_context():
        make_person(MARA)
        db.session.commit()
        with database.reading():
            assert _people() == 1
            for statement in (
                sa.insert(Person).values(email="x@example.org", created_at=NOW),
                sa.update(Person).values(name="x"),
                sa.delete(Person),
            ):
                with pytest.raises((sa.exc.OperationalError, sa.exc.InternalError)) as refused:
                    db.session.execute(statement)
                assert "read" in str(refused.value.orig)
                db.session.rollback()
        db.session.rollback()
        assert _people() == 1
        db.session.add(Person(email="x@example.org", created_at=NOW))
        db.session.commit()
        assert _people() == 2


def test_reading_is_over_after_the_block_even_if_it_fails(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError), database.reading():
            assert _people() == 0
            raise RuntimeError
        db.session.rollback()
        make_person(MARA)
        db.session.commit()
        assert _people() == 1


def test_visitor_who_reads_cannot_write_even_through_a_fault_in_a_view(app: Flask) -> None:
    with app.app_context():
        database.only_reads()
        with pytest.raises((sa.exc.OperationalError, sa.exc.InternalError)):
            make_person(MARA)
        db.session.rollback()
        database.writes()
        make_person(MARA)
        db.session.rollback()


def test_row_that_points_at_nothing_is_refused(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(
                sa.text("INSERT INTO department_member (person_id, department_id) VALUES (1, 1)")
            )
        db.session.rollback()


def test_value_that_is_no_member_of_an_enumeration_is_refused(app: Flask) -> None:
    from participation.accounts.models import RoleGrant

    with app.app_context():
        person = make_person(MARA)
        values = {"person_id": person.id, "role": "emperor", "granted_at": NOW}
        with pytest.raises(sa.exc.StatementError, match="emperor"):
            db.session.execute(sa.insert(RoleGrant).values(values))
        db.session.rollback()


def test_embedded_database_waits_for_others_and_loses_nothing_with_the_power(
    databases: Callable[[str], Database],
) -> None:
    with databases("sqlite").engine.connect() as connection:
        found = {
            name: connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000,
    }  # fmt: skip

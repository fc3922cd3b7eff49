"""When the platform is well, and who may read its numbers."""

from datetime import timedelta

import pytest

from participation.operations.rules import (
    LONGEST_SILENCE,
    Health,
    Sign,
    health_of,
    may_read_metrics,
    sign_of_worker,
)
from tests.people import NOW


def test_worker_is_late_after_the_longest_silence() -> None:
    assert sign_of_worker(None, NOW) is Sign.NEVER
    assert sign_of_worker(NOW - LONGEST_SILENCE, NOW) is Sign.OK
    assert sign_of_worker(NOW - LONGEST_SILENCE - timedelta(seconds=1), NOW) is Sign.LATE


@pytest.mark.parametrize("worker", Sign)
@pytest.mark.parametrize("database", Sign)
def test_platform_is_down_without_database_and_degraded_without_worker(
    database: Sign, worker: Sign
) -> None:
    expected = Health.OK if worker is Sign.OK else Health.DEGRADED
    assert health_of(database, worker) is (expected if database is Sign.OK else Health.DOWN)


@pytest.mark.parametrize(
    ("expected", "is_right", "address", "was_forwarded", "may"),
    [
        ("", True, "127.0.0.1", False, True),
        ("", False, "127.8.9.1", False, True),
        ("", True, "::1", False, True),
        ("", True, "127.0.0.1", True, False),
        ("", True, "10.0.0.1", False, False),
        ("", True, None, False, False),
        ("", True, "unix:", False, False),
        ("token", True, None, True, True),
        ("token", False, "127.0.0.1", False, False),
    ],
)
def test_monitoring_reads_numbers_on_the_machine_or_with_the_token(
    expected: str, is_right: bool, address: str | None, was_forwarded: bool, may: bool
) -> None:
    assert may is may_read_metrics(
        expected=expected, is_right=is_right, address=address, was_forwarded=was_forwarded
    )

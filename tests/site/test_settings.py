"""A wrong setting is a sentence that names it."""

import pytest

from participation.app import create_app
from participation.config import SettingsError, read_settings
from tests.conftest import settings_for

_GOOD = {"secret_key": "x" * 40, "database_url": "sqlite:///x.db"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", "short"), ("database_url", "mysql://x"), ("public_url", "mitmachen.mainz.de"),
        ("state", "XX"), ("quorum", 0), ("collection_weeks", "eight"), ("smtp_port", 70000),
        ("smtp_security", "maybe"), ("trusted_proxies", -1), ("session_days", 0),
    ],
)  # fmt: skip
def test_operator_is_told_which_setting_is_wrong(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"PARTICIPATION_{name.upper()}"):
        read_settings(**(_GOOD | {name: value}))


def test_operator_is_told_of_every_setting_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(f"PARTICIPATION_{name}", raising=False)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "PARTICIPATION_SECRET_KEY" in str(caught.value)
    assert "PARTICIPATION_DATABASE_URL" in str(caught.value)


@pytest.mark.parametrize("storage", ["valkey://127.0.0.1", "nonsense://"])
def test_operator_is_told_that_rate_limits_cannot_be_counted_there(storage: str) -> None:
    with pytest.raises(SettingsError, match="PARTICIPATION_RATE_LIMIT_STORAGE"):
        create_app(settings_for("sqlite:///:memory:", rate_limit_storage=storage))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPATION_QUORUM", "150")
    assert read_settings(**_GOOD).quorum == 150

"""A wrong setting is a sentence that names it."""

import pytest

from participation.app import create_app
from participation.config import Settings, SettingsError, read_settings
from tests.conftest import settings_for

_GOOD = {"secret_key": "x" * 40, "database_url": "sqlite:///x.db"}


#: For each setting, what it cannot be.
_WRONG: dict[str, list[object]] = {
    "secret_key": ["", "short"],
    "fingerprint_key": ["short"],
    "database_url": ["", "mysql://x", "sqlite://", "postgresql+psycopg://u:geheim@h:port/x"],
    "public_url": ["mitmachen.mainz.de", "ftp://x", "https://", "https://x:port/"],
    "city_url": ["", "www.mainz.de", "javascript:x"],
    "extra_hosts": ["https://x", "a b", ",", "a,,b", "x/y"],
    "trusted_proxies": [-1, 6, "one"],
    "city_name": [""],
    "state": ["XX", "Rheinland-Pfalz"],
    "quorum": [0, "many"],
    "collection_weeks": ["eight", 0, 53],
    "guest_support": ["perhaps"],
    "postcodes": ["", "5511", "55116;55118"],
    "review_workdays": [0],
    "answer_workdays": [0],
    "upload_mb": [0, 101],
    "attachment_mb": [0, 101],
    "ballots_mb": [0, 501],
    "attachments_a_day": [0],
    "page_cache_seconds": [-1, 11, "long"],
    "smtp_host": [""],
    "smtp_port": [0, 70000, "smtp"],
    "smtp_security": ["maybe", "TLS"],
    "mail_from": ["", "beteiligung", "Stadt <a@example.org>", "a@x, b@x"],
    "mail_lease_seconds": [0],
    "argon2_time_cost": [0],
    "argon2_memory_kib": [7],
    "session_days": [0],
    "failed_sign_ins_mailbox": [0],
    "failed_sign_ins_network": [0],
    "log_level": ["debug", ""],
    "metrics_token": ["short"],
    **{
        name: ["", "often", "many per hour", "5"]
        for name in Settings.model_fields
        if name.endswith("_limit")
    },
    **{
        name: [0, -1, "long"]
        for name in Settings.model_fields
        if name.startswith("keep_") or name == "objection_days"
    },
}
#: What can be anything, and what is found out when it is used.
_FREE = {"smtp_user", "smtp_password", "rate_limit_storage", "demo_mail_folder"}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in _WRONG.items() for value in values]
)
def test_operator_is_told_which_setting_is_wrong(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(**(_GOOD | {name: value}))
    said = str(caught.value)
    assert said.startswith(f"PARTICIPATION_{name.upper()}: ")
    assert len(said.splitlines()) == 1
    assert "geheim" not in said


def test_every_setting_is_known_by_what_it_cannot_be() -> None:
    assert set(Settings.model_fields) - set(_WRONG) == _FREE


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

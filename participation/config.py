"""Every setting, typed, read from the environment (prefix ``PARTICIPATION_``)."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import holidays
from limits import parse_many
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parents[1]


class SettingsError(Exception):
    """A setting is missing or wrong; the text names each one."""


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Settings(BaseSettings):
    """What a city sets. The defaults are what Mainz decided, or what is safe."""

    model_config = SettingsConfigDict(env_prefix="PARTICIPATION_", extra="ignore")

    #: Signs cookies and links. Long and random; changing it signs everybody out.
    secret_key: str = Field(min_length=32)
    #: Keys the fingerprints by which a mailbox or a person counts once. Empty: the secret key is used.
    #: Who changes the secret key sets this to the old one, or people could count a second time on
    #: suggestions that collect support at that moment.
    fingerprint_key: str = Field(default="", pattern="^(|.{32,})$")
    #: ``sqlite:////var/lib/participation/city.db`` or ``postgresql+psycopg://user:password@host/name``.
    database_url: str
    #: Address under which people reach the platform; links in mails begin with it.
    public_url: str = "http://127.0.0.1:8000"
    #: Further host names that are answered, separated by commas.
    extra_hosts: str = ""
    #: How many proxies in front set X-Forwarded-For, -Proto and -Host (0: none is believed).
    trusted_proxies: int = Field(default=0, ge=0, le=5)

    #: The city's name as it stands on every page, and its own website.
    city_name: str = Field(default="Landeshauptstadt Mainz", min_length=1)
    city_url: str = "https://www.mainz.de/"
    #: ISO 3166-2 code of the federal state: whose holidays the answer clock knows.
    state: str = "RP"

    #: Supports that bring a suggestion to the council, and the weeks there are to find them.
    quorum: int = Field(default=200, ge=1)
    collection_weeks: int = Field(default=8, ge=1, le=52)
    #: Whether people can support without an account, and the postcodes of who lives in the city.
    guest_support: bool = True
    postcodes: str = "55116,55118,55120,55122,55124,55126,55127,55128,55129,55130,55131"
    #: The city's promise, in working days: for the review, and for the answer after publication.
    review_workdays: int = Field(default=15, ge=1)
    answer_workdays: int = Field(default=15, ge=1)

    #: Largest file, in megabytes: of staff on a project, and of an author on a suggestion.
    upload_mb: int = Field(default=10, ge=1, le=100)
    attachment_mb: int = Field(default=5, ge=1, le=100)
    #: Largest file of opened votes that the board brings back; 100,000 votes need about 10 MB.
    ballots_mb: int = Field(default=30, ge=1, le=500)
    #: Files that one author may upload within a day.
    attachments_a_day: int = Field(default=20, ge=1)

    #: Mail server that takes the platform's mails.
    smtp_host: str = Field(default="127.0.0.1", min_length=1)
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    #: ``none``, ``starttls`` or ``tls``.
    smtp_security: str = Field(default="none", pattern="^(none|starttls|tls)$")
    #: Sender of all mails; the part after the @ also ends every Message-ID.
    mail_from: str = "beteiligung@example.org"
    #: Seconds after which a mail that a worker took and did not finish is taken again.
    mail_lease_seconds: int = Field(default=60, ge=1)

    #: How long a page that is the same for all visitors without cookies is kept; 0 for never.
    page_cache_seconds: float = Field(default=1, ge=0, le=10)
    #: Where rate limits are counted: ``memory://`` per process, ``valkey://…`` for several.
    rate_limit_storage: str = "memory://"
    #: Tries at signing in and at registering, per network address.
    sign_in_limit: str = "20 per minute; 200 per hour"
    register_limit: str = "60 per hour"
    #: Failed sign-ins after which one waits, counted in the database: for one mailbox, from one network.
    failed_sign_ins_mailbox: int = Field(default=5, ge=1)
    failed_sign_ins_network: int = Field(default=30, ge=1)
    #: Links for a new password: asked for from one network address, and mails one mailbox gets.
    reset_limit: str = "30 per hour"
    reset_mailbox_limit: str = "5 per hour"
    #: How often one person may ask for another e-mail address.
    address_change_limit: str = "5 per hour"
    #: Tries at uploading a file to a suggestion, per network address.
    upload_limit: str = "120 per hour"
    #: Mails that one mailbox gets because somebody registers with it.
    register_mailbox_limit: str = "5 per hour"
    #: Supports without an account that one network address may ask for, and mails one mailbox gets.
    guest_support_limit: str = "60 per hour"
    guest_support_mailbox_limit: str = "5 per hour"
    #: Reports of barriers that one network address may send.
    barrier_report_limit: str = "20 per hour"
    #: Searches, per network address.
    search_limit: str = "60 per minute; 1000 per hour"
    #: Argon2id: passes and memory (KiB). The defaults take about 0.1 s.
    argon2_time_cost: int = Field(default=3, ge=1)
    argon2_memory_kib: int = Field(default=65536, ge=8)
    #: Days after which a session ends by itself.
    session_days: int = Field(default=14, ge=1)

    #: What is logged: ``info`` (each request), ``warning`` or ``error``.
    log_level: str = Field(default="info", pattern="^(info|warning|error)$")
    #: Who asks for /metrics must send it (``Authorization: Bearer …``); at least 16 characters. Empty:
    #: only programs on this machine get an answer, and only without a proxy in between.
    metrics_token: str = Field(default="", pattern="^(|.{16,})$")

    #: Retention, in days (docs/adr/0019-privacy.md): accounts that are never confirmed; drafts that
    #: nobody writes at, whose author is told four weeks before; texts of suggestions that were
    #: withdrawn, hidden by the city (comments and notes too), or rejected.
    keep_unconfirmed_days: int = Field(default=30, ge=8)
    keep_draft_days: int = Field(default=365, ge=60)
    keep_withdrawn_days: int = Field(default=90, ge=1)
    keep_hidden_days: int = Field(default=180, ge=1)
    keep_rejected_days: int = Field(default=730, ge=30)
    #: After the end of a collection period: names and addresses of who supported without an account
    #: and all fingerprints; then the mail addresses of those among them who want mails.
    objection_days: int = Field(default=90, ge=1)
    keep_mail_wish_days: int = Field(default=1095, ge=1)
    #: Sign-ups after the meeting, reports after the decision, mails after sending, unused files.
    keep_sign_up_days: int = Field(default=30, ge=1)
    keep_report_days: int = Field(default=180, ge=1)
    keep_mail_days: int = Field(default=90, ge=1)
    keep_unused_file_days: int = Field(default=1, ge=1)
    #: How often one person may fetch all data about them.
    export_limit: str = "20 per hour"

    #: Set by ``participation demo`` only: a folder of mails that /demo/mails/ shows.
    demo_mail_folder: Path | None = None

    @field_validator("public_url")
    @classmethod
    def _has_scheme_and_host(cls, value: str) -> str:
        if not _is_web_address(value):
            raise ValueError("must be an address such as https://mitmachen.mainz.de")
        return value.rstrip("/")

    @field_validator("city_url")
    @classmethod
    def _is_a_web_address(cls, value: str) -> str:
        if not _is_web_address(value):
            raise ValueError("must be an address such as https://www.mainz.de/")
        return value

    @field_validator("extra_hosts")
    @classmethod
    def _are_host_names(cls, value: str) -> str:
        if not re.fullmatch(r"[\w.:\[\]-]*(\s*,\s*[\w.:\[\]-]+)*", value.strip()):
            raise ValueError("must be host names such as mitmachen.mainz.de, separated by commas")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_a_mail_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^\s@<>,]+@[\w.-]+", value):
            raise ValueError("must be one address such as beteiligung@mainz.de, without a name")
        return value

    @field_validator(
        "sign_in_limit", "register_limit", "register_mailbox_limit", "reset_limit",
        "reset_mailbox_limit", "address_change_limit", "upload_limit", "guest_support_limit",
        "guest_support_mailbox_limit", "barrier_report_limit", "search_limit", "export_limit",
    )  # fmt: skip
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        try:
            parse_many(value)
        except ValueError as error:
            raise ValueError(
                "must be such as '20 per minute' or '20 per minute; 200 per hour'"
            ) from error
        return value

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        try:
            make_url(value)
        except (ArgumentError, ValueError) as error:
            raise ValueError("cannot be read: is the port a number?") from error
        return value

    @field_validator("postcodes")
    @classmethod
    def _are_postcodes(cls, value: str) -> str:
        if not re.fullmatch(r"\s*\d{5}\s*(,\s*\d{5}\s*)*", value):
            raise ValueError("must be numbers of five digits, separated by commas")
        return value

    @field_validator("state")
    @classmethod
    def _is_a_federal_state(cls, value: str) -> str:
        if value not in holidays.Germany.subdivisions:
            raise ValueError(f"must be one of {', '.join(holidays.Germany.subdivisions)}")
        return value

    @property
    def postcodes_of_the_city(self) -> frozenset[str]:
        """Postcodes of who lives in the city."""
        return frozenset(code.strip() for code in self.postcodes.split(","))

    @property
    def key_of_fingerprints(self) -> str:
        """Keys all fingerprints."""
        return self.fingerprint_key or self.secret_key

    @property
    def https(self) -> bool:
        """Whether people reach the platform encrypted."""
        return self.public_url.startswith("https:")

    @property
    def hosts(self) -> list[str]:
        """Host names that are answered; any other gets 400."""
        own = urlsplit(self.public_url).hostname or ""
        return [own, *(host.strip() for host in self.extra_hosts.split(",") if host.strip())]


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment; arguments win.

    :raises SettingsError: names every setting that is missing or wrong
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [
            f"PARTICIPATION_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise SettingsError("\n".join(faults)) from error

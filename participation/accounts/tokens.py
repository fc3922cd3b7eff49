"""Links in mails: signed, with an end, and void when what they were made for is replaced."""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from participation.accounts.rules import AddressLinkInvalid, ConfirmationInvalid, ResetInvalid

CONFIRMATION_DAYS = 7
RESET_HOURS = 1
ADDRESS_HOURS = 24


def _serializer(secret_key: str, salt: str = "account-confirmation") -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def write(secret_key: str, person_id: int, password_hash: str, now: datetime) -> str:
    """Return the token of a confirmation link."""
    ends = int((now + timedelta(days=CONFIRMATION_DAYS)).timestamp())
    return str(_serializer(secret_key).dumps([person_id, _fingerprint(password_hash), ends]))


def read(secret_key: str, token: str, now: datetime) -> tuple[int, str]:
    """Return the person's key and the fingerprint of the password the link was made for.

    :raises ConfirmationInvalid: if it was changed or is too old
    """
    try:
        person_id, fingerprint, ends = _serializer(secret_key).loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise ConfirmationInvalid from error
    if now.timestamp() >= ends:
        raise ConfirmationInvalid
    return person_id, fingerprint


def fits(fingerprint: str, password_hash: str) -> bool:
    """Tell whether the link was made for this password and not for one it replaced."""
    return fingerprint == _fingerprint(password_hash)


def write_reset(secret_key: str, person_id: int, seen: str, now: datetime) -> str:
    """Return the token of a link for a new password.

    :param seen: password hash and address (``seen``): the link is void when one of them changes, so it
        works once
    """
    ends = int((now + timedelta(hours=RESET_HOURS)).timestamp())
    values = [person_id, _fingerprint(seen), ends]
    return str(_serializer(secret_key, "password-reset").dumps(values))


def read_reset(secret_key: str, token: str, now: datetime) -> tuple[int, str]:
    """Return the person's key and the fingerprint of what the link was made for.

    :raises ResetInvalid: if it was changed or is too old
    """
    try:
        person_id, fingerprint, ends = _serializer(secret_key, "password-reset").loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise ResetInvalid from error
    if now.timestamp() >= ends:
        raise ResetInvalid
    return person_id, fingerprint


def write_address(secret_key: str, change_id: int, asked_at: datetime) -> str:
    """Return the token of a link for a new address; the address itself is not in it."""
    ends = int((asked_at + timedelta(hours=ADDRESS_HOURS)).timestamp())
    return str(_serializer(secret_key, "address-change").dumps([change_id, ends]))


def read_address(secret_key: str, token: str, now: datetime) -> int:
    """Return the key of the change. :raises AddressLinkInvalid: if the token was changed or is too old"""
    try:
        change_id, ends = _serializer(secret_key, "address-change").loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise AddressLinkInvalid from error
    if now.timestamp() >= ends:
        raise AddressLinkInvalid
    return int(change_id)

"""Links in mails: signed, with an end, and void when what they were made for is replaced."""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from participation.accounts.rules import ConfirmationInvalid

CONFIRMATION_DAYS = 7


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt="account-confirmation", signer_kwargs={"digest_method": hashlib.sha256}
    )


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

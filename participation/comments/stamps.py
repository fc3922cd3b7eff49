"""When a form was shown to whom: signed, so that nobody makes it up."""

import hashlib
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt="comment-form", signer_kwargs={"digest_method": hashlib.sha256}
    )


def write(secret_key: str, person_id: int, now: datetime) -> str:
    """Return the stamp of a form that this person is shown now."""
    return str(_serializer(secret_key).dumps([person_id, now.timestamp()]))


def read(secret_key: str, stamp: str | None, person_id: int) -> datetime | None:
    """Return when the form was shown; ``None`` if the stamp is not ours, or somebody else's."""
    try:
        owner, shown_at = _serializer(secret_key).loads(stamp or "")
        return datetime.fromtimestamp(shown_at, UTC) if owner == person_id else None
    except (BadData, ValueError, TypeError, OverflowError):
        return None

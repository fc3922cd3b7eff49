"""Telling people from machines without a foreign captcha: a form's signed stamp, and its trap."""

import hashlib
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from itsdangerous import BadData, URLSafeSerializer

from participation.core.messages import N_, DomainError

#: Nobody reads a page and writes a sentence in less.
SHORTEST_WRITING = timedelta(seconds=3)


class TooFast(DomainError):
    """Sent sooner than people write; or the page's stamp is missing."""

    message = N_(
        "Das ging sehr schnell. Bitte warten Sie ein paar Sekunden und senden Sie noch einmal."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Trapped(DomainError):
    """The field that people cannot see is filled in."""

    message = N_(
        "Ein verstecktes Feld war ausgefüllt, vielleicht von Ihrem Browser. "
        "Wir haben es geleert. Bitte senden Sie noch einmal."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def _serializer(secret_key: str, form: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt=f"{form}-form", signer_kwargs={"digest_method": hashlib.sha256}
    )


def write(secret_key: str, form: str, owner: int, now: datetime) -> str:
    """Return the stamp of a form that is shown now.

    :param form: which form; the stamp of one is worth nothing in another
    :param owner: to whom it is shown, or about what; the stamp fits no other
    """
    return str(_serializer(secret_key, form).dumps([owner, now.timestamp()]))


def read(secret_key: str, form: str, stamp: str | None, owner: int) -> datetime | None:
    """Return when the form was shown; ``None`` if the stamp is not ours, or somebody else's."""
    try:
        found, shown_at = _serializer(secret_key, form).loads(stamp or "")
        return datetime.fromtimestamp(shown_at, UTC) if found == owner else None
    except (BadData, ValueError, TypeError, OverflowError):
        return None


def check_sending(shown_at: datetime | None, trap: str, now: datetime) -> None:
    """Check how a form was sent.

    :param shown_at: when the form was shown, from its signed stamp; ``None`` if that is not ours
    :param trap: what stands in the field that people cannot see
    :raises Trapped: :raises TooFast:
    """
    if trap:
        raise Trapped
    if shown_at is None or now < shown_at + SHORTEST_WRITING:
        raise TooFast

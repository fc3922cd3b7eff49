"""Links in mails that stop them. They are signed, never end, and sign nobody in."""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from participation.following.rules import Followed, Frequency, StopLinkInvalid


@dataclass(frozen=True)
class StopThings:
    """Stops news of these things for a person."""

    person_id: int
    things: tuple[tuple[Followed, int], ...]


@dataclass(frozen=True)
class StopAll:
    """Stops all news for a person; ``frequency`` is what was set when the link was written."""

    person_id: int
    frequency: Frequency


@dataclass(frozen=True)
class StopGuest:
    """Stops news of a suggestion for who supports it without an account."""

    suggestion_id: int
    mailbox: str


Stop = StopThings | StopAll | StopGuest


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt="stop-mails", signer_kwargs={"digest_method": hashlib.sha256}
    )


def write(secret_key: str, stop: Stop) -> str:
    """Return the token that stands in the address."""
    parts: list[object]
    if isinstance(stop, StopThings):
        parts = ["t", stop.person_id, [[kind.value, key] for kind, key in stop.things]]
    elif isinstance(stop, StopAll):
        parts = ["a", stop.person_id, stop.frequency.value]
    else:
        parts = ["g", stop.suggestion_id, stop.mailbox]
    return str(_serializer(secret_key).dumps(parts))


def read(secret_key: str, token: str) -> Stop:
    """Return what the token stops. :raises StopLinkInvalid: if it is not ours"""
    try:
        what, whose, rest = _serializer(secret_key).loads(token)
        if what == "t":
            return StopThings(whose, tuple((Followed(kind), int(key)) for kind, key in rest))
        if what == "a":
            return StopAll(whose, Frequency(rest))
    except (BadData, ValueError, TypeError) as error:
        raise StopLinkInvalid from error
    return StopGuest(whose, rest)

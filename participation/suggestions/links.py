"""Links in mails to people without an account. They are signed; the database keeps none of them."""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from participation.suggestions.support_rules import LinkInvalid


@dataclass(frozen=True)
class Link:
    """Whose support of which suggestion a link is about.

    :param mailbox: fingerprint of the mailbox that got the link
    :param request_id: what the link confirms; 0 for the link that takes a support back
    """

    suggestion_id: int
    mailbox: str
    request_id: int = 0


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt="guest-support", signer_kwargs={"digest_method": hashlib.sha256}
    )


def write(secret_key: str, link: Link) -> str:
    """Return the token that stands in the address."""
    parts = [link.suggestion_id, link.mailbox, link.request_id]
    return str(_serializer(secret_key).dumps(parts))


def read(secret_key: str, token: str) -> Link:
    """Return what the token stands for. :raises LinkInvalid: if it is not ours"""
    try:
        suggestion_id, mailbox, request_id = _serializer(secret_key).loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise LinkInvalid from error
    return Link(suggestion_id, mailbox, request_id)

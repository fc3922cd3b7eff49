"""Recognising something again without keeping it: keyed hashes (HMAC-SHA256, RFC 2104)."""

import hashlib
import hmac


def fingerprint(key: str, kind: str, text: str) -> str:
    """Return 64 hexadecimal digits that stand for the text.

    :param key: without it nobody can try out texts; with another key all fingerprints differ
    :param kind: what it is a fingerprint of, so that equal texts of two kinds do not match
    """
    message = f"{kind}\0{text}".encode("utf-8", "replace")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()

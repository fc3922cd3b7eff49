"""The poll's signature (Ed25519): heads of the board and the published file are signed with its own key.

The secret half stays with the server; the public half stands in the poll's definition. Checking needs no
library: see ``ed25519.py``.
"""

from nacl.signing import SigningKey

from participation.polls.board import head_message


def new_signing_key() -> str:
    """Return the secret half of a new key pair, 64 hexadecimal digits. Made once for each poll."""
    return bytes(SigningKey.generate()).hex()


def public_half(signing_key: str) -> str:
    """Return the public half that belongs to a secret half, 64 hexadecimal digits."""
    return bytes(SigningKey(bytes.fromhex(signing_key)).verify_key).hex()


def sign(signing_key: str, message: bytes) -> str:
    """Return the signature of the message, 128 hexadecimal digits."""
    return SigningKey(bytes.fromhex(signing_key)).sign(message).signature.hex()


def sign_head(signing_key: str, text_hash: str, seq: int, head: str) -> str:
    """Return the signature of the board's head after entry ``seq``."""
    return sign(signing_key, head_message(text_hash, seq, head))

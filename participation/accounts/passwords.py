"""Password hashes (Argon2id, RFC 9106)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app


@lru_cache(maxsize=4)
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _somebody_elses(time_cost: int, memory_kib: int) -> str:
    return _hasher(time_cost, memory_kib).hash("a password that nobody has")


class Passwords:
    """Hashes and checks passwords at the cost that the settings ask for."""

    def __init__(self, time_cost: int, memory_kib: int) -> None:
        self._cost = (time_cost, memory_kib)

    def hash(self, password: str) -> str:
        """Return the hash that is stored; takes about 0.1 s by design."""
        return _hasher(*self._cost).hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Tell whether the password is right; takes as long if there is no such account."""
        somebody_elses = _somebody_elses(*self._cost)
        try:
            _hasher(*self._cost).verify(stored or somebody_elses, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)


def passwords() -> Passwords:
    """Hashing at the cost that is set."""
    settings = current_app.extensions["settings"]
    return Passwords(settings.argon2_time_cost, settings.argon2_memory_kib)

"""How often one network address may try something."""

import hashlib
import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.errors import ConfigurationError


class StorageMissing(Exception):
    """The place where tries are to be counted cannot be used."""


def network_of(address: str) -> str:
    """Return what one connection to the internet has: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def _network() -> str:
    return network_of(request.remote_addr or "")


limiter = Limiter(_network, strategy="moving-window", headers_enabled=False)


def limited(setting: str, method: str = "POST") -> Callable[[Any], Any]:
    """Limit a view's requests of one method to what the setting of this name says."""
    return limiter.limit(
        lambda: getattr(current_app.extensions["settings"], setting), methods=[method]
    )


def is_within_limit(setting: str, key: str) -> bool:
    """Count one more try for a key, such as a mailbox; tell whether it is within the setting's limit."""
    limit = parse(getattr(current_app.extensions["settings"], setting))
    hashed = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return limiter.limiter.hit(limit, setting, hashed)


def join_limits(app: Flask, storage: str) -> None:
    """Count tries in the storage that is set.

    :raises StorageMissing: if the storage is not known, or its client is not installed
    """
    app.config["RATELIMIT_STORAGE_URI"] = storage
    try:
        limiter.init_app(app)
    except ConfigurationError as error:
        raise StorageMissing(str(error)) from error

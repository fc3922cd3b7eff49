"""How often one network address may try something."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.errors import ConfigurationError


class StorageMissing(Exception):  # noqa: N818
    """The place where tries are to be counted cannot be used."""


limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=False)


def limited(setting: str) -> Callable[[Any], Any]:
    """Limit POSTs of a view to what the setting of this name says."""
    return limiter.limit(
        lambda: getattr(current_app.extensions["settings"], setting), methods=["POST"]
    )


def join_limits(app: Flask, storage: str) -> None:
    """Count tries in the storage that is set.

    :raises StorageMissing: if the storage is not known, or its client is not installed
    """
    app.config["RATELIMIT_STORAGE_URI"] = storage
    try:
        limiter.init_app(app)
    except ConfigurationError as error:
        raise StorageMissing(str(error)) from error

"""How often one network address may try something."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=False)


def limited(setting: str) -> Callable[[Any], Any]:
    """Limit POSTs of a view to what the setting of this name says."""
    return limiter.limit(
        lambda: getattr(current_app.extensions["settings"], setting), methods=["POST"]
    )


def join_limits(app: Flask, storage: str) -> None:
    """Count tries in the storage that is set."""
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter.init_app(app)

"""Addresses of our own pages in templates, remembered: making one is slow, and a page has fifty."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request

from participation.core.languages import current_language

#: Addresses that one process remembers.
_MOST = 8192
_PLAIN = (str, int)


def remembering(app: Flask) -> Callable[..., str]:
    """Return what templates call ``url_for``: the same as Flask's.

    An address depends on the endpoint, its values, the language that is spoken and where the
    application is mounted, and on nothing else; one with its host in it is not remembered.
    """

    @lru_cache(maxsize=_MOST)
    def address(
        endpoint: str, _language: str, _root: str, values: tuple[tuple[str, Any], ...]
    ) -> str:
        return app.url_for(endpoint, **dict(values))

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint.startswith(".") or "_external" in values or not _are_plain(values):
            return app.url_for(endpoint, **values)
        return address(endpoint, current_language().tag, request.script_root, tuple(values.items()))

    return url_for


def _are_plain(values: dict[str, Any]) -> bool:
    return all(type(value) in _PLAIN for value in values.values())

"""A page that is the same for everybody is made once a second, however many ask for it.

Only for visitors without any cookie, and only what ``core/headers.py`` calls an answer for anybody:
see docs/adr/0026-page-cache.md.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, Request, Response, g, request

from participation.core.compression import accepts_gzip
from participation.core.headers import is_for_anybody

#: Pages that one process keeps; with at most 30 KB each, some megabytes.
_MOST_PAGES = 256
#: Letters of an address; nobody can fill the memory with long ones.
_LONGEST_ADDRESS = 500
_MOST_BYTES = 100_000

_Key = tuple[str, bool]


class PageCache:
    """Answers by address, for a moment; the one that was used longest ago makes room."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        """:param now: seconds that only grow"""
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._pages: OrderedDict[_Key, tuple[float, Response]] = OrderedDict()

    def find(self, key: _Key) -> Response | None:
        """Return a copy of the answer, if there is one that is young enough."""
        with self._lock:
            made_at, kept = self._pages.get(key, (0.0, None))
            if kept is None:
                return None
            if self._now() - made_at >= self._seconds:
                del self._pages[key]
                return None
            self._pages.move_to_end(key)
        return _copy_of(kept)

    def keep(self, key: _Key, response: Response) -> None:
        """Remember a copy of the answer from now on."""
        kept = _copy_of(response)
        with self._lock:
            self._pages[key] = self._now(), kept
            self._pages.move_to_end(key)
            if len(self._pages) > _MOST_PAGES:
                self._pages.popitem(last=False)


def join_page_cache(app: Flask, seconds: float) -> None:
    """Answer from the cache; joined before everything that reads the database or changes an answer."""
    cache = PageCache(seconds)

    @app.before_request
    def find() -> Response | None:
        if not (seconds and _may_ask(request)):
            return None
        g.page_key = request.url, accepts_gzip(request.environ)
        if found := cache.find(g.page_key):
            g.page_is_kept = True
        return found

    @app.after_request
    def keep(response: Response) -> Response:
        if "page_key" in g and "page_is_kept" not in g and _may_be_kept(response):
            cache.keep(g.page_key, response)
        return response


def _may_ask(asked: Request) -> bool:
    """Whether the answer cannot depend on anything but the address and the encoding."""
    return (
        asked.method == "GET"
        and "Cookie" not in asked.headers
        and "Authorization" not in asked.headers
        and len(asked.url) <= _LONGEST_ADDRESS
    )


def _may_be_kept(response: Response) -> bool:
    return (
        response.status_code == 200
        and response.mimetype == "text/html"
        and not response.is_streamed
        and "Set-Cookie" not in response.headers
        and "no-store" not in response.headers.get("Cache-Control", "")
        and is_for_anybody()
        and (response.content_length or 0) <= _MOST_BYTES
    )


def _copy_of(response: Response) -> Response:
    """Whoever changes one of them does not change the other."""
    return Response(response.get_data(), response.status_code, response.headers.copy())

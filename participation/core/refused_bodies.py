"""Reads what is left of a request that was answered early, so that people see the answer.

A server that closes while a browser is still sending makes the browser say "connection was reset"
instead of showing our sentence. So the rest is read and thrown away, up to a bound; nobody waits for
what is larger.
"""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.sansio.utils import get_content_length
from werkzeug.wsgi import LimitedStream

#: Bytes that are read for nothing; a request that announces more is cut off.
MOST_DISCARDED = 64 * 1024 * 1024
_PIECE = 64 * 1024


class RefusedBodies:
    """WSGI layer around the application."""

    def __init__(self, app: Any, most: int = MOST_DISCARDED) -> None:
        self._app = app
        self._most = most

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer; then read what the application left of the body, before the answer goes out."""
        length = get_content_length(environ.get("CONTENT_LENGTH"))
        if not length or length > self._most:
            return self._app(environ, start_response)  # type: ignore[no-any-return]
        body = LimitedStream(environ["wsgi.input"], length)
        answer = self._app({**environ, "wsgi.input": body}, start_response)
        try:
            while body.read(_PIECE):
                pass
        except (ClientDisconnected, OSError):
            pass  # nobody is there to read the answer
        return answer  # type: ignore[no-any-return]

"""Compressed answers, for who understands gzip.

Only pages that hold nothing of the person who asks: the length of a compressed page that holds a
secret and repeats a part of its address gives the secret away (BREACH; docs/adr/0017-weight.md).
"""

import gzip
from typing import Any

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

from participation.core.headers import is_for_anybody

#: Bytes; below this the saving is lost in the headers.
_WORTH_IT = 1000
_FEED = "application/atom+xml"
#: Pages are compressed at every request: quickly. Files, once: as small as gzip makes them.
_QUICKLY, _SMALL = 5, 9


def gzipped(content: bytes, level: int = _SMALL) -> bytes:
    """Return the content compressed; the same content gives the same bytes."""
    return gzip.compress(content, level, mtime=0)


def accepts_gzip(environ: dict[str, Any]) -> bool:
    """Whether the browser says that it can unpack gzip."""
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"))
    return bool(accepted["gzip"] > 0)


def join_compression(app: Flask) -> None:
    """Compress the pages that may be."""

    @app.after_request
    def compress(response: Response) -> Response:
        is_text = response.mimetype.startswith("text/") or response.mimetype == _FEED
        if not is_text or response.is_streamed:
            return response
        if not is_for_anybody() or response.content_encoding:
            return response
        response.vary.add("Accept-Encoding")
        content = response.get_data()
        if (
            response.status_code == 200
            and len(content) > _WORTH_IT
            and accepts_gzip(request.environ)
        ):
            response.set_data(gzipped(content, _QUICKLY))
            response.content_encoding = "gzip"
        return response

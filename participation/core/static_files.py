"""The site's own files (CSS, fonts, icons), kept in memory: compressed, and for ever under their version.

Nothing has to be built or written before the start, and no second server is needed
(docs/adr/0017-weight.md). WhiteNoise finds the files and speaks WSGI; this module adds versions.
"""

import hashlib
import posixpath
import re
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response

from participation.core.compression import accepts_gzip, gzipped

_PREFIX = "/static/"
#: Seconds for which a file is kept that is asked for without its version.
_SHORT = 600
#: What compresses; fonts are compressed inside.
_TEXTS = (".css", ".svg", ".js")
#: A file of ours that a style sheet names; icons inside of the sheet (``data:``) have a colon.
_NAMED = re.compile(r"url\(([A-Za-z0-9._/-]+)\)")


class _KeptFile:
    """One file, plain and compressed, with its version: part of a hash over the content."""

    def __init__(self, content: bytes, headers: list[tuple[str, str]], *, packs: bool) -> None:
        self.version = _version(content)
        self._plain = content
        self._packed = gzipped(content) if packs else None
        self._headers = headers

    def get_response(self, method: str, environ: dict[str, Any]) -> Response:
        """Answer a request, as WhiteNoise asks it to."""
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        packed = self._packed if accepts_gzip(environ) else None
        etag = f'"{self.version}{"-gz" if packed else ""}"'
        is_current = environ.get("QUERY_STRING") == f"v={self.version}"
        age = f"max-age={WhiteNoise.FOREVER}, public, immutable"
        headers = [
            *self._headers,
            ("ETag", etag),
            ("Cache-Control", age if is_current else f"max-age={_SHORT}, public"),
        ]
        if self._packed:
            headers.append(("Vary", "Accept-Encoding"))
        if etag in re.split(r"[\s,]+", environ.get("HTTP_IF_NONE_MATCH", "").replace("W/", "")):
            return Response(HTTPStatus.NOT_MODIFIED, headers, None)
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        body = packed or self._plain
        headers.append(("Content-Length", str(len(body))))
        return Response(HTTPStatus.OK, headers, BytesIO(body) if method == "GET" else None)


class StaticFiles(WhiteNoise):
    """Serves the files of a folder below ``/static/`` and passes everything else on."""

    def __init__(self, application: Any, folder: Path) -> None:
        super().__init__(application, allow_all_origins=False, max_age=None)
        self.add_files(str(folder), _PREFIX)

    def url(self, name: str) -> str:
        """Return the address of a file under its version; the one place that makes such addresses.

        :raises KeyError: if there is no such file
        """
        return f"{_PREFIX}{name}?v={self.files[_PREFIX + name].version}"

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> _KeptFile:
        """Read a file; a style sheet names what it loads under its version too."""
        content = Path(path).read_bytes()
        if path.endswith(".css"):
            content = _with_versions(content.decode(), Path(path).parent).encode()
        kind = str(self.media_types.get_type(path))
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        headers = [("Content-Type", kind + charset), ("X-Content-Type-Options", "nosniff")]
        return _KeptFile(content, headers, packs=path.endswith(_TEXTS))


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def _with_versions(sheet: str, folder: Path) -> str:
    def named(found: re.Match[str]) -> str:
        name = posixpath.normpath(found[1])
        return f"url({name}?v={_version((folder / name).read_bytes())})"

    return _NAMED.sub(named, sheet)

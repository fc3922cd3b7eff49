"""Files on their way through HTTP: how much a request may bring, and how a file is handed out."""

import io
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request, send_file
from werkzeug.datastructures import FileStorage

from participation.core.headers import keep_private
from participation.core.messages import NotFound
from participation.files import queries
from participation.files.intake import Prepared, prepare
from participation.files.models import StoredFile
from participation.files.rules import MediaType, Variant

_MARK = "upload_setting"
MEGABYTE = 1024 * 1024
#: Nothing that a file holds may load or run, should a browser ever show it as a page.
_POLICY = "default-src 'none'; sandbox"


def takes_upload(setting: str) -> Callable[[Any], Any]:
    """Let a view's requests bring a file; the setting of this name says how many megabytes."""

    def mark(view: Any) -> Any:
        setattr(view, _MARK, setting)
        return view

    return mark


def megabytes(setting: str) -> int:
    """How large a file may be by the setting of this name."""
    return int(getattr(current_app.extensions["settings"], setting))


def join_uploads(app: Flask) -> None:
    """Let requests to marked views be larger than others. Join it before anything reads a form."""

    @app.before_request
    def choose_size() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if setting := getattr(view, _MARK, None):
            # Twice the file: whoever chose one that is somewhat too large gets the form back, filled
            # in, instead of an error page. Parts above 500 kB go to a temporary file, not to memory.
            request.max_content_length = (2 * megabytes(setting) + 1) * MEGABYTE


def read_upload(upload: FileStorage, setting: str, allowed: frozenset[MediaType]) -> Prepared:
    """Make of an upload what can be kept. :raises participation.files.rules.UnfitFile:"""
    return prepare(upload.stream, upload.filename, megabytes(setting) * MEGABYTE, allowed)


def send(stored: StoredFile, *, is_public: bool) -> Response:
    """Hand a file out, or say that the browser's copy is still right.

    Every use asks again (``no-cache``), so what is hidden or removed is gone at once. Pictures were
    encoded here and are shown; everything else is something to save. ``?groesse=klein`` asks for the
    picture in the size of a page.

    :raises NotFound: if there is no such variant
    """
    variant = Variant.SMALL if request.args.get("groesse") == "klein" else Variant.FULL
    found = queries.fingerprint(stored.id, variant)
    if found is None:
        raise NotFound
    sha256, media_type = found
    if request.if_none_match.contains(sha256):
        response = Response(status=304)
        response.set_etag(sha256)
    else:
        response = send_file(
            io.BytesIO(queries.content(stored.id, variant)),
            mimetype=media_type.value,
            as_attachment=not stored.is_image,
            download_name=stored.name,
            etag=sha256,
        )
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "public, no-cache"
    if not is_public:
        keep_private()
    return response

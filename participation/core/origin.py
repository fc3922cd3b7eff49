"""Forms are sent from our own pages only; checked before anything else looks at a request.

A POST from another site arrives without our cookie (SameSite=Lax), so it looks like a visitor's; were
it answered with a page, its fields could travel through our own sign-in form, and its answer would
replace the cookie of somebody who is signed in. Browsers say where a request comes from
(Fetch Metadata, and Origin on every POST); programs that say nothing have no cookies to abuse.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request

View = TypeVar("View", bound=Callable[..., Any])

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})


def open_to_mail_programs(view: View) -> View:
    """Let a view take a POST from anywhere, without a token against forged requests: what stands in
    its address must prove everything, and it must not touch the session (RFC 8058)."""
    view.is_open_to_mail_programs = True  # type: ignore[attr-defined]
    return view


def is_open_to_mail_programs(view: object) -> bool:
    """Tell whether the view takes such a POST."""
    return bool(getattr(view, "is_open_to_mail_programs", False))


def comes_from_elsewhere(fetch_site: str | None, origin: str | None, own_host: str) -> bool:
    """Tell whether a browser says that another site made it send the request.

    :param fetch_site: header Sec-Fetch-Site; :param origin: header Origin; :param own_host: with port
    """
    if fetch_site is not None:
        return fetch_site not in _OWN
    if origin is not None:
        return urlsplit(origin).netloc != own_host
    return False


def join_origin(app: Flask) -> None:
    """Refuse what another site sends, without touching the session."""

    @app.before_request
    def refuse_foreign_forms() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method in _SAFE_METHODS or is_open_to_mail_programs(view):
            return None
        headers = request.headers
        if comes_from_elsewhere(headers.get("Sec-Fetch-Site"), headers.get("Origin"), request.host):
            return Response("This form was sent from another site.\n", 400, mimetype="text/plain")
        return None

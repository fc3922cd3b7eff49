"""Forms are sent from our own pages only; checked before anything else looks at a request.

A POST from another site arrives without our cookie (SameSite=Lax), so it looks like a visitor's; were
it answered with a page, its fields could travel through our own sign-in form, and its answer would
replace the cookie of somebody who is signed in. Browsers say where a request comes from
(Fetch Metadata, and Origin on every POST); programs that say nothing have no cookies to abuse.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})


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
        if request.method in _SAFE_METHODS:
            return None
        headers = request.headers
        if comes_from_elsewhere(headers.get("Sec-Fetch-Site"), headers.get("Origin"), request.host):
            return Response("This form was sent from another site.\n", 400, mimetype="text/plain")
        return None

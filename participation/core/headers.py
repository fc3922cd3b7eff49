"""HTTP headers that every answer carries."""

from flask import Flask, Response, current_app, g, request, session

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",  # KERN's icons are data-URI masks
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ),
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def keep_private() -> None:
    """Say that this answer is for one person: no cache may keep it."""
    g.private = True


def is_for_anybody() -> bool:
    """Whether the answer holds nothing of the person who asks: no session, no token, no secret."""
    knows_person = current_app.config["SESSION_COOKIE_NAME"] in request.cookies or session.modified
    return not knows_person and not _is_private()


def _is_private() -> bool:
    # A page with a token against forged requests belongs to one session (g.csrf_token: Flask-WTF).
    return bool(g.get("private") or "csrf_token" in g or request.method == "POST")


def join_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the app."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if _is_private():
            response.headers["Cache-Control"] = "no-store"
        elif request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

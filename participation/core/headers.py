"""HTTP headers that every answer carries."""

from flask import Flask, Response, g, request

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


def join_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the app."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        # A page with a token against forged requests belongs to one session (g.csrf_token: Flask-WTF).
        has_token = "csrf_token" in g
        if g.get("private") or has_token or request.method == "POST":
            response.headers["Cache-Control"] = "no-store"
        elif request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

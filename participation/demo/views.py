"""The mails of the demo, to read in the browser. Only joined when the demo runs."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, render_template

from participation.core.access import public
from participation.core.headers import keep_private
from participation.core.messages import NotFound

demo_mails = Blueprint("demo", __name__, url_prefix="/demo")
_SHOWN = 100
#: Names that the sink gives its files.
_NAME = re.compile(r"[0-9]{1,30}-[0-9]{1,12}")
#: A mail's styles are inline; it may have nothing else, not even the site's own origin.
_LOCKED_IN = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


@demo_mails.get("/mails/")
@public
def mails() -> Any:
    """The sink's mails, newest first, with their full text."""
    keep_private()
    folder: Path = current_app.extensions["settings"].demo_mail_folder
    files = sorted(folder.glob("*.eml"), reverse=True)[:_SHOWN]
    found = [_read(file) for file in files]
    names = [
        file.stem if _NAME.fullmatch(file.stem) and _part(mail, "html") else ""
        for file, mail in zip(files, found, strict=True)
    ]
    texts = [_part(mail, "plain") for mail in found]
    return render_template("demo/mails.html", mails=list(zip(found, texts, names, strict=True)))


@demo_mails.get("/mails/<name>/")
@public
def mail_as_html(name: str) -> Response:
    """One mail's HTML part, alone and locked in: no scripts, no forms, nothing from elsewhere."""
    keep_private()
    if not _NAME.fullmatch(name):
        raise NotFound
    file: Path = current_app.extensions["settings"].demo_mail_folder / f"{name}.eml"
    if not file.is_file():
        raise NotFound
    html = _part(_read(file), "html")
    if not html:
        raise NotFound
    response = Response(html)
    response.headers["Content-Security-Policy"] = _LOCKED_IN
    return response


def _read(file: Path) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""

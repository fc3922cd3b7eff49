"""The mails of the demo, to read in the browser. Only joined when the demo runs."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, current_app, render_template

from participation.core.access import public
from participation.core.headers import keep_private

demo_mails = Blueprint("demo", __name__, url_prefix="/demo")
_SHOWN = 100


@demo_mails.get("/mails/")
@public
def mails() -> Any:
    """The sink's mails, newest first, with their full text."""
    keep_private()
    folder: Path = current_app.extensions["settings"].demo_mail_folder
    files = sorted(folder.glob("*.eml"), reverse=True)[:_SHOWN]
    found = [
        cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files
    ]
    return render_template("demo/mails.html", mails=[(mail, _text(mail)) for mail in found])


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""

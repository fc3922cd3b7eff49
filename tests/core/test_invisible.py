"""Lines and headers stay what they are, whatever is typed. No database."""

from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from wtforms import HiddenField, StringField, TextAreaField

from participation.core.forms import Form
from participation.core.invisible import without_invisible
from participation.core.mail import compose
from tests.people import NOW
from tests.site.hostile_texts import TEXTS, UNSEEN


class _Typed(Form):
    line = StringField()
    text = TextAreaField()
    kept = HiddenField()


def test_field_of_one_line_has_one_line() -> None:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    sent = dict.fromkeys(("line", "text", "kept"), "eins\r\n zwei\u2028drei")
    with app.test_request_context(method="POST", data=sent):
        form = _Typed()
    assert form.line.data == "eins zwei drei"
    assert form.text.data == form.kept.data == "eins\n zwei\ndrei"


@pytest.mark.parametrize("text", TEXTS)
def test_subject_of_a_mail_stays_one_header(text: str) -> None:
    mail = compose(
        sender_name="Stadt", sender="stadt@example.org", recipient="mara@example.org",
        subject=f"Ihre Anregung „{text}“", text=without_invisible(text), message_id="1@example.org",
        at=NOW, language_tag="de",
    )  # fmt: skip
    read = message_from_bytes(mail.as_bytes(), policy=default)
    assert sorted(read.keys()) == sorted(mail.keys())
    assert not {"Bcc", "Set-Cookie", "Location", "X-Evil"} & set(read.keys())
    assert "\u202e" not in str(read["Subject"])
    assert read["To"] == "mara@example.org"


@pytest.mark.parametrize("text", UNSEEN)
def test_what_is_left_can_be_seen(text: str) -> None:
    left = without_invisible(text)
    assert not set(left) & set("\u202e\u2066\u200b\ufeff\x00\u2028\U000e0041")
    left.encode("utf-8")
    assert without_invisible(left) == left

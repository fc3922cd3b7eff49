"""The demo's mail server keeps what it gets, and the demo shows it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from participation.core.db import db
from participation.core.mail import MailNotSent, Postman, compose
from participation.demo.mail_sink import MailSink
from participation.demo.runner import create_demo_app
from tests.checking_client import CheckingClient
from tests.people import NOW


def a_mail(number: int = 1, text: str = "Grüße aus Mainz\n.\n..Punkt\n") -> EmailMessage:
    """A mail with everything that can go wrong in transport."""
    return compose(
        sender_name="Landeshauptstadt Mainz",
        sender="beteiligung@example.org",
        recipient="mara@example.org",
        subject=f"Ihre Anregung Nr. {number}: Bänke für alle <b>",
        text=text,
        message_id=f"{number}@example.org",
        at=NOW + timedelta(minutes=number),
        language_tag="de",
    )


def postman(port: int) -> Postman:
    """Who brings mails to this port."""
    return Postman("127.0.0.1", port, security="none", user="", password="")


def kept(folder: Path) -> list[EmailMessage]:
    """The mails in the folder, oldest first."""
    files = sorted(folder.iterdir())
    assert {file.suffix for file in files} <= {".eml"}
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]  # type: ignore[misc]


def test_mail_that_is_sent_becomes_a_file(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink:
        for number in (1, 2, 3):
            postman(sink.port).send(a_mail(number))
    mails = kept(tmp_path)
    assert [mail["Message-ID"] for mail in mails] == [f"<{n}@example.org>" for n in (1, 2, 3)]
    for mail in mails:
        assert mail["To"] == "mara@example.org"
        assert "Bänke für alle <b>" in mail["Subject"]
        assert mail.get_content().replace("\r\n", "\n") == "Grüße aus Mainz\n.\n..Punkt\n"


def test_sink_takes_no_mail_after_its_block(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink:
        port = sink.port
    with pytest.raises(MailNotSent) as failure:
        postman(port).send(a_mail())
    assert "example.org" not in str(failure.value)
    assert kept(tmp_path) == []


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckingClient]:
    """A browser on the demo's own app, which finds its settings in the environment."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for name, value in {
        "SECRET_KEY": "a key that is only good for tests, long enough",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.db'}",
        "PUBLIC_URL": "http://localhost",
        "DEMO_MAIL_FOLDER": str(folder),
    }.items():
        monkeypatch.setenv(f"PARTICIPATION_{name}", value)
    app = create_demo_app()
    app.testing = True
    yield CheckingClient(app)
    with app.app_context():
        db.engine.dispose()


def test_visitor_of_the_demo_reads_the_mails_newest_first(
    demo: CheckingClient, tmp_path: Path
) -> None:
    empty = demo.get("/demo/mails/")
    assert "Noch keine Mail." in empty.main
    with MailSink(tmp_path / "mails") as sink:
        text = "Öffnen Sie <b>bitte</b>\nhttp://localhost/de/konto/bestaetigen/abc/\n"
        for number in (1, 2):
            postman(sink.port).send(a_mail(number, text))
    page = demo.get("/demo/mails/")
    assert page.main.index("Nr. 2") < page.main.index("Nr. 1")
    assert "An mara@example.org" in page.main
    assert "Öffnen Sie <b>bitte</b>" in page.main
    assert "Bänke für alle <b>" in page.main
    assert 'href="http://localhost/de/konto/bestaetigen/abc/"' in page.html
    assert page.response.headers["Cache-Control"] == "no-store"


def test_visitor_of_the_demo_reads_strange_mails_too(demo: CheckingClient, tmp_path: Path) -> None:
    strange = {
        "1.eml": b"",
        "2.eml": b"Subject: =?utf-8?q?<script>alert(1)</script>?=\n\n<script>alert(1)</script>",
        "3.eml": b"Content-Type: text/html\n\n<p>nur HTML</p>",
        "4.eml": b"Content-Type: text/plain; charset=utf-8\n\n\xff\xfe",
        "5.part": b"Subject: noch nicht fertig\n\n",
    }
    for name, content in strange.items():
        (tmp_path / "mails" / name).write_bytes(content)
    page = demo.get("/demo/mails/")
    assert "<script>alert" not in page.html
    assert "noch nicht fertig" not in page.main


def test_visitor_of_the_demo_sees_the_html_of_a_mail_locked_in(
    demo: CheckingClient, tmp_path: Path
) -> None:
    mail = a_mail()
    evil = '<p style="color:red">Ein <b>Text</b></p><script>alert(1)</script>'
    mail.add_alternative(evil, subtype="html")
    with MailSink(tmp_path / "mails") as sink:
        postman(sink.port).send(mail)
        postman(sink.port).send(a_mail(2))
    page = demo.get("/demo/mails/")
    (link,) = re.findall(r'href="(/demo/mails/[^"]+)"', page.html)
    answer = demo.browser.get(link)
    assert "<b>Text</b>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "script" not in policy.replace("default-src", "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" not in page.response.headers["Content-Security-Policy"]
    assert "unsafe" not in page.response.headers["Content-Security-Policy"]
    for name in ("1", "../1", "0-0", "a", "%2e%2e"):
        demo.get(f"/demo/mails/{name}/", 404)
    (other,) = [f.stem for f in (tmp_path / "mails").glob("*.eml") if f.stem not in link]
    demo.get(f"/demo/mails/{other}/", 404)


def test_visitor_of_a_city_finds_no_page_of_mails(client: CheckingClient) -> None:
    client.get("/demo/mails/", 404)

"""A real mail server for the tests of mails."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from participation.demo.mail_sink import MailSink
from participation.worker import Worker


class ReadMail(EmailMessage):
    """A mail as somebody reads it whose program shows text, unless HTML is asked for."""

    def get_content(self, *more: Any, **options: Any) -> Any:
        return self._part("plain") if self.is_multipart() else super().get_content(*more, **options)

    @property
    def html(self) -> str:
        """What programs show that show HTML."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.get_body((kind,))
        assert part is not None, f"the mail has no {kind} part"
        return str(EmailMessage.get_content(part))


#: Real programs are as strict as this: no defect of a mail is overlooked.
STRICT = default.clone(message_factory=ReadMail, raise_on_defect=True)


class Post:
    """The mail server's side: what arrived, in order."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def mails(self) -> list[ReadMail]:
        files = sorted(self.folder.glob("*.eml"))
        return [cast(ReadMail, message_from_bytes(f.read_bytes(), policy=STRICT)) for f in files]

    def to(self, address: str) -> list[ReadMail]:
        return [mail for mail in self.mails() if mail["To"] == address]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A mail server on this machine."""
    folder = tmp_path / "mails"
    folder.mkdir()
    with MailSink(folder) as sink:
        yield Post(folder, sink.port)


@pytest.fixture
def mail_app(app: Flask, app_beside: Callable[..., Flask], post: Post) -> Flask:
    """The application on the test's database, with the mail server set."""
    return app_beside(smtp_port=post.port, mail_from="stadt@mainz.example.org")


@pytest.fixture
def worker(mail_app: Flask) -> Worker:
    """The worker."""
    return Worker(mail_app)

"""A real mail server for the tests of mails."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

from participation.demo.mail_sink import MailSink
from participation.worker import Worker


class Post:
    """The mail server's side: what arrived, in order."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def mails(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [
            cast(EmailMessage, message_from_bytes(f.read_bytes(), policy=default)) for f in files
        ]

    def to(self, address: str) -> list[EmailMessage]:
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

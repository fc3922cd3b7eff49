"""The whole product as people meet it: the app behind a port, the worker, a mail server.

The clock stands still; a test that needs another day moves it with ``clock.stopped_at``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any, cast

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from participation.accounts.passwords import Passwords
from participation.core import clock
from participation.core.db import db
from participation.demo.mail_sink import MailSink
from participation.worker import Worker
from tests.people import NOW, Persona, make_person

PASSWORD = "vier Wörter sind ein Satz"
#: Milliseconds that a page may take on a busy machine.
WAIT = 10_000


@dataclass(frozen=True)
class Site:
    """A running product. What a test puts into its database is there for the browser too."""

    app: Flask
    url: str
    worker: Worker
    mail_folder: Path

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Write into the database; all of it is there when the block ends."""
        with self.app.app_context():
            yield
            db.session.commit()

    def welcome(self, *personas: Persona) -> None:
        """Give these people accounts, with the password that :func:`sign_in` knows."""
        settings = self.app.extensions["settings"]
        hasher = Passwords(settings.argon2_time_cost, settings.argon2_memory_kib)
        with self.filling():
            for persona in personas:
                make_person(persona, password_hash=hasher.hash(PASSWORD))

    def work(self) -> None:
        """Let the worker do all there is to do."""
        self.worker.run_until_idle()

    def mails(self) -> list[EmailMessage]:
        """All mails that the mail server got, oldest first."""
        files = sorted(self.mail_folder.glob("*.eml"))
        return [
            cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default))
            for file in files
        ]

    def mails_to(self, email: str, subject: str = "") -> list[EmailMessage]:
        """The mails to an address, all or those whose subject begins so."""
        return [
            mail
            for mail in self.mails()
            if mail["To"] == email and str(mail["Subject"]).startswith(subject)
        ]


def words_of(mail: EmailMessage) -> str:
    """A mail's text on one line."""
    part = mail.get_body(("plain",))
    assert part is not None, "the mail has no text"
    return " ".join(str(part.get_content()).split())


class _OneRequestAConnection(WSGIRequestHandler):
    """Says nothing, and keeps no connection open: no thread outlives the server."""

    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Be silent."""


@contextmanager
def _listening(app: Flask) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_OneRequestAConnection)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running(app: Flask, mail_folder: Path) -> Iterator[Site]:
    """Let the product run while the block runs; the app is as it was afterwards."""
    settings, hosts = app.extensions["settings"], app.config["TRUSTED_HOSTS"]
    with clock.stopped_at(NOW), MailSink(mail_folder) as sink, _listening(app) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        app.config["TRUSTED_HOSTS"] = ["127.0.0.1"]
        app.extensions["settings"] = settings.model_copy(
            update={"public_url": url, "smtp_port": sink.port}
        )
        try:
            yield Site(app, url, Worker(app), mail_folder)
        finally:
            app.extensions["settings"] = settings
            app.config["TRUSTED_HOSTS"] = hosts


#: Opens a window of a browser of its own; options are those of a Playwright context.
Window = Callable[..., Page]


@contextmanager
def windows(browser: Browser, site: Site) -> Iterator[Window]:
    """Yield what opens windows. Afterwards nothing may have gone wrong in any of them."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def window(**options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url, **({"locale": "de-DE", "java_script_enabled": False} | options)
        )
        contexts.append(context)
        context.set_default_timeout(WAIT)
        _watch(context, site.url, faults)
        return context.new_page()

    try:
        yield window
    finally:
        for context in contexts:
            context.close()
    assert not faults, "\n".join(faults)


def _watch(context: BrowserContext, url: str, faults: list[str]) -> None:
    """Note what nobody should have to find out: failures, other hosts, refused scripts."""

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{url}/", "data:")):
            faults.append(f"{request.frame.url} asks another host: {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 500:
            faults.append(f"{response.url}: {response.status}")

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(f"{message.location['url']}: {message.text}")

    context.on("request", on_request)
    context.on("response", on_response)
    context.on("console", on_console)
    context.on("weberror", lambda error: faults.append(str(error.error)))


def sign_in(page: Page, persona: Persona) -> Page:
    """Sign in with the password, from the page of this name."""
    page.goto("/de/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(persona.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("heading", name="Mein Konto").wait_for()
    return page

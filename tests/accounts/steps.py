"""What people do around their account, step by step."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.accounts.passwords import Passwords
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.notifications import service as notifications
from participation.notifications.delivery import reader_of, write_mail
from participation.notifications.models import Mail
from tests.checking_client import CheckingClient, Page
from tests.people import NOW, Persona, make_person

PASSWORD = "Wald und Wiese im Regen"
REGISTER = "/de/konto/registrieren/"
SIGN_IN = "/de/konto/anmelden/"
ACCOUNT = "/de/konto/"


def registration(email: str = "neu@example.org", password: str = PASSWORD) -> dict[str, str]:
    """The filled-in form of a new account."""
    return {"email": email, "password": password, "lives_here": "y", "old_enough": "y"}


def register(
    client: CheckingClient, email: str = "neu@example.org", password: str = PASSWORD
) -> Page:
    """Ask for an account."""
    return client.post(REGISTER, registration(email, password))


def sign_in(
    client: CheckingClient, email: str, password: str = PASSWORD, status: int = 303, **more: Any
) -> Page:
    """Send the form for signing in."""
    return client.post(SIGN_IN, {"email": email, "password": password, **more}, status)


def mails_to(app: Flask, email: str) -> Sequence[str]:
    """Let the worker write what is due, and return the texts of the person's mails, oldest first."""
    settings = app.extensions["settings"]
    with app.app_context():
        while notifications.write_next(NOW, "example.org"):
            pass
        db.session.commit()
        person = db.session.scalars(sa.select(Person).where(Person.email == email)).one()
        mails = db.session.scalars(
            sa.select(Mail).where(Mail.person_id == person.id).order_by(Mail.id)
        )
        return [
            str(part.get_content())
            for mail in mails
            if (part := write_mail(app, settings, mail, reader_of(mail), NOW).get_body(("plain",)))
        ]


def confirmation_link(app: Flask, email: str = "neu@example.org") -> str:
    """The path of the link in the newest mail to this address."""
    text = mails_to(app, email)[-1]
    found = re.search(r"http://localhost(/\S*/bestaetigen/\S+)", text)
    assert found, f"no link to confirm the address:\n{text}"
    return urlsplit(found[1]).path


def account_with_password(app: Flask, persona: Persona, password: str = PASSWORD) -> None:
    """Give this person a confirmed account with a password."""
    with app.app_context():
        make_person(persona, password_hash=Passwords(1, 8).hash(password))
        db.session.commit()


def journal_of_people() -> list[str]:
    """Events about people, oldest first."""
    return list(
        db.session.scalars(
            sa.select(JournalEntry.event)
            .where(JournalEntry.subject == "person")
            .order_by(JournalEntry.id)
        )
    )


def person(email: str) -> Person:
    """The person with this address; there must be one."""
    return db.session.scalars(sa.select(Person).where(Person.email == email)).one()


def newest_mail(app: Flask, template: str) -> tuple[str, str]:
    """Let the worker write what is due; return recipient and text of the newest mail of a kind."""
    settings = app.extensions["settings"]
    with app.app_context():
        while notifications.write_next(NOW, "example.org"):
            pass
        db.session.commit()
        newest = sa.select(Mail).filter_by(template=template).order_by(Mail.id.desc()).limit(1)
        mail = db.session.scalars(newest).one()
        message = write_mail(app, settings, mail, reader_of(mail), NOW)
        text = message.get_body(("plain",))
        assert text is not None
        return str(message["To"]), str(text.get_content())


def kinds_of_mail(app: Flask, email: str) -> list[str]:
    """Which kinds of mail a person got or will get, oldest first."""
    with app.app_context():
        while notifications.write_next(NOW, "example.org"):
            pass
        db.session.commit()
        own = sa.select(Mail.template).where(Mail.person_id == person(email).id)
        return list(db.session.scalars(own.order_by(Mail.id)))


def link_in(text: str, path: str) -> str:
    """The path of the link in a mail that leads there."""
    found = re.search(rf"^http://localhost(/\S*{path}\S*)$", text, re.MULTILINE)
    assert found, text
    return found[1]


def ask_for_reset(client: CheckingClient, email: str) -> str:
    """Ask for a new password and return the link of the mail."""
    client.post("/de/konto/passwort/", {"email": email})
    return link_in(newest_mail(client.app, "account_reset")[1], "/konto/passwort/")


def all_at_once(app: Flask, path: str, forms: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
    """Send forms to an address at the same moment, each with the cookie of a browser; the statuses."""

    def send(form: tuple[str, dict[str, Any]]) -> int:
        browser = app.test_client()
        browser.set_cookie("sitzung", form[0])
        return browser.post(path, data=form[1]).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def cookie_of(client: CheckingClient) -> str:
    """What the browser's cookie holds."""
    cookie = client.browser.get_cookie("sitzung")
    assert cookie is not None
    return cookie.value

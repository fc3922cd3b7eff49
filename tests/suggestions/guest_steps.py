"""What people without an account do to support, and what is true of the count after it."""

import re
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from participation.accounts.rules import mailbox_key
from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.notifications import service as notifications
from participation.notifications.delivery import NoLongerPublic, reader_of, write_mail
from participation.notifications.models import Mail
from participation.suggestions import guest_support
from participation.suggestions.guest_support import Guest
from participation.suggestions.links import Link
from participation.suggestions.models import Suggestion
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from tests.checking_client import CheckingClient, Page
from tests.factories import TERMS
from tests.people import NOW

GRETA = "greta@example.org"


def guest(email: str = GRETA, **more: object) -> Guest:
    """Somebody who fills in the form; each address is another person, unless names are given."""
    given = {
        "first_name": "Greta",
        "last_name": f"Beispiel {email.partition('@')[0]}",
        "street": "Große Bleiche 1",
        "postcode": "55116",
        "language": "de",
        "wants_mail": False,
        "shown_at": clock.now() - timedelta(minutes=1),
    }
    return Guest(email=email, **(given | more))  # type: ignore[arg-type]


def ask(key: int, email: str = GRETA, **more: object) -> Link:
    """Ask to support, and return what the link in the mail stands for."""
    guest_support.ask(key, guest(email, **more), clock.now(), TERMS)
    return link_of(key, email)


def link_of(key: int, email: str = GRETA) -> Link:
    """What the link in the newest mail to this address stands for."""
    mailbox = TERMS.fingerprint_of_mailbox(mailbox_key(email))
    found = sa.select(SupportRequest.id).filter_by(suggestion_id=key, mailbox=mailbox)
    request_id = db.session.scalars(found.order_by(SupportRequest.id.desc())).first()
    return Link(key, mailbox, request_id or 0)


def support_as_guest(key: int, email: str = GRETA, **more: object) -> Support:
    """Ask and confirm."""
    link = ask(key, email, **more)
    guest_support.confirm(link, clock.now(), TERMS)
    found = sa.select(Support).filter_by(suggestion_id=key, mailbox=link.mailbox)
    return db.session.scalars(found).one()


def assert_count_is_true(key: int) -> int:
    """The kept count is the number of rows that are not struck off; return it."""
    kept = db.session.scalars(sa.select(Suggestion.supports).filter_by(id=key)).one()
    rows = sa.select(sa.func.count()).select_from(Support).filter_by(suggestion_id=key)
    assert kept == db.session.scalars(rows.where(Support.struck_by.is_(None))).one()
    orphans = sa.select(SupportGuest.support_id).where(
        SupportGuest.support_id.not_in(sa.select(Support.id))
    )
    assert db.session.scalars(orphans).all() == []
    return kept


def events(name: str) -> int:
    """How often something happened."""
    return db.session.scalars(sa.select(sa.func.count()).where(JournalEntry.event == name)).one()


FORM = {
    "first_name": "Greta",
    "last_name": "Beispiel",
    "street": "Große Bleiche 1",
    "postcode": "55116",
    "email": GRETA,
    "eligible": "y",
    "consent": "y",
}


def send_form(
    client: CheckingClient, number: int, *, status: int = 303, seconds: int = 10, **more: str
) -> Page:
    """Open the form, fill it in for a while, send it."""
    path = f"/de/anregungen/{number}/unterstuetzen/ohne-konto/"
    stamp = client.get(path).value("stamp")
    with clock.stopped_at(clock.now() + timedelta(seconds=seconds)):
        return client.post(path, FORM | {"stamp": stamp} | more, status=status)


def texts_to(app: Flask, email: str) -> list[str]:
    """Let the worker write what is due, and return the texts of the mails to the address."""
    settings, texts = app.extensions["settings"], []
    with app.app_context():
        while notifications.write_next(NOW, "example.org"):
            pass
        db.session.commit()
        for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id)).all():
            try:
                message = write_mail(app, settings, mail, reader_of(mail), clock.now())
            except NoLongerPublic:
                continue
            part = message.get_body(("plain",))
            if message["To"] == email and part is not None:
                texts.append(f"{message['Subject']}\n{part.get_content()}")
    return texts


def path_in(text: str, ending: str) -> str:
    """The path of the link in a mail that ends so."""
    found = re.findall(r"http://localhost(/\S+/)(?=\s)", text)
    return next(path for path in found if re.fullmatch(rf".*{ending}", path))


def confirm_path(text: str) -> str:
    """The path that confirms a support."""
    return path_in(text, "/bestaetigen/")


def own_path(text: str) -> str:
    """The path of one's own support."""
    return path_in(text, r"/unterstuetzung/[^/]+/")

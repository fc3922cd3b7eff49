"""Keeps the mails that are written of what happens, in every language.

What cannot be made twice the same (tokens in links) is left out of what is compared.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import cast

import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.languages import LANGUAGES
from participation.journal.models import OutboxEntry
from participation.notifications import service as notifications
from participation.notifications.delivery import NoLongerPublic, reader_of, write_mail
from participation.notifications.models import Mail
from participation.notifications.rules import DIGEST
from tests.notifications.conftest import STRICT, ReadMail
from tests.people import MARA, NOAH, NOW, Persona
from tests.suggestions.guest_steps import GRETA

#: Follows what she finds, and does nothing else.
FANNY = Persona("fanny@example.org", is_resident=True)


@dataclass(frozen=True)
class Kind:
    """What happened, and to whom it is told: ``author``, ``supporter``, ``guest``, ``follower`` or
    ``person``."""

    event: str
    reader: str
    number: int = 1

    @property
    def name(self) -> str:
        """A name of a file."""
        again = f"_{self.number}" if self.number > 1 else ""
        return f"{self.event.replace(':', '_')}.{self.reader}{again}"


@dataclass(frozen=True)
class Written:
    """One mail in one language."""

    kind: Kind
    language: str
    mail: ReadMail


class Scribe:
    """Lets things happen, and keeps the mails that are written of them."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.mails: list[Written] = []

    def tell(self, event: str, happens: Callable[[], object]) -> None:
        """Let something happen, and keep the mails about the event; none of what led there."""
        db.session.execute(sa.delete(OutboxEntry))
        last = db.session.scalar(sa.select(sa.func.max(Mail.id))) or 0
        happens()
        while notifications.write_next(NOW, "mainz.example.org"):
            pass
        db.session.flush()
        for mail in db.session.scalars(sa.select(Mail).where(Mail.id > last).order_by(Mail.id)):
            if mail.entry.event == event:
                self._keep(event, mail, NOW)
        db.session.commit()

    def collect(self, now: datetime) -> None:
        """Keep the digests that are due."""
        last = db.session.scalar(sa.select(sa.func.max(Mail.id))) or 0
        while notifications.write_digest(now, "mainz.example.org"):
            pass
        db.session.flush()
        for mail in db.session.scalars(sa.select(Mail).where(Mail.id > last).order_by(Mail.id)):
            self._keep(DIGEST, mail, now)
        db.session.commit()

    def _keep(self, event: str, mail: Mail, now: datetime) -> None:
        settings = self._app.extensions["settings"]
        try:
            reader = reader_of(mail)
            kind = self._kind(event, reader.email)
            for code in LANGUAGES:
                told = replace(reader, language=code)
                sent = write_mail(self._app, settings, mail, told, now)
                self.mails.append(Written(kind, code, read(sent)))
        except NoLongerPublic:
            return

    def _kind(self, event: str, email: str) -> Kind:
        names = {NOAH.email: "author", MARA.email: "supporter", GRETA: "guest"}
        is_on_suggestion = event.startswith(("suggestion:", "support:", "comment:written"))
        reader = names.get(email, "person") if is_on_suggestion else "person"
        reader = "follower" if email == FANNY.email else reader
        before = sum(
            one.kind.event == event and one.kind.reader == reader and one.language == "de"
            for one in self.mails
        )
        return Kind(event, reader, before + 1)


def read(mail: EmailMessage) -> ReadMail:
    """The mail as it arrives, read strictly."""
    return cast(ReadMail, message_from_bytes(mail.as_bytes(), policy=STRICT))


_TOKEN = re.compile(r"(/(?:bestaetigen|unterstuetzung|passwort|adresse|abbestellen)/)[\w.~-]{20,}")
_KEY = re.compile(r"(/(?:eigene|neu|stellungnahmen|barrieren)/)\d+")
_STYLE = re.compile(r' style="[^"]*"')


def snapshot_of(written: Written, part: str) -> str:
    """What is compared: the words, without tokens and keys; of HTML what differs between mails."""
    mail = written.mail
    if part == "txt":
        text = f"{mail['Subject']}\n\n{mail.get_content()}"
    else:
        inside = mail.html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        text = _STYLE.sub("", inside)
    text = _KEY.sub(r"\g<1>0", _TOKEN.sub(r"\1TOKEN", text.replace("\r\n", "\n")))
    return text.strip() + "\n"

"""Sending a mail over SMTP."""

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from participation.core.invisible import on_one_line, without_invisible

_TIMEOUT_SECONDS = 20


class _OnOneLine(UniqueUnstructuredHeader):
    """A header that is written as it is: the library would cut a long address into encoded words,
    which no mail program reads as an address."""

    def fold(self, *, policy: EmailPolicy) -> str:
        """Return the header's line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OnOneLine)
SMTP_POLICY = SMTP.clone(header_factory=_headers)


class MailNotSent(Exception):
    """The mail server could not be reached, or did not take the mail. The text has no addresses."""


def compose(
    *,
    sender_name: str,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    language_tag: str,
    html: str = "",
    unsubscribe_url: str = "",
) -> EmailMessage:
    """Return a mail; line breaks in the subject cannot become headers, nor turn words around.

    :param html: the same words for programs that show HTML; empty if there are none
    :param unsubscribe_url: where a mail program stops mails like it with one POST (RFC 8058)
    """
    mail = EmailMessage(policy=SMTP_POLICY)
    user, _, domain = sender.partition("@")
    mail["From"] = Address(sender_name, user, domain)
    mail["To"] = recipient
    mail["Subject"] = on_one_line(without_invisible(subject))
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text, cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = language_tag  # after the content, which drops such headers
    return mail


class Postman:
    """Hands mails to the mail server that is set."""

    def __init__(self, host: str, port: int, *, security: str, user: str, password: str) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._user = user
        self._password = password

    def send(self, mail: EmailMessage) -> None:
        """Send one mail.

        :raises MailNotSent: with the server's words
        """
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise MailNotSent(f"recipient refused: {codes}") from error
        except smtplib.SMTPResponseException as error:
            raise MailNotSent(f"{type(error).__name__} {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=_TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)
        if self._security == "starttls":
            server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server

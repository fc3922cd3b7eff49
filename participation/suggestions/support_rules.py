"""Who counts as one supporter, for how long a link is good, and what is refused. Pure decisions."""

import re
import unicodedata
from datetime import datetime, timedelta
from http import HTTPStatus

from participation.core.messages import N_, DomainError

#: For so long the link in the mail confirms a support, but not beyond the end of the period.
LINK_IS_GOOD = timedelta(hours=48)
#: The same form again so soon is a finger that pressed twice.
PRESSED_TWICE = timedelta(seconds=10)
#: Supports that are struck off in one go.
MOST_STRUCK = 200
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_STREET = re.compile(r"str(asse|\.)?(?=\W|\d|$)")


class LinkInvalid(DomainError):
    """The link of a mail was changed, is too old, or its support was withdrawn."""

    message = N_(
        "Dieser Link gilt nicht mehr. Solange die Frist läuft, können Sie die Anregung "
        "noch einmal unterstützen."
    )
    status = HTTPStatus.GONE


class SupportStruck(DomainError):
    """The support was struck off; it cannot be given again."""

    message = N_(
        "Diese Unterstützung hat die Stadt gestrichen. Sie kann nicht noch einmal gegeben werden. "
        "Wenn Sie das falsch finden, schreiben Sie uns bitte."
    )


class NotInTheCity(DomainError):
    """The postcode is none of the city's."""

    message = N_(
        "Unterstützen können Menschen, die in Mainz wohnen. Bitte geben Sie eine Postleitzahl von Mainz an."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class AccountNeeded(DomainError):
    """The city has switched off support without an account."""

    message = N_("Unterstützen geht zurzeit nur mit einem Konto.")
    status = HTTPStatus.NOT_FOUND


class NothingToStrike(DomainError):
    """None of the chosen supports counts any more, or none was chosen."""

    message = N_("Von diesen Unterstützungen zählt keine mehr. Bitte sehen Sie sich die Liste an.")


def link_ends(now: datetime, closes_at: datetime) -> datetime:
    """Return until when a link that is asked for now confirms a support."""
    return min(now + LINK_IS_GOOD, closes_at)


def compared(text: str) -> str:
    """Return a name as it is compared: without accents, spaces, dots, or large letters."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if letter.isalnum())


def compared_address(street: str, postcode: str) -> str:
    """Return an address as it is compared; ``Str.``, ``Straße`` and ``strasse`` are one."""
    plain = unicodedata.normalize("NFC", street).casefold()
    return f"{postcode} {compared(_STREET.sub('str', plain))}"


def compared_resident(first_name: str, last_name: str, street: str, postcode: str) -> str:
    """Return what makes somebody without an account one person: name and address."""
    address = compared_address(street, postcode)
    return f"{compared(first_name)} {compared(last_name)} {address}"

"""Who counts as a resident, and what an account needs."""

from collections.abc import Iterable
from http import HTTPStatus

import idna

from participation.core.messages import N_, DomainError
from participation.permissions import Role

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class ConfirmationInvalid(DomainError):
    """The link of a confirmation mail is incomplete, too old, or was replaced by a newer one."""

    message = N_("Dieser Link gilt nicht mehr. Bitte registrieren Sie sich noch einmal.")
    status = HTTPStatus.GONE


class WrongSignIn(DomainError):
    """Address and password do not belong together; says no more than that."""

    message = N_("E-Mail-Adresse oder Passwort stimmen nicht. Bitte versuchen Sie es noch einmal.")
    status = HTTPStatus.FORBIDDEN


class AccountGone(DomainError):
    """The account was deleted while this request was under way; nothing is written in its name."""

    message = N_("Dieses Konto ist gelöscht. Es wurde nichts mehr gespeichert.")
    status = HTTPStatus.GONE


def roles_of(granted: Iterable[Role], *, is_resident: bool) -> frozenset[Role]:
    """Return all roles of a signed-in person: the granted ones, and resident by declaration."""
    roles = set(granted)
    if is_resident:
        roles.add(Role.RESIDENT)
    return frozenset(roles)


def normal_address(address: str) -> str:
    """Return the form in which an e-mail address is stored and compared."""
    return address.strip().casefold()


_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def mailbox_key(address: str) -> str:
    """Return what all addresses of one mailbox have in common, as far as an address tells.

    Large and small letters are one, also before the @. What follows a plus belongs to no mailbox of
    its own (subaddressing, RFC 5233). Only Gmail ignores dots, and only it has two names; elsewhere a
    dot can be another person. A dash stays: most providers have mailboxes with dashes. A domain with
    letters such as ü is the same as its form in ASCII (IDNA).
    """
    local, _, domain = address.strip().rpartition("@")
    domain = _ascii_domain(domain)
    local = local.casefold()
    before_plus = local.partition("+")[0]
    local = before_plus or local
    if domain in _GMAIL:
        domain = "gmail.com"
        local = local.replace(".", "") or local
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    domain = domain.rstrip(".")
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return domain.lower()

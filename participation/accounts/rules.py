"""Who counts as a resident, and what an account needs."""

from collections.abc import Iterable
from http import HTTPStatus

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


def roles_of(granted: Iterable[Role], *, is_resident: bool) -> frozenset[Role]:
    """Return all roles of a signed-in person: the granted ones, and resident by declaration."""
    roles = set(granted)
    if is_resident:
        roles.add(Role.RESIDENT)
    return frozenset(roles)


def normal_address(address: str) -> str:
    """Return the form in which an e-mail address is stored and compared."""
    return address.strip().casefold()

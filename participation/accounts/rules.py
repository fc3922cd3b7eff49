"""Who counts as a resident, and what an account needs."""

from collections.abc import Iterable
from http import HTTPStatus

import idna

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Role

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class ConfirmationInvalid(DomainError):
    """The link of a confirmation mail is incomplete, too old, or was replaced by a newer one."""

    message = N_("Dieser Link gilt nicht mehr. Bitte registrieren Sie sich noch einmal.")
    status = HTTPStatus.GONE


class ResetInvalid(DomainError):
    """The link for a new password is incomplete, too old, or was used already."""

    message = N_("Dieser Link gilt nicht mehr. Bitte lassen Sie sich einen neuen schicken.")
    status = HTTPStatus.GONE


class AddressLinkInvalid(DomainError):
    """The link for a new address is incomplete, too old, used, replaced, or another person's."""

    message = N_(
        "Dieser Link gilt nicht mehr, oder er gehört zu einem anderen Konto. "
        "Bitte tragen Sie die neue Adresse noch einmal ein."
    )
    status = HTTPStatus.GONE


class AddressTakenMeanwhile(DomainError):
    """Somebody else's account got the mailbox before the link was used."""

    message = N_(
        "Mit dieser Adresse gibt es inzwischen ein anderes Konto. Ihre Adresse bleibt, wie sie war."
    )


class ChangedElsewhere(DomainError):
    """Password or address were changed while this form was on its way."""

    message = N_(
        "Ihr Passwort oder Ihre Adresse wurde gerade geändert. Bitte melden Sie sich neu an."
    )


class NobodyWithAccount(DomainError):
    """A role is to be granted to an address without a confirmed account."""

    message = N_(
        "Zu dieser Adresse gibt es kein bestätigtes Konto. Die Person legt zuerst selbst eines an."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class OwnRights(DomainError):
    """An administrator wants to raise or lower the own rights."""

    message = N_("Ihre eigenen Rechte ändert jemand anderes aus der Verwaltung.")
    status = HTTPStatus.FORBIDDEN


class LastAdministrator(DomainError):
    """Without an administrator nobody could grant a role any more."""

    message = N_(
        "Das ist die letzte Person mit der Rolle Administration. "
        "Geben Sie die Rolle zuerst jemand anderem."
    )


class DepartmentNeeded(DomainError):
    """An officer answers for at least one department."""

    message = N_("Wer für ein Amt antwortet, braucht mindestens ein Amt.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NothingToRevoke(DomainError):
    """The person does not have the role, or the department, any more."""

    message = N_("Das hat jemand anderes schon geändert. Sie sehen den neuen Stand.")


#: How people call the roles that can be granted.
ROLE_NAMES: dict[Role, str] = {
    Role.OFFICER: N_("Fachamt"),
    Role.COORDINATOR: N_("Koordinierungsstelle"),
    Role.BOARD_MEMBER: N_("Beirat"),
    Role.ADMINISTRATOR: N_("Administration"),
}


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


def check_not_own(actor: Actor, person_id: int) -> None:
    """Nobody raises or lowers the own rights. :raises OwnRights: if it is the actor's own account"""
    if actor.person_id == person_id:
        raise OwnRights

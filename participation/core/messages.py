"""Texts and failures that pure code can speak of without knowing how they are shown."""

from http import HTTPStatus
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for marking a text)
    """Mark a text for the catalogues where it is written; it is translated where it is shown."""
    return message


class DomainError(Exception):
    """Something that the rules do not allow; the edge shows ``message`` in the reader's language.

    A subclass is one failure: it sets the text, and the HTTP status that fits.
    """

    message: ClassVar[str] = N_("Das ist leider nicht möglich.")
    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT


class NotFound(DomainError):
    """The thing does not exist, or not for this reader: both get the same answer."""

    message = N_("Diese Seite gibt es nicht, oder sie ist nicht öffentlich.")
    status = HTTPStatus.NOT_FOUND


class NotPermitted(DomainError):
    """The actor's roles do not allow the act."""

    message = N_("Dafür fehlt Ihnen die Berechtigung.")
    status = HTTPStatus.FORBIDDEN


class ChangedMeanwhile(DomainError):
    """Somebody else was faster; what was read is no longer what is stored."""

    message = N_(
        "Inzwischen hat jemand anderes hier etwas geändert. Bitte sehen Sie sich den neuen Stand an."
    )

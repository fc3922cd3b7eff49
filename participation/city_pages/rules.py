"""Which pages every city needs, who may edit, how long a page may be, who checked it. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission

#: They are always there and in the footer. New ones go to the end: the search knows them by their place.
REQUIRED = (
    "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "hilfe", "regeln", "kontakt",
)  # fmt: skip
#: Addresses that mean something else.
RESERVED = frozenset({"neu"})
#: Characters. What Markdown makes of a page has a bound of its own: see :data:`MOST_HTML`.
LONGEST = {"title": 120, "lead": 300, "body": 12_000}
LONGEST_NOTE = 300
LONGEST_SLUG = 60
#: Bytes of a page's text as HTML. With everything around it the page stays below 30,000.
MOST_HTML = 15_000
#: The language whose texts say whether they were checked (interface: a text with its own review).
REVIEWED = "de_simple"
TEXT_NAMES = {"title": N_("Titel"), "lead": N_("Ein Satz dazu"), "body": N_("Text")}


class Reviewer(StrEnum):
    """What kind of people checked a text in easy German. Their names are nobody's business."""

    TEST_READERS = "test-readers"
    OFFICE = "office"
    STAFF = "staff"


REVIEWER_NAMES = {
    Reviewer.TEST_READERS: N_("Menschen mit Lernschwierigkeiten"),
    Reviewer.OFFICE: N_("ein Büro für Leichte Sprache"),
    Reviewer.STAFF: N_("Mitarbeitende der Stadt"),
}


class TitleMissing(DomainError):
    """A page without a title cannot be found, nor linked to."""

    message = N_("Bitte geben Sie einen Titel an.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLong(DomainError):
    """The text would make the page heavier than a page may be."""

    message = N_(
        "Der Text ist zu lang für eine Seite. Bitte kürzen Sie ihn, oder legen Sie eine zweite Seite an."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class AddressTaken(DomainError):
    """Another page has this address, or it means something else."""

    message = N_("Diese Adresse gibt es schon. Bitte wählen Sie eine andere.")


class NeededByLaw(DomainError):
    """Somebody wants to take a required page away."""

    message = N_("Diese Seite muss es geben. Sie können ihren Text ändern.")


class ReviewIncomplete(DomainError):
    """Who checked the text, or when, is missing; or the day is yet to come."""

    message = N_("Bitte geben Sie an, wer den Text geprüft hat und an welchem Tag, bis heute.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def may_edit(actor: Actor) -> bool:
    """Tell whether the actor may write, take away and show pages."""
    return actor.person_id is not None and actor.may(Permission.PAGE_EDIT)


def is_required(slug: str) -> bool:
    """Tell whether every city needs the page."""
    return slug in REQUIRED


def review_is_over(changes: Mapping[str, Any]) -> bool:
    """Tell whether a change of a text ends its review: nobody checked the new words."""
    names = {key.partition(".")[2] for key in changes if key.startswith(f"{REVIEWED}.")}
    return bool(names & LONGEST.keys()) and not names & {"reviewed_by", "reviewed_on"}


def check_review(reviewed_by: str | None, reviewed_on: date | None, today: date) -> None:
    """:raises ReviewIncomplete: unless both are given, and the day is over or today; or neither is"""
    if bool(reviewed_by) != bool(reviewed_on) or (reviewed_on and reviewed_on > today):
        raise ReviewIncomplete

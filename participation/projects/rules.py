"""Words of a project sheet: states, levels, forms. Their German names are what people read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission, Role


class Participation(StrEnum):
    """Whether residents can take part; independent of how far the project itself is."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"


class Implementation(StrEnum):
    """How far the project itself is."""

    PLANNING = "planning"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Level(StrEnum):
    """How much say residents have (the levels of the guidelines)."""

    INFORMATION = "information"
    CONSULTATION = "consultation"
    CO_CREATION = "co-creation"


class Form(StrEnum):
    """By which rules participation happens."""

    INFORMAL = "informal"
    FORMAL = "formal"
    CHILDREN_YOUTH = "children-youth"


class FileRole(StrEnum):
    """What a file is to a project's sheet."""

    IMAGE = "image"
    DOCUMENT = "document"


#: Longest text of each column of a sheet.
LONGEST = {
    "title": 200,
    "summary": 4000,
    "still_open": 4000,
    "settled": 4000,
    "participation_note": 4000,
    "period_note": 1000,
    "cost_note": 1000,
    "current_state": 4000,
}
LONGEST_ADDRESS = 500
#: Longest text that stands for a picture or names a document, and longest credit.
LONGEST_FILE_TEXT = 300
LONGEST_CREDIT = 200
#: Files of one sheet.
MOST_FILES = {FileRole.IMAGE: 12, FileRole.DOCUMENT: 40}
MOST_EUROS = 10**12

PARTICIPATION_NAMES = {
    Participation.PLANNED: N_("geplant"),
    Participation.RUNNING: N_("läuft"),
    Participation.COMPLETED: N_("abgeschlossen"),
}
IMPLEMENTATION_NAMES = {
    Implementation.PLANNING: N_("in Planung"),
    Implementation.RUNNING: N_("läuft"),
    Implementation.COMPLETED: N_("abgeschlossen"),
    Implementation.CANCELLED: N_("abgebrochen"),
}
LEVEL_NAMES = {
    Level.INFORMATION: N_("Information: Sie erfahren früh, was geplant ist."),
    Level.CONSULTATION: N_("Konsultation: Ihre Meinung wird gehört und ausgewertet."),
    Level.CO_CREATION: N_("Mitgestaltung: Sie entscheiden bei Teilen des Vorhabens mit."),
}
FORM_NAMES = {
    Form.INFORMAL: N_("Freiwillige (informelle) Beteiligung"),
    Form.FORMAL: N_("Gesetzlich vorgeschriebene (formelle) Beteiligung"),
    Form.CHILDREN_YOUTH: N_("Beteiligung von Kindern und Jugendlichen"),
}

#: What the filter in the address is called, in German like all addresses.
PARTICIPATION_SLUGS = {
    Participation.RUNNING: "laufend",
    Participation.PLANNED: "geplant",
    Participation.COMPLETED: "abgeschlossen",
}
IMPLEMENTATION_SLUGS = {
    Implementation.PLANNING: "in-planung",
    Implementation.RUNNING: "laufend",
    Implementation.COMPLETED: "abgeschlossen",
    Implementation.CANCELLED: "abgebrochen",
}


class NotYourProject(DomainError):
    """The permission is there, but another department answers for this project."""

    message = N_("Dieses Vorhaben bearbeiten die Ämter, die dafür zuständig sind.")
    status = HTTPStatus.FORBIDDEN


class TooManyFiles(DomainError):
    """The sheet has as many pictures or documents as one may have."""

    message = N_("Mehr passt nicht auf das Vorhabenblatt. Bitte entfernen Sie zuerst etwas.")


class FileWordsMissing(DomainError):
    """A picture needs a German text in its place, a document a German title."""

    message = N_("Bitte beschreiben Sie die Datei auf Deutsch.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def may_edit(departments: Iterable[int], actor: Actor) -> bool:
    """Tell whether the actor may change a project for which these departments answer."""
    return actor.may(Permission.PROJECT_EDIT) and (
        Role.COORDINATOR in actor.roles or any(one in actor.departments for one in departments)
    )


@dataclass(frozen=True)
class Step:
    """One piece of participation on a project's timeline; ``phase`` is done, now or next."""

    phase: str
    first: date
    last: date
    title: str = ""
    language: str = ""
    place: str = ""
    #: Address of the meeting, if it is one.
    slug: str = ""
    has_results: bool = False


#: A project's timeline shows this many steps, and so many of those that are over.
_MOST_STEPS, _FEWEST_DONE = 12, 4


def nearest_steps(steps: list[Step]) -> list[Step]:
    """Return the steps around today, if there are more than a timeline can show."""
    done = sum(step.phase == "done" for step in steps)
    begin = max(0, min(done - _FEWEST_DONE, len(steps) - _MOST_STEPS))
    return steps[begin : begin + _MOST_STEPS]


def participation_steps(
    phases: Iterable[tuple[date, date]],
    meetings: Iterable[tuple[date, date, str, str, str, str, bool]],
    today: date,
) -> list[Step]:
    """Return the timeline: meetings with their titles, and phases that no meeting stands for.

    :param phases: first and last day
    :param meetings: first and last day, title, language, place, slug, whether there are results
    """
    named = list(meetings)
    days = {first for first, *_ in named}
    bare = [(first, last, "", "", "", "", False) for first, last in phases if first not in days]

    def phase(first: date, last: date) -> str:
        return "next" if today < first else "done" if today > last else "now"

    return [Step(phase(step[0], step[1]), *step) for step in sorted([*named, *bare])]

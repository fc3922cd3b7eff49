"""Words of a project sheet: states, levels, forms. Their German names are what people read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError, NotPermitted
from participation.permissions import Actor, Permission


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
    "result": 8000,
}
LONGEST_ADDRESS = 500
#: Longest text that stands for a picture or names a document, and longest credit.
LONGEST_FILE_TEXT = 300
LONGEST_CREDIT = 200
#: Files of one sheet.
MOST_FILES = {FileRole.IMAGE: 12, FileRole.DOCUMENT: 40}
MOST_EUROS = 10**12
#: Rows of links, decisions and phases that one sheet can have.
MOST_ROWS = 200
#: A sheet is looked at four times a year.
MONTHS_BETWEEN_REVIEWS = 3
#: Addresses that are, or will be, pages of their own, so no project can have them.
RESERVED_SLUGS = frozenset({"neu", "karte", "liste", "feed"})

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


class NotYourProject(NotPermitted):
    """The permission is there, but another department answers for this project."""

    message = N_("Dieses Vorhaben bearbeiten die Ämter, die dafür zuständig sind.")


class TooManyFiles(DomainError):
    """The sheet has as many pictures or documents as one may have."""

    message = N_("Mehr passt nicht auf das Vorhabenblatt. Bitte entfernen Sie zuerst etwas.")


class FileWordsMissing(DomainError):
    """A picture needs a German text in its place, a document a German title."""

    message = N_("Bitte beschreiben Sie die Datei auf Deutsch.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


#: What each field of a sheet is called where versions are compared, in the order of the sheet.
FIELD_NAMES = {
    "participation": N_("Zustand der Beteiligung"),
    "implementation": N_("Zustand der Umsetzung"),
    "level": N_("Stufe der Beteiligung"),
    "form": N_("Art der Beteiligung"),
    "whole_city": N_("Betrifft ganz Mainz"),
    "districts": N_("Stadtteile"),
    "topics": N_("Themen"),
    "departments": N_("Zuständig"),
    "period_from": N_("Geplant ab"),
    "period_to": N_("Geplant bis"),
    "cost": N_("Erwartete Kosten"),
    "cost_to": N_("Erwartete Kosten, höchstens"),
    "as_of": N_("Datum des Stands"),
    "links": N_("Weitere Informationen"),
    "decisions": N_("Politische Beschlüsse"),
    "phases": N_("Schritte der Beteiligung"),
    "images": N_("Bilder"),
    "documents": N_("Dokumente"),
    "latitude": N_("Breitengrad"),
    "longitude": N_("Längengrad"),
}
TEXT_NAMES = {
    "title": N_("Titel"),
    "summary": N_("Kurzbeschreibung"),
    "still_open": N_("Noch offen"),
    "settled": N_("Steht schon fest"),
    "participation_note": N_("Hinweis zur Beteiligung"),
    "period_note": N_("Hinweis zum Zeitraum"),
    "cost_note": N_("Hinweis zu den Kosten"),
    "current_state": N_("Aktueller Stand"),
    "result": N_("Was aus der Beteiligung wurde"),
    "reviewed_on": N_("Von Prüfer:innen gelesen am"),
}


class TitleMissing(DomainError):
    """A sheet needs a German title, and each other language that has words needs one."""

    message = N_("Bitte geben Sie einen Titel an.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class DepartmentNeeded(DomainError):
    """An officer would hand a project away, and could not see to it any more."""

    message = N_("Mindestens eines Ihrer Ämter muss zuständig bleiben.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def may_create(actor: Actor) -> bool:
    """Tell whether the actor may begin a sheet; an officer's gets the officer's departments."""
    if actor.person_id is None or not actor.may(Permission.PROJECT_EDIT):
        return False
    return actor.may(Permission.PROJECT_EDIT_ALL) or bool(actor.departments)


def may_edit(departments: Iterable[int], actor: Actor) -> bool:
    """Tell whether the actor may change a project: any, or one of the own departments.

    :param departments: keys of the departments that are responsible for it
    """
    if actor.person_id is None or not actor.may(Permission.PROJECT_EDIT):
        return False
    return actor.may(Permission.PROJECT_EDIT_ALL) or bool(
        actor.departments.intersection(departments)
    )


def next_review(today: date) -> date:
    """Return the day on which a sheet that is right today has to be looked at again."""
    month = today.month - 1 + MONTHS_BETWEEN_REVIEWS
    year, month = today.year + month // 12, month % 12 + 1
    for day in (today.day, 30, 29, 28):  # there is no 31 February
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(today)


def is_stale(review_on: date, today: date) -> bool:
    """Tell whether a sheet should have been looked at: its review day is over."""
    return review_on < today


def is_finished(participation: Participation | None, implementation: Implementation | None) -> bool:
    """Tell whether the city can say what came of participation."""
    is_done = implementation in (Implementation.COMPLETED, Implementation.CANCELLED)
    return is_done or participation is Participation.COMPLETED


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
    titled: Iterable[tuple[date, date, str, str]] = (),
) -> list[Step]:
    """Return the timeline: meetings, phases with a title, and phases that no meeting stands for.

    :param phases: first and last day
    :param meetings: first and last day, title, language, place, slug, whether there are results
    :param titled: phases that have a title and its language; they stay beside a meeting
    """
    meetings = list(meetings)
    days = {first for first, *_ in meetings}
    named = [*meetings, *((*phase, "", "", False) for phase in titled)]
    bare = [(first, last, "", "", "", "", False) for first, last in phases if first not in days]

    def phase(first: date, last: date) -> str:
        return "next" if today < first else "done" if today > last else "now"

    return [Step(phase(step[0], step[1]), *step) for step in sorted([*named, *bare])]

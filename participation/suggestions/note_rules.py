"""What may be added to a suggestion beside its state, when, and by whom. Pure decisions.

Three kinds, one table: the author's dated additions, the author's question about an answer, and the
city's updates on what becomes of it. Nobody changes what is written; the coordination office can
hide it, and its place stays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission
from participation.suggestions import rules
from participation.suggestions.rules import Facts, State

#: Characters of what an author adds or asks, and of the city's updates.
TEXT_LENGTH = (10, 1000)
UPDATE_LENGTH = (20, 4000)
#: Additions to one suggestion, hidden ones too: whoever needs more has another suggestion.
MOST_ADDITIONS = 5
#: Additions and questions of one author within an hour, whatever they are about.
MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
#: While its text is being supported, answered, or is before the council.
ADDITION_STATES = frozenset({State.COLLECTING, State.QUORUM_REACHED, State.EXPIRED, State.COUNCIL})
#: While there is something to carry out, and after.
UPDATE_STATES = frozenset({State.ADOPTED, State.PARTLY_ADOPTED, State.IMPLEMENTING, State.DONE})
#: The city can answer here, so it can be asked.
QUESTION_STATES = rules.PUBLIC_STATES - {State.REJECTED, State.MERGED}


class NoteKind(StrEnum):
    """What a note is."""

    ADDITION = "addition"
    QUESTION = "question"
    UPDATE = "update"


NOTE_NAMES = {
    NoteKind.ADDITION: N_("Ergänzung"),
    NoteKind.QUESTION: N_("Nachfrage"),
    NoteKind.UPDATE: N_("Bericht zur Umsetzung"),
}


class NoteHideCode(StrEnum):
    """Why the city hides a note."""

    UNLAWFUL = "unlawful"
    PERSONAL_DATA = "personal-data"
    INSULT = "insult"
    ADVERTISING = "advertising"
    NEW_MATTER = "new-matter"
    MISTAKE = "mistake"


NOTE_HIDE_NAMES = {
    NoteHideCode.UNLAWFUL: N_("Rechtswidriger Inhalt"),
    NoteHideCode.PERSONAL_DATA: N_("Persönliche Daten anderer Menschen"),
    NoteHideCode.INSULT: N_("Beleidigung oder Drohung"),
    NoteHideCode.ADVERTISING: N_("Werbung"),
    NoteHideCode.NEW_MATTER: N_("Macht etwas anderes aus der Anregung"),
    NoteHideCode.MISTAKE: N_("Aus Versehen veröffentlicht"),
}


@dataclass(frozen=True)
class NoteFacts:
    """What the rules need to know of a note."""

    kind: NoteKind
    is_hidden: bool


class TooManyAdditions(DomainError):
    """The suggestion has as many additions as it may have."""

    message = N_(
        "Eine Anregung kann höchstens 5 Ergänzungen haben. "
        "Wenn noch etwas Wichtiges fehlt, schreiben Sie der Koordinierungsstelle."
    )


class TooOften(DomainError):
    """As many within an hour as one author may write."""

    message = N_(
        "Sie haben in der letzten Stunde schon viel geschrieben. Bitte warten Sie eine Weile."
    )
    status = HTTPStatus.TOO_MANY_REQUESTS


class AskedAlready(DomainError):
    """There is a question about this answer already."""

    message = N_(
        "Zu dieser Antwort haben Sie schon eine Frage gestellt. Die Stadt antwortet darauf."
    )


class NothingToAskAbout(DomainError):
    """The city has not answered yet."""

    message = N_("Die Stadt hat noch nicht geantwortet. Nachfragen können Sie zu einer Antwort.")


def is_author(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor wrote the suggestion, and may still write."""
    is_own = actor.person_id is not None and actor.person_id == facts.author_id
    return is_own and actor.may(Permission.SUGGESTION_WRITE)


def may_add(facts: Facts, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor may add to the text now."""
    return is_author(facts, actor) and rules.state_at(facts, now) in ADDITION_STATES


def may_ask(facts: Facts, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor may ask about an answer, if there is one."""
    return is_author(facts, actor) and rules.state_at(facts, now) in QUESTION_STATES


def may_update(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may say how the implementation goes: who answers for it."""
    return (
        actor.may(Permission.SUGGESTION_IMPLEMENT)
        and rules.is_assigned(facts, actor)
        and actor.person_id != facts.author_id
        and facts.state in UPDATE_STATES
    )


def may_moderate(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may read hidden notes of this suggestion, hide and show them.

    :param facts: of the suggestion. Nobody decides on the own one.
    """
    return actor.may(Permission.SUGGESTION_REVIEW) and rules.may_work_on(facts, actor)

"""Words of a suggestion: kinds, states, reasons, answers. Their German names are what people read."""

from enum import StrEnum

from participation.core.messages import N_


class Kind(StrEnum):
    """What a resident asks for."""

    MORE_PARTICIPATION = "more-participation"
    NEW_PARTICIPATION = "new-participation"
    NEW_PROJECT = "new-project"
    SERVICE_CHANGE = "service-change"


KIND_NAMES = {
    Kind.NEW_PARTICIPATION: N_("Beteiligung bei einem neuen Vorhaben"),
    Kind.MORE_PARTICIPATION: N_("Mehr Beteiligung bei einem Vorhaben der Liste"),
    Kind.NEW_PROJECT: N_("Ein neues Vorhaben"),
    Kind.SERVICE_CHANGE: N_("Etwas an einem Angebot der Stadt ändern"),
}


class State(StrEnum):
    """What the city has decided about a suggestion. Whether people stand behind it is counted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    COLLECTING = "collecting"
    QUORUM_REACHED = "quorum_reached"
    EXPIRED = "expired"
    COUNCIL = "council"
    ADOPTED = "adopted"
    DECLINED = "declined"
    PARTLY_ADOPTED = "partly_adopted"
    IMPLEMENTING = "implementing"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STATE_NAMES = {
    State.DRAFT: N_("Entwurf"),
    State.SUBMITTED: N_("Eingereicht"),
    State.IN_REVIEW: N_("In Prüfung"),
    State.RETURNED: N_("Bitte überarbeiten"),
    State.REJECTED: N_("Abgelehnt"),
    State.HIDDEN: N_("Nicht öffentlich"),
    State.COLLECTING: N_("Sammelt Unterstützung"),
    State.QUORUM_REACHED: N_("Genug Unterstützung"),
    State.EXPIRED: N_("Frist vorbei"),
    State.COUNCIL: N_("Im Stadtrat"),
    State.ADOPTED: N_("Angenommen"),
    State.DECLINED: N_("Vom Stadtrat abgelehnt"),
    State.PARTLY_ADOPTED: N_("Teilweise angenommen"),
    State.IMPLEMENTING: N_("Wird umgesetzt"),
    State.DONE: N_("Umgesetzt"),
    State.WITHDRAWN: N_("Zurückgezogen"),
    State.MERGED: N_("Zusammengelegt"),
}

#: Everybody can read a suggestion in one of these; it has a public number then.
PUBLIC_STATES = frozenset(
    {
        State.REJECTED, State.COLLECTING, State.QUORUM_REACHED, State.EXPIRED, State.COUNCIL,
        State.ADOPTED, State.DECLINED, State.PARTLY_ADOPTED, State.IMPLEMENTING, State.DONE,
        State.MERGED,
    }
)  # fmt: skip
#: Nobody but the author reads a suggestion in one of these, staff neither.
AUTHORS_ONLY = frozenset({State.DRAFT, State.RETURNED, State.WITHDRAWN})
#: States in which somebody in the city has to act next.
OPEN_FOR_STAFF = frozenset(
    {
        State.SUBMITTED, State.IN_REVIEW, State.QUORUM_REACHED, State.COUNCIL, State.ADOPTED,
        State.PARTLY_ADOPTED, State.IMPLEMENTING,
    }
)  # fmt: skip


class ReasonCode(StrEnum):
    """Why the city refuses a suggestion; a text in plain words always goes with it."""

    NOT_THE_CITYS_TASK = "not-the-citys-task"
    TOO_FAR_ADVANCED = "too-far-advanced"
    UNDER_WAY = "under-way"
    ALREADY_PRACTICE = "already-practice"
    NOT_FEASIBLE_LEGAL = "not-feasible-legal"
    NOT_FEASIBLE_TECHNICAL = "not-feasible-technical"
    NOT_FEASIBLE_FINANCIAL = "not-feasible-financial"
    NOT_ABOUT_THE_CITY = "not-about-the-city"
    DUPLICATE = "duplicate"


REASON_NAMES = {
    ReasonCode.NOT_THE_CITYS_TASK: N_("Die Stadt ist dafür nicht zuständig"),
    ReasonCode.TOO_FAR_ADVANCED: N_("Das Vorhaben ist zu weit fortgeschritten"),
    ReasonCode.UNDER_WAY: N_("Daran wird schon gearbeitet"),
    ReasonCode.ALREADY_PRACTICE: N_("Das gibt es schon"),
    ReasonCode.NOT_FEASIBLE_LEGAL: N_("Rechtlich nicht möglich"),
    ReasonCode.NOT_FEASIBLE_TECHNICAL: N_("Technisch nicht möglich"),
    ReasonCode.NOT_FEASIBLE_FINANCIAL: N_("Finanziell nicht möglich"),
    ReasonCode.NOT_ABOUT_THE_CITY: N_("Es geht nicht um diese Stadt"),
    ReasonCode.DUPLICATE: N_("Dazu gibt es schon eine Anregung"),
}


class HideCode(StrEnum):
    """Why a text cannot be public at all."""

    UNLAWFUL = "unlawful"
    PERSONAL_DATA = "personal-data"


HIDE_NAMES = {
    HideCode.UNLAWFUL: N_("Rechtswidriger Inhalt"),
    HideCode.PERSONAL_DATA: N_("Persönliche Daten anderer Menschen"),
}


class AnswerStatus(StrEnum):
    """What the city's answer comes down to. An answer does not move the state."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    IN_PROGRESS = "in-progress"
    PRACTICE = "practice"
    NOT_POSSIBLE = "not-possible"


ANSWER_NAMES = {
    AnswerStatus.ACCEPTED: N_("Übernommen"),
    AnswerStatus.PARTLY: N_("Teilweise übernommen"),
    AnswerStatus.IN_PROGRESS: N_("Schon in Arbeit"),
    AnswerStatus.PRACTICE: N_("Gibt es schon"),
    AnswerStatus.NOT_POSSIBLE: N_("Nicht möglich"),
}

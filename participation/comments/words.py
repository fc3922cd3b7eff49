"""Words of a comment: what it is about, its states, reasons. Their German names are what people read."""

from enum import StrEnum

from participation.core.messages import N_


class SubjectKind(StrEnum):
    """What can be commented on."""

    PROJECT = "project"
    SUGGESTION = "suggestion"


class State(StrEnum):
    """What is left to read of a comment. A deleted one stays deleted, hidden or not."""

    VISIBLE = "visible"
    DELETED = "deleted"
    HIDDEN = "hidden"


class Reason(StrEnum):
    """Why somebody reports a comment, and why the city hides one."""

    UNLAWFUL = "unlawful"
    PERSONAL_DATA = "personal-data"
    INSULT = "insult"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off-topic"


REASON_NAMES = {
    Reason.UNLAWFUL: N_("Rechtswidriger Inhalt"),
    Reason.PERSONAL_DATA: N_("Persönliche Daten anderer Menschen"),
    Reason.INSULT: N_("Beleidigung oder Drohung"),
    Reason.ADVERTISING: N_("Werbung"),
    Reason.OFF_TOPIC: N_("Gehört nicht zum Thema"),
}


class RestoreReason(StrEnum):
    """Why the city shows a hidden comment again."""

    CHECKED = "checked"
    OBJECTION = "objection"
    MISTAKE = "mistake"


RESTORE_NAMES = {
    RestoreReason.CHECKED: N_("Noch einmal geprüft: Der Text ist in Ordnung"),
    RestoreReason.OBJECTION: N_("Der Einspruch war berechtigt"),
    RestoreReason.MISTAKE: N_("Aus Versehen ausgeblendet"),
}

"""Words of a meeting."""

from enum import StrEnum

from participation.core.messages import N_


class MeetingKind(StrEnum):
    """What people come to."""

    EVENT = "event"
    ONLINE = "online"
    WORKSHOP = "workshop"
    FORUM = "forum"
    ON_SITE = "on-site"
    YOUTH = "youth"


KIND_NAMES = {
    MeetingKind.EVENT: N_("Veranstaltung"),
    MeetingKind.ONLINE: N_("Online"),
    MeetingKind.WORKSHOP: N_("Workshop"),
    MeetingKind.FORUM: N_("Forum"),
    MeetingKind.ON_SITE: N_("Vor Ort"),
    MeetingKind.YOUTH: N_("Für Jugendliche"),
}

"""What a report of a barrier holds, who answers it, how long it is kept. Pure."""

from datetime import datetime, timedelta

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission

TEXT_LENGTH = (5, 3000)
ANSWER_LENGTH = (10, 3000)
LONGEST_PAGE = 300
#: How long an answered report is kept: long enough to look back at what was promised, until the
#: enforcement body can be asked (after a month) and has asked the city. Open ones are kept.
KEPT_AFTER_ANSWER = timedelta(days=183)


class AnsweredMeanwhile(DomainError):
    """Somebody else answered the report."""

    message = N_("Diese Meldung hat inzwischen jemand anderes beantwortet.")


def may_answer(actor: Actor) -> bool:
    """Tell whether the actor may read reports and answer them."""
    return actor.person_id is not None and actor.may(Permission.BARRIER_ANSWER)


def is_own_path(page: str) -> bool:
    """Tell whether what somebody wrote is a path of this site, which a link can lead to."""
    return (
        page.startswith("/") and page[1:2] not in ("/", "\\") and "\\" not in page
        and page.isprintable() and " " not in page
    )  # fmt: skip


def kept_from(now: datetime) -> datetime:
    """Return the moment: what was answered before is forgotten now."""
    return now - KEPT_AFTER_ANSWER

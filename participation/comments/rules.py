"""Who may write, change, delete, report and hide a comment, and when. Pure decisions.

The words it speaks in are those of ``words.py``, which are found here too.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from participation.comments.words import REASON_NAMES as REASON_NAMES
from participation.comments.words import RESTORE_NAMES as RESTORE_NAMES
from participation.comments.words import Reason as Reason
from participation.comments.words import RestoreReason as RestoreReason
from participation.comments.words import State as State
from participation.comments.words import SubjectKind as SubjectKind
from participation.core.messages import N_, DomainError
from participation.core.stamps import SHORTEST_WRITING as SHORTEST_WRITING
from participation.core.stamps import TooFast as TooFast
from participation.core.stamps import Trapped as Trapped
from participation.core.stamps import check_sending as check_sending
from participation.permissions import Actor, Permission

TEXT_LENGTH = (2, 1500)
#: How long an author can change what is sent already.
EDIT_TIME = timedelta(minutes=5)
#: Comments of one resident an hour, and reports of one person.
MOST_AN_HOUR = 10
MOST_REPORTS_AN_HOUR = 30
HOUR = timedelta(hours=1)
MOST_LINKS = 2
#: A web address, written out or as a Markdown link, or a mail address that Markdown makes a link;
#: each is found once.
_LINK = re.compile(
    r"\]\( {0,3}<?(?:https?://)?(?:www\.)?|(?:https?://|mailto:)(?:www\.)?|\bwww\."
    r"|<(?!mailto:)[^<>\s@]{1,64}@",
    re.IGNORECASE,
)


class NotResponsible(DomainError):
    """A staff account speaks only where its department answers."""

    message = N_(
        "Dieses Konto ist ein Dienstkonto. Stellung nehmen kann es nur dort, "
        "wo das eigene Amt zuständig ist."
    )
    status = HTTPStatus.FORBIDDEN


class NotNow(DomainError):
    """The comment was deleted or hidden, or is hidden no longer."""

    message = N_(
        "Das geht nicht mehr: Die Stellungnahme wurde inzwischen gelöscht, ausgeblendet oder geprüft."
    )


class HiddenBefore(DomainError):
    """The city hid this very text of this person in this place."""

    message = N_("Diesen Text hat die Stadt ausgeblendet. Bitte schreiben Sie ihn anders.")


class EditTimeOver(DomainError):
    """The minutes for changes are over."""

    message = N_("Ändern können Sie eine Stellungnahme nur in den ersten 5 Minuten.")


class OnlyOneLevel(DomainError):
    """A reply to a reply."""

    message = N_("Auf eine Antwort kann man nicht noch einmal antworten.")


class OwnComment(DomainError):
    """Somebody reports, or decides about, what they wrote themselves."""

    message = N_("Das ist Ihre eigene Stellungnahme. Sie können sie löschen.")


class TooManyLinks(DomainError):
    """More addresses than a comment needs."""

    message = N_("Bitte schreiben Sie höchstens 2 Links in eine Stellungnahme.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooOften(DomainError):
    """As many within an hour as one person may send."""

    message = N_(
        "Sie haben in der letzten Stunde schon viel gesendet. Bitte warten Sie eine Weile."
    )
    status = HTTPStatus.TOO_MANY_REQUESTS


@dataclass(frozen=True)
class Subject:
    """What is commented on: a project, or a suggestion.

    :param key: slug or number, as it stands in addresses
    :param departments: keys of those that answer for it
    :param author_id: who wrote it, if it is a suggestion
    :param thread_id: where its comments hang, ``None`` before the first
    :param count: comments that can be read
    """

    kind: SubjectKind
    id: int
    key: str
    title: str
    language: str
    departments: frozenset[int]
    author_id: int | None
    is_public: bool
    thread_id: int | None
    count: int


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a comment."""

    state: State
    author_id: int | None
    is_reply: bool
    created_at: datetime


def state_of(deleted_at: datetime | None, hidden_at: datetime | None) -> State:
    """Return what is left to read."""
    if deleted_at is not None:
        return State.DELETED
    return State.VISIBLE if hidden_at is None else State.HIDDEN


def speaks_for_the_city(subject: Subject, actor: Actor) -> bool:
    """Tell whether what the actor writes here is official: an officer of a department that answers
    for it, or who coordinates. Nobody is official about the own suggestion."""
    if actor.person_id is None or actor.person_id == subject.author_id:
        return False
    if actor.may(Permission.COMMENT_MODERATE):
        return True
    return actor.may(Permission.SUGGESTION_ANSWER) and bool(subject.departments & actor.departments)


def department_of(subject: Subject, actor: Actor) -> int | None:
    """Return the department an official comment speaks for; none: the coordination office."""
    if not speaks_for_the_city(subject, actor):
        return None
    return min(subject.departments & actor.departments, default=None)


def may_write(subject: Subject, actor: Actor) -> bool:
    """Tell whether the actor may comment here: as a resident, or officially."""
    if not actor.may(Permission.COMMENT_WRITE) or not subject.is_public:
        return False
    return actor.may(Permission.SUGGESTION_WRITE) or speaks_for_the_city(subject, actor)


def may_reply(subject: Subject, parent: Facts, actor: Actor) -> bool:
    """Tell whether the actor may answer this comment: one level deep, while it can be read."""
    return parent.state is State.VISIBLE and not parent.is_reply and may_write(subject, actor)


def is_own(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor wrote it."""
    return actor.person_id is not None and actor.person_id == facts.author_id


def may_edit(facts: Facts, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor may change the text now: the own one, for 5 minutes."""
    is_early = now < facts.created_at + EDIT_TIME
    return is_own(facts, actor) and facts.state is State.VISIBLE and is_early


def may_delete(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may delete it: the own one, hidden or not."""
    return is_own(facts, actor) and facts.state is not State.DELETED


def may_report(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may report it: what others wrote, while it can be read."""
    return (
        actor.may(Permission.COMMENT_REPORT)
        and facts.state is State.VISIBLE
        and not is_own(facts, actor)
    )


def may_moderate(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may decide about it. Nobody decides about the own text."""
    return actor.may(Permission.COMMENT_MODERATE) and not is_own(facts, actor)


def links_in(text: str) -> int:
    """Return how many addresses stand in the text."""
    return len(_LINK.findall(text))


def check_links(text: str) -> None:
    """:raises TooManyLinks: if there are more than a resident's text may have."""
    if links_in(text) > MOST_LINKS:
        raise TooManyLinks

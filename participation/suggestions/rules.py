"""What may happen to a suggestion, when, and by whom. Pure decisions.

The words it speaks in are those of ``words.py``, which are found here too. :data:`TRANSITIONS` is the
whole table; ``service.move`` is the only writer of a state, forms take
their fields from the table, and ``docs/states.md`` is generated from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from zoneinfo import ZoneInfo

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission
from participation.suggestions.words import (
    ANSWER_NAMES as ANSWER_NAMES,
)
from participation.suggestions.words import (
    AUTHORS_ONLY as AUTHORS_ONLY,
)
from participation.suggestions.words import (
    HIDE_NAMES as HIDE_NAMES,
)
from participation.suggestions.words import (
    KIND_NAMES as KIND_NAMES,
)
from participation.suggestions.words import (
    OPEN_FOR_STAFF as OPEN_FOR_STAFF,
)
from participation.suggestions.words import (
    PUBLIC_STATES as PUBLIC_STATES,
)
from participation.suggestions.words import (
    REASON_NAMES as REASON_NAMES,
)
from participation.suggestions.words import (
    STATE_NAMES as STATE_NAMES,
)
from participation.suggestions.words import (
    AnswerStatus as AnswerStatus,
)
from participation.suggestions.words import (
    HideCode as HideCode,
)
from participation.suggestions.words import (
    Kind as Kind,
)
from participation.suggestions.words import (
    ReasonCode as ReasonCode,
)
from participation.suggestions.words import (
    State as State,
)

TITLE_LENGTH = (10, 120)
TEXT_LENGTH = (40, 5000)
REASON_LENGTH = (20, 2000)
PLACE_LENGTH = 200
#: What the city writes with an act of its own.
PUBLIC_TEXT_LENGTH = (20, 8000)
#: Unsent drafts that one author may keep.
MOST_DRAFTS = 20
#: How far ahead the city sets a day.
FURTHEST = timedelta(days=730)


class Need(StrEnum):
    """What must be given with a transition."""

    PUBLIC_TEXT = "public_text"
    INTERNAL_TEXT = "internal_text"
    REASON = "reason"
    HIDE_REASON = "hide_reason"
    DEPARTMENT = "department"
    DUE_ON = "due_on"
    REFERENCE = "reference"
    MEETING_ON = "meeting_on"
    LINK = "link"
    TARGET = "target"


class Who(StrEnum):
    """A condition on the suggestion itself, besides the permission."""

    ANYBODY = "anybody"
    AUTHOR = "author"
    ASSIGNED = "assigned"
    CLOCK = "clock"


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    :param name: how code and addresses speak of it
    :param label: on the button; :param step: as a heading of the public timeline, if it is public
    :param event: what the journal calls it
    """

    name: str
    sources: frozenset[State]
    target: State
    permission: Permission
    event: str
    label: str
    step: str = ""
    needs: tuple[Need, ...] = ()
    who: Who = Who.ANYBODY
    without_support_only: bool = False


def _row(name: str, sources: Iterable[State], target: State, permission: Permission, event: str,
         label: str, **more: object) -> Transition:  # fmt: skip
    return Transition(name, frozenset(sources), target, permission, event, label, **more)  # type: ignore[arg-type]


_S, _P = State, Permission
_DECIDED = {"needs": (Need.PUBLIC_TEXT, Need.LINK)}

TRANSITIONS: dict[str, Transition] = {
    row.name: row
    for row in (
        _row("submit", [_S.DRAFT], _S.SUBMITTED, _P.SUGGESTION_WRITE, "suggestion:submitted",
             N_("Anregung absenden"), step=N_("Eingereicht"), who=Who.AUTHOR),
        _row("resubmit", [_S.RETURNED], _S.SUBMITTED, _P.SUGGESTION_WRITE,
             "suggestion:resubmitted", N_("Noch einmal absenden"), who=Who.AUTHOR),
        _row("take", [_S.SUBMITTED], _S.IN_REVIEW, _P.SUGGESTION_REVIEW, "suggestion:taken",
             N_("Prüfung beginnen"), needs=(Need.DEPARTMENT, Need.DUE_ON)),
        _row("return", [_S.IN_REVIEW], _S.RETURNED, _P.SUGGESTION_REVIEW, "suggestion:returned",
             N_("Zur Überarbeitung zurückgeben"), needs=(Need.PUBLIC_TEXT,)),
        _row("reject", [_S.IN_REVIEW], _S.REJECTED, _P.SUGGESTION_REVIEW, "suggestion:rejected",
             N_("Ablehnen"), step=N_("Abgelehnt"), needs=(Need.REASON, Need.PUBLIC_TEXT)),
        _row("hide", [_S.SUBMITTED, _S.IN_REVIEW, *sorted(PUBLIC_STATES - {_S.MERGED})], _S.HIDDEN,
             _P.SUGGESTION_REVIEW, "suggestion:hidden", N_("Verbergen"),
             needs=(Need.HIDE_REASON, Need.INTERNAL_TEXT)),
        _row("publish", [_S.IN_REVIEW], _S.COLLECTING, _P.SUGGESTION_REVIEW,
             "suggestion:published", N_("Veröffentlichen"), step=N_("Geprüft und veröffentlicht")),
        _row("reach_quorum", [_S.COLLECTING], _S.QUORUM_REACHED, _P.SUGGESTION_CLOSE,
             "suggestion:quorum_reached", N_("Quorum feststellen"),
             step=N_("Genug Unterstützung gefunden"), who=Who.CLOCK),
        _row("expire", [_S.COLLECTING], _S.EXPIRED, _P.SUGGESTION_CLOSE, "suggestion:expired",
             N_("Frist beenden"), step=N_("Frist zu Ende, Quorum nicht erreicht"), who=Who.CLOCK),
        _row("strike_off", [_S.QUORUM_REACHED], _S.COLLECTING, _P.SUGGESTION_REVIEW,
             "suggestion:fell_back", N_("Unterstützungen streichen"),
             step=N_("Unterstützungen gestrichen"), needs=(Need.PUBLIC_TEXT,)),
        _row("council", [_S.QUORUM_REACHED], _S.COUNCIL, _P.SUGGESTION_DECIDE,
             "suggestion:in_council", N_("Dem Stadtrat vorlegen"), step=N_("Dem Stadtrat vorgelegt"),
             needs=(Need.REFERENCE, Need.MEETING_ON)),
        _row("adopt", [_S.COUNCIL], _S.ADOPTED, _P.SUGGESTION_DECIDE, "suggestion:adopted",
             N_("Angenommen"), step=N_("Vom Stadtrat angenommen"), **_DECIDED),
        _row("partly_adopt", [_S.COUNCIL], _S.PARTLY_ADOPTED, _P.SUGGESTION_DECIDE,
             "suggestion:partly_adopted", N_("Teilweise angenommen"),
             step=N_("Vom Stadtrat teilweise angenommen"), **_DECIDED),
        _row("decline", [_S.COUNCIL], _S.DECLINED, _P.SUGGESTION_DECIDE, "suggestion:declined",
             N_("Abgelehnt"), step=N_("Vom Stadtrat abgelehnt"), **_DECIDED),
        _row("implement", [_S.ADOPTED, _S.PARTLY_ADOPTED], _S.IMPLEMENTING,
             _P.SUGGESTION_IMPLEMENT, "suggestion:implementing", N_("Umsetzung beginnen"),
             step=N_("Umsetzung begonnen"), needs=(Need.PUBLIC_TEXT,), who=Who.ASSIGNED),
        _row("finish", [_S.IMPLEMENTING], _S.DONE, _P.SUGGESTION_IMPLEMENT, "suggestion:done",
             N_("Als umgesetzt melden"), step=N_("Umgesetzt"), needs=(Need.PUBLIC_TEXT,),
             who=Who.ASSIGNED),
        _row("withdraw", [_S.DRAFT, _S.SUBMITTED, _S.IN_REVIEW, _S.RETURNED, _S.COLLECTING],
             _S.WITHDRAWN, _P.SUGGESTION_WRITE, "suggestion:withdrawn", N_("Zurückziehen"),
             who=Who.AUTHOR, without_support_only=True),
        _row("merge", [_S.IN_REVIEW, _S.COLLECTING], _S.MERGED, _P.SUGGESTION_REVIEW,
             "suggestion:merged", N_("Zusammenlegen"), step=N_("Mit einer anderen zusammengelegt"),
             needs=(Need.TARGET, Need.PUBLIC_TEXT)),
    )
}  # fmt: skip


class NotNow(DomainError):
    """The suggestion is not in a state from which this is possible (any more)."""

    message = N_(
        "Das geht in diesem Zustand nicht (mehr). Bitte sehen Sie sich den neuen Stand an."
    )


class NotYours(DomainError):
    """The permission is there, but not for this suggestion."""

    message = N_("Das können nur die Menschen tun, die dafür zuständig sind.")
    status = HTTPStatus.FORBIDDEN


class SomethingMissing(DomainError):
    """The transition needs more than was given. ``needs`` says what."""

    message = N_("Es fehlen noch Angaben.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, needs: Iterable[Need]) -> None:
        super().__init__()
        self.needs = tuple(needs)


class AlreadySupported(DomainError):
    """Somebody supports the suggestion: it is no longer the author's alone."""

    message = N_(
        "Andere unterstützen diese Anregung schon. Zurückziehen ist deshalb nicht mehr möglich."
    )


class PeriodNotOpen(DomainError):
    """The collection period has not begun, or is over."""

    message = N_(
        "Die Frist zum Unterstützen ist vorbei. Das Ergebnis steht auf der Seite der Anregung."
    )


class DateNotPlausible(DomainError):
    """A day that the city sets lies in the past, or further ahead than anybody can promise."""

    message = N_(
        "Bitte prüfen Sie das Datum: Es darf nicht in der Vergangenheit liegen "
        "und nicht weiter als 2 Jahre in der Zukunft."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyDrafts(DomainError):
    """The author has as many unsent drafts as one may keep."""

    message = N_(
        "Sie haben schon viele Entwürfe. Bitte senden Sie zuerst einen davon ab, oder ziehen Sie "
        "einen zurück. Sie finden sie in Ihrem Konto."
    )


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a suggestion."""

    state: State
    author_id: int | None
    department_id: int | None
    supports: int
    quorum: int
    opens_at: datetime | None
    closes_at: datetime | None


def check_move(
    transition: Transition, facts: Facts, actor: Actor, given: Iterable[Need], now: datetime
) -> None:
    """Check everything that stands in the table's row.

    :param facts: with a state that the clock has nothing to add to (``service.settle``)
    :param given: what comes with the move and is not empty
    :raises NotNow: :raises NotYours: :raises AlreadySupported: :raises SomethingMissing:
    """
    if not may_move(transition, facts, actor):
        raise NotYours
    if transition.who is Who.CLOCK and state_at(facts, now) is not transition.target:
        raise NotNow
    if facts.state not in transition.sources:
        raise NotNow
    if transition.without_support_only and facts.supports > 0:
        raise AlreadySupported
    missing = [need for need in transition.needs if need not in set(given)]
    if missing:
        raise SomethingMissing(missing)


def check_days(days: Iterable[date | None], today: date) -> None:
    """Check days that the city sets for itself. :raises DateNotPlausible:"""
    if any(day is not None and not today <= day <= today + FURTHEST for day in days):
        raise DateNotPlausible


def may_move(transition: Transition, facts: Facts, actor: Actor) -> bool:
    """Tell whether this actor may make the transition on this suggestion, whatever its state."""
    if not actor.may(transition.permission):
        return False
    is_own = actor.person_id is not None and actor.person_id == facts.author_id
    if transition.who is Who.AUTHOR or is_own:
        # Nobody decides on the own suggestion, whatever other roles they have.
        return is_own and transition.who is Who.AUTHOR
    if transition.who is Who.ASSIGNED:
        return is_assigned(facts, actor)
    return True


def is_assigned(facts: Facts, actor: Actor) -> bool:
    """Tell whether it is this actor's to answer: their department's, or they coordinate."""
    return facts.department_id in actor.departments or actor.may(Permission.SUGGESTION_DECIDE)


def may_answer(facts: Facts, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor may publish an answer of the city now."""
    return (
        actor.may(Permission.SUGGESTION_ANSWER)
        and is_assigned(facts, actor)
        and actor.person_id != facts.author_id
        and state_at(facts, now) in PUBLIC_STATES - {State.REJECTED, State.MERGED}
    )


def may_read(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may read the suggestion's text at all."""
    if facts.state in PUBLIC_STATES or actor.person_id == facts.author_id is not None:
        return True
    return may_work_on(facts, actor)


def text_is_public(facts: Facts) -> bool:
    """Tell whether everybody may read title and text. One that was merged before it was published
    is public only in that it was: its number, the reason, and where it points."""
    merged_unread = facts.state is State.MERGED and facts.opens_at is None
    return facts.state in PUBLIC_STATES and not merged_unread


def may_read_text(facts: Facts, actor: Actor) -> bool:
    """Tell whether the actor may read title, text and attachments, not only that there is one."""
    is_own = actor.person_id is not None and actor.person_id == facts.author_id
    return text_is_public(facts) or is_own or may_work_on(facts, actor)


def may_work_on(facts: Facts, actor: Actor) -> bool:
    """Tell whether the suggestion is among the actor's tasks, with all internal notes."""
    return (
        actor.may(Permission.SUGGESTION_READ_INTERNAL)
        and is_assigned(facts, actor)
        and facts.state not in AUTHORS_ONLY
        and actor.person_id != facts.author_id
    )


def state_at(facts: Facts, now: datetime) -> State:
    """Return the state as the clock has it, whether or not the worker wrote it down yet."""
    if facts.state is not State.COLLECTING:
        return facts.state
    if facts.supports >= facts.quorum:
        return State.QUORUM_REACHED
    if facts.closes_at is not None and now >= facts.closes_at:
        return State.EXPIRED
    return State.COLLECTING


def can_support(facts: Facts, now: datetime) -> bool:
    """Tell whether support can be given or withdrawn: within the half-open period [opens, closes).

    Reaching the quorum does not end the period: more support is more weight, and whoever
    supported can take it back until the end. The council's agenda does.
    """
    if facts.opens_at is None or facts.closes_at is None:
        return False
    is_state = facts.state in (State.COLLECTING, State.QUORUM_REACHED)
    return is_state and facts.opens_at <= now < facts.closes_at


#: The text belongs to a motion that others signed: it stays when its author's account is deleted
#: (docs/adr/0019-privacy.md).
TEXT_STAYS = frozenset(
    {State.QUORUM_REACHED, State.COUNCIL, State.ADOPTED, State.PARTLY_ADOPTED, State.DECLINED,
     State.IMPLEMENTING, State.DONE}
)  # fmt: skip


class TextGone(DomainError):
    """The author's text was deleted: nobody new can stand behind it."""

    message = N_("Der Text dieser Anregung ist gelöscht. Unterstützen kann man sie nicht mehr.")


def closing_time(opens_at: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """Return the end of the collection period: the same wall time, ``weeks`` weeks later.

    Where the city's clocks show that time twice, or jump over it, the later moment is meant: nobody
    loses time to support.
    """
    wall = opens_at.astimezone(zone) + timedelta(weeks=weeks)
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def days_left(closes_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Return how many calendar days of the city lie between today and the last day."""
    last: date = closes_at.astimezone(zone).date()
    return max(0, (last - now.astimezone(zone).date()).days)


#: Files that an author may attach, and the longest description of one.
MOST_ATTACHMENTS = 3
LONGEST_ATTACHMENT_TEXT = 300


class TooManyAttachments(DomainError):
    """The suggestion has as many files as one may have."""

    message = N_("Mehr als 3 Anhänge sind nicht möglich. Bitte entfernen Sie zuerst einen.")


def can_attach(facts: Facts) -> bool:
    """Tell whether the author may add files and remove them: as long as the text can be changed."""
    return facts.state in (State.DRAFT, State.RETURNED)

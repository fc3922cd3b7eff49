"""States of a poll, who may vote, and which rule counts which kind of question; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError
from participation.permissions import Actor, Permission, Role


class PollState(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class PollKind(StrEnum):
    """How votes are kept: readable until they are counted, or in envelopes that only keys open."""

    OPEN = "open"
    SEALED = "sealed"


class KeyMode(StrEnum):
    """Who can open the envelopes: any two of three, or one office."""

    TWO_OF_THREE = "2-of-3"
    SIMPLE = "simple"


class Eligible(StrEnum):
    """Who may vote."""

    RESIDENTS = "residents"
    DISTRICTS = "districts"
    LISTED = "listed"
    LETTER = "letter"


class QuestionKind(StrEnum):
    """What a voter does with the options of a question."""

    ONE = "one"
    SEVERAL = "several"
    APPROVAL = "approval"
    SCORE = "score"
    VERDICT = "verdict"
    RANK = "rank"
    BUDGET = "budget"


STATE_NAMES = {
    PollState.DRAFT: N_("Entwurf"),
    PollState.ANNOUNCED: N_("Angekündigt"),
    PollState.OPEN: N_("Läuft"),
    PollState.CLOSED: N_("Beendet, noch nicht ausgezählt"),
    PollState.PUBLISHED: N_("Ausgezählt"),
    PollState.ARCHIVED: N_("Abgeschlossen"),
    PollState.CANCELLED: N_("Abgebrochen"),
}
KIND_NAMES = {PollKind.OPEN: N_("Offene Abstimmung"), PollKind.SEALED: N_("Versiegelte Abstimmung")}
PUBLIC_STATES = frozenset(PollState) - {PollState.DRAFT}
#: Counted: results, turnout and file can be read.
COUNTED = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})
#: Text, options, dates and rules stay as they are from here on.
FROZEN = frozenset(
    {PollState.OPEN, PollState.CLOSED, PollState.PUBLISHED, PollState.ARCHIVED, PollState.CANCELLED}
)
#: In which states it is still true what an event tells; in all public ones for others.
TOLD_IN: dict[str, frozenset[PollState]] = {
    "poll:opened": frozenset({PollState.OPEN}),
    "poll:ends_soon": frozenset({PollState.OPEN}),
    "poll:published": COUNTED,
    "poll:cancelled": frozenset({PollState.CANCELLED}),
}
TITLE_LENGTH = 200
QUESTION_LENGTH = 300
OPTION_LENGTH = 200
ALT_LENGTH = 300
REASON_LENGTH = (3, 1000)
YOUNGEST, OLDEST_LIMIT = 14, 99
MOST_LISTED = 2000
MOST_LETTERS = 100_000
#: Letters that one PDF holds: it is made while somebody waits.
MOST_PRINTED = 5000
#: Hashes go onto the board at the full ten minutes.
BATCH = timedelta(minutes=10)
#: So long before the end who has not voted hears of it, if the poll lasts longer than twice that.
REMINDER = timedelta(days=2)
#: The least time people have to object before envelopes are destroyed.
SHORTEST_OBJECTION = timedelta(days=7)
#: So long after a poll was cancelled it is known who may have voted: they are mailed meanwhile.
CANCELLED_KEPT = timedelta(days=7)
#: Addresses below /abstimmungen/ that are pages of their own.
RESERVED_SLUGS = frozenset({"neu", "pruefen"})


class NotNow(DomainError):
    """The poll is not in a state in which this is possible (any more)."""

    message = N_(
        "Das geht bei dieser Abstimmung nicht (mehr). Bitte sehen Sie sich den neuen Stand an."
    )


class PollIsFrozen(DomainError):
    """Somebody wants to change what people vote on, although it is open. ``act`` is what was tried.

    The edge keeps a record of it (``refusals.keep``), although nothing else happens.
    """

    message = N_(
        "Diese Abstimmung läuft schon. Texte, Antworten, Fristen und Regeln können deshalb nicht mehr "
        "geändert werden. Der Versuch steht im Protokoll."
    )

    def __init__(self, poll_id: int, actor: Actor, act: str) -> None:
        super().__init__()
        self.poll_id = poll_id
        self.actor = actor
        self.act = act


class NotOpen(DomainError):
    """Nobody can vote before the beginning, or after the end."""

    message = N_("Diese Abstimmung läuft gerade nicht. Es wurde keine Stimme gespeichert.")


class BallotChanged(DomainError):
    """The poll was taken back and changed after the voter got the ballot; nobody had voted then."""

    message = N_(
        "Die Abstimmung wurde inzwischen geändert. Hier ist der neue Stimmzettel. "
        "Bitte wählen Sie noch einmal. Es wurde nichts gespeichert."
    )


class NotEntitled(DomainError):
    """The person is not among those who may vote."""

    message = N_(
        "Bei dieser Abstimmung können nur bestimmte Menschen abstimmen. Sie gehören nicht dazu."
    )
    status = HTTPStatus.FORBIDDEN


class DeclarationMissing(DomainError):
    """Age or district have to be declared on the ballot, and were not, or do not fit."""

    message = N_("Bitte bestätigen Sie, dass Sie bei dieser Abstimmung abstimmen dürfen.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class CodeUnknown(DomainError):
    """The code of the letter is none of this poll."""

    message = N_("Diesen Code gibt es nicht. Bitte sehen Sie noch einmal in Ihrem Brief nach.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyTries(DomainError):
    """Many wrong codes came from this network."""

    message = N_(
        "Das waren viele falsche Codes. Bitte warten Sie eine Weile, und versuchen Sie es dann wieder."
    )
    status = HTTPStatus.TOO_MANY_REQUESTS


class ReasonMissing(DomainError):
    """A poll is cancelled without a word why."""

    message = N_("Bitte schreiben Sie, warum die Abstimmung abgebrochen wird.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    :param event: what the journal calls it; :param by_clock: nobody has a button for it
    :param unvoted_only: only as long as nobody has voted
    """

    name: str
    sources: frozenset[PollState]
    target: PollState
    permission: Permission
    event: str
    label: str
    by_clock: bool = False
    unvoted_only: bool = False


_S, _P = PollState, Permission
TRANSITIONS: dict[str, Transition] = {
    row.name: row
    for row in (
        Transition("announce", frozenset({_S.DRAFT}), _S.ANNOUNCED, _P.POLL_EDIT, "poll:announced",
                   N_("Ankündigen")),
        Transition("take_back", frozenset({_S.ANNOUNCED, _S.OPEN}), _S.DRAFT, _P.POLL_EDIT,
                   "poll:taken_back", N_("Zurückholen und ändern"), unvoted_only=True),
        Transition("open", frozenset({_S.ANNOUNCED}), _S.OPEN, _P.POLL_KEEP_TIME, "poll:opened",
                   N_("Öffnen"), by_clock=True),
        Transition("close", frozenset({_S.OPEN}), _S.CLOSED, _P.POLL_KEEP_TIME, "poll:closed",
                   N_("Beenden"), by_clock=True),
        Transition("count", frozenset({_S.CLOSED}), _S.PUBLISHED, _P.POLL_KEEP_TIME, "poll:published",
                   N_("Auszählen"), by_clock=True),
        Transition("count_opened", frozenset({_S.CLOSED}), _S.PUBLISHED, _P.POLL_OPEN_ENVELOPES,
                   "poll:published", N_("Geöffnete Stimmen auszählen und veröffentlichen")),
        Transition("archive", frozenset({_S.PUBLISHED}), _S.ARCHIVED, _P.POLL_KEEP_TIME,
                   "poll:archived", N_("Abschließen"), by_clock=True),
        Transition("cancel", frozenset({_S.ANNOUNCED, _S.OPEN, _S.CLOSED}), _S.CANCELLED,
                   _P.POLL_EDIT, "poll:cancelled", N_("Abbrechen")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Electorate:
    """Who may vote, and what a voter has to declare on the ballot.

    :param districts: keys of the districts, if only who lives there may vote
    """

    eligible: Eligible
    min_age: int | None = None
    districts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Declared:
    """What a voter declares on the ballot; it is looked at and not kept."""

    is_old_enough: bool = False
    district_id: int | None = None


def may_edit(actor: Actor) -> bool:
    """Tell whether the actor may make polls."""
    return actor.person_id is not None and actor.may(Permission.POLL_EDIT)


def may_open_envelopes(actor: Actor) -> bool:
    """Tell whether the actor may test keys, take the envelopes along and bring the votes back."""
    return actor.person_id is not None and actor.may(Permission.POLL_OPEN_ENVELOPES)


def may_read(state: PollState, actor: Actor) -> bool:
    """Tell whether the actor may see the poll's page."""
    return state in PUBLIC_STATES or may_edit(actor) or may_open_envelopes(actor)


def may_see_results(state: PollState) -> bool:
    """Tell whether results and turnout can be had: nobody has them before the votes are counted."""
    return state in COUNTED


def is_open(state: PollState, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Tell whether votes are taken: from the beginning up to, but without, the end."""
    return state is PollState.OPEN and opens_at <= now < closes_at


def check_electorate(
    electorate: Electorate, actor: Actor, declared: Declared, *, is_listed: bool, has_code: bool
) -> None:
    """Check that somebody may vote.

    :param is_listed: the actor's mailbox is on the list of this poll
    :param has_code: a code of a letter was given that is one of this poll
    :raises NotEntitled: :raises DeclarationMissing:
    """
    if not _is_among(electorate.eligible, actor, is_listed=is_listed, has_code=has_code):
        raise NotEntitled
    in_district = declared.district_id in electorate.districts
    if electorate.eligible is Eligible.DISTRICTS and not in_district:
        raise DeclarationMissing
    if electorate.min_age is not None and not declared.is_old_enough:
        raise DeclarationMissing


def _is_among(eligible: Eligible, actor: Actor, *, is_listed: bool, has_code: bool) -> bool:
    if eligible is Eligible.LETTER:
        return has_code
    if actor.person_id is None or not actor.may(Permission.POLL_VOTE) or has_code:
        return False
    return is_listed if eligible is Eligible.LISTED else Role.RESIDENT in actor.roles


def batch_of(moment: datetime) -> int:
    """Return the number of the ten minutes that a moment lies in."""
    return int(moment.timestamp()) // int(BATCH.total_seconds())


def is_reminder_due(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Tell whether it is time to remind: the end is near, and the poll was not short anyway."""
    return closes_at - opens_at > 2 * REMINDER and closes_at - REMINDER <= now < closes_at

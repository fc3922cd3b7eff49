"""Everything that happens to a suggestion. The only writer of these tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from participation.core.clock import CITY_TIME, city_date
from participation.core.db import db, insert
from participation.core.fingerprints import fingerprint
from participation.core.messages import NotFound
from participation.core.workdays import add_workdays
from participation.files import service as storage
from participation.journal import service as journal
from participation.permissions import CLOCK, Actor
from participation.suggestions import findable, rules
from participation.suggestions.models import (
    Suggestion,
    SuggestionCounter,
    SuggestionFile,
    SuggestionMove,
)
from participation.suggestions.rules import (
    TRANSITIONS,
    HideCode,
    Need,
    ReasonCode,
    State,
)


@dataclass(frozen=True)
class Terms:
    """What the city has set: quorum, weeks of collecting, promises in working days, holidays."""

    quorum: int = 200
    weeks: int = 8
    review_workdays: int = 15
    answer_workdays: int = 15
    federal_state: str = "RP"
    guest_support: bool = True
    postcodes: frozenset[str] = frozenset({"55116"})
    #: Keys the fingerprints that make a person count once.
    fingerprint_key: str = ""

    def fingerprint_of_mailbox(self, mailbox: str) -> str:
        """What is kept of a mailbox (``accounts.rules.mailbox_key``) to count it once."""
        return fingerprint(self.fingerprint_key, "mailbox", mailbox)

    def fingerprint_of_resident(self, resident: str) -> str:
        """What is kept of name and address (``support_rules.compared_resident``) to count once."""
        return fingerprint(self.fingerprint_key, "resident", resident)

    def review_due(self, now: datetime) -> date:
        """Day by which the city promises to have reviewed what came in now."""
        return add_workdays(city_date(now), self.review_workdays, self.federal_state)

    def answer_due(self, now: datetime) -> date:
        """Day by which the city promises its next public word."""
        return add_workdays(city_date(now), self.answer_workdays, self.federal_state)


@dataclass(frozen=True)
class Given:
    """What comes with a change of state; the table says what must be there."""

    public_text: str = ""
    internal_text: str = ""
    reason: ReasonCode | None = None
    hide_reason: HideCode | None = None
    department: int | None = None
    due_on: date | None = None
    reference: str = ""
    meeting_on: date | None = None
    link: str = ""
    target: int | None = None

    def only(self, needs: Iterable[Need]) -> "Given":
        """Return what of it is among the needs."""
        return Given(**{need.value: getattr(self, need.value) for need in needs})

    def needs(self) -> list[Need]:
        """Which of the needs are met."""
        return [need for need in Need if getattr(self, need.value)]


NOTHING = Given()


def locked(suggestion_id: int) -> Suggestion:
    """Read a suggestion that is about to change: nobody else can change it until the commit.

    :raises NotFound: if there is none
    """
    suggestion = db.session.scalar(
        sa.select(Suggestion)
        .where(Suggestion.id == suggestion_id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    )
    if suggestion is None:
        raise NotFound
    return suggestion


def move(
    suggestion: Suggestion,
    name: str,
    actor: Actor,
    now: datetime,
    terms: Terms,
    given: Given = NOTHING,
) -> SuggestionMove:
    """Change the state by a row of the table, with all that follows, and tell the journal.

    The only place that writes ``state``. The suggestion must be locked. What the row does not ask
    for is not kept, whoever gave it.
    """
    transition = TRANSITIONS[name]
    rules.check_move(transition, suggestion.facts, actor, given.needs(), now)
    given = given.only(transition.needs)
    suggestion.state = transition.target
    _CONSEQUENCES.get(name, _nothing_more)(suggestion, now, terms, given)
    if suggestion.number is None and suggestion.state in rules.PUBLIC_STATES:
        suggestion.number = _next_number()
    step = SuggestionMove(
        suggestion_id=suggestion.id,
        transition=name,
        at=now,
        actor_id=actor.person_id,
        public_text=given.public_text,
        internal_text=given.internal_text,
        reason=given.reason or given.hide_reason or "",
        reference=given.reference,
        meeting_on=given.meeting_on,
        link=given.link,
    )
    db.session.add(step)
    db.session.flush()
    journal.record(
        transition.event,
        "suggestion",
        suggestion.id,
        actor=actor,
        now=now,
        move=step.id,
        supports=suggestion.supports,
        due_on=suggestion.due_on.isoformat() if suggestion.due_on else None,
        **({"target": given.target} if given.target else {}),
        **({"reason": step.reason} if step.reason else {}),
    )
    findable.keep([suggestion.id])
    return step


def settle(suggestion: Suggestion, now: datetime, terms: Terms) -> None:
    """Write down what the clock or the count has decided already. The suggestion must be locked."""
    state = rules.state_at(suggestion.facts, now)
    if state is suggestion.state:
        return
    name = "reach_quorum" if state is State.QUORUM_REACHED else "expire"
    move(suggestion, name, CLOCK, now, terms)
    db.session.flush()


def act(
    suggestion_id: int, name: str, actor: Actor, now: datetime, terms: Terms, given: Given = NOTHING
) -> Suggestion:
    """Make one transition of the table, as a person.

    :raises NotFound: also for somebody who may not know that it exists
    :raises ValueError: for transitions that move more than a state: merging needs the other
        suggestion's lock (``merging.merge``), ``striking.strike`` removes supports
    """
    if name in _MORE_THAN_A_STATE:
        raise ValueError(f"{name} is more than a change of state")
    suggestion = locked(suggestion_id)
    if not rules.may_read(suggestion.facts, actor):
        raise NotFound
    settle(suggestion, now, terms)
    rules.check_days((given.due_on, given.meeting_on), city_date(now))
    move(suggestion, name, actor, now, terms, given)
    db.session.flush()
    return suggestion


_MORE_THAN_A_STATE = frozenset({"merge", "strike_off"})


def _nothing_more(_suggestion: Suggestion, _now: datetime, _terms: Terms, _given: Given) -> None:
    """Most transitions bring nothing but the new state."""


def _after_submit(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    suggestion.submitted_at = suggestion.submitted_at or now
    suggestion.due_on = terms.review_due(now)


def _after_take(suggestion: Suggestion, _now: datetime, _terms: Terms, given: Given) -> None:
    suggestion.department_id = given.department
    suggestion.due_on = given.due_on


def _after_publish(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    suggestion.published_at = now
    suggestion.opens_at = now
    suggestion.closes_at = rules.closing_time(now, terms.weeks, CITY_TIME)
    suggestion.quorum = terms.quorum
    suggestion.due_on = terms.answer_due(now)


def _after_reject(suggestion: Suggestion, now: datetime, _terms: Terms, _given: Given) -> None:
    suggestion.published_at = now
    suggestion.due_on = None


def _after_reach_quorum(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    suggestion.due_on = terms.answer_due(now)


def _after_expire(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    # The promise counts from the end of the period, however late this is written down.
    ended = suggestion.closes_at or now
    suggestion.due_on = None if suggestion.answer_revision else terms.answer_due(ended)


def _after_strike_off(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    # What was promised at publication holds again.
    published = suggestion.published_at or now
    suggestion.due_on = None if suggestion.answer_revision else terms.answer_due(published)


def _after_council(suggestion: Suggestion, _now: datetime, _terms: Terms, given: Given) -> None:
    suggestion.due_on = given.meeting_on


def _next_word_is_due(suggestion: Suggestion, now: datetime, terms: Terms, _given: Given) -> None:
    suggestion.due_on = terms.answer_due(now)


def _after_withdraw(suggestion: Suggestion, now: datetime, terms: Terms, given: Given) -> None:
    _nothing_is_due(suggestion, now, terms, given)
    gone = sa.delete(SuggestionFile).where(SuggestionFile.suggestion_id == suggestion.id)
    storage.remove(db.session.scalars(gone.returning(SuggestionFile.file_id)).all(), now)


def _no_longer_due(suggestion: Suggestion, _now: datetime, _terms: Terms, _given: Given) -> None:
    suggestion.due_on = None


def _after_return(suggestion: Suggestion, now: datetime, _terms: Terms, _given: Given) -> None:
    # It is the author's draft again, and its time begins anew.
    suggestion.due_on, suggestion.written_at, suggestion.warned_at = None, now, None


def _nothing_is_due(suggestion: Suggestion, _now: datetime, _terms: Terms, _given: Given) -> None:
    suggestion.due_on = suggestion.question_due_on = None


def _after_merge(suggestion: Suggestion, now: datetime, terms: Terms, given: Given) -> None:
    _nothing_is_due(suggestion, now, terms, given)
    suggestion.merged_into_id = given.target


_CONSEQUENCES = {
    "submit": _after_submit,
    "resubmit": _after_submit,
    "take": _after_take,
    "publish": _after_publish,
    "reject": _after_reject,
    "reach_quorum": _after_reach_quorum,
    "expire": _after_expire,
    "strike_off": _after_strike_off,
    "council": _after_council,
    "adopt": _next_word_is_due,
    "partly_adopt": _next_word_is_due,
    "merge": _after_merge,
    "withdraw": _after_withdraw,
    "hide": _nothing_is_due,
    "return": _after_return,
    **dict.fromkeys(("decline", "implement", "finish"), _no_longer_due),
}


def _next_number() -> int:
    """Count up; the row's lock makes two publications at once wait for each other."""
    statement = insert(SuggestionCounter).values(id=1, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={"last": SuggestionCounter.last + 1}
    )
    return int(db.session.scalars(statement.returning(SuggestionCounter.last)).one())


def close_periods(now: datetime, terms: Terms) -> int:
    """Write down for all suggestions what the clock has decided; return how many there were."""
    due = (
        sa.select(Suggestion.id)
        .where(Suggestion.state == State.COLLECTING)
        .where(
            sa.or_(Suggestion.closes_at <= now, Suggestion.supports >= Suggestion.quorum),
        )
    )
    ids = db.session.scalars(due.order_by(Suggestion.id).limit(100)).all()
    for suggestion_id in ids:
        settle(locked(suggestion_id), now, terms)
    return len(ids)

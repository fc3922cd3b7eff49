"""What happened to a made-up suggestion: states and moments that fit together. Pure.

A suggestion's age says how far it can have come; the rows that are written tell the same story as if
people had acted through the pages (``suggestions/rules.py`` has the table that is followed).
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from participation.core.clock import CITY_TIME
from participation.suggestions.rules import State, closing_time

_DAY = timedelta(days=1)
#: Days that one has to be old to have come through the review, and through the collection period.
_REVIEWED = 12
_WAYS: dict[State, tuple[str, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: ("submit",),
    State.WITHDRAWN: ("submit", "withdraw"),
    State.IN_REVIEW: ("submit", "take"),
    State.RETURNED: ("submit", "take", "return"),
    State.REJECTED: ("submit", "take", "reject"),
    State.COLLECTING: ("submit", "take", "publish"),
    State.EXPIRED: ("submit", "take", "publish", "expire"),
    State.QUORUM_REACHED: ("submit", "take", "publish", "reach_quorum"),
    State.COUNCIL: ("submit", "take", "publish", "reach_quorum", "council"),
}
for _name, _state in (("adopt", State.ADOPTED), ("partly_adopt", State.PARTLY_ADOPTED),
                      ("decline", State.DECLINED)):  # fmt: skip
    _WAYS[_state] = (*_WAYS[State.COUNCIL], _name)
_WAYS[State.IMPLEMENTING] = (*_WAYS[State.ADOPTED], "implement")
_WAYS[State.DONE] = (*_WAYS[State.IMPLEMENTING], "finish")

#: How many of a thousand are in which state, by age in days.
_NEW = {State.DRAFT: 200, State.SUBMITTED: 450, State.IN_REVIEW: 350}
_OPEN = {
    State.COLLECTING: 820, State.QUORUM_REACHED: 12, State.REJECTED: 90, State.IN_REVIEW: 30,
    State.RETURNED: 18, State.WITHDRAWN: 30,
}  # fmt: skip
_OLD = {
    State.EXPIRED: 740, State.REJECTED: 190, State.WITHDRAWN: 40, State.RETURNED: 10,
    State.DECLINED: 6, State.ADOPTED: 2, State.PARTLY_ADOPTED: 2, State.IMPLEMENTING: 3, State.DONE: 7,
}  # fmt: skip
_FOUND_ENOUGH = frozenset(state for state, way in _WAYS.items() if "reach_quorum" in way)


@dataclass
class Story:
    """One suggestion's way.

    :param reached: the state in which it is now
    :param steps: transitions with their moments, in order
    :param answered_at: when the city answered, if it did
    """

    created_at: datetime
    reached: State
    supports: int = 0
    steps: list[tuple[str, datetime]] = field(default_factory=list)
    closes_at: datetime | None = None
    answered_at: datetime | None = None

    def when(self, name: str) -> datetime | None:
        """Return the moment of a transition, if there was one."""
        return dict(self.steps).get(name)

    @property
    def public_at(self) -> datetime | None:
        """When everybody could read it."""
        return self.when("publish") or self.when("reject")


def tell(
    dice: random.Random, created_at: datetime, now: datetime, quorum: int, weeks: int, people: int
) -> Story:
    """Make up what happened to a suggestion that was begun at a moment.

    :param people: how many there are who could support; too few never reach the quorum
    """
    story = Story(created_at, _state(dice, (now - created_at) / _DAY, weeks, quorum, people))
    at = created_at
    for name in _WAYS[story.reached]:
        at = _next(dice, story, name, at, weeks)
        if at > now:  # not yet: it is where it was before
            story.reached = _before(story)
            break
        story.steps.append((name, at))
        if name == "publish":
            story.closes_at = closing_time(at, weeks, CITY_TIME)
    if story.reached is State.COLLECTING and story.closes_at and story.closes_at <= now:
        story.reached = State.EXPIRED
        story.steps.append(("expire", story.closes_at))
    if story.when("publish"):
        story.supports = _supports(dice, story, quorum, people)
        story.answered_at = _answered(dice, story, now)
    return story


def _state(dice: random.Random, days: float, weeks: int, quorum: int, people: int) -> State:
    if days < _REVIEWED:
        shares = _NEW
    elif days < _REVIEWED + 7 * weeks:
        shares = _OPEN
    else:
        shares = _OLD
    possible = [one for one in shares if people > quorum or one not in _FOUND_ENOUGH]
    return dice.choices(possible, [shares[one] for one in possible])[0]


def _next(dice: random.Random, story: Story, name: str, at: datetime, weeks: int) -> datetime:
    if name == "expire":
        return story.closes_at or at
    if name == "reach_quorum":
        return at + dice.uniform(0.3, 0.9) * timedelta(weeks=weeks)
    days = {"submit": 0.3, "take": 2, "withdraw": 2, "council": 20, "implement": 40, "finish": 90}
    return at + dice.uniform(0.2, 1) * days.get(name, 6) * _DAY


def _before(story: Story) -> State:
    """The state after the steps that were made."""
    made = tuple(name for name, _ in story.steps)
    return next(state for state, way in _WAYS.items() if way == made)


def _supports(dice: random.Random, story: Story, quorum: int, people: int) -> int:
    if story.when("reach_quorum"):
        return min(people, quorum + int(dice.expovariate(1 / 20)))
    return min(int(2 * dice.paretovariate(0.9)) - 1, quorum - 1, people - 1)


def _answered(dice: random.Random, story: Story, now: datetime) -> datetime | None:
    """Four of five are answered within weeks, what was decided always."""
    published = story.when("publish") or now
    at = published + dice.uniform(4, 24) * _DAY
    decided = story.when("council")
    if at > now or (decided is None and dice.random() > 0.8):
        return None
    return at


def time_of_support(story: Story, now: datetime) -> tuple[datetime, datetime]:
    """Return between which moments people supported."""
    first = story.when("publish") or now
    return first, min(story.when("reach_quorum") or story.closes_at or now, now)

"""Which suggestion another one may be merged into. Pure decisions."""

from datetime import datetime

from participation.core.messages import N_, DomainError
from participation.permissions import Actor
from participation.suggestions import rules
from participation.suggestions.rules import Facts


class TargetNotOpen(DomainError):
    """The target cannot be supported now: it is merged, closed, before the council, or not public."""

    message = N_(
        "Mit dieser Anregung geht das nicht. Zusammenlegen können Sie nur mit einer anderen "
        "öffentlichen Anregung, die man gerade unterstützen kann."
    )


def can_be_target(target: Facts, now: datetime) -> bool:
    """Tell whether another suggestion can be merged into this one now.

    Its supporters are asked to support the target. So it must be possible to support it: neither
    a merged one (no chains, no rings), nor one that is closed, before the council, or not public.
    """
    return rules.can_support(target, now)


def check_target(target: Facts | None, actor: Actor, now: datetime) -> None:
    """Check the target of a merge. :raises TargetNotOpen: :raises rules.NotYours: for the own one"""
    if target is None or not can_be_target(target, now):
        raise TargetNotOpen
    if actor.person_id == target.author_id:
        # What is merged in brings support: that is a decision on the own suggestion, too.
        raise rules.NotYours

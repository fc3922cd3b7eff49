"""Support of a suggestion: given, counted once, taken back. With an account; see also guest_support.

This file is the only writer of the rows that count, and of the count beside them.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.queries import mailbox_of
from participation.core.db import db, insert
from participation.core.messages import NotFound, NotPermitted
from participation.permissions import Actor, Permission
from participation.suggestions import rules, support_queries
from participation.suggestions.models import Suggestion
from participation.suggestions.service import Terms, locked, settle
from participation.suggestions.support_models import Support, SupportGuest
from participation.suggestions.support_rules import SupportStruck


def give(
    suggestion_id: int, actor: Actor, now: datetime, terms: Terms, *, wants_mail: bool
) -> bool:
    """Count a person's support once; tell whether it is new.

    Uniqueness is the constraints' of the table, counting happens under the suggestion's lock: any
    number of parallel clicks gives one support and, at the quorum, one event. Who supported
    with the same mailbox before having an account is counted already.

    :raises NotPermitted: :raises NotFound: :raises rules.PeriodNotOpen: :raises SupportStruck:
    :raises rules.TextGone:
    """
    suggestion = _to_support(suggestion_id, actor, now)
    check_text(suggestion)
    mailbox = terms.fingerprint_of_mailbox(mailbox_of(actor.person_id))
    key = count_once(
        suggestion,
        person_id=actor.person_id,
        mailbox=mailbox,
        wants_mail=wants_mail,
        given_at=now,
    )
    if key is not None:
        settle(suggestion, now, terms)
        return True
    own = support_queries.own_support(suggestion.id, actor.person_id, mailbox)
    if own is not None and own.struck_by is not None:
        raise SupportStruck
    return False


def take_back(suggestion_id: int, actor: Actor, now: datetime, terms: Terms) -> bool:
    """Take a person's support back, until the period ends; tell whether there was one.

    A quorum that was reached stays reached: one person must not be able to take it back.

    :raises NotPermitted: :raises NotFound: :raises rules.PeriodNotOpen:
    """
    suggestion = _to_support(suggestion_id, actor, now)
    return forget(suggestion, _is_own(actor, terms)) > 0


def stop_mails(suggestion_id: int, actor: Actor, terms: Terms) -> None:
    """Take back that mails about the suggestion may be sent, whenever; the support stays.

    :raises NotPermitted:
    """
    if actor.person_id is None:
        raise NotPermitted
    forget_wish(suggestion_id, _is_own(actor, terms))


def _is_own(actor: Actor, terms: Terms) -> sa.ColumnElement[bool]:
    """Condition: the person gave the support, with the account or with the same mailbox before."""
    mailbox = terms.fingerprint_of_mailbox(mailbox_of(actor.person_id))
    return sa.or_(Support.person_id == actor.person_id, Support.mailbox == mailbox)


def open_for_support(suggestion_id: int, now: datetime) -> Suggestion:
    """Lock a suggestion that can be supported now. :raises NotFound: :raises rules.PeriodNotOpen:"""
    suggestion = locked(suggestion_id)
    if suggestion.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not rules.can_support(suggestion.facts, now):
        raise rules.PeriodNotOpen
    return suggestion


def _to_support(suggestion_id: int, actor: Actor, now: datetime) -> Suggestion:
    if not actor.may(Permission.SUGGESTION_SUPPORT) or actor.person_id is None:
        raise NotPermitted
    return open_for_support(suggestion_id, now)


def check_text(suggestion: Suggestion) -> None:
    """:raises rules.TextGone: if there is no text any more that somebody new could stand behind"""
    if suggestion.text_gone_at is not None:
        raise rules.TextGone


def count_once(suggestion: Suggestion, **values: Any) -> int | None:
    """Add a support to a locked suggestion and return its key; ``None`` if it is counted already."""
    key = db.session.scalars(
        insert(Support)
        .values(suggestion_id=suggestion.id, **values)
        .on_conflict_do_nothing()
        .returning(Support.id)
    ).first()
    if key is not None:
        suggestion.supports += 1
        db.session.flush()
    return key


def forget(suggestion: Suggestion, which: sa.ColumnElement[bool]) -> int:
    """Take those supports of a locked suggestion away that still count; return how many."""
    counts = sa.and_(Support.suggestion_id == suggestion.id, Support.struck_by.is_(None), which)
    keys = db.session.scalars(sa.select(Support.id).where(counts)).all()
    if keys:
        db.session.execute(sa.delete(SupportGuest).where(SupportGuest.support_id.in_(keys)))
        db.session.execute(sa.delete(Support).where(Support.id.in_(keys)))
        suggestion.supports -= len(keys)
        db.session.flush()
    return len(keys)


def forget_wish(suggestion_id: int, which: sa.ColumnElement[bool]) -> None:
    """Let those who gave these supports get no more mails about the suggestion."""
    of_this = sa.and_(Support.suggestion_id == suggestion_id, which)
    db.session.execute(sa.update(Support).where(of_this).values(wants_mail=False))

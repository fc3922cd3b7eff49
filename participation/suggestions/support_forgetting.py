"""Supports when an account goes, or time is over: the count stays true, what leads to people goes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.core.db import db
from participation.core.retention import Expiry
from participation.suggestions.models import Suggestion
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest

_NAMES = ("first_name", "last_name", "street", "postcode", "same_address", "same_name")


def forget(person_id: int, mailbox: str | None) -> None:
    """Let supports of a person who deletes the account count on, and lead to nobody.

    The fingerprint of the mailbox stays until the period is long over: who registers again cannot count
    a second time on the same suggestion. What was given without an account with the same mailbox
    is the same person's.

    :param mailbox: fingerprint of a mailbox that is the person's for sure; ``None`` if nobody confirmed it
    """
    own = Support.person_id == person_id
    if mailbox is not None:
        own = sa.or_(own, Support.mailbox == mailbox)
        keys = sa.select(Support.id).where(Support.mailbox == mailbox)
        db.session.execute(sa.delete(SupportGuest).where(SupportGuest.support_id.in_(keys)))
        asked = sa.delete(SupportRequest).where(SupportRequest.mailbox == mailbox)
        db.session.execute(asked)
    db.session.execute(sa.update(Support).where(own).values(person_id=None, wants_mail=False))


def _over(before: datetime) -> sa.ColumnElement[bool]:
    return Support.suggestion_id.in_(sa.select(Suggestion.id).where(Suggestion.closes_at <= before))


def _fingerprints(before: datetime, _now: datetime) -> sa.Select[Any]:
    marked = sa.or_(Support.mailbox.is_not(None), Support.resident.is_not(None))
    silent = Support.wants_mail.is_(False)
    return sa.select(Support.id).where(_over(before), silent, marked)


def _forget_fingerprints(keys: Sequence[int], _now: datetime) -> None:
    nothing = {"mailbox": None, "resident": None}
    db.session.execute(sa.delete(SupportGuest).where(SupportGuest.support_id.in_(keys)))
    db.session.execute(sa.update(Support).where(Support.id.in_(keys)).values(nothing))


def _names(before: datetime, _now: datetime) -> sa.Select[Any]:
    known = sa.or_(*(getattr(SupportGuest, name) != "" for name in _NAMES))
    of_over = SupportGuest.support_id.in_(sa.select(Support.id).where(_over(before)))
    return sa.select(SupportGuest.support_id).where(of_over, known)


def _forget_names(keys: Sequence[int], _now: datetime) -> None:
    """Delete names and addresses; where mails are wanted, the mail address stays for now."""
    silent = sa.select(Support.id).where(Support.id.in_(keys), Support.wants_mail.is_(False))
    db.session.execute(sa.delete(SupportGuest).where(SupportGuest.support_id.in_(silent)))
    theirs = sa.update(SupportGuest).where(SupportGuest.support_id.in_(keys))
    db.session.execute(theirs.values(dict.fromkeys(_NAMES, "")))


def _wishes(before: datetime, _now: datetime) -> sa.Select[Any]:
    return sa.select(Support.id).where(_over(before), Support.wants_mail.is_(True))


def _forget_wishes(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.update(Support).where(Support.id.in_(keys)).values(wants_mail=False))
    _forget_fingerprints(keys, _now)


def _asked(_before: datetime, now: datetime) -> sa.Select[Any]:
    return sa.select(SupportRequest.id).where(SupportRequest.expires_at <= now)


def _delete_requests(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.delete(SupportRequest).where(SupportRequest.id.in_(keys)))


EXPIRIES = (
    Expiry("support_request", "supports nobody confirmed", "",
           SupportRequest, _asked, _delete_requests),
    Expiry("support_guest", "names and addresses of supporters without an account",
           "objection_days", SupportGuest, _names, _forget_names),
    Expiry("support", "wishes for mails", "keep_mail_wish_days", Support, _wishes, _forget_wishes),
    Expiry("support", "fingerprints", "objection_days",
           Support, _fingerprints, _forget_fingerprints),
)  # fmt: skip

"""Reads of supports. What counts is what is not struck off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from participation.core import paging
from participation.core.db import db
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest

PAGE_SIZE = 20
OLDEST_FIRST = paging.Order(
    [(Support.given_at, paging.moment), (Support.id, paging.whole_number)], descending=False
)
#: So many of something are worth a look.
_BURST, _SAME = 3, 2


def own_support(suggestion_id: int, person_id: int, mailbox: str) -> Support | None:
    """A person's support, given with the account or with the same mailbox before; struck off or not.

    :param mailbox: fingerprint of the person's mailbox
    """
    is_own = sa.or_(Support.person_id == person_id, Support.mailbox == mailbox)
    statement = sa.select(Support).where(Support.suggestion_id == suggestion_id, is_own)
    return db.session.scalars(statement.order_by(Support.id).limit(1)).first()


def of_mailbox(suggestion_id: int, mailbox: str) -> Support | None:
    """The support that was given with this mailbox, either way, struck off or not."""
    statement = sa.select(Support).filter_by(suggestion_id=suggestion_id, mailbox=mailbox)
    return db.session.scalar(statement.options(joinedload(Support.guest)))


def request(request_id: int) -> SupportRequest | None:
    """A support that waits for its link to be confirmed."""
    return db.session.get(SupportRequest, request_id, populate_existing=True)


def supporters_to_tell(
    suggestion_id: int, not_on: int | None = None
) -> sa.Select[tuple[int | None]]:
    """Keys of the people who support with an account and agreed to mails, as a statement.

    :param not_on: a suggestion whose supporters are left out
    """
    statement = sa.select(Support.person_id).where(Support.person_id.is_not(None))
    return statement.where(*_to_tell(suggestion_id, not_on))


def guests_to_tell(
    suggestion_id: int, not_on: int | None = None
) -> Sequence[sa.Row[tuple[int, str]]]:
    """Keys and addresses of those without an account who agreed to mails.

    :param not_on: a suggestion whose supporters are left out
    """
    statement = sa.select(Support.id, SupportGuest.email).join(
        SupportGuest, SupportGuest.support_id == Support.id
    )
    told = statement.where(*_to_tell(suggestion_id, not_on))
    return db.session.execute(told.order_by(Support.id)).all()


def _to_tell(suggestion_id: int, not_on: int | None) -> list[sa.ColumnElement[bool]]:
    conditions = [
        Support.suggestion_id == suggestion_id,
        Support.wants_mail.is_(True),
        Support.struck_by.is_(None),
    ]
    if not_on is not None:
        there = aliased(Support)
        same = sa.or_(there.mailbox == Support.mailbox, there.person_id == Support.person_id)
        counts = sa.and_(there.suggestion_id == not_on, there.struck_by.is_(None))
        conditions.append(~sa.exists().where(counts, same))
    return conditions


def guest_to_tell(support_id: int) -> Support | None:
    """A support without an account whose giver still wants mails, with what they typed."""
    statement = (
        sa.select(Support)
        .join(Support.guest)
        .options(joinedload(Support.guest))
        .where(Support.id == support_id, Support.wants_mail.is_(True))
        .where(Support.struck_by.is_(None))
    )
    return db.session.scalar(statement)


@dataclass(frozen=True)
class Look:
    """What is worth a look about one support; 0 is nothing.

    :param address: supports of this suggestion from the same address
    :param name: and from the same last name
    :param minute: supports on this page from the same minute
    """

    address: int = 0
    name: int = 0
    minute: int = 0


def page_of(suggestion_id: int, token: str | None) -> paging.Page[Any]:
    """One page of a suggestion's supports, oldest first, struck ones too; rows ``(Support,)``."""
    statement = (
        sa.select(Support)
        .options(joinedload(Support.guest))
        .where(Support.suggestion_id == suggestion_id)
    )
    return paging.page_of(statement, OLDEST_FIRST, token, PAGE_SIZE)


def looks_of(suggestion_id: int, supports: Sequence[Support]) -> dict[int, Look]:
    """What is worth a look, by the supports' keys; two statements."""
    guests = [support.guest for support in supports if support.guest]
    addresses = _same(suggestion_id, SupportGuest.same_address, {g.same_address for g in guests})
    names = _same(suggestion_id, SupportGuest.same_name, {g.same_name for g in guests})
    minutes = Counter(_minute(support) for support in supports)
    return {
        support.id: Look(
            address=addresses.get(support.guest.same_address, 0) if support.guest else 0,
            name=names.get(support.guest.same_name, 0) if support.guest else 0,
            minute=count if (count := minutes[_minute(support)]) >= _BURST else 0,
        )
        for support in supports
    }


def _minute(support: Support) -> object:
    return support.given_at.replace(second=0, microsecond=0)


def _same(suggestion_id: int, column: Any, values: set[str]) -> dict[str, int]:
    """How many supports that count have each of the values, if there are several."""
    if not values:
        return {}
    statement = (
        sa.select(column, sa.func.count())
        .join(Support, Support.id == SupportGuest.support_id)
        .where(Support.suggestion_id == suggestion_id, Support.struck_by.is_(None))
        .where(column.in_(values))
        .group_by(column)
        .having(sa.func.count() >= _SAME)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}

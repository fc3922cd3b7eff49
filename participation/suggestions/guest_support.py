"""Support without an account: asked for in a form, counted when the link in the mail is confirmed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.accounts.rules import mailbox_key
from participation.core.db import db, insert
from participation.core.messages import NotFound
from participation.core.stamps import check_sending
from participation.journal import service as journal
from participation.permissions import VISITOR
from participation.suggestions import rules, support, support_queries, support_rules
from participation.suggestions.links import Link
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.service import Terms, locked, settle
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from participation.suggestions.support_rules import (
    AccountNeeded,
    LinkInvalid,
    NotInTheCity,
    SupportStruck,
)

_FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True)
class Guest:
    """What somebody without an account typed.

    :param shown_at: when the form was shown, ``None`` if nobody knows
    :param trap: what stands in the field that people cannot see
    """

    first_name: str
    last_name: str
    street: str
    postcode: str
    email: str
    language: str
    wants_mail: bool
    shown_at: datetime | None
    trap: str = ""


def check(suggestion_id: int, guest: Guest, now: datetime, terms: Terms) -> Suggestion:
    """Check what the page may say openly: nothing of it depends on who supports already.

    :raises AccountNeeded: :raises NotFound: :raises rules.PeriodNotOpen: :raises NotInTheCity:
    :raises Trapped: :raises TooFast:
    """
    if not terms.guest_support:
        raise AccountNeeded
    suggestion = db.session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not rules.can_support(suggestion.facts, now):
        raise rules.PeriodNotOpen
    support.check_text(suggestion)
    check_sending(guest.shown_at, guest.trap, now)
    if guest.postcode not in terms.postcodes:
        raise NotInTheCity
    return suggestion


def ask(suggestion_id: int, guest: Guest, now: datetime, terms: Terms) -> None:
    """Keep what was typed until the link in the mail is confirmed, and let the mail be written.

    It is the same whether or not the mailbox supports already; the mail says which. Asking again
    sends the same link again, for as long as a new one would be good; pressing twice sends one mail.

    :raises DomainError: as :func:`check`
    """
    suggestion = check(suggestion_id, guest, now, terms)
    resident = support_rules.compared_resident(
        guest.first_name, guest.last_name, guest.street, guest.postcode
    )
    changing = {
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "street": guest.street,
        "email": guest.email,
        "language": guest.language,
        "wants_mail": guest.wants_mail,
        "expires_at": support_rules.link_ends(now, suggestion.closes_at or now),
        "created_at": now,
    }
    key = db.session.scalars(
        insert(SupportRequest)
        .values(
            suggestion_id=suggestion.id,
            mailbox=terms.fingerprint_of_mailbox(mailbox_key(guest.email)),
            resident=terms.fingerprint_of_resident(resident),
            postcode=guest.postcode,
            **changing,
        )
        .on_conflict_do_update(
            index_elements=["suggestion_id", "mailbox", "resident"],
            set_=changing,
            where=SupportRequest.created_at <= now - support_rules.PRESSED_TWICE,
        )
        .returning(SupportRequest.id)
    ).first()
    if key is None:
        return
    journal.record(
        "support:requested",
        "support_request",
        key,
        actor=VISITOR,
        now=now,
        suggestion=suggestion.id,
    )


def confirm(link: Link, now: datetime, terms: Terms) -> None:
    """Count the support that was asked for. Confirming twice, or at once, counts once.

    Somebody who supports already with another mailbox is not counted again, and is told nothing: names
    and addresses of others must not be tried out here.

    :raises LinkInvalid: :raises SupportStruck: :raises NotFound: :raises rules.PeriodNotOpen:
    """
    suggestion = support.open_for_support(link.suggestion_id, now)
    support.check_text(suggestion)
    if (own := support_queries.of_mailbox(suggestion.id, link.mailbox)) is not None:
        if own.struck_by is not None:
            raise SupportStruck
        return
    request = support_queries.request(link.request_id)
    if request is None or request.mailbox != link.mailbox or request.expires_at <= now:
        raise LinkInvalid
    key = support.count_once(
        suggestion,
        mailbox=request.mailbox,
        resident=request.resident,
        wants_mail=request.wants_mail,
        given_at=now,
    )
    if key is None:
        return
    db.session.add(
        SupportGuest(
            support_id=key,
            first_name=request.first_name,
            last_name=request.last_name,
            street=request.street,
            postcode=request.postcode,
            email=request.email,
            language=request.language,
            same_address=support_rules.compared_address(request.street, request.postcode),
            same_name=support_rules.compared(request.last_name),
        )
    )
    db.session.flush()
    db.session.execute(
        sa.delete(SupportRequest).where(
            SupportRequest.suggestion_id == suggestion.id, SupportRequest.mailbox == link.mailbox
        )
    )
    settle(suggestion, now, terms)


def take_back(link: Link, now: datetime) -> bool:
    """Take the support of the link's mailbox back, until the period ends; tell whether there was one.

    What the city has hidden counts nowhere, and comes to no end: there it can be taken back at any time,
    with name and address.

    :raises NotFound: :raises rules.PeriodNotOpen:
    """
    suggestion = locked(link.suggestion_id)
    if suggestion.state is not State.HIDDEN:
        suggestion = support.open_for_support(link.suggestion_id, now)
    return support.forget(suggestion, Support.mailbox == link.mailbox) > 0


def stop_mails(link: Link) -> None:
    """Take back that mails about the suggestion may be sent; the support stays."""
    support.forget_wish(link.suggestion_id, Support.mailbox == link.mailbox)


def resume_mails(link: Link) -> None:
    """Let mails about the suggestion be sent again to who stopped them; only if the support counts."""
    own = sa.and_(Support.suggestion_id == link.suggestion_id, Support.mailbox == link.mailbox)
    counts = sa.and_(own, Support.struck_by.is_(None), Support.person_id.is_(None))
    db.session.execute(sa.update(Support).where(counts).values(wants_mail=True))


def forget_expired(now: datetime) -> int:
    """Delete what was asked for and not confirmed in time; return how many there were."""
    old = sa.select(SupportRequest.id).where(SupportRequest.expires_at <= now)
    keys = db.session.scalars(old.order_by(SupportRequest.id).limit(_FORGOTTEN_AT_ONCE)).all()
    if keys:
        db.session.execute(sa.delete(SupportRequest).where(SupportRequest.id.in_(keys)))
    return len(keys)

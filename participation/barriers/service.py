"""Everything that happens to reports of barriers. The only writer of this table."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.barriers import rules
from participation.barriers.models import BarrierReport
from participation.core.db import db, insert
from participation.core.fingerprints import fingerprint
from participation.core.messages import NotFound, NotPermitted
from participation.core.stamps import check_sending
from participation.journal import service as journal
from participation.permissions import Actor


@dataclass(frozen=True)
class Sent:
    """What came with the form.

    :param stamp: of the form, which is part of what makes a report the same one
    :param shown_at: when the form was shown, ``None`` if nobody knows
    :param trap: what stands in the field that people cannot see
    """

    text: str
    page: str
    email: str
    language: str
    stamp: str
    shown_at: datetime | None
    trap: str = ""


def report(actor: Actor, now: datetime, sent: Sent, key: str) -> None:
    """Keep a report, and tell the coordination office. The same form twice is one report.

    :param key: of fingerprints
    :raises stamps.Trapped: :raises stamps.TooFast:
    """
    check_sending(sent.shown_at, sent.trap, now)
    words = "\0".join((sent.stamp, sent.text, sent.page, sent.email))
    values = {
        "sent_key": fingerprint(key, "barrier-report", words),
        "created_at": now, "text": sent.text, "page": sent.page, "email": sent.email,
        "language": sent.language, "answer": "",
    }  # fmt: skip
    created = db.session.scalars(
        insert(BarrierReport).values(**values).on_conflict_do_nothing().returning(BarrierReport.id)
    ).first()
    if created:
        journal.record("barrier:reported", "barrier_report", created, actor=actor, now=now)


def answer(report_id: int, actor: Actor, now: datetime, text: str) -> BarrierReport:
    """Answer a report; whoever left an address gets the answer by mail. The same answer twice is one.

    :raises NotPermitted: :raises NotFound: :raises rules.AnsweredMeanwhile:
    """
    if not rules.may_answer(actor):
        raise NotPermitted
    statement = sa.select(BarrierReport).where(BarrierReport.id == report_id).with_for_update()
    found = db.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if found.answered_at is not None:
        if found.answer == text and found.answered_by == actor.person_id:
            return found
        raise rules.AnsweredMeanwhile
    found.answer, found.answered_at, found.answered_by = text, now, actor.person_id
    db.session.flush()
    journal.record(
        "barrier:answered", "barrier_report", found.id, actor=actor, now=now,
        to_guest=bool(found.email),
    )  # fmt: skip
    return found


def forget_old(now: datetime) -> int:
    """Delete what was answered long ago; return how many. Open reports stay."""
    deleted = db.session.execute(
        sa.delete(BarrierReport).where(BarrierReport.answered_at < rules.kept_from(now))
    )
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def forget(email: str) -> None:
    """Take the address of somebody who deletes the account off the reports: what is broken stays known."""
    gone = sa.update(BarrierReport).where(BarrierReport.email == email, BarrierReport.email != "")
    db.session.execute(gone.values(email=""))

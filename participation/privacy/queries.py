"""Reads all that is kept about one person, table by table, and what an account has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.barriers.models import BarrierReport
from participation.comments.models import Comment
from participation.core.db import Base, db
from participation.journal.models import JournalEntry
from participation.meetings.models import MeetingSignUp
from participation.notifications.models import Mail
from participation.polls.models import PollEntitled
from participation.privacy.rules import TABLES
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import PUBLIC_STATES, TEXT_STAYS, State
from participation.suggestions.support_models import Support, SupportRequest

_AT_ONCE = 500


@dataclass(frozen=True)
class Owner:
    """Whose data is meant.

    :param mailbox: fingerprint of the person's confirmed mailbox: what was given with it without an
        account is the same person's
    """

    person_id: int
    mailbox: str


def own_rows(table_name: str, owner: Owner) -> sa.ColumnElement[bool]:
    """Condition: rows of the table are about the person. :raises KeyError: if it is not exported"""
    columns = Base.metadata.tables[table_name].c
    person_id = owner.person_id
    suggestions = sa.select(Suggestion.id).where(Suggestion.author_id == person_id)
    supports = sa.select(Support.id).where(Support.mailbox == owner.mailbox)
    special: dict[str, sa.ColumnElement[bool]] = {
        "person": Person.id == person_id,
        "suggestion_topic": columns.get("suggestion_id", sa.null()).in_(suggestions),
        "suggestion_file": columns.get("suggestion_id", sa.null()).in_(suggestions),
        "suggestion_move": sa.or_(
            columns.get("actor_id", sa.null()) == person_id,
            columns.get("suggestion_id", sa.null()).in_(suggestions),
        ),
        "support": sa.or_(Support.person_id == person_id, Support.mailbox == owner.mailbox),
        "support_guest": columns.get("support_id", sa.null()).in_(supports),
        "support_request": SupportRequest.mailbox == owner.mailbox,
        "mail": _mails(owner, supports),
        "poll_entitled": PollEntitled.mailbox.in_(
            sa.select(Person.mailbox).where(Person.id == person_id)
        ),
        "barrier_report": sa.and_(
            BarrierReport.email.in_(sa.select(Person.email).where(Person.id == person_id)),
            BarrierReport.email != "",
        ),
        "journal_entry": sa.or_(
            JournalEntry.actor_id == person_id,
            sa.and_(JournalEntry.subject == "person", JournalEntry.subject_id == person_id),
        ),
    }
    if table_name in special:
        return special[table_name]
    for name in ("person_id", "author_id", "uploaded_by_id", "actor_id"):
        if name in columns:
            return columns[name] == person_id
    raise KeyError(f"{table_name}: nobody has said which rows are about a person")


def _mails(owner: Owner, supports: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Mails to the person, with the account or before there was one."""
    asking = JournalEntry.subject == "support_request"
    asked = sa.select(SupportRequest.id).where(SupportRequest.mailbox == owner.mailbox)
    entries = sa.select(JournalEntry.id).where(asking)
    of_request = sa.and_(Mail.entry_id.in_(entries), Mail.guest_id.in_(asked))
    of_support = sa.and_(Mail.entry_id.not_in(entries), Mail.guest_id.in_(supports))
    return sa.or_(Mail.person_id == owner.person_id, of_request, of_support)


def exported(owner: Owner) -> Iterator[tuple[str, dict[str, str], Iterator[sa.RowMapping]]]:
    """Yield each table of the export: its name, its columns with their names there, and the rows.

    One statement a table, in the order of the table's key; some rows at a time, however many there are.
    """
    for name, promised in TABLES.items():
        if not promised.section:
            continue
        table = Base.metadata.tables[name]
        columns = [table.c[column] for column in promised.columns]
        statement = sa.select(*columns).where(own_rows(name, owner))
        statement = statement.order_by(*table.primary_key.columns)
        rows = db.session.execute(statement.execution_options(yield_per=_AT_ONCE)).mappings()
        yield name, promised.columns, iter(rows)


@dataclass(frozen=True)
class Holdings:
    """How much of what an account has; so that its owner knows what deleting it means."""

    drafts: int
    on_the_way: int
    public: int
    staying: int
    comments: int
    official: int
    sign_ups: int
    supports: int


def holdings_of(owner: Owner) -> Holdings:
    """What the account has; one statement."""
    person_id = owner.person_id
    states = {
        "drafts": [State.DRAFT],
        "on_the_way": [State.SUBMITTED, State.IN_REVIEW, State.RETURNED],
        "public": sorted(PUBLIC_STATES - TEXT_STAYS),
        "staying": sorted(TEXT_STAYS),
    }
    own = Suggestion.author_id == person_id
    visible = Comment.author_id == person_id, Comment.deleted_at.is_(None)
    conditions = {
        name: (Suggestion.id, own, Suggestion.state.in_(found)) for name, found in states.items()
    }
    counted = {name: (column, sa.and_(*where)) for name, (column, *where) in conditions.items()} | {
        "comments": (Comment.id, sa.and_(*visible, Comment.is_official.is_(False))),
        "official": (Comment.id, sa.and_(*visible, Comment.is_official.is_(True))),
        "sign_ups": (MeetingSignUp.meeting_id, MeetingSignUp.person_id == person_id),
        "supports": (Support.id, own_rows("support", owner)),
    }
    columns = [
        sa.select(sa.func.count(column)).where(where).scalar_subquery().label(name)
        for name, (column, where) in counted.items()
    ]
    return Holdings(**db.session.execute(sa.select(*columns)).mappings().one())

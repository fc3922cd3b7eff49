"""Reads of polls. Rows of lists are ``(Poll, title, language, project_slug, project_title, …)``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload, undefer

from participation.accounts.models import Person
from participation.core import paging
from participation.core.db import db
from participation.core.texts import best_text, is_best_text
from participation.files.models import StoredFile
from participation.permissions import Actor
from participation.polls import rules
from participation.polls.models import (
    Poll,
    PollBallot,
    PollBoard,
    PollCode,
    PollEntitled,
    PollHead,
    PollOption,
    PollQuestion,
    PollRecord,
    PollRoll,
    PollText,
)
from participation.polls.rules import Eligible, PollState
from participation.projects.models import Project, ProjectText
from participation.projects.queries import is_public

PAGE_SIZE = 10
#: No page of the list has more that run or wait; later ones are found when earlier ones are over.
MOST_CURRENT = 50
BOARD_PAGE_SIZE = 100
MOST_HEADS = 500
_CURRENT = (PollState.ANNOUNCED, PollState.OPEN, PollState.CLOSED)
_PAST = (PollState.PUBLISHED, PollState.ARCHIVED, PollState.CANCELLED)
_LATEST = paging.Order([(Poll.closes_at, paging.moment), (Poll.id, paging.whole_number)])
_NEWEST = paging.Order([(Poll.id, paging.whole_number)])
_BOARD = paging.Order([(PollBoard.seq, paging.whole_number)], descending=False)
_OtherText = aliased(PollText)


def _with_text(chain: Sequence[str]) -> sa.Select[Any]:
    best = is_best_text(PollText, _OtherText, _OtherText.poll_id == Poll.id, chain)
    belongs = ProjectText.project_id == Project.id
    return (
        sa.select(
            Poll,
            PollText.title,
            PollText.language,
            Project.slug.label("project_slug"),
            best_text(ProjectText, belongs, chain, ProjectText.title).label("project_title"),
            best_text(ProjectText, belongs, chain, ProjectText.language).label("project_language"),
        )
        .select_from(Poll)
        .join(PollText, sa.and_(PollText.poll_id == Poll.id, best))
        .outerjoin(Project, sa.and_(Project.id == Poll.project_id, is_public()))
    )


def current(chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Polls that run, will run, or wait for their count: what ends first comes first."""
    statement = _with_text(chain).where(Poll.state.in_(_CURRENT))
    return db.session.execute(statement.order_by(Poll.closes_at, Poll.id).limit(MOST_CURRENT)).all()


def open_now(now: datetime, chain: Sequence[str], most: int) -> Sequence[sa.Row[Any]]:
    """Polls that take votes now: what ends first comes first."""
    takes_votes = Poll.state == PollState.OPEN, Poll.opens_at <= now, Poll.closes_at > now
    statement = _with_text(chain).where(*takes_votes).order_by(Poll.closes_at, Poll.id)
    return db.session.execute(statement.limit(most)).all()


def past_page(token: str | None, chain: Sequence[str]) -> paging.Page[Any]:
    """One page of polls that are counted or cancelled, latest first."""
    return paging.page_of(_with_text(chain).where(Poll.state.in_(_PAST)), _LATEST, token, PAGE_SIZE)


def staff_page(
    token: str | None, chain: Sequence[str], *conditions: sa.ColumnElement[bool]
) -> paging.Page[Any]:
    """One page of all polls (that fit), drafts too, newest first."""
    return paging.page_of(_with_text(chain).where(*conditions), _NEWEST, token, PAGE_SIZE)


def of_project(project_id: int, chain: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """All public polls on a project, latest first."""
    statement = _with_text(chain).where(
        Poll.project_id == project_id, Poll.state.in_(rules.PUBLIC_STATES)
    )
    return db.session.execute(
        statement.order_by(Poll.closes_at.desc(), Poll.id.desc()).limit(MOST_CURRENT)
    ).all()


def sheet(slug: str, actor: Actor) -> Poll | None:
    """A poll with all its parts and texts, if the actor may see it; seven statements."""
    return _whole(Poll.slug == slug, actor)


def by_id(poll_id: int, actor: Actor) -> Poll | None:
    """The same by its key."""
    return _whole(Poll.id == poll_id, actor)


def _whole(condition: Any, actor: Actor) -> Poll | None:
    parts = selectinload(Poll.questions)
    poll = db.session.scalar(
        sa.select(Poll)
        .where(condition)
        .options(
            selectinload(Poll.texts),
            selectinload(Poll.districts),
            parts.selectinload(PollQuestion.texts),
            parts.selectinload(PollQuestion.options).selectinload(PollOption.texts),
        )
    )
    return poll if poll is not None and rules.may_read(poll.state, actor) else None


@dataclass(frozen=True)
class Words:
    """A text, and the language it is in."""

    text: str
    language: str


def words_of(texts: Iterable[Any], field: str, chain: Sequence[str]) -> Words:
    """A field of text rows (of a poll, question or option) in the first language that has it."""
    by_language = {text.language: getattr(text, field) for text in texts}
    for code in (*chain, *sorted(by_language)):
        if by_language.get(code):
            return Words(by_language[code], code)
    return Words("", chain[0])


def own_vote(
    poll_id: int, person_id: int | None = None, code_id: int | None = None
) -> tuple[bool, str | None]:
    """Whether the voter has voted, and under which hash the envelope is kept; never what."""
    who = PollRoll.code_id == code_id if code_id else PollRoll.person_id == person_id
    row = db.session.execute(
        sa.select(PollRoll.envelope_hash).where(PollRoll.poll_id == poll_id, who)
    ).first()
    return (True, row[0]) if row else (False, None)


def listed(poll_id: int) -> Sequence[str]:
    """Mailboxes of who may vote, for the office."""
    mine = sa.select(PollEntitled.mailbox).where(PollEntitled.poll_id == poll_id)
    return db.session.scalars(mine.order_by(PollEntitled.mailbox)).all()


def result(poll: Poll) -> PollRecord | None:
    """Results and the name of the file, without its bytes; ``None`` before the votes are counted."""
    return db.session.get(PollRecord, poll.id) if rules.may_see_results(poll.state) else None


def file_of(poll: Poll) -> bytes | None:
    """The published file; ``None`` before the votes are counted."""
    if not rules.may_see_results(poll.state):
        return None
    mine = sa.select(PollRecord).where(PollRecord.poll_id == poll.id)
    record = db.session.scalar(mine.options(undefer(PollRecord.data)))
    return None if record is None else record.data


def ballot(poll: Poll, code: str) -> PollBallot | None:
    """The counted vote with this check code; ``None`` before the votes are counted."""
    if not rules.may_see_results(poll.state):
        return None
    return db.session.get(PollBallot, (poll.id, code))


def board_page(poll_id: int, token: str | None) -> paging.Page[Any]:
    """One page of the board, rows ``(seq, envelope_hash, head)``, oldest first."""
    statement = sa.select(PollBoard.seq, PollBoard.envelope_hash, PollBoard.head)
    return paging.page_of(
        statement.where(PollBoard.poll_id == poll_id), _BOARD, token, BOARD_PAGE_SIZE
    )


def on_board(poll_id: int, envelope_hash: str) -> int | None:
    """The number under which an envelope stands on the board."""
    return db.session.scalar(
        sa.select(PollBoard.seq).where(
            PollBoard.poll_id == poll_id, PollBoard.envelope_hash == envelope_hash
        )
    )


def heads(poll_id: int, most: int = MOST_HEADS) -> Sequence[PollHead]:
    """The signed heads, newest first."""
    mine = sa.select(PollHead).where(PollHead.poll_id == poll_id)
    return db.session.scalars(mine.order_by(PollHead.seq.desc()).limit(most)).all()


def pictures(poll: Poll) -> dict[int, StoredFile]:
    """The pictures of a poll's options, by key; no statement if there are none."""
    keys = {option.file_id for question in poll.questions for option in question.options}
    keys.discard(None)
    if not keys:
        return {}
    there = StoredFile.id.in_(keys), StoredFile.removed_at.is_(None)
    return {one.id: one for one in db.session.scalars(sa.select(StoredFile).where(*there))}


def project_of(poll: Poll, chain: Sequence[str]) -> sa.Row[Any] | None:
    """Row ``(slug, title, language)`` of the project that the poll is about, if it is public."""
    if poll.project_id is None:
        return None
    belongs = ProjectText.project_id == Project.id
    statement = sa.select(
        Project.slug,
        best_text(ProjectText, belongs, chain, ProjectText.title).label("title"),
        best_text(ProjectText, belongs, chain, ProjectText.language).label("language"),
    )
    return db.session.execute(statement.where(Project.id == poll.project_id, is_public())).first()


def entitled(poll: Poll) -> int | None:
    """How many may vote, if that is known: of a list or of letters, until they are destroyed."""
    tables: dict[Eligible, Any] = {Eligible.LISTED: PollEntitled, Eligible.LETTER: PollCode}
    table = tables.get(poll.eligible)
    if table is None or poll.destroyed_at is not None:
        return None
    return db.session.scalar(sa.select(sa.func.count()).where(table.poll_id == poll.id))


def size_of_file(poll: Poll) -> int:
    """How many bytes the published file has."""
    size = sa.select(sa.func.length(PollRecord.data)).where(PollRecord.poll_id == poll.id)
    return db.session.scalar(size) or 0


def changed_last(chain: Sequence[str], most: int) -> Sequence[sa.Row[Any]]:
    """Public polls, what changed last first."""
    statement = _with_text(chain).where(Poll.state.in_(rules.PUBLIC_STATES))
    return db.session.execute(
        statement.order_by(Poll.changed_at.desc(), Poll.id.desc()).limit(most)
    ).all()


def people_listed(poll_id: int) -> sa.Select[tuple[str]]:
    """Mailboxes on the list, as a statement."""
    return sa.select(PollEntitled.mailbox).where(PollEntitled.poll_id == poll_id)


def is_on_list(poll_id: int, person_id: int) -> bool:
    """Whether a person's mailbox is on the list."""
    mine = sa.select(Person.mailbox).where(Person.id == person_id).scalar_subquery()
    there = PollEntitled.poll_id == poll_id, PollEntitled.mailbox == mine
    return bool(db.session.scalar(sa.select(sa.exists().where(*there))))


def people_who_voted(poll_id: int) -> sa.Select[tuple[int | None]]:
    """Keys of the people who have voted, as a statement."""
    mine = PollRoll.poll_id == poll_id, PollRoll.person_id.is_not(None)
    return sa.select(PollRoll.person_id).where(*mine)

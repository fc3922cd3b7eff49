"""Reads of comments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.comments.models import Comment, CommentReport, CommentThread
from participation.comments.rules import HOUR, Reason, Subject, SubjectKind
from participation.core import paging
from participation.core.db import db
from participation.core.extracts import Extract, extracts
from participation.core.texts import best_text
from participation.projects.models import Project, ProjectText, project_department
from participation.projects.queries import is_public
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import PUBLIC_STATES, State

PAGE_SIZE = 20
#: The most replies below a comment in a list; all are on the comment's own page.
REPLIES_SHOWN = 3
_REPLIES_ON_A_PAGE = 10
_STAFF_PAGE_SIZE = 15
_PREVIEW = 3
_PREVIEW_ANSWERS = 2
#: Bytes for all texts of a preview.
_PREVIEW_ROOM = 800

NEWEST = paging.Order([(Comment.id, paging.whole_number)])
OLDEST = paging.Order([(Comment.id, paging.whole_number)], descending=False)
_FIRST_REPORTED = paging.Order(
    [(Comment.reported_at, paging.moment), (Comment.id, paging.whole_number)], descending=False
)
_LAST_HIDDEN = paging.Order([(Comment.hidden_at, paging.moment), (Comment.id, paging.whole_number)])


@dataclass(frozen=True)
class Preview:
    """The newest comments on a page, with the city's answers to them."""

    count: int
    comments: Sequence[Comment]
    answers: dict[int, list[Comment]]
    texts: dict[int, Extract]


@dataclass(frozen=True)
class Replies:
    """The first replies to a comment, and how many there are."""

    shown: list[Comment]
    total: int


NO_REPLIES = Replies([], 0)


def _project(chain: Sequence[str]) -> sa.Select[Any]:
    belongs = ProjectText.project_id == Project.id
    departments = (
        sa.select(
            sa.func.aggregate_strings(sa.cast(project_department.c.department_id, sa.String), ",")
        )
        .where(project_department.c.project_id == Project.id)
        .scalar_subquery()
    )
    columns = (
        Project.id,
        Project.slug,
        best_text(ProjectText, belongs, chain, ProjectText.title).label("title"),
        best_text(ProjectText, belongs, chain, ProjectText.language).label("language"),
        departments.label("departments"),
        CommentThread.id.label("thread_id"),
        CommentThread.visible,
    )
    threads = sa.select(*columns).outerjoin(CommentThread, CommentThread.project_id == Project.id)
    return threads.where(is_public())


def _as_subject_of_project(row: Any) -> Subject | None:
    if row is None:
        return None
    return Subject(
        kind=SubjectKind.PROJECT,
        id=row.id,
        key=row.slug,
        title=row.title,
        language=row.language,
        departments=frozenset(int(key) for key in (row.departments or "").split(",") if key),
        author_id=None,
        is_public=True,
        thread_id=row.thread_id,
        count=row.visible or 0,
    )


def project(slug: str, chain: Sequence[str]) -> Subject | None:
    """The project with this slug as something to comment on; one statement."""
    return _as_subject_of_project(
        db.session.execute(_project(chain).where(Project.slug == slug)).first()
    )


def _suggestion() -> sa.Select[Any]:
    return sa.select(
        Suggestion.id,
        Suggestion.number,
        Suggestion.title,
        Suggestion.language,
        Suggestion.department_id,
        Suggestion.author_id,
        Suggestion.state,
        Suggestion.opens_at,
        CommentThread.id.label("thread_id"),
        CommentThread.visible,
    ).outerjoin(CommentThread, CommentThread.suggestion_id == Suggestion.id)


def _as_subject_of_suggestion(row: Any) -> Subject | None:
    if row is None:
        return None
    return Subject(
        kind=SubjectKind.SUGGESTION,
        id=row.id,
        key=str(row.number or ""),
        title=row.title,
        language=row.language,
        departments=frozenset({row.department_id} - {None}),
        author_id=row.author_id,
        # What was merged before it was published is public only in that it was.
        is_public=row.state in PUBLIC_STATES
        and (row.state is not State.MERGED or bool(row.opens_at)),
        thread_id=row.thread_id,
        count=row.visible or 0,
    )


def suggestion(number: int) -> Subject | None:
    """The suggestion with this number, public or not, as something to comment on; one statement."""
    return _as_subject_of_suggestion(
        db.session.execute(_suggestion().where(Suggestion.number == number)).first()
    )


def subject_of(thread_id: int, chain: Sequence[str]) -> Subject | None:
    """What the thread is about, public or not; one statement, or two."""
    found = db.session.execute(_suggestion().where(CommentThread.id == thread_id)).first()
    if found is not None:
        return _as_subject_of_suggestion(found)
    return _as_subject_of_project(
        db.session.execute(_project(chain).where(CommentThread.id == thread_id)).first()
    )


def by_id(comment_id: int) -> Comment | None:
    """A comment with its department, whatever its state."""
    statement = sa.select(Comment).where(Comment.id == comment_id)
    return db.session.scalar(statement.options(joinedload(Comment.department)))


def page(thread_id: int | None, order: paging.Order, token: str | None) -> paging.Page[Any]:
    """One page of a thread's comments, without replies; rows ``(Comment,)``."""
    if thread_id is None:
        return paging.Page([], None, None)
    is_top = sa.and_(Comment.thread_id == thread_id, Comment.parent_id.is_(None))
    return paging.page_of(_with_department().where(is_top), order, token, PAGE_SIZE)


def replies_page(parent: Comment, order: paging.Order, token: str | None) -> paging.Page[Any]:
    """One page of the replies to a comment; a reply has none. Rows ``(Comment,)``."""
    if parent.parent_id is not None:
        return paging.Page([], None, None)
    statement = _with_department().where(
        Comment.thread_id == parent.thread_id, Comment.parent_id == parent.id
    )
    return paging.page_of(statement, order, token, _REPLIES_ON_A_PAGE)


def _with_department() -> sa.Select[Any]:
    return sa.select(Comment).options(joinedload(Comment.department))


def replies_to(comment_ids: Iterable[int]) -> dict[int, Replies]:
    """The first replies to each of the comments, oldest first; one statement for all."""
    ids = list(comment_ids)
    if not ids:
        return {}
    numbered = (
        sa.select(
            Comment.id,
            sa.func.row_number()
            .over(partition_by=Comment.parent_id, order_by=Comment.id)
            .label("place"),
            sa.func.count().over(partition_by=Comment.parent_id).label("total"),
        )
        .where(Comment.parent_id.in_(ids))
        .subquery()
    )
    statement = (
        sa.select(Comment, numbered.c.total)
        .join(numbered, numbered.c.id == Comment.id)
        .where(numbered.c.place <= REPLIES_SHOWN)
        .options(joinedload(Comment.department))
        .order_by(Comment.id)
    )
    found: dict[int, Replies] = {}
    for reply, total in db.session.execute(statement):
        found.setdefault(reply.parent_id, Replies([], total)).shown.append(reply)
    return found


def count_of_project(project_id: int) -> int:
    """How many comments on a project can be read."""
    statement = sa.select(CommentThread.visible).where(CommentThread.project_id == project_id)
    return db.session.scalar(statement) or 0


def preview_of_project(project_id: int) -> Preview:
    """The newest readable comments on a project; one statement."""
    return _preview(CommentThread.project_id == project_id)


def preview_of_suggestion(suggestion_id: int) -> Preview:
    """The newest readable comments on a suggestion; one statement."""
    return _preview(CommentThread.suggestion_id == suggestion_id)


def _preview(is_thread: sa.ColumnElement[bool]) -> Preview:
    readable = sa.and_(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    thread = sa.select(CommentThread.id).where(is_thread).scalar_subquery()
    newest = (
        sa.select(Comment.id)
        .where(Comment.thread_id == thread, Comment.parent_id.is_(None), readable)
        .order_by(Comment.id.desc())
        .limit(_PREVIEW)
        .subquery()
    )
    wanted = sa.select(newest.c.id)
    answers = sa.and_(Comment.parent_id.in_(wanted), Comment.is_official.is_(True), readable)
    statement = (
        sa.select(CommentThread.visible, Comment)
        .outerjoin(
            Comment,
            sa.and_(Comment.thread_id == CommentThread.id, sa.or_(Comment.id.in_(wanted), answers)),
        )
        .where(is_thread)
        .options(joinedload(Comment.department))
        .order_by(Comment.parent_id.is_not(None), Comment.id.desc())
        .limit(_PREVIEW + _PREVIEW_ANSWERS)
    )
    rows = db.session.execute(statement).all()
    comments = [row[1] for row in rows if row[1] is not None]
    of_parent: dict[int, list[Comment]] = {}
    for one in reversed(comments):
        if one.parent_id is not None:
            of_parent.setdefault(one.parent_id, []).append(one)
    top = [one for one in comments if one.parent_id is None]
    texts = extracts({one.id: one.text for one in comments}, _PREVIEW_ROOM)
    return Preview(rows[0][0] if rows else 0, top, of_parent, texts)


def written_since(person_id: int, now: datetime) -> int:
    """How many comments the person wrote in the last hour, deleted ones too."""
    recent = sa.and_(Comment.author_id == person_id, Comment.created_at > now - HOUR)
    return int(db.session.scalar(sa.select(sa.func.count()).where(recent)) or 0)


def reported_since(person_id: int, now: datetime) -> int:
    """How many comments the person reported in the last hour."""
    mine = CommentReport.person_id == person_id
    recent = sa.and_(mine, CommentReport.reported_at > now - HOUR)
    return int(db.session.scalar(sa.select(sa.func.count()).where(recent)) or 0)


def _with_subject(chain: Sequence[str]) -> sa.Select[Any]:
    title = best_text(ProjectText, ProjectText.project_id == Project.id, chain, ProjectText.title)
    return (
        sa.select(Comment, Project.slug, Suggestion.number, title.label("project_title"),
                  Suggestion.title.label("suggestion_title"))
        .join(CommentThread, CommentThread.id == Comment.thread_id)
        .outerjoin(Project, Project.id == CommentThread.project_id)
        .outerjoin(Suggestion, Suggestion.id == CommentThread.suggestion_id)
        .options(joinedload(Comment.department))
    )  # fmt: skip


def reported_page(chain: Sequence[str], token: str | None) -> paging.Page[Any]:
    """One page of comments with open reports, those that wait longest first; rows with
    ``Comment, slug, number, project_title, suggestion_title``."""
    statement = _with_subject(chain).where(Comment.reported_at.is_not(None))
    return paging.page_of(statement, _FIRST_REPORTED, token, _STAFF_PAGE_SIZE)


def hidden_page(chain: Sequence[str], token: str | None) -> paging.Page[Any]:
    """One page of hidden comments, hidden last first; rows as in :func:`reported_page`."""
    statement = _with_subject(chain).where(
        Comment.hidden_at.is_not(None), Comment.deleted_at.is_(None)
    )
    return paging.page_of(statement, _LAST_HIDDEN, token, _STAFF_PAGE_SIZE)


def open_reports(comment_ids: Iterable[int]) -> dict[int, dict[Reason, int]]:
    """How many open reports each comment has for which reason; never who reported."""
    statement = (
        sa.select(CommentReport.comment_id, CommentReport.reason, sa.func.count())
        .where(CommentReport.comment_id.in_(list(comment_ids)))
        .where(CommentReport.settled_at.is_(None))
        .group_by(CommentReport.comment_id, CommentReport.reason)
        .order_by(sa.func.count().desc(), CommentReport.reason)
    )
    found: dict[int, dict[Reason, int]] = {}
    for comment_id, reason, count in db.session.execute(statement):
        found.setdefault(comment_id, {})[reason] = count
    return found

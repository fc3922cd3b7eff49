"""How comments are found: visible ones, in their own language, as long as what they are about is public."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from participation.comments.models import Comment, CommentThread
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep_all

_IS_VISIBLE = Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)


def keys() -> Sequence[int]:
    """Keys of all comments that can be read."""
    return db.session.scalars(sa.select(Comment.id).where(*_IS_VISIBLE).order_by(Comment.id)).all()


def keep(comment_ids: Iterable[int]) -> bool:
    """Let these comments be found if they can be read; tell whether anything changed."""
    ids = list(comment_ids)
    db.session.flush()
    statement = (
        sa.select(Comment, CommentThread)
        .join(CommentThread, CommentThread.id == Comment.thread_id)
        .where(Comment.id.in_(ids), *_IS_VISIBLE)
    )
    texts: dict[int, Sequence[Text]] = dict.fromkeys(ids, ())
    rows = db.session.execute(statement)
    return keep_all(Kind.COMMENT, texts | {one.id: [_text(one, about)] for one, about in rows})


def _text(comment: Comment, about: CommentThread) -> Text:
    if about.project_id is not None:
        owner = Kind.PROJECT, about.project_id
    else:
        owner = Kind.SUGGESTION, about.suggestion_id or 0
    return Text(
        language=comment.language,
        day=city_date(comment.created_at),
        title="",
        body=comment.text,
        address=str(comment.id),
        owner=owner,
    )

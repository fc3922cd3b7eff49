"""Everything that happens to comments. The only writer of these tables.

Locks are taken in one order: person, suggestion, thread. The thread's row makes all acts on its
comments wait for each other, so a decision is made on what is really there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.comments import findable, queries, rules
from participation.comments.models import Comment, CommentReport, CommentThread
from participation.comments.rules import Reason, RestoreReason, State, Subject, SubjectKind
from participation.core.db import db, insert
from participation.core.messages import NotFound, NotPermitted
from participation.journal import service as journal
from participation.permissions import Actor, Permission
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import PUBLIC_STATES


@dataclass(frozen=True)
class Sent:
    """What came with a form.

    :param language: in which the text was written
    :param shown_at: when the form was shown, ``None`` if nobody knows
    :param trap: what stands in the field that people cannot see
    """

    text: str
    language: str
    shown_at: datetime | None
    trap: str = ""


def write(
    subject: Subject, actor: Actor, now: datetime, sent: Sent, parent_id: int | None = None
) -> Comment:
    """Publish a comment, or a reply to one. The same again within an hour, as by a double click,
    is one comment.

    :raises NotFound: if what it is about is not public, or the parent is not among its comments
    :raises NotPermitted: :raises DomainError: one of the rules' own, each with its message
    """
    person_id = _writer(subject, actor)
    rules.check_sending(sent.shown_at, sent.trap, now)
    is_official = rules.speaks_for_the_city(subject, actor)
    if not is_official:
        rules.check_links(sent.text)
    _wait_for_the_same_person(person_id)
    _still_public(subject)
    thread = _thread_of(subject)
    if parent_id is not None:
        _parent(thread, parent_id)
    if (same := _same(thread, parent_id, person_id, sent.text, now)) is not None:
        if same.state is State.HIDDEN:
            raise rules.HiddenBefore
        return same
    if not is_official and queries.written_since(person_id, now) >= rules.MOST_AN_HOUR:
        raise rules.TooOften
    comment = Comment(
        thread_id=thread.id,
        parent_id=parent_id,
        author_id=person_id,
        is_official=is_official,
        department_id=rules.department_of(subject, actor),
        text=sent.text,
        language=sent.language,
        created_at=now,
    )
    db.session.add(comment)
    thread.visible += 1
    db.session.flush()
    _record("written", comment, actor, now, official=is_official)
    return comment


def edit(comment_id: int, actor: Actor, now: datetime, sent: Sent) -> Comment:
    """Change the own comment, within the first minutes.

    :raises NotFound: also if it is somebody else's :raises rules.NotNow: :raises rules.EditTimeOver:
    """
    comment, _thread = _own(comment_id, actor)
    if comment.state is not State.VISIBLE:
        raise rules.NotNow
    if not rules.may_edit(comment.facts, actor, now):
        raise rules.EditTimeOver
    rules.check_sending(sent.shown_at, sent.trap, now)
    if not comment.is_official:
        rules.check_links(sent.text)
    if comment.text == sent.text:
        return comment
    comment.text = sent.text
    comment.edited_at = now
    db.session.flush()
    _record("edited", comment, actor, now)
    return comment


def delete(comment_id: int, actor: Actor, now: datetime) -> Comment:
    """Delete the own comment: the text goes, the place stays. Deleting twice deletes once.

    :raises NotFound: also if it is somebody else's
    """
    comment, thread = _own(comment_id, actor)
    if not rules.may_delete(comment.facts, actor):
        return comment
    if comment.state is State.VISIBLE:
        thread.visible -= 1
    comment.text = ""
    comment.deleted_at = now
    _settle_reports(comment, now)
    _record("deleted", comment, actor, now)
    return comment


def report(comment_id: int, actor: Actor, now: datetime, reason: Reason) -> bool:
    """Report a comment to the city; tell whether it is this person's first report of it.

    :raises NotPermitted: :raises NotFound: :raises rules.OwnComment: :raises rules.NotNow:
    :raises rules.TooOften:
    """
    if not actor.may(Permission.COMMENT_REPORT) or actor.person_id is None:
        raise NotPermitted
    _wait_for_the_same_person(actor.person_id)
    comment, _thread = _locked(comment_id)
    if rules.is_own(comment.facts, actor):
        raise rules.OwnComment
    if not rules.may_report(comment.facts, actor):
        raise rules.NotNow
    if queries.reported_since(actor.person_id, now) >= rules.MOST_REPORTS_AN_HOUR:
        raise rules.TooOften
    created = db.session.scalars(
        insert(CommentReport)
        .values(comment_id=comment_id, person_id=actor.person_id, reason=reason, reported_at=now)
        .on_conflict_do_nothing()
        .returning(CommentReport.person_id)
    ).first()
    if created is None:
        return False
    comment.reported_at = comment.reported_at or now
    # Who reported stays out of the journal: its readers need not know.
    journal.record(
        "comment:reported", "comment", comment.id, actor=Actor(), now=now, reason=reason.value
    )
    return True


def hide(comment_id: int, actor: Actor, now: datetime, reason: Reason) -> Comment:
    """Hide a comment; its place stays and says why.

    :raises NotPermitted: :raises NotFound: :raises rules.OwnComment: :raises rules.NotNow:
    """
    comment, thread = _to_moderate(comment_id, actor)
    if comment.state is not State.VISIBLE:
        raise rules.NotNow
    comment.hidden_at = now
    comment.hide_reason = reason
    thread.visible -= 1
    _settle_reports(comment, now)
    _record("hidden", comment, actor, now, reason=reason.value)
    return comment


def restore(comment_id: int, actor: Actor, now: datetime, reason: RestoreReason) -> Comment:
    """Show a hidden comment again.

    :raises NotPermitted: :raises NotFound: :raises rules.OwnComment: :raises rules.NotNow: also if the
        text was deleted because its time was over
    """
    comment, thread = _to_moderate(comment_id, actor)
    if comment.state is not State.HIDDEN or not comment.text:
        raise rules.NotNow
    comment.hidden_at = None
    comment.hide_reason = None
    thread.visible += 1
    db.session.flush()
    _record("restored", comment, actor, now, reason=reason.value)
    return comment


def keep(comment_id: int, actor: Actor, now: datetime) -> Comment:
    """Decide that a reported comment is all right; new reports bring it back.

    :raises NotPermitted: :raises NotFound: :raises rules.OwnComment: :raises rules.NotNow:
    """
    comment, _thread = _to_moderate(comment_id, actor)
    if comment.state is not State.VISIBLE or comment.reported_at is None:
        raise rules.NotNow
    _settle_reports(comment, now)
    _record("kept", comment, actor, now)
    return comment


def _writer(subject: Subject, actor: Actor) -> int:
    if not actor.may(Permission.COMMENT_WRITE) or actor.person_id is None:
        raise NotPermitted
    if not subject.is_public:
        raise NotFound
    if not rules.may_write(subject, actor):
        raise rules.NotResponsible
    return actor.person_id


def _wait_for_the_same_person(person_id: int) -> None:
    """Two requests of one person wait for each other: what is counted stays true.

    ``FOR NO KEY UPDATE``, because rows elsewhere that point at the person must not wait.
    """
    db.session.execute(
        sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    )


def _still_public(subject: Subject) -> None:
    """Nobody hides the suggestion while something is said about it."""
    if subject.kind is SubjectKind.PROJECT:
        return
    state = db.session.scalar(
        sa.select(Suggestion.state).where(Suggestion.id == subject.id).with_for_update(read=True)
    )
    if state not in PUBLIC_STATES:
        raise NotFound


def _thread_of(subject: Subject) -> CommentThread:
    """Return the subject's thread, locked; make it if this is the first comment."""
    column = "project_id" if subject.kind is SubjectKind.PROJECT else "suggestion_id"
    statement = insert(CommentThread).values(**{column: subject.id}, visible=0)
    db.session.execute(statement.on_conflict_do_nothing())
    return db.session.scalars(
        sa.select(CommentThread)
        .where(getattr(CommentThread, column) == subject.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _parent(thread: CommentThread, parent_id: int) -> None:
    parent = _fresh(parent_id)
    if parent is None or parent.thread_id != thread.id:
        raise NotFound
    if parent.parent_id is not None:
        raise rules.OnlyOneLevel
    if parent.state is not State.VISIBLE:
        raise rules.NotNow


def _same(
    thread: CommentThread, parent_id: int | None, author_id: int, text: str, now: datetime
) -> Comment | None:
    """The same text of the same person in the same place: sent a moment ago, or hidden since."""
    statement = sa.select(Comment).where(
        Comment.author_id == author_id,
        sa.or_(Comment.created_at > now - rules.HOUR, Comment.hidden_at.is_not(None)),
        Comment.thread_id == thread.id,
        Comment.parent_id.is_(None) if parent_id is None else Comment.parent_id == parent_id,
        Comment.text == text,
        Comment.deleted_at.is_(None),
    )
    statement = statement.order_by(Comment.hidden_at.is_(None), Comment.id)
    return db.session.scalars(statement.limit(1)).first()


def _fresh(comment_id: int) -> Comment | None:
    statement = sa.select(Comment).where(Comment.id == comment_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _locked(comment_id: int) -> tuple[Comment, CommentThread]:
    """Read a comment that is about to change, with its thread, whose lock covers it."""
    thread = db.session.scalar(
        sa.select(CommentThread)
        .where(
            CommentThread.id
            == sa.select(Comment.thread_id).where(Comment.id == comment_id).scalar_subquery()
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    comment = _fresh(comment_id) if thread is not None else None
    if thread is None or comment is None:
        raise NotFound
    return comment, thread


def _own(comment_id: int, actor: Actor) -> tuple[Comment, CommentThread]:
    if not actor.may(Permission.COMMENT_WRITE) or actor.person_id is None:
        raise NotPermitted
    comment, thread = _locked(comment_id)
    if not rules.is_own(comment.facts, actor):
        raise NotFound
    return comment, thread


def _to_moderate(comment_id: int, actor: Actor) -> tuple[Comment, CommentThread]:
    if not actor.may(Permission.COMMENT_MODERATE):
        raise NotPermitted
    comment, thread = _locked(comment_id)
    if not rules.may_moderate(comment.facts, actor):
        raise rules.OwnComment
    return comment, thread


def _settle_reports(comment: Comment, now: datetime) -> None:
    comment.reported_at = None
    db.session.flush()
    db.session.execute(
        sa.update(CommentReport)
        .where(CommentReport.comment_id == comment.id, CommentReport.settled_at.is_(None))
        .values(settled_at=now)
    )


def _record(what: str, comment: Comment, actor: Actor, now: datetime, **facts: Any) -> None:
    journal.record(
        f"comment:{what}", "comment", comment.id, actor=actor, now=now,
        thread=comment.thread_id, **facts,
    )  # fmt: skip
    findable.keep([comment.id])

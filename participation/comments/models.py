"""Tables of comments."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.city.models import Department
from participation.comments.rules import Facts, Reason, State, state_of
from participation.core.db import Base, UtcDateTime, named


class CommentThread(Base):
    """All that is said about one project or one suggestion; made with its first comment.

    It keeps the two foreign keys in one place, and the count: comments have one key and one index,
    whatever they are about. Whoever changes a comment locks its thread first.
    """

    __table_args__ = (
        sa.CheckConstraint(
            "(project_id IS NULL) <> (suggestion_id IS NULL)", name="about_one_thing"
        ),
        sa.CheckConstraint("visible >= 0", name="visible_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), unique=True)
    suggestion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion.id"), unique=True)
    #: Comments and replies that can be read; kept beside the rows, in the same transaction.
    visible: Mapped[int] = mapped_column(default=0)


class Comment(Base):
    """What somebody says. The row stays when the text goes, so that replies keep their place."""

    __table_args__ = (
        sa.Index("ix_comment_thread_id_parent_id_id", "thread_id", "parent_id", "id"),
        sa.Index("ix_comment_author_id_created_at", "author_id", "created_at"),
        sa.Index("ix_comment_reported_at_id", "reported_at", "id"),
        sa.Index("ix_comment_hidden_at_id", "hidden_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("comment_thread.id"))
    #: The comment it answers; replies have no replies.
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    #: Empty: the author has deleted the account.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    #: The city speaks: for a department, or, if that is empty, the coordination office.
    is_official: Mapped[bool] = mapped_column(default=False)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    #: Empty once it is deleted: what an author takes back is gone.
    text: Mapped[str] = mapped_column(sa.Text)
    #: Language it was written in; it is never translated.
    language: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hide_reason: Mapped[Reason | None] = mapped_column(named(Reason))
    #: When the oldest report came that nobody has decided about; empty if there is none.
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    department: Mapped[Department | None] = relationship()

    @property
    def state(self) -> State:
        """What is left to read."""
        return state_of(self.deleted_at, self.hidden_at)

    @property
    def facts(self) -> Facts:
        """What the rules decide on."""
        return Facts(
            state=self.state,
            author_id=self.author_id,
            is_reply=self.parent_id is not None,
            created_at=self.created_at,
        )


class CommentReport(Base):
    """One person reports one comment; the key makes it once, whatever happens at once."""

    __table_args__ = (
        sa.Index("ix_comment_report_person_id_reported_at", "person_id", "reported_at"),
    )

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(named(Reason))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When staff decided about it.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

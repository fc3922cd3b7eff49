"""Tables of suggestions."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.city.models import Department, District
from participation.core.db import Base, UtcDateTime, named
from participation.files.models import StoredFile
from participation.suggestions.note_rules import NoteFacts, NoteHideCode, NoteKind
from participation.suggestions.rules import AnswerStatus, Facts, Kind, State

suggestion_topic = sa.Table(
    "suggestion_topic",
    Base.metadata,
    sa.Column("suggestion_id", sa.ForeignKey("suggestion.id"), primary_key=True),
    sa.Column("topic_id", sa.ForeignKey("topic.id"), primary_key=True, index=True),
)


class Suggestion(Base):
    """What a resident suggests, with where it stands."""

    __table_args__ = (
        sa.Index("ix_suggestion_published_at_id", "published_at", "id"),
        sa.Index("ix_suggestion_state_closes_at", "state", "closes_at"),
        sa.Index("ix_suggestion_author_id_id", "author_id", "id"),
        sa.Index("ix_suggestion_answered_at_id", "answered_at", "id"),
        sa.Index("ix_suggestion_due_on_id", "due_on", "id"),
        sa.Index("ix_suggestion_supports_id", "supports", "id"),
        sa.CheckConstraint("supports >= 0", name="supports_not_negative"),
        # Drafts are deleted; the journal's keys must never mean another suggestion later.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Public number; given when the suggestion first becomes public.
    number: Mapped[int | None] = mapped_column(unique=True)
    #: Only ``service.move`` writes it. Read it through ``rules.state_at``, which knows the clock.
    state: Mapped[State] = mapped_column(named(State))
    kind: Mapped[Kind] = mapped_column(named(Kind))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    #: Language it was written in; it is never translated.
    language: Mapped[str] = mapped_column(sa.String(16))
    #: Empty: the whole city.
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("district.id"), index=True)
    #: A place in the author's words: a street, a crossing, a building. Empty if none was named.
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    #: Empty: the author has deleted the account.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Of drafts: when the author last wrote at it (empty: when it was made), and when the author was
    #: told that it will be deleted.
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When title and text were deleted: with the account, or because their time was over.
    text_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Collection period [opens_at, closes_at) and quorum, fixed at publication.
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quorum: Mapped[int] = mapped_column(default=0)
    #: Kept beside the rows of ``support`` that are not struck off, in the same transaction.
    supports: Mapped[int] = mapped_column(default=0)
    #: Department that answers, and the day the city has promised its next act for.
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    due_on: Mapped[date | None]
    #: Number of the newest answer; 0 if there is none.
    answer_revision: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Day by which the city promised to answer the author's question; empty if none is open.
    question_due_on: Mapped[date | None] = mapped_column(index=True)
    #: The suggestion this one points at, if it was merged. Only ``merging.merge`` sets it.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion.id"), index=True)
    #: SQLAlchemy's version counter: an update of a row that was changed since it was read fails.
    version: Mapped[int] = mapped_column(default=1)

    district: Mapped[District | None] = relationship()
    department: Mapped[Department | None] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def facts(self) -> Facts:
        """What the rules decide on."""
        return Facts(
            state=self.state,
            author_id=self.author_id,
            department_id=self.department_id,
            supports=self.supports,
            quorum=self.quorum,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )


class SuggestionMove(Base):
    """One change of state, with everything that was said about it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"), index=True)
    #: Name in TRANSITIONS.
    transition: Mapped[str] = mapped_column(sa.String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty for the clock.
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    #: Everybody reads it, in the state it led to.
    public_text: Mapped[str] = mapped_column(sa.Text, default="")
    #: Staff only.
    internal_text: Mapped[str] = mapped_column(sa.Text, default="")
    #: Value of ReasonCode or HideCode.
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    #: Number of the motion in the council's system, day of the sitting, link to the decision.
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    meeting_on: Mapped[date | None]
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    #: How many supports were struck off with it.
    struck: Mapped[int] = mapped_column(default=0)


class Answer(Base):
    """The city's public answer. Changing one adds a revision; all stay."""

    __table_args__ = (sa.UniqueConstraint("suggestion_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"))
    revision: Mapped[int]
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    status: Mapped[AnswerStatus] = mapped_column(named(AnswerStatus))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16), default="de")
    #: Empty: who wrote it for the city has deleted the account.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Working days between publication of the suggestion and the first answer.
    workdays: Mapped[int] = mapped_column(default=0)
    department: Mapped[Department | None] = relationship()


class SuggestionNote(Base):
    """What is added to a public suggestion beside its state: by its author, or by the city.

    Nobody changes one. Hiding leaves its place, and the text for who decides about it; a text goes only
    with its author's account, or when its time is over.
    """

    __table_args__ = (
        # At most one question about an answer; rows without one do not count (NULL is not equal).
        sa.UniqueConstraint("suggestion_id", "asks_about"),
        sa.Index("ix_suggestion_note_author_id_at", "author_id", "at"),
        sa.Index("ix_suggestion_note_read_at_id", "read_at", "id"),
        sa.Index("ix_suggestion_note_hidden_at_id", "hidden_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"))
    kind: Mapped[NoteKind] = mapped_column(named(NoteKind))
    #: Empty: the author has deleted the account.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    #: Language it was written in; it is never translated.
    language: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Number of the answer that a question is about; empty for the others.
    asks_about: Mapped[int | None]
    #: Of an update: for whom it speaks, until when something is meant to be done, an address.
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    until: Mapped[date | None]
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    #: When the coordination office looked at it; updates come from the city and count as read.
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hide_reason: Mapped[NoteHideCode | None] = mapped_column(named(NoteHideCode))
    #: Staff only.
    internal_text: Mapped[str] = mapped_column(sa.Text, default="")
    #: When the text was deleted: with the account, or because its time was over.
    text_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    department: Mapped[Department | None] = relationship()

    @property
    def facts(self) -> NoteFacts:
        """What the rules decide on."""
        return NoteFacts(kind=self.kind, is_hidden=self.hidden_at is not None)


class SuggestionCounter(Base):
    """The last public number; one row, counted up by the database."""

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class SuggestionFile(Base):
    """What the author attached. A file belongs to one suggestion, and is as public as its text."""

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion.id"), index=True)
    position: Mapped[int]
    #: The author's words, in the language of the suggestion; a picture's alternative text.
    text: Mapped[str] = mapped_column(sa.String(300))
    file: Mapped[StoredFile] = relationship()

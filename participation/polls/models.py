"""Tables of polls, of who may vote, and of what was counted. No table of votes has a time."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.db import Base, UtcDateTime, named
from participation.polls.rules import (
    ALT_LENGTH,
    OPTION_LENGTH,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    Electorate,
    Eligible,
    KeyMode,
    PollKind,
    PollState,
    QuestionKind,
)


class Poll(Base):
    """A consultative vote on one or several questions."""

    __table_args__ = (
        sa.Index("ix_poll_closes_at_id", "closes_at", "id"),
        sa.Index("ix_poll_state_closes_at", "state", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    #: Only written by service.move.
    state: Mapped[PollState] = mapped_column(named(PollState), default=PollState.DRAFT)
    kind: Mapped[PollKind] = mapped_column(named(PollKind))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    #: Votes are taken from here up to, but without, the next.
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Until then people can object; then envelopes, codes, lists and who voted are destroyed.
    objection_until: Mapped[datetime] = mapped_column(UtcDateTime)
    eligible: Mapped[Eligible] = mapped_column(named(Eligible))
    #: Voters declare on the ballot to be at least so old; the house stores no birthdays.
    min_age: Mapped[int | None]
    #: Who can open the envelopes; empty for open polls.
    key_mode: Mapped[KeyMode | None] = mapped_column(named(KeyMode))
    #: Hexadecimal; what envelopes are sealed with. Its private half was never here.
    public_key: Mapped[str] = mapped_column(sa.String(64), default="")
    #: By pair of shares: the word that lies in the pair's test envelope (trial_opening.py).
    test_words: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    #: Pairs of shares that have opened theirs.
    tests_passed: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    #: When the last of them did.
    test_opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Ed25519, hexadecimal, made anew at each announcement: signs the heads of the board and the record.
    signing_seed: Mapped[str] = mapped_column(sa.String(64), default="", deferred=True)
    verify_key: Mapped[str] = mapped_column(sa.String(64), default="")
    #: What people vote on, as it was announced; empty in a draft.
    definition: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: SHA-256 of the definition in its canonical form.
    text_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    #: So many bytes has each envelope.
    envelope_length: Mapped[int | None]
    #: The ten minutes that the board was last looked after (rules.batch_of).
    batch: Mapped[int] = mapped_column(default=0)
    #: How many voted; known at the end only.
    voters: Mapped[int | None]
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When envelopes, codes, lists and who voted were destroyed.
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why it was cancelled, in German; everybody reads it.
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: The form it came from, so that pressing twice makes one.
    creation_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    #: Counts the changes, so that no editor overwrites another.
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    texts: Mapped[list["PollText"]] = relationship(cascade="all, delete-orphan")
    questions: Mapped[list["PollQuestion"]] = relationship(
        cascade="all, delete-orphan", order_by="PollQuestion.number"
    )
    districts: Mapped[list["PollDistrict"]] = relationship(cascade="all, delete-orphan")

    @property
    def electorate(self) -> Electorate:
        """Who may vote, as the rules see it."""
        districts = frozenset(row.district_id for row in self.districts)
        return Electorate(self.eligible, self.min_age, districts)


class PollText(Base):
    """What the city says about a poll, in one language."""

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH))
    introduction: Mapped[str] = mapped_column(sa.Text, default="")
    #: Easy German: the day on which test readers read all its texts about this poll.
    reviewed_on: Mapped[date | None]


class PollQuestion(Base):
    """One question; on the ballot they stand in the order of their numbers."""

    __table_args__ = (sa.UniqueConstraint("poll_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"))
    #: From 1.
    number: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(named(QuestionKind))
    #: Name of the counting rule, as in rules.RULES_OF.
    rule: Mapped[str] = mapped_column(sa.String(24))
    seats: Mapped[int] = mapped_column(default=1)
    #: How many options one may choose, if there is a limit.
    most: Mapped[int | None]
    #: Whole euros.
    budget: Mapped[int | None]
    texts: Mapped[list["PollQuestionText"]] = relationship(cascade="all, delete-orphan")
    options: Mapped[list["PollOption"]] = relationship(
        cascade="all, delete-orphan", order_by="PollOption.number"
    )


class PollQuestionText(Base):
    """A question in one language."""

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("poll_question.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(QUESTION_LENGTH))
    #: What one should know before answering.
    explanation: Mapped[str] = mapped_column(sa.Text, default="")


class PollOption(Base):
    """One thing to choose; votes name it by its number."""

    __table_args__ = (sa.UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("poll_question.id"))
    #: From 1.
    number: Mapped[int]
    #: Whole euros.
    cost: Mapped[int | None]
    #: A picture, with words for who does not see it in the texts.
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    texts: Mapped[list["PollOptionText"]] = relationship(cascade="all, delete-orphan")


class PollOptionText(Base):
    """An option in one language."""

    option_id: Mapped[int] = mapped_column(sa.ForeignKey("poll_option.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(OPTION_LENGTH))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    #: What the picture shows.
    alt: Mapped[str] = mapped_column(sa.String(ALT_LENGTH), default="")


class PollDistrict(Base):
    """Who declares to live here may vote."""

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"), primary_key=True)


class PollEntitled(Base):
    """A mailbox whose owner may vote, of a list that the office keeps."""

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    #: See accounts.rules.mailbox_key.
    mailbox: Mapped[str] = mapped_column(sa.String(254), primary_key=True, index=True)


class PollCode(Base):
    """The code of a letter: only its keyed hash, so that nobody can vote with what stands here."""

    __table_args__ = (sa.UniqueConstraint("poll_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))


class PollRoll(Base):
    """Somebody has voted: a person, or who had the letter. Once, whatever happens at once.

    Both are empty for a person whose account was deleted after the end. There is no time here, and
    the key is random: the rows say nothing of their order.
    """

    __table_args__ = (
        sa.UniqueConstraint("poll_id", "person_id"),
        sa.UniqueConstraint("poll_id", "code_id"),
        sa.Index("ix_poll_roll_poll_id_envelope_hash", "poll_id", "envelope_hash"),
        sa.Index("ix_poll_roll_mail_due", "poll_id", "mail_due"),
        sa.CheckConstraint("person_id IS NULL OR code_id IS NULL", name="one_voter"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("poll_code.id"), index=True)
    #: Sealed polls: what nobody here can open; all of one poll are equally long.
    envelope: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    envelope_hash: Mapped[str | None] = mapped_column(sa.String(64))
    #: Open polls: the answers, until they are counted.
    choice: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True), deferred=True)
    #: The person has not been told yet that the vote arrived.
    mail_due: Mapped[bool] = mapped_column(default=False)


class PollBoard(Base):
    """The public board of a sealed poll: hashes of envelopes, each tied to all before it."""

    __table_args__ = (sa.UniqueConstraint("poll_id", "envelope_hash"),)

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    #: From 1.
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    envelope_hash: Mapped[str] = mapped_column(sa.String(64))
    #: Hexadecimal; see polls/board.py.
    head: Mapped[str] = mapped_column(sa.String(64))


class PollHead(Base):
    """The signed last head of one batch on the board: what people can save and compare."""

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    head: Mapped[str] = mapped_column(sa.String(64))
    #: Hexadecimal, Ed25519.
    signature: Mapped[str] = mapped_column(sa.String(128))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PollBallot(Base):
    """One counted vote: a code that at most the voter knows, and the answers. No person, no order."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    answers: Mapped[list[Any]] = mapped_column(sa.JSON)


class PollRecord(Base):
    """The published file with which anyone can check everything, and the results as pages show them."""

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    #: One a question, see counting.Count.as_json.
    results: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))

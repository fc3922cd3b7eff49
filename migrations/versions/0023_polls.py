"""Polls: texts, who may vote, envelopes, the board, and what was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eligible", sa.String(length=24), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("key_mode", sa.String(length=24), nullable=True),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("test_words", sa.JSON(), nullable=False),
        sa.Column("tests_passed", sa.JSON(), nullable=False),
        sa.Column("test_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signing_seed", sa.String(length=64), nullable=False),
        sa.Column("verify_key", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("envelope_length", sa.Integer(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("creation_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_poll_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("creation_key", name=op.f("uq_poll_creation_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_poll_slug")),
    )
    op.create_index("ix_poll_closes_at_id", "poll", ["closes_at", "id"], unique=False)
    op.create_index(op.f("ix_poll_project_id"), "poll", ["project_id"], unique=False)
    op.create_index("ix_poll_state_closes_at", "poll", ["state", "closes_at"], unique=False)
    op.create_table(
        "poll_ballot",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "code", name=op.f("pk_poll_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_board",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("envelope_hash", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_board_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "seq", name=op.f("pk_poll_board")),
        sa.UniqueConstraint(
            "poll_id", "envelope_hash", name=op.f("uq_poll_board_poll_id_envelope_hash")
        ),
    )
    op.create_table(
        "poll_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_code_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_code")),
        sa.UniqueConstraint("poll_id", "code_hash", name=op.f("uq_poll_code_poll_id_code_hash")),
    )
    op.create_table(
        "poll_district",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_poll_district_district_id_district")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_district_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "district_id", name=op.f("pk_poll_district")),
    )
    op.create_table(
        "poll_entitled",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_entitled_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "mailbox", name=op.f("pk_poll_entitled")),
    )
    op.create_index(op.f("ix_poll_entitled_mailbox"), "poll_entitled", ["mailbox"], unique=False)
    op.create_table(
        "poll_head",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_head_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "seq", name=op.f("pk_poll_head")),
    )
    op.create_table(
        "poll_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_question_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_question")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_poll_question_poll_id_number")),
    )
    op.create_table(
        "poll_record",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_record_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_poll_record")),
    )
    op.create_table(
        "poll_text",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_text_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "language", name=op.f("pk_poll_text")),
    )
    op.create_table(
        "poll_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_poll_option_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["poll_question.id"],
            name=op.f("fk_poll_option_question_id_poll_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_option")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_poll_option_question_id_number")
        ),
    )
    op.create_index(op.f("ix_poll_option_file_id"), "poll_option", ["file_id"], unique=False)
    op.create_table(
        "poll_question_text",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["poll_question.id"],
            name=op.f("fk_poll_question_text_question_id_poll_question"),
        ),
        sa.PrimaryKeyConstraint("question_id", "language", name=op.f("pk_poll_question_text")),
    )
    op.create_table(
        "poll_roll",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("envelope_hash", sa.String(length=64), nullable=True),
        sa.Column("choice", sa.JSON(), nullable=True),
        sa.Column("mail_due", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "person_id IS NULL OR code_id IS NULL", name=op.f("ck_poll_roll_one_voter")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["poll_code.id"], name=op.f("fk_poll_roll_code_id_poll_code")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_poll_roll_person_id_person")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_roll_poll_id_poll")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_poll_roll")),
        sa.UniqueConstraint("poll_id", "code_id", name=op.f("uq_poll_roll_poll_id_code_id")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_poll_roll_poll_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_poll_roll_code_id"), "poll_roll", ["code_id"], unique=False)
    op.create_index("ix_poll_roll_mail_due", "poll_roll", ["poll_id", "mail_due"], unique=False)
    op.create_index(op.f("ix_poll_roll_person_id"), "poll_roll", ["person_id"], unique=False)
    op.create_index(
        "ix_poll_roll_poll_id_envelope_hash",
        "poll_roll",
        ["poll_id", "envelope_hash"],
        unique=False,
    )
    op.create_table(
        "poll_option_text",
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["poll_option.id"],
            name=op.f("fk_poll_option_text_option_id_poll_option"),
        ),
        sa.PrimaryKeyConstraint("option_id", "language", name=op.f("pk_poll_option_text")),
    )


def downgrade() -> None:
    op.drop_table("poll_option_text")
    op.drop_table("poll_roll")
    op.drop_table("poll_question_text")
    op.drop_table("poll_option")
    op.drop_table("poll_text")
    op.drop_table("poll_record")
    op.drop_table("poll_question")
    op.drop_table("poll_head")
    op.drop_table("poll_entitled")
    op.drop_table("poll_district")
    op.drop_table("poll_code")
    op.drop_table("poll_board")
    op.drop_table("poll_ballot")
    op.drop_table("poll")

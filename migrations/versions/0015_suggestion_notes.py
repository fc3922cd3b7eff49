"""suggestion notes, topics and places"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("place", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("question_due_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_suggestion_supports_id", ["supports", "id"], unique=False)
        for name in ("question_due_on", "merged_into_id"):
            batch_op.create_index(batch_op.f(f"ix_suggestion_{name}"), [name], unique=False)
    # The default was for the rows that were there.
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.alter_column("place", existing_type=sa.String(length=200), server_default=None)

    op.create_table(
        "suggestion_topic",
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_topic_suggestion_id_suggestion"),
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_suggestion_topic_topic_id_topic")
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "topic_id", name=op.f("pk_suggestion_topic")),
    )
    with op.batch_alter_table("suggestion_topic", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suggestion_topic_topic_id"), ["topic_id"], unique=False
        )

    op.create_table(
        "suggestion_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks_about", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hide_reason", sa.String(length=24), nullable=True),
        sa.Column("internal_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_suggestion_note_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_note_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["person.id"], name=op.f("fk_suggestion_note_hidden_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_note_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_note")),
        sa.UniqueConstraint(
            "suggestion_id", "asks_about", name=op.f("uq_suggestion_note_suggestion_id_asks_about")
        ),
    )
    with op.batch_alter_table("suggestion_note", schema=None) as batch_op:
        for columns in (["author_id", "at"], ["hidden_at", "id"], ["read_at", "id"]):
            name = "_".join(["ix_suggestion_note", *columns])
            batch_op.create_index(name, columns, unique=False)


def downgrade() -> None:
    op.drop_table("suggestion_note")
    op.drop_table("suggestion_topic")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        for name in ("question_due_on", "merged_into_id"):
            batch_op.drop_index(batch_op.f(f"ix_suggestion_{name}"))
        batch_op.drop_index("ix_suggestion_supports_id")
        batch_op.drop_column("question_due_on")
        batch_op.drop_column("place")

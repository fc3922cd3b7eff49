"""comments"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("suggestion_id", sa.Integer(), nullable=True),
        sa.Column("visible", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(project_id IS NULL) <> (suggestion_id IS NULL)",
            name=op.f("ck_comment_thread_about_one_thing"),
        ),
        sa.CheckConstraint("visible >= 0", name=op.f("ck_comment_thread_visible_not_negative")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_comment_thread_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_comment_thread_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_thread")),
        sa.UniqueConstraint("project_id", name=op.f("uq_comment_thread_project_id")),
        sa.UniqueConstraint("suggestion_id", name=op.f("uq_comment_thread_suggestion_id")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hide_reason", sa.String(length=24), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_comment_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_comment_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["comment_thread.id"], name=op.f("fk_comment_thread_id_comment_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_author_id_created_at", ["author_id", "created_at"], unique=False
        )
        batch_op.create_index("ix_comment_hidden_at_id", ["hidden_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_comment_reported_at_id", ["reported_at", "id"], unique=False)
        batch_op.create_index(
            "ix_comment_thread_id_parent_id_id", ["thread_id", "parent_id", "id"], unique=False
        )

    op.create_table(
        "comment_report",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_comment_report_person_id_person")
        ),
        sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f("pk_comment_report")),
    )
    with op.batch_alter_table("comment_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_report_person_id_reported_at", ["person_id", "reported_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("comment_report", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_report_person_id_reported_at")

    op.drop_table("comment_report")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_thread_id_parent_id_id")
        batch_op.drop_index("ix_comment_reported_at_id")
        batch_op.drop_index(batch_op.f("ix_comment_parent_id"))
        batch_op.drop_index("ix_comment_hidden_at_id")
        batch_op.drop_index("ix_comment_author_id_created_at")

    op.drop_table("comment")
    op.drop_table("comment_thread")

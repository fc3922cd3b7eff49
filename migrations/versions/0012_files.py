"""Uploaded files: what is known of them, their bytes, and what they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_stored_file_uploaded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stored_file_uploaded_by_id_created_at",
            ["uploaded_by_id", "created_at"],
            unique=False,
        )

    op.create_table(
        "project_file",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("is_accessible", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_project_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_file_project_id_project")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_project_file")),
    )
    with op.batch_alter_table("project_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_project_file_project_id_role_position",
            ["project_id", "role", "position"],
            unique=False,
        )

    op.create_table(
        "stored_file_content",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=24), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_stored_file_content_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "variant", name=op.f("pk_stored_file_content")),
    )
    op.create_table(
        "suggestion_file",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_suggestion_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_file_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_suggestion_file")),
    )
    with op.batch_alter_table("suggestion_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suggestion_file_suggestion_id"), ["suggestion_id"], unique=False
        )

    op.create_table(
        "project_file_text",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["project_file.file_id"],
            name=op.f("fk_project_file_text_file_id_project_file"),
        ),
        sa.PrimaryKeyConstraint("file_id", "language", name=op.f("pk_project_file_text")),
    )


def downgrade() -> None:
    op.drop_table("project_file_text")
    with op.batch_alter_table("suggestion_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_file_suggestion_id"))

    op.drop_table("suggestion_file")
    op.drop_table("stored_file_content")
    with op.batch_alter_table("project_file", schema=None) as batch_op:
        batch_op.drop_index("ix_project_file_project_id_role_position")

    op.drop_table("project_file")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_uploaded_by_id_created_at")

    op.drop_table("stored_file")

"""Projects: drafts, versions, review days, results, titles of phases."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IN_THREE_MONTHS = {
    "sqlite": "date(changed_at, '+3 months')",
    "postgresql": "(changed_at + interval '3 months')::date",
}
_PROJECT = ("published_at", "version", "review_on", "creation_key", "source")


def upgrade() -> None:
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("creation_key", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("source", sa.JSON(none_as_null=True), nullable=True))
    # What is there is public; its first version is kept when it changes for the first time.
    due = _IN_THREE_MONTHS[op.get_bind().dialect.name]
    op.execute(f"UPDATE project SET published_at = changed_at, version = 0, review_on = {due}")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("review_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_project_creation_key"), ["creation_key"])
        batch_op.create_index("ix_project_review_on_id", ["review_on", "id"], unique=False)

    with op.batch_alter_table("project_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("result", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("result_on", sa.Date(), nullable=True))
    op.execute("UPDATE project_text SET result = ''")
    with op.batch_alter_table("project_text", schema=None) as batch_op:
        batch_op.alter_column("result", existing_type=sa.Text(), nullable=False)

    with op.batch_alter_table("project_phase", schema=None) as batch_op:
        batch_op.add_column(sa.Column("titles", sa.JSON(), nullable=True))
    op.execute("UPDATE project_phase SET titles = '{}'")
    with op.batch_alter_table("project_phase", schema=None) as batch_op:
        batch_op.alter_column("titles", existing_type=sa.JSON(), nullable=False)

    op.create_table(
        "project_version",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_version_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_version")),
    )


def downgrade() -> None:
    op.drop_table("project_version")
    with op.batch_alter_table("project_phase", schema=None) as batch_op:
        batch_op.drop_column("titles")
    with op.batch_alter_table("project_text", schema=None) as batch_op:
        batch_op.drop_column("result_on")
        batch_op.drop_column("result")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index("ix_project_review_on_id")
        batch_op.drop_constraint(op.f("uq_project_creation_key"), type_="unique")
        for name in reversed(_PROJECT):
            batch_op.drop_column(name)

"""projects"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("participation", sa.String(length=24), nullable=True),
        sa.Column("implementation", sa.String(length=24), nullable=True),
        sa.Column("states_are_printed", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=True),
        sa.Column("form", sa.String(length=24), nullable=True),
        sa.Column("whole_city", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("period_from", sa.String(length=10), nullable=False),
        sa.Column("period_to", sa.String(length=10), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_to", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("as_of_day", sa.Date(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_implementation"), ["implementation"], unique=False
        )
        batch_op.create_index("ix_project_newest", ["as_of_day", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_participation"), ["participation"], unique=False
        )

    op.create_table(
        "project_department",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_project_department_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_department_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "department_id", name=op.f("pk_project_department")),
    )
    op.create_table(
        "project_district",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_project_district_district_id_district")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_district_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "district_id", name=op.f("pk_project_district")),
    )
    with op.batch_alter_table("project_district", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_district_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "project_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_phase_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_phase")),
    )
    with op.batch_alter_table("project_phase", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_phase_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_text",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("still_open", sa.Text(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.Column("cost_note", sa.Text(), nullable=False),
        sa.Column("current_state", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_text_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_project_text")),
    )
    op.create_table(
        "project_topic",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_topic_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_project_topic_topic_id_topic")
        ),
        sa.PrimaryKeyConstraint("project_id", "topic_id", name=op.f("pk_project_topic")),
    )
    with op.batch_alter_table("project_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_topic_topic_id"), ["topic_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("project_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_topic_topic_id"))

    op.drop_table("project_topic")
    op.drop_table("project_text")
    with op.batch_alter_table("project_phase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_phase_project_id"))

    op.drop_table("project_phase")
    with op.batch_alter_table("project_district", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_district_district_id"))

    op.drop_table("project_district")
    op.drop_table("project_department")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_participation"))
        batch_op.drop_index("ix_project_newest")
        batch_op.drop_index(batch_op.f("ix_project_implementation"))

    op.drop_table("project")

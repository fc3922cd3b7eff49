"""what people follow, how often they hear of it, and what waits for digests"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ONE_THING = (
    "(CASE WHEN project_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN suggestion_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN district_id IS NULL THEN 0 ELSE 1 END) = 1"
)
_THINGS = ("project", "suggestion", "topic", "district")


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *[sa.Column(f"{name}_id", sa.Integer(), nullable=True) for name in _THINGS],
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_ONE_THING, name=op.f("ck_follow_one_thing")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_follow_person_id_person")
        ),
        *[
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_follow_{name}_id_{name}")
            )
            for name in _THINGS
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        *[
            sa.UniqueConstraint(
                f"{name}_id", "person_id", name=op.f(f"uq_follow_{name}_id_person_id")
            )
            for name in _THINGS
        ],
    )
    op.create_index("ix_follow_person_id_id", "follow", ["person_id", "id"])
    op.create_table(
        "mail_setting",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.String(length=24), nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_setting_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_setting")),
    )
    op.create_index(op.f("ix_mail_setting_digest_at"), "mail_setting", ["digest_at"])
    op.create_table(
        "news",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_news_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_news_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_news_mail_id_mail")),
        sa.PrimaryKeyConstraint("person_id", "entry_id", name=op.f("pk_news")),
    )
    op.create_index(op.f("ix_news_entry_id"), "news", ["entry_id"])
    op.create_index(op.f("ix_news_mail_id"), "news", ["mail_id"])
    op.create_table(
        "project_phase_begun",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_phase_begun_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "starts_on", name=op.f("pk_project_phase_begun")),
    )
    op.create_index(op.f("ix_project_phase_starts_on"), "project_phase", ["starts_on"])


def downgrade() -> None:
    """Digests that were made but not sent are given up."""
    op.execute("UPDATE mail SET next_try_at = NULL WHERE template = 'digest'")
    op.drop_index(op.f("ix_project_phase_starts_on"), table_name="project_phase")
    op.drop_table("project_phase_begun")
    op.drop_table("news")
    op.drop_table("mail_setting")
    op.drop_table("follow")

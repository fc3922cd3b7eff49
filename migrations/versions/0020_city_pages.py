"""Pages of the city with their versions, and reports of barriers."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "city_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("creation_key", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_page")),
        sa.UniqueConstraint("creation_key", name=op.f("uq_city_page_creation_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_city_page_slug")),
    )
    op.create_table(
        "city_page_text",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=24), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["city_page.id"], name=op.f("fk_city_page_text_page_id_city_page")
        ),
        sa.PrimaryKeyConstraint("page_id", "language", name=op.f("pk_city_page_text")),
    )
    op.create_table(
        "city_page_version",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["city_page.id"], name=op.f("fk_city_page_version_page_id_city_page")
        ),
        sa.PrimaryKeyConstraint("page_id", "number", name=op.f("pk_city_page_version")),
    )
    op.create_table(
        "barrier_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sent_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_barrier_report_answered_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_report")),
        sa.UniqueConstraint("sent_key", name=op.f("uq_barrier_report_sent_key")),
    )
    with op.batch_alter_table("barrier_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_barrier_report_answered_at_id", ["answered_at", "id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("barrier_report")
    op.drop_table("city_page_version")
    op.drop_table("city_page_text")
    op.drop_table("city_page")

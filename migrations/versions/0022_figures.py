"""Figures of participation, kept day by day; the journal by kind of thing."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_figures")),
    )
    op.create_index("ix_journal_entry_subject_newest", "journal_entry", ["subject", "id"])


def downgrade() -> None:
    op.drop_index("ix_journal_entry_subject_newest", table_name="journal_entry")
    op.drop_table("figures")

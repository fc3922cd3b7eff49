"""period and participation in the city's own words"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("participation_note", "period_note")


def upgrade() -> None:
    with op.batch_alter_table("project_text", schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    # The default was for the rows that were there.
    with op.batch_alter_table("project_text", schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.alter_column(name, existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("project_text", schema=None) as batch_op:
        for name in reversed(_COLUMNS):
            batch_op.drop_column(name)

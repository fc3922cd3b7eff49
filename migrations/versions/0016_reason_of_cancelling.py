"""Why a meeting was cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancel_reason", sa.String(length=500), nullable=True))
    # Of meetings that were cancelled before, nobody knows why.
    op.execute("UPDATE meeting SET cancel_reason = ''")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.alter_column("cancel_reason", existing_type=sa.String(length=500), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_column("cancel_reason")

"""Meetings with agenda, results, sign-up, changes and cancellation."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEXTS = ("agenda", "accessibility", "results")


def upgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("sign_up_closes_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    # Meetings that are there have not been changed yet, and count from now on.
    op.execute("UPDATE meeting SET sequence = 0, changed_at = CURRENT_TIMESTAMP")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.alter_column("sequence", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column(
            "changed_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )

    with op.batch_alter_table("meeting_text", schema=None) as batch_op:
        for name in _TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
    op.execute("UPDATE meeting_text SET agenda = '', accessibility = '', results = ''")
    with op.batch_alter_table("meeting_text", schema=None) as batch_op:
        for name in _TEXTS:
            batch_op.alter_column(name, existing_type=sa.Text(), nullable=False)

    op.create_table(
        "meeting_sign_up",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_sign_up_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_meeting_sign_up_person_id_person")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_meeting_sign_up")),
        sa.UniqueConstraint(
            "meeting_id", "number", name=op.f("uq_meeting_sign_up_meeting_id_number")
        ),
    )
    with op.batch_alter_table("meeting_sign_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_sign_up_person_id"), ["person_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("meeting_sign_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_sign_up_person_id"))

    op.drop_table("meeting_sign_up")
    with op.batch_alter_table("meeting_text", schema=None) as batch_op:
        for name in reversed(_TEXTS):
            batch_op.drop_column(name)
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        for name in ("changed_at", "sequence", "cancelled_at", "sign_up_closes_at", "capacity"):
            batch_op.drop_column(name)

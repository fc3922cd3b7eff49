"""Failed sign-ins, wishes for another address, rough names of browsers that are signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAMES = ("browser", "system")


def upgrade() -> None:
    op.create_table(
        "failed_sign_ins",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_sign_ins")),
    )
    op.create_index("ix_failed_sign_ins_began_at", "failed_sign_ins", ["began_at"])
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("old_email", sa.String(length=254), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_address_change_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    op.create_index("ix_address_change_person_id", "address_change", ["person_id"])
    op.create_index("ix_address_change_asked_at", "address_change", ["asked_at"])
    for name in _NAMES:
        with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, sa.String(length=20), nullable=True))
        # Of browsers that signed in before, nobody wrote down which they are.
        op.execute(f"UPDATE sign_in_session SET {name} = ''")
        with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
            batch_op.alter_column(name, existing_type=sa.String(length=20), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        for name in _NAMES:
            batch_op.drop_column(name)
    op.drop_table("address_change")
    op.drop_table("failed_sign_ins")

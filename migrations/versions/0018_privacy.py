"""Deleting accounts, and forgetting in time: authors can be nobody, texts can be gone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WRITTEN = ("suggestion", "suggestion_note", "answer", "comment")
_NEW = {
    "suggestion": ("written_at", "warned_at", "text_gone_at"),
    "suggestion_note": ("text_gone_at",),
}


def _tables(*, keys_are_used_once: bool) -> None:
    """Copy the two tables on SQLite, where only a new table can use each key once."""
    if op.get_bind().dialect.name != "sqlite":
        return
    kept = {"sqlite_autoincrement": keys_are_used_once}
    with op.batch_alter_table("person", recreate="always", table_kwargs=kept):
        pass
    counts = sa.CheckConstraint("supports >= 0", name=op.f("ck_suggestion_supports_not_negative"))
    with op.batch_alter_table(
        "suggestion", recreate="always", table_kwargs=kept, table_args=(counts,)
    ):
        pass


def upgrade() -> None:
    for table in _WRITTEN:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("author_id", existing_type=sa.Integer(), nullable=True)
            for name in _NEW.get(table, ()):
                batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table(
        "support", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.alter_column("mailbox", existing_type=sa.String(length=64), nullable=True)
    _tables(keys_are_used_once=True)


def downgrade() -> None:
    """The older form knows no text without an author: one account without an address takes them."""
    connection = op.get_bind()
    orphans = [f"SELECT 1 FROM {table} WHERE author_id IS NULL" for table in _WRITTEN]
    if connection.execute(sa.text(" UNION ALL ".join(orphans))).first() is not None:
        nobody = connection.execute(
            sa.text(
                "INSERT INTO person (email, password_hash, name, language, created_at)"
                " VALUES ('', '', '', 'de', CURRENT_TIMESTAMP) RETURNING id"
            )
        ).scalar_one()
        for table in _WRITTEN:
            connection.execute(
                sa.text(f"UPDATE {table} SET author_id = :nobody WHERE author_id IS NULL"),
                {"nobody": nobody},
            )
    # What is forgotten stays so; the older form wants a fingerprint that nobody has.
    op.execute("UPDATE support SET mailbox = 'forgotten ' || id WHERE mailbox IS NULL")
    _tables(keys_are_used_once=False)
    with op.batch_alter_table(
        "support", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.alter_column("mailbox", existing_type=sa.String(length=64), nullable=False)
    for table in reversed(_WRITTEN):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in reversed(_NEW.get(table, ())):
                batch_op.drop_column(name)
            batch_op.alter_column("author_id", existing_type=sa.Integer(), nullable=False)

"""search"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: What makes the column ``words`` quick to search. FTS5 reads the texts from the table itself;
#: PostgreSQL keeps a column beside it. Both compare whole words, byte by byte.
_INDEX = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', "
        "detail='none', tokenize=\"ascii tokenchars '=^~$_:-'\")",
        "CREATE TRIGGER search_entry_come AFTER INSERT ON search_entry BEGIN "
        "INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN "
        "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words); END",
        "CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN "
        "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words); "
        "INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
    ],
    "postgresql": [
        "ALTER TABLE search_entry ADD COLUMN vector tsvector NOT NULL "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
        # Does nothing, and says that it costs much: reading a vector does, which PostgreSQL does not
        # count. Without it the plan for a rare word is to read them all.
        "CREATE FUNCTION search_vector(vector tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE "
        "COST 1000 AS $$ BEGIN RETURN vector; END $$",
        # No fastupdate: every search would have to read the list of what waits to be indexed.
        "CREATE INDEX ix_search_entry_vector ON search_entry USING gin (search_vector(vector)) "
        "WITH (fastupdate = off)",
        # Texts stand apart, so that going through many entries does not read them.
        "ALTER TABLE search_entry SET (toast_tuple_target = 128)",
    ],
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer() if is_sqlite else sa.BigInteger(), autoincrement=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("owner_kind", sa.String(length=24), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint(
            "kind", "subject_id", "language", name=op.f("uq_search_entry_kind_subject_id_language")
        ),
    )  # fmt: skip
    op.create_index("ix_search_entry_owner", "search_entry", ["owner_kind", "owner_id"])
    for statement in _INDEX["sqlite" if is_sqlite else "postgresql"]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_vector(tsvector)")

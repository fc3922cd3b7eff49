"""Runs migrations with the application's own engine."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from participation.core.db import UtcDateTime
from participation.core.search_index import belongs_to_models

config = context.config
db = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Migrations stand on their own: they name SQLAlchemy's types, not ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    """Migrate in one transaction (each database can roll back changes of the schema)."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if is_sqlite:
            # Changing a table copies it and drops the old one, which other tables point at.
            # The switch works outside of transactions only, so it is asked for on the raw connection.
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                include_name=belongs_to_models,
                **current_app.extensions["migrate"].configure_args,
            )
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite and (orphans := raw.execute("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"Rows would point at nothing: {orphans[:5]}")
            connection.commit()
        finally:
            if is_sqlite:
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


run()

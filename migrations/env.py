"""Runs migrations with the application's own engine."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from participation.core.db import UtcDateTime

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
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()

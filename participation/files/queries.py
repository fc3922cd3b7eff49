"""Reads of files."""

from datetime import datetime

import sqlalchemy as sa

from participation.core.db import db
from participation.files.models import StoredFile, StoredFileContent
from participation.files.rules import UPLOAD_WINDOW, MediaType, Variant


def fingerprint(file_id: int, variant: Variant) -> tuple[str, MediaType] | None:
    """SHA-256 and media type of a variant, without its bytes."""
    statement = sa.select(StoredFileContent.sha256, StoredFileContent.media_type)
    row = db.session.execute(statement.where(*_is(file_id, variant))).first()
    return (row[0], row[1]) if row else None


def content(file_id: int, variant: Variant) -> bytes:
    """The bytes of a variant that there is."""
    statement = sa.select(StoredFileContent.data).where(*_is(file_id, variant))
    return db.session.scalars(statement).one()


def _is(file_id: int, variant: Variant) -> tuple[sa.ColumnElement[bool], ...]:
    return StoredFileContent.file_id == file_id, StoredFileContent.variant == variant


def uploads_of(person_id: int, now: datetime) -> int:
    """How many files a person has uploaded within a day, those that were removed again too."""
    statement = sa.select(sa.func.count()).where(
        StoredFile.uploaded_by_id == person_id, StoredFile.created_at > now - UPLOAD_WINDOW
    )
    return int(db.session.scalar(statement) or 0)

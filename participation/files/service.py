"""Keeping and removing files. The only writer of these tables.

What a file belongs to, and who may see it, is known by the feature that keeps it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.core.db import Base, db
from participation.core.retention import Expiry
from participation.files import queries, rules
from participation.files.intake import Prepared
from participation.files.models import StoredFile, StoredFileContent
from participation.files.rules import UPLOAD_WINDOW
from participation.permissions import Actor


def keep(prepared: Prepared, actor: Actor, now: datetime) -> StoredFile:
    """Keep an upload with all its variants, in the transaction of what it belongs to."""
    stored = StoredFile(
        name=prepared.name,
        media_type=prepared.media_type,
        size=len(prepared.full.data),
        sha256=prepared.full.sha256,
        width=prepared.width,
        height=prepared.height,
        uploaded_by_id=actor.person_id,
        created_at=now,
    )
    db.session.add(stored)
    db.session.flush()
    rows = [
        {
            "file_id": stored.id,
            "variant": variant,
            "media_type": one.media_type,
            "sha256": one.sha256,
            "data": one.data,
        }
        for variant, one in prepared.contents.items()
    ]
    db.session.execute(sa.insert(StoredFileContent), rows)
    return stored


def check_daily_uploads(person_id: int, now: datetime, most: int) -> None:
    """Let the person's uploads wait for each other, and stop at so many a day.

    :raises rules.TooManyUploads:
    """
    # No stronger lock: rows that point at the person may still be written. A withdrawal holds the
    # suggestion and writes one, while we hold the person and are about to want the suggestion.
    mine = sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    db.session.execute(mine)
    if queries.uploads_of(person_id, now) >= most:
        raise rules.TooManyUploads
    # Rows of removed files are there for this count only.
    old = StoredFile.removed_at < now - UPLOAD_WINDOW
    db.session.execute(sa.delete(StoredFile).where(StoredFile.uploaded_by_id == person_id, old))


def remove(file_ids: Collection[int], now: datetime) -> None:
    """Delete the bytes and the names of files; nothing may point at them any more."""
    gone = StoredFileContent.file_id.in_(file_ids)
    db.session.execute(sa.delete(StoredFileContent).where(gone))
    forgotten = {"removed_at": now, "name": "", "sha256": "", "size": 0}
    db.session.execute(sa.update(StoredFile).where(StoredFile.id.in_(file_ids)).values(forgotten))


def forget(person_id: int) -> None:
    """Let nothing say who uploaded what, when the person deletes the account."""
    theirs = sa.update(StoredFile).where(StoredFile.uploaded_by_id == person_id)
    db.session.execute(theirs.values(uploaded_by_id=None))


def _removed(_before: datetime, now: datetime) -> sa.Select[Any]:
    return sa.select(StoredFile.id).where(StoredFile.removed_at <= now - UPLOAD_WINDOW)


def _unused(before: datetime, _now: datetime) -> sa.Select[Any]:
    """Files that no row of any table points at."""
    kept = StoredFile.__table__
    points = [
        sa.exists().where(column == StoredFile.id)
        for table in Base.metadata.sorted_tables
        if table is not StoredFileContent.__table__
        for column in table.columns
        if any(key.column.table is kept for key in column.foreign_keys)
    ]
    old = StoredFile.created_at <= before, StoredFile.removed_at.is_(None)
    return sa.select(StoredFile.id).where(*old, *(~one for one in points))


def _delete(keys: Sequence[int], _now: datetime) -> None:
    db.session.execute(sa.delete(StoredFileContent).where(StoredFileContent.file_id.in_(keys)))
    db.session.execute(sa.delete(StoredFile).where(StoredFile.id.in_(keys)))


EXPIRIES = (
    Expiry("stored_file", "rows of removed files", "", StoredFile, _removed, _delete),
    Expiry(
        "stored_file", "files that nothing shows", "keep_unused_file_days",
        StoredFile, _unused, _delete,
    ),
)  # fmt: skip

"""Keeping and removing files. The only writer of these tables.

What a file belongs to, and who may see it, is known by the feature that keeps it.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.core.db import db
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

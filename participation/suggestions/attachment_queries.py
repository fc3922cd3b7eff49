"""Reads of what authors attached."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.core.db import db
from participation.suggestions.models import SuggestionFile


def of_suggestion(suggestion_id: int) -> Sequence[SuggestionFile]:
    """All files of a suggestion in their order, without their bytes; one statement."""
    statement = sa.select(SuggestionFile).where(SuggestionFile.suggestion_id == suggestion_id)
    ordered = statement.order_by(SuggestionFile.position, SuggestionFile.file_id)
    return db.session.scalars(ordered.options(joinedload(SuggestionFile.file))).all()


def one(suggestion_id: int, file_id: int) -> SuggestionFile | None:
    """A file, if it belongs to this suggestion."""
    statement = sa.select(SuggestionFile).where(
        SuggestionFile.suggestion_id == suggestion_id, SuggestionFile.file_id == file_id
    )
    return db.session.scalar(statement.options(joinedload(SuggestionFile.file)))

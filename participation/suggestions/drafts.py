"""What authors keep before they send it: drafts, and suggestions that came back to them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.permissions import Actor, Permission
from participation.suggestions import rules
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.service import locked


def save(
    actor: Actor, now: datetime, values: dict[str, Any], suggestion_id: int | None = None
) -> Suggestion:
    """Keep what an author wrote: a new draft, or the author's own draft or returned suggestion.

    :param values: kind, title, text, reason, language, district_id, project_id
    :raises NotPermitted: :raises NotFound: if it is somebody else's :raises rules.NotNow: if sent
    :raises rules.TooManyDrafts: for a new one
    """
    if not actor.may(Permission.SUGGESTION_WRITE) or actor.person_id is None:
        raise NotPermitted
    if suggestion_id is None:
        return _new_draft(actor.person_id, now, values)
    suggestion = locked(suggestion_id)
    if suggestion.author_id != actor.person_id:
        raise NotFound
    if suggestion.state not in (State.DRAFT, State.RETURNED):
        raise rules.NotNow
    for name, value in values.items():
        setattr(suggestion, name, value)
    suggestion.written_at, suggestion.warned_at = now, None
    return suggestion


def _new_draft(author_id: int, now: datetime, values: dict[str, Any]) -> Suggestion:
    """Keep a new draft; the same text twice, as by a double click, is one draft."""
    # The author's row makes two requests of one person wait for each other; nothing else waits.
    mine = sa.select(Person.id).where(Person.id == author_id).with_for_update(key_share=True)
    db.session.execute(mine)
    drafts = db.session.scalars(
        sa.select(Suggestion).where(
            Suggestion.author_id == author_id, Suggestion.state == State.DRAFT
        )
    ).all()
    for draft in drafts:
        if all(getattr(draft, name) == value for name, value in values.items()):
            return draft
    if len(drafts) >= rules.MOST_DRAFTS:
        raise rules.TooManyDrafts
    suggestion = Suggestion(state=State.DRAFT, author_id=author_id, created_at=now, **values)
    db.session.add(suggestion)
    db.session.flush()
    return suggestion

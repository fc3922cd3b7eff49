"""What an author attaches to a suggestion before it is sent; what staff take away afterwards."""

from datetime import datetime

from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.files import service as storage
from participation.files.intake import Prepared
from participation.journal import service as journal
from participation.permissions import Actor, Permission
from participation.suggestions import attachment_queries, rules
from participation.suggestions.models import Suggestion, SuggestionFile
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.service import locked


def attach(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    prepared: Prepared,
    text: str,
    *,
    most_a_day: int,
) -> SuggestionFile:
    """Attach a file. The same file twice, as by a double click, is one.

    :param text: what is to be seen, or what the document is
    :param most_a_day: files that one person may upload within a day
    :raises NotPermitted: :raises NotFound: if it is somebody else's :raises rules.NotNow: if sent
    :raises rules.TooManyAttachments: :raises participation.files.rules.TooManyUploads:
    """
    if not actor.may(Permission.SUGGESTION_WRITE) or actor.person_id is None:
        raise NotPermitted
    # The person before the suggestion, as everywhere: two requests must not wait for each other.
    storage.check_daily_uploads(actor.person_id, now, most_a_day)
    suggestion = _own_unsent(suggestion_id, actor)
    kept = attachment_queries.of_suggestion(suggestion_id)
    for one in kept:
        if one.file.sha256 == prepared.full.sha256:
            return one
    if len(kept) >= rules.MOST_ATTACHMENTS:
        raise rules.TooManyAttachments
    added = SuggestionFile(
        file=storage.keep(prepared, actor, now),
        suggestion_id=suggestion.id,
        position=kept[-1].position + 1 if kept else 1,
        text=text,
    )
    db.session.add(added)
    db.session.flush()
    _record("suggestion:file_added", added, actor, now)
    return added


def detach(suggestion_id: int, file_id: int, actor: Actor, now: datetime) -> bool:
    """Remove a file and delete it; tell whether it was there.

    :raises NotPermitted: :raises NotFound: if the suggestion is somebody else's
    :raises rules.NotNow: if sent
    """
    if not actor.may(Permission.SUGGESTION_WRITE):
        raise NotPermitted
    _own_unsent(suggestion_id, actor)
    found = attachment_queries.one(suggestion_id, file_id)
    if found is None:
        return False
    _record("suggestion:file_removed", found, actor, now)
    db.session.delete(found)
    db.session.flush()
    storage.remove([file_id], now)
    return True


def take_away(
    suggestion_id: int, file_id: int, actor: Actor, now: datetime, *, reason: NoteHideCode
) -> bool:
    """Delete an author's file for good, as when it shows a face; tell whether it was there.

    The author is told by mail. Pressing twice takes it away once.

    :raises NotPermitted: :raises NotFound: if the suggestion is not among the actor's tasks
    """
    if not actor.may(Permission.SUGGESTION_REVIEW):
        raise NotPermitted
    suggestion = locked(suggestion_id)
    if not rules.may_work_on(suggestion.facts, actor):
        raise NotFound
    found = attachment_queries.one(suggestion_id, file_id)
    if found is None:
        return False
    _record("suggestion:file_taken_away", found, actor, now, reason=reason.value)
    db.session.delete(found)
    db.session.flush()
    storage.remove([file_id], now)
    return True


def _own_unsent(suggestion_id: int, actor: Actor) -> Suggestion:
    """The actor's own suggestion, locked, while its text can be changed."""
    suggestion = locked(suggestion_id)
    if actor.person_id is None or suggestion.author_id != actor.person_id:
        raise NotFound
    if not rules.can_attach(suggestion.facts):
        raise rules.NotNow
    return suggestion


def _record(event: str, attached: SuggestionFile, actor: Actor, now: datetime, **more: str) -> None:
    facts = {"file": attached.file_id, **more}
    journal.record(event, "suggestion", attached.suggestion_id, actor=actor, now=now, **facts)

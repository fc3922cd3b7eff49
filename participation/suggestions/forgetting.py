"""The service of suggestions, continued: what becomes of them when an account goes, or time is over.

Locks are taken in one order: person (by the caller), suggestion.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from participation.core.clock import city_date
from participation.core.db import db
from participation.core.retention import Expiry
from participation.files import service as storage
from participation.journal import service as journal
from participation.permissions import CLOCK, Actor, Role
from participation.suggestions import findable, rules
from participation.suggestions.models import (
    Answer,
    Suggestion,
    SuggestionFile,
    SuggestionMove,
    SuggestionNote,
    suggestion_topic,
)
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.rules import State
from participation.suggestions.service import Terms, locked, move, settle

#: Drafts' authors are told so long before.
WARNING = timedelta(days=28)
#: What stands where a title was. In German, as the column ``language`` then says.
GONE_TITLE = "Gelöschte Anregung"
_DRAFTS = (State.DRAFT, State.RETURNED)
_ON_THE_WAY = frozenset({State.SUBMITTED, State.IN_REVIEW, State.RETURNED})


def forget(person_id: int, now: datetime, terms: Terms, *, keep_texts: bool) -> None:
    """Let a person who deletes the account be nobody in all suggestions, and in all acts of the city.

    Drafts go, what is on its way to the city is withdrawn. Public texts stay or go, as is wished; those
    that found enough support stay, because they are the text of a motion that others signed
    (``rules.TEXT_STAYS``). Supports are ``support_forgetting``'s.
    """
    own = sa.select(Suggestion.id).where(Suggestion.author_id == person_id).order_by(Suggestion.id)
    for suggestion_id in db.session.scalars(own).all():
        suggestion = locked(suggestion_id)
        settle(suggestion, now, terms)
        _leave(suggestion, Actor(person_id, frozenset({Role.RESIDENT})), now, terms, keep_texts)
    for column in (
        Answer.author_id,
        SuggestionMove.actor_id,
        SuggestionNote.author_id,
        SuggestionNote.hidden_by_id,
    ):
        nobody = sa.update(column.class_).where(column == person_id).values({column.key: None})
        db.session.execute(nobody)


def _leave(
    suggestion: Suggestion, author: Actor, now: datetime, terms: Terms, keep_texts: bool
) -> None:
    if suggestion.state is State.DRAFT:
        delete_draft(suggestion, author, now)
        return
    if suggestion.state in _ON_THE_WAY:
        move(suggestion, "withdraw", author, now, terms)
    is_unread = suggestion.state is State.WITHDRAWN
    may_go = not keep_texts and suggestion.state not in rules.TEXT_STAYS
    if is_unread or may_go:
        empty(suggestion, now)
        _empty_notes(suggestion, now)
    suggestion.author_id = None
    db.session.flush()


def empty(suggestion: Suggestion, now: datetime, *, keep_title: bool = False) -> None:
    """Delete text and files of a locked suggestion; number, count, answers and comments stay."""
    if suggestion.text_gone_at is not None:
        return
    if not keep_title:
        suggestion.title, suggestion.language = GONE_TITLE, "de"
    suggestion.text = suggestion.reason = suggestion.place = ""
    suggestion.text_gone_at = now
    _delete_files(suggestion.id, now)
    db.session.flush()
    findable.keep([suggestion.id])


def delete_draft(suggestion: Suggestion, actor: Actor, now: datetime) -> None:
    """Delete a locked suggestion that nobody but its author and the city has read."""
    _delete_files(suggestion.id, now)
    key = suggestion.id
    for table in (suggestion_topic, SuggestionNote.__table__, SuggestionMove.__table__):
        db.session.execute(sa.delete(table).where(table.c.suggestion_id == key))
    db.session.delete(suggestion)
    db.session.flush()
    journal.record("suggestion:draft_deleted", "suggestion", key, actor=actor, now=now)


def _delete_files(suggestion_id: int, now: datetime) -> None:
    gone = sa.delete(SuggestionFile).where(SuggestionFile.suggestion_id == suggestion_id)
    storage.remove(db.session.scalars(gone.returning(SuggestionFile.file_id)).all(), now)


def _empty_notes(suggestion: Suggestion, now: datetime) -> None:
    """Delete what the author added and asked; a question that is gone needs no answer."""
    theirs = sa.and_(
        SuggestionNote.suggestion_id == suggestion.id,
        SuggestionNote.kind != NoteKind.UPDATE,
        SuggestionNote.text_gone_at.is_(None),
    )
    gone = sa.update(SuggestionNote).where(theirs)
    read = sa.func.coalesce(SuggestionNote.read_at, now)
    db.session.execute(gone.values(text="", text_gone_at=now, read_at=read))
    suggestion.question_due_on = None
    db.session.flush()
    findable.keep([suggestion.id])


def _moved(name: str, before: datetime) -> sa.ColumnElement[bool]:
    """Condition: the transition was made, and not after that moment."""
    step = SuggestionMove.suggestion_id == Suggestion.id, SuggestionMove.transition == name
    later = sa.exists().where(*step, SuggestionMove.at > before)
    return sa.and_(sa.exists().where(*step), ~later)


def _in_state(state: State, name: str, before: datetime) -> sa.Select[Any]:
    with_text = Suggestion.state == state, Suggestion.text_gone_at.is_(None)
    return sa.select(Suggestion.id).where(*with_text, _moved(name, before))


def _withdrawn(before: datetime, _now: datetime) -> sa.Select[Any]:
    return _in_state(State.WITHDRAWN, "withdraw", before)


def _hidden(before: datetime, _now: datetime) -> sa.Select[Any]:
    return _in_state(State.HIDDEN, "hide", before)


def _rejected(before: datetime, _now: datetime) -> sa.Select[Any]:
    return _in_state(State.REJECTED, "reject", before)


def _each(keys: Iterable[int]) -> Sequence[Suggestion]:
    return [locked(key) for key in sorted(keys)]


def _empty_all(keys: Sequence[int], now: datetime) -> None:
    for suggestion in _each(keys):
        empty(suggestion, now)
        _empty_notes(suggestion, now)


def _empty_rejected(keys: Sequence[int], now: datetime) -> None:
    for suggestion in _each(keys):
        empty(suggestion, now, keep_title=True)


def _last_written() -> sa.ColumnElement[datetime]:
    kind = Suggestion.created_at.type
    return sa.func.coalesce(Suggestion.written_at, Suggestion.created_at, type_=kind)


def _to_warn(before: datetime, _now: datetime) -> sa.Select[Any]:
    unwarned = Suggestion.state.in_(_DRAFTS), Suggestion.warned_at.is_(None)
    old = _last_written() <= before + WARNING
    return sa.select(Suggestion.id).where(*unwarned, old, Suggestion.author_id.is_not(None))


def _warn(keys: Sequence[int], now: datetime) -> None:
    for suggestion in _each(keys):
        suggestion.warned_at = now
        last_day = city_date(now + WARNING)
        journal.record(
            "suggestion:draft_expires", "suggestion", suggestion.id, actor=CLOCK, now=now,
            due_on=last_day.isoformat(),
        )  # fmt: skip


def _old_drafts(before: datetime, now: datetime) -> sa.Select[Any]:
    warned = Suggestion.state.in_(_DRAFTS), Suggestion.warned_at <= now - WARNING
    return sa.select(Suggestion.id).where(*warned, _last_written() <= before)


def _delete_drafts(keys: Sequence[int], now: datetime) -> None:
    for suggestion in _each(keys):
        delete_draft(suggestion, CLOCK, now)


def _hidden_notes(before: datetime, _now: datetime) -> sa.Select[Any]:
    with_text = SuggestionNote.text_gone_at.is_(None)
    return sa.select(SuggestionNote.id).where(SuggestionNote.hidden_at <= before, with_text)


def _empty_hidden_notes(keys: Sequence[int], now: datetime) -> None:
    gone = {"text": "", "internal_text": "", "text_gone_at": now}
    db.session.execute(sa.update(SuggestionNote).where(SuggestionNote.id.in_(keys)).values(gone))


EXPIRIES = (
    Expiry("suggestion", "authors of old drafts to be told", "keep_draft_days",
           Suggestion, _to_warn, _warn),
    Expiry("suggestion", "old drafts", "keep_draft_days", Suggestion, _old_drafts, _delete_drafts),
    Expiry("suggestion", "texts of withdrawn suggestions", "keep_withdrawn_days",
           Suggestion, _withdrawn, _empty_all),
    Expiry("suggestion", "texts of hidden suggestions", "keep_hidden_days",
           Suggestion, _hidden, _empty_all),
    Expiry("suggestion", "texts of rejected suggestions", "keep_rejected_days",
           Suggestion, _rejected, _empty_rejected),
    Expiry("suggestion_note", "texts of hidden notes", "keep_hidden_days",
           SuggestionNote, _hidden_notes, _empty_hidden_notes),
)  # fmt: skip

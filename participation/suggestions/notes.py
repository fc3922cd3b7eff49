"""What is added to a suggestion beside its state: additions, questions, updates. Nobody edits them.

Locks are taken in one order: person, suggestion. The suggestion's row makes all acts on its notes
wait for each other.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotFound
from participation.journal import service as journal
from participation.permissions import Actor
from participation.suggestions import findable, note_rules, rules
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.note_rules import NoteHideCode, NoteKind
from participation.suggestions.service import Terms, locked, settle


def add(
    suggestion_id: int, actor: Actor, now: datetime, terms: Terms, *, text: str, language: str
) -> SuggestionNote:
    """Add a dated addition to the own suggestion. The same again, as by a double click, is one.

    :raises NotFound: if it is somebody else's :raises rules.NotNow:
    :raises note_rules.TooManyAdditions: :raises note_rules.TooOften:
    """
    suggestion = _own(suggestion_id, actor)
    settle(suggestion, now, terms)
    if not note_rules.may_add(suggestion.facts, actor, now):
        raise rules.NotNow
    earlier = _notes(suggestion.id, NoteKind.ADDITION)
    if (same := _same(earlier, actor, text)) is not None:
        return same
    if len(earlier) >= note_rules.MOST_ADDITIONS:
        raise note_rules.TooManyAdditions
    _not_too_often(actor, now)
    return _write(suggestion, NoteKind.ADDITION, actor, now, text=text, language=language)


def ask(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    terms: Terms,
    *,
    text: str,
    language: str,
    seen_revision: int,
) -> SuggestionNote:
    """Ask one question about the city's answer; starts the answer clock again.

    :param seen_revision: number of the answer that the author read
    :raises NotFound: if it is somebody else's :raises rules.NotNow: :raises ChangedMeanwhile: if
        the city changed its answer since :raises note_rules.AskedAlready:
    :raises note_rules.NothingToAskAbout: :raises note_rules.TooOften:
    """
    suggestion = _own(suggestion_id, actor)
    settle(suggestion, now, terms)
    if not note_rules.may_ask(suggestion.facts, actor, now):
        raise rules.NotNow
    if suggestion.answer_revision == 0:
        raise note_rules.NothingToAskAbout
    if suggestion.answer_revision != seen_revision:
        raise ChangedMeanwhile
    earlier = [
        note
        for note in _notes(suggestion.id, NoteKind.QUESTION)
        if note.asks_about == seen_revision
    ]
    if (same := _same(earlier, actor, text)) is not None:
        return same
    if earlier:
        raise note_rules.AskedAlready
    _not_too_often(actor, now)
    suggestion.question_due_on = terms.answer_due(now)
    return _write(
        suggestion, NoteKind.QUESTION, actor, now,
        text=text, language=language, asks_about=seen_revision,
    )  # fmt: skip


def post_update(
    suggestion_id: int,
    actor: Actor,
    now: datetime,
    *,
    text: str,
    until: date | None = None,
    link: str = "",
) -> SuggestionNote:
    """Say how the implementation goes, without a change of state. The same again is one.

    :raises NotFound: :raises rules.NotYours: :raises rules.NotNow: :raises rules.DateNotPlausible:
    """
    suggestion = locked(suggestion_id)
    if not rules.may_work_on(suggestion.facts, actor):
        raise NotFound
    if suggestion.state not in note_rules.UPDATE_STATES:
        raise rules.NotNow
    if not note_rules.may_update(suggestion.facts, actor):
        raise rules.NotYours
    rules.check_days([until], city_date(now))
    # The city speaks with one voice: two people who report the same at once are one report.
    for newest in _notes(suggestion.id, NoteKind.UPDATE)[-1:]:
        said = newest.text, newest.until, newest.link
        if said == (text, until, link) and not newest.facts.is_hidden:
            return newest
    return _write(
        suggestion, NoteKind.UPDATE, actor, now, text=text, language="de",
        department_id=suggestion.department_id, until=until, link=link, read_at=now,
    )  # fmt: skip


def mark_read(note_id: int, actor: Actor, now: datetime) -> SuggestionNote:
    """Take an addition or a question off the coordination office's list: it is all right.

    :raises NotFound: :raises rules.NotNow: if somebody has decided about it already
    """
    note, suggestion = _to_moderate(note_id, actor)
    if note.read_at is not None:
        raise rules.NotNow
    note.read_at = now
    _record("read", note, suggestion, actor, now)
    return note


def hide(
    note_id: int, actor: Actor, now: datetime, *, reason: NoteHideCode, internal_text: str
) -> SuggestionNote:
    """Hide a note; its place stays and says why. A question that is hidden needs no answer.

    :raises NotFound: :raises rules.NotNow: if it is hidden already
    """
    note, suggestion = _to_moderate(note_id, actor)
    if note.facts.is_hidden:
        raise rules.NotNow
    note.hidden_at = now
    note.hidden_by_id = actor.person_id
    note.hide_reason = reason
    note.internal_text = internal_text
    note.read_at = note.read_at or now
    if _is_open(note, suggestion):
        suggestion.question_due_on = None
    _record("hidden", note, suggestion, actor, now, reason=reason.value)
    return note


def restore(note_id: int, actor: Actor, now: datetime, terms: Terms) -> SuggestionNote:
    """Show a hidden note again. A question that nobody answered starts the clock anew.

    :raises NotFound: :raises rules.NotNow: if it is not hidden, or the text is deleted
    """
    note, suggestion = _to_moderate(note_id, actor)
    if not note.facts.is_hidden or note.text_gone_at:
        raise rules.NotNow
    note.hidden_at = note.hidden_by_id = note.hide_reason = None
    if _is_open(note, suggestion):
        suggestion.question_due_on = terms.answer_due(now)
    _record("restored", note, suggestion, actor, now)
    return note


def _own(suggestion_id: int, actor: Actor) -> Suggestion:
    """The actor's own suggestion, locked after the actor's row, so that their hour is counted true.

    ``FOR NO KEY UPDATE``, because rows elsewhere that point at the person must not wait.
    """
    db.session.execute(
        sa.select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True)
    )
    suggestion = locked(suggestion_id)
    if not note_rules.is_author(suggestion.facts, actor):
        raise NotFound
    return suggestion


def _notes(suggestion_id: int, kind: NoteKind) -> list[SuggestionNote]:
    statement = sa.select(SuggestionNote).where(
        SuggestionNote.suggestion_id == suggestion_id, SuggestionNote.kind == kind
    )
    return list(db.session.scalars(statement.order_by(SuggestionNote.id)))


def _same(earlier: list[SuggestionNote], actor: Actor, text: str) -> SuggestionNote | None:
    """The same text of the same person, sent before; hidden ones do not come back that way."""
    own = (note for note in earlier if note.author_id == actor.person_id)
    return next((note for note in own if note.text == text), None)


def _not_too_often(actor: Actor, now: datetime) -> None:
    written = sa.select(sa.func.count()).where(
        SuggestionNote.author_id == actor.person_id,
        SuggestionNote.at > now - note_rules.HOUR,
        SuggestionNote.kind != NoteKind.UPDATE,
    )
    if (db.session.scalar(written) or 0) >= note_rules.MOST_AN_HOUR:
        raise note_rules.TooOften


def _write(
    suggestion: Suggestion, kind: NoteKind, actor: Actor, now: datetime, **values: Any
) -> SuggestionNote:
    note = SuggestionNote(
        suggestion_id=suggestion.id, kind=kind, author_id=actor.person_id, at=now, **values
    )
    db.session.add(note)
    db.session.flush()
    journal.record(
        f"suggestion:{kind.value}_written", "suggestion", suggestion.id,
        actor=actor, now=now, note=note.id,
    )  # fmt: skip
    findable.keep([suggestion.id])
    return note


def _to_moderate(note_id: int, actor: Actor) -> tuple[SuggestionNote, Suggestion]:
    """A note that is decided about, read again under the lock of its suggestion."""
    key = db.session.scalar(
        sa.select(SuggestionNote.suggestion_id).where(SuggestionNote.id == note_id)
    )
    suggestion = locked(key or 0)
    if not note_rules.may_moderate(suggestion.facts, actor):
        raise NotFound
    statement = sa.select(SuggestionNote).where(SuggestionNote.id == note_id)
    note = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    return note, suggestion


def _is_open(note: SuggestionNote, suggestion: Suggestion) -> bool:
    """Tell whether it is a question that no later answer has answered, where one can still come."""
    is_newest = note.kind is NoteKind.QUESTION and note.asks_about == suggestion.answer_revision
    return is_newest and suggestion.state in note_rules.QUESTION_STATES


def _record(
    what: str,
    note: SuggestionNote,
    suggestion: Suggestion,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> None:
    db.session.flush()
    journal.record(
        f"suggestion_note:{what}", "suggestion_note", note.id,
        actor=actor, now=now, suggestion=suggestion.id, **facts,
    )  # fmt: skip
    findable.keep([suggestion.id])

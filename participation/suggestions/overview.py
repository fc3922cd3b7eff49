"""Everything that stands on a suggestion's page besides its own text; the same for all readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.core.differences import Comparison, Piece
from participation.core.extracts import Extract, extracts
from participation.core.html import size_of, text_to_html
from participation.suggestions import merging_queries, note_queries, queries, rules
from participation.suggestions.models import Answer, Suggestion, SuggestionMove, SuggestionNote
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.rules import State
from participation.suggestions.timeline import Step, is_open_question, steps_beside, timeline

#: Bytes for all texts of a suggestion's page; its own text is whole, the others share the rest.
_ROOM = 16_000
#: Bytes of markup around a note: its panel, and its step in the timeline.
_NOTE = 800
_LEAST = 1_000
#: Bytes of markup around a piece that changed.
_PIECE = 200
#: More pieces than anybody can follow.
_MOST_PIECES = 60


@dataclass(frozen=True)
class Overview:
    """What surrounds a suggestion.

    :param questions: by the number of the answer that they ask about
    :param updates: newest first
    :param ended_in: where it points, if it was merged: the last of the chain
    :param changes: the newest answer against the one before, if there are two
    :param shows_changes: there is room for them beside the answer
    :param texts: of the newest answer and of notes, as much as the page has room for
    """

    state: State
    moves: Sequence[SuggestionMove]
    answers: Sequence[Answer]
    additions: Sequence[SuggestionNote]
    questions: dict[int, SuggestionNote]
    updates: Sequence[SuggestionNote]
    topics: Sequence[Any]
    merged: Sequence[Any]
    ended_in: Suggestion | None
    changes: Sequence[Piece]
    shows_changes: bool
    steps: Sequence[Step]
    texts: dict[str, Extract]

    @property
    def has_open_question(self) -> bool:
        """The author asked about the newest answer, and can be read."""
        newest = self.answers[0].revision if self.answers else 0
        return any(is_open_question(note, newest) for note in self.questions.values())


def of(suggestion: Suggestion, now: datetime, chain: Sequence[str]) -> Overview:
    """Read what stands around a suggestion. A bounded number of statements."""
    state = rules.state_at(suggestion.facts, now)
    answers = queries.answers_of(suggestion.id) if suggestion.answer_revision else []
    moves = queries.moves_of(suggestion.id)
    notes = note_queries.notes_of(suggestion.id) if suggestion.opens_at else []
    merged = merging_queries.merged_into(suggestion.id) if suggestion.opens_at else []
    beside = steps_beside(
        notes, [(row.number, row.at) for row in merged], suggestion.answer_revision
    )
    changes = _changes(answers[1].text, answers[0].text) if len(answers) > 1 else []
    weight = sum(size_of(piece.text) + _PIECE for piece in changes)
    room = _room(suggestion, len(notes))
    # Where much went and little came, the earlier version itself is the better reading.
    most = 2 * size_of(answers[0].text) + 4 * _PIECE if changes else 0
    shows_changes = 0 < weight <= min(room // 2, most)
    return Overview(
        state=state,
        moves=moves,
        answers=answers,
        additions=[note for note in notes if note.kind is NoteKind.ADDITION],
        questions={note.asks_about or 0: note for note in notes if note.kind is NoteKind.QUESTION},
        updates=[note for note in reversed(notes) if note.kind is NoteKind.UPDATE],
        topics=queries.topics_of(suggestion.id, chain),
        merged=merged,
        ended_in=merging_queries.where_it_ended(suggestion.id) if state is State.MERGED else None,
        changes=changes,
        shows_changes=shows_changes,
        steps=timeline(state, moves, list(reversed(answers)), beside),
        texts=_texts(answers[:1], notes, room - weight if shows_changes else room),
    )


def _changes(old: str, new: str) -> Sequence[Piece]:
    pieces = Comparison().pieces(old, new)
    return pieces if len(pieces) <= _MOST_PIECES else [Piece("old", old), Piece("new", new)]


def _room(suggestion: Suggestion, notes: int) -> int:
    own = size_of(text_to_html(suggestion.text)) + size_of(text_to_html(suggestion.reason))
    return max(_ROOM - own - notes * _NOTE, _LEAST)


def _texts(
    answers: Sequence[Answer], notes: Sequence[SuggestionNote], room: int
) -> dict[str, Extract]:
    """Keyed by what the address of the page calls each."""
    texts = {f"antwort-{one.revision}": one.text for one in answers}
    texts |= {f"nachtrag-{one.id}": one.text for one in notes if not one.hidden_at}
    return extracts(texts, room)

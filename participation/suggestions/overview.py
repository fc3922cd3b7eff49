"""Everything that stands on a suggestion's page besides its own text; the same for all readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.core.differences import Comparison, Piece
from participation.suggestions import merging_queries, note_queries, queries, rules
from participation.suggestions.models import Answer, Suggestion, SuggestionMove, SuggestionNote
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.rules import State
from participation.suggestions.timeline import Step, is_open_question, steps_beside, timeline


@dataclass(frozen=True)
class Overview:
    """What surrounds a suggestion.

    :param questions: by the number of the answer that they ask about
    :param updates: newest first
    :param ended_in: where it points, if it was merged: the last of the chain
    :param changes: the newest answer against the one before, if there are two
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
    steps: Sequence[Step]

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
        changes=Comparison().pieces(answers[1].text, answers[0].text) if len(answers) > 1 else (),
        steps=timeline(state, moves, list(reversed(answers)), beside),
    )

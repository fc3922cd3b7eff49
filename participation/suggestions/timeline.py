"""A suggestion's way as people read it: what happened, what is now, what comes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from participation.core.messages import N_
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.rules import TRANSITIONS, AnswerStatus, State


class Move(Protocol):
    """What is needed of a change of state."""

    transition: str
    at: datetime
    public_text: str
    reason: str
    reference: str
    meeting_on: date | None
    link: str


class AnswerGiven(Protocol):
    """What is needed of an answer."""

    status: AnswerStatus
    published_at: datetime
    revision: int


class NoteWritten(Protocol):
    """What is needed of an addition, a question, an update."""

    kind: NoteKind
    at: datetime
    asks_about: int | None
    hidden_at: datetime | None
    text_gone_at: datetime | None


@dataclass(frozen=True)
class Step:
    """One step. ``phase`` is ``done``, ``now`` or ``next``; texts are keys of the catalogue."""

    phase: str
    heading: str
    at: datetime | None = None
    move: Move | None = None
    answer: AnswerGiven | None = None
    #: What the page says below the heading of a step that is now or to come.
    note: str = ""
    #: Where on the page the words of this step stand; number of the suggestion that was merged in.
    anchor: str = ""
    number: int | None = None


_NOW: dict[State, tuple[str, str]] = {
    State.SUBMITTED: (N_("Jetzt: Prüfung"), "review"),
    State.IN_REVIEW: (N_("Jetzt: Prüfung"), "review"),
    State.RETURNED: (N_("Jetzt: Sie überarbeiten"), ""),
    State.COLLECTING: (N_("Jetzt: Unterstützung sammeln"), "collecting"),
    State.QUORUM_REACHED: (N_("Jetzt: Vorlage für den Stadtrat"), "motion"),
    State.EXPIRED: (N_("Jetzt: abschließende Antwort"), "last-answer"),
    State.COUNCIL: (N_("Jetzt: Entscheidung im Stadtrat"), "council"),
    State.ADOPTED: (N_("Jetzt: Umsetzung vorbereiten"), ""),
    State.PARTLY_ADOPTED: (N_("Jetzt: Umsetzung vorbereiten"), ""),
    State.IMPLEMENTING: (N_("Jetzt: Umsetzung"), ""),
}
_NEXT: dict[State, tuple[tuple[str, str], ...]] = {
    State.SUBMITTED: ((N_("Danach: Veröffentlichung oder begründete Ablehnung"), ""),),
    State.IN_REVIEW: ((N_("Danach: Veröffentlichung oder begründete Ablehnung"), ""),),
    State.COLLECTING: (
        (N_("Wenn das Quorum erreicht ist: Vorlage für den Stadtrat"), "then-motion"),
        (N_("Wenn nicht: abschließende Antwort"), "then-answer"),
    ),
    State.QUORUM_REACHED: ((N_("Danach: Entscheidung im Stadtrat"), ""),),
    State.COUNCIL: ((N_("Danach: Sie lesen hier, was entschieden wurde"), ""),),
    State.ADOPTED: ((N_("Danach: Umsetzung"), ""),),
    State.PARTLY_ADOPTED: ((N_("Danach: Umsetzung"), ""),),
    State.IMPLEMENTING: ((N_("Danach: Sie lesen hier, was daraus wurde"), ""),),
}


_NOTES = {
    NoteKind.ADDITION: (N_("Text ergänzt"), "ergaenzungen"),
    NoteKind.QUESTION: (N_("Nachfrage zur Rückmeldung"), "rueckmeldung"),
    NoteKind.UPDATE: (N_("Bericht zur Umsetzung"), "umsetzung"),
}


def steps_beside(
    notes: Sequence[NoteWritten], merged: Sequence[tuple[int, datetime]], newest_answer: int
) -> list[Step]:
    """Return what happened beside the state: notes, others that were merged in, an open question.

    :param merged: numbers of the others, and when; :param newest_answer: its revision
    """
    steps = [
        Step("done", _NOTES[note.kind][0], note.at, anchor=_NOTES[note.kind][1]) for note in notes
    ]
    steps += [
        Step("done", N_("Eine andere Anregung kam dazu"), at, number=number)
        for number, at in merged
    ]
    if any(is_open_question(note, newest_answer) for note in notes):
        steps.append(Step("now", N_("Jetzt: Antwort auf die Nachfrage"), note="question"))
    return steps


def is_open_question(note: NoteWritten, newest_answer: int) -> bool:
    """Tell whether the city still has to answer it: any later answer is one."""
    is_question = note.kind is NoteKind.QUESTION and note.hidden_at is None
    can_be_read = is_question and note.text_gone_at is None
    return can_be_read and note.asks_about == newest_answer


def timeline(
    state: State,
    moves: Sequence[Move],
    answers: Sequence[AnswerGiven],
    beside: Sequence[Step] = (),
) -> list[Step]:
    """Return all steps in order: done ones by their time, then the present one, then what follows.

    :param state: as the clock says it is (``rules.state_at``)
    :param beside: what happened beside the state (``steps_beside``)
    """
    done = [
        Step("done", TRANSITIONS[move.transition].step, move.at, move=move)
        for move in moves
        if TRANSITIONS[move.transition].step
    ]
    done += [
        Step("done", _answer_heading(answer), answer.published_at, answer=answer)
        for answer in answers
    ]
    done += [step for step in beside if step.phase == "done"]
    done.sort(key=_moment)
    steps = [*done, *(step for step in beside if step.phase != "done")]
    if answered_last_word(state, answers):
        return steps
    if state in _NOW:
        heading, note = _NOW[state]
        steps.append(Step("now", heading, note=note))
    steps += [
        Step("next", heading, note=note)
        for heading, note in _NEXT.get(state, ())
        if not (answers and note == "then-answer")
    ]
    return steps


def _moment(step: Step) -> datetime:
    if step.at is None:
        raise ValueError("a step that is done has a moment")
    return step.at


def answered_last_word(state: State, answers: Sequence[AnswerGiven]) -> bool:
    """An expired suggestion that has its answer is closed: nothing follows."""
    return state is State.EXPIRED and bool(answers)


def _answer_heading(answer: AnswerGiven) -> str:
    return N_("Rückmeldung der Stadt") if answer.revision == 1 else N_("Rückmeldung geändert")


def wish_of_the_city(state: State, moves: Sequence[Move]) -> str:
    """What the city asked to change when it gave the suggestion back; empty in any other state."""
    if state is not State.RETURNED:
        return ""
    returns = [move for move in moves if move.transition == "return"]
    return returns[-1].public_text if returns else ""

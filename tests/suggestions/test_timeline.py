"""The timeline that people read, without a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from participation.suggestions.rules import AnswerStatus, State
from participation.suggestions.timeline import timeline

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@dataclass
class Moved:
    transition: str
    at: datetime
    public_text: str = ""
    reason: str = ""
    reference: str = ""
    meeting_on: date | None = None
    link: str = ""


@dataclass
class Answered:
    status: AnswerStatus
    published_at: datetime
    revision: int = 1


def moved(*names: str) -> list[Moved]:
    return [Moved(name, START + timedelta(days=n)) for n, name in enumerate(names)]


def headings(
    *, state: State, moves: list[Moved], answers: list[Answered] | None = None
) -> list[str]:
    return [f"{step.phase}: {step.heading}" for step in timeline(state, moves, answers or [])]


def test_reader_sees_what_was_what_is_and_what_may_come() -> None:
    moves = moved("submit", "take", "publish")
    assert headings(state=State.COLLECTING, moves=moves) == [
        "done: Eingereicht",
        "done: Geprüft und veröffentlicht",
        "now: Jetzt: Unterstützung sammeln",
        "next: Wenn das Quorum erreicht ist: Vorlage für den Stadtrat",
        "next: Wenn nicht: abschließende Antwort",
    ]


def test_answer_stands_at_its_time_between_the_moves() -> None:
    moves = moved("submit", "publish", "reach_quorum")
    answer = Answered(AnswerStatus.PARTLY, START + timedelta(days=1, hours=3))
    assert headings(state=State.QUORUM_REACHED, moves=moves, answers=[answer])[1:4] == [
        "done: Geprüft und veröffentlicht",
        "done: Rückmeldung der Stadt",
        "done: Genug Unterstützung gefunden",
    ]


def test_reader_is_not_promised_an_answer_that_is_there() -> None:
    answer = Answered(AnswerStatus.PARTLY, START + timedelta(days=5))
    shown = headings(state=State.COLLECTING, moves=moved("submit", "publish"), answers=[answer])
    assert "next: Wenn nicht: abschließende Antwort" not in shown
    assert shown[-1].startswith("next: Wenn das Quorum erreicht ist")


def test_changed_answer_is_a_step_of_its_own() -> None:
    answers = [
        Answered(AnswerStatus.PARTLY, START + timedelta(days=5)),
        Answered(AnswerStatus.ACCEPTED, START + timedelta(days=6), revision=2),
    ]
    shown = headings(state=State.COLLECTING, moves=moved("submit", "publish"), answers=answers)
    assert "done: Rückmeldung geändert" in shown


def test_expired_suggestion_waits_for_its_answer_and_is_closed_by_it() -> None:
    moves = moved("submit", "publish", "expire")
    assert headings(state=State.EXPIRED, moves=moves)[-1] == "now: Jetzt: abschließende Antwort"
    answer = Answered(AnswerStatus.NOT_POSSIBLE, START + timedelta(days=70))
    assert headings(state=State.EXPIRED, moves=moves, answers=[answer])[-1].startswith("done:")


@pytest.mark.parametrize("name", ["take", "return", "resubmit", "hide", "withdraw"])
def test_internal_moves_are_no_public_steps(name: str) -> None:
    shown = headings(state=State.IN_REVIEW, moves=moved("submit", name))
    assert [one for one in shown if one.startswith("done")] == ["done: Eingereicht"]


@pytest.mark.parametrize("state", [State.REJECTED, State.DECLINED, State.DONE, State.WITHDRAWN])
def test_final_state_has_nothing_to_come(state: State) -> None:
    assert all(one.startswith("done") for one in headings(state=state, moves=moved("submit")))

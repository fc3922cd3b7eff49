"""Words that stand in exactly one text each, and who may come to read them.

A canary is planted through the services, where people put such texts. :func:`plant` returns them all; the
tests crawl the site as everybody and compare.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.suggestions import service
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import HideCode, ReasonCode, State
from participation.suggestions.service import NOTHING, Given
from tests.factories import (
    TERMS,
    coordinator,
    make_answer,
    make_comment,
    make_department,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    VISITOR,
    Persona,
    make_person,
)

#: Everybody who looks around. Mara wrote everything; her things are Jonas' department's to answer.
PEOPLE: tuple[Persona | None, ...] = (
    VISITOR, MARA, NOAH, JONAS, OTHER_OFFICER, KIM, AYLIN, ADA,
)  # fmt: skip
EVERYBODY = frozenset(PEOPLE)
AUTHOR = frozenset({MARA})
COORDINATION = frozenset({KIM})
ASSIGNED = frozenset({JONAS, KIM})


@dataclass(frozen=True)
class Canary:
    """A word, and the people who come to read it on pages: they, and nobody else.

    :param mailed: who may get it by mail only, as an author gets back what was hidden
    """

    word: str
    where: str
    readers: frozenset[Persona | None]
    mailed: frozenset[Persona | None] = frozenset()


class Cage:
    """Makes words and remembers who may read them."""

    def __init__(self) -> None:
        self.canaries: list[Canary] = []
        self._numbers = count(101)

    def word(
        self,
        where: str,
        readers: frozenset[Persona | None],
        mailed: frozenset[Persona | None] = frozenset(),
    ) -> str:
        """Return a new word. It is one that search could find, if it were there."""
        word = f"kanarienwort{next(self._numbers)}x"
        self.canaries.append(Canary(word, where, readers, mailed))
        return word

    def text(
        self,
        where: str,
        readers: frozenset[Persona | None],
        mailed: frozenset[Persona | None] = frozenset(),
    ) -> str:
        """Return a text with a new word, long enough for every form."""
        return (
            f"Hier steht {self.word(where, readers, mailed)}, und dazu noch einige andere Wörter."
        )


#: Who may read the text of Mara's suggestion in this state.
_READERS: dict[State, frozenset[Persona | None]] = {
    State.DRAFT: AUTHOR,
    State.SUBMITTED: AUTHOR | COORDINATION,
    State.IN_REVIEW: AUTHOR | ASSIGNED,
    State.RETURNED: AUTHOR,
    State.HIDDEN: AUTHOR | ASSIGNED,
    State.WITHDRAWN: AUTHOR,
}


def plant() -> list[Canary]:
    """Fill the city; everything is committed by the caller."""
    for persona in PEOPLE:
        if persona:
            make_person(persona)
    cage = Cage()
    for part in (_plant_suggestions, _plant_notes, _plant_answers, _plant_comments, _plant_names):
        part(cage)
    return cage.canaries


def _plant_suggestions(cage: Cage) -> None:
    mara = make_person(MARA)
    for state in State:
        if state is State.MERGED:
            continue
        readers = _READERS.get(state, EVERYBODY)
        make_suggestion(
            state,
            author=mara,
            quorum=2,
            title=f"Titel {cage.word(f'title, {state}', readers)}",
            text=cage.text(f"text, {state}", readers),
            reason=cage.text(f"reason, {state}", readers),
        )


def _plant_notes(cage: Cage) -> None:
    """What is said when a state changes: to everybody, to the author, among staff."""
    for name, start, given, internal, public in (
        ("return", State.IN_REVIEW, NOTHING, frozenset(), AUTHOR),
        (
            "reject",
            State.IN_REVIEW,
            Given(reason=ReasonCode.TOO_FAR_ADVANCED),
            frozenset(),
            EVERYBODY,
        ),
        (
            "hide",
            State.COLLECTING,
            Given(hide_reason=HideCode.PERSONAL_DATA),
            ASSIGNED,
            frozenset(),
        ),
        ("implement", State.ADOPTED, NOTHING, frozenset(), EVERYBODY),
    ):
        suggestion = make_suggestion(start, author=make_person(MARA), quorum=2)
        texts = replace(
            given,
            public_text=cage.text(f"public text of {name}", public) if public else "",
            internal_text=cage.text(f"internal text of {name}", internal) if internal else "",
        )
        service.act(suggestion.id, name, coordinator(), NOW, TERMS, texts)


def _plant_answers(cage: Cage) -> None:
    """Answers are public, the old ones too; those of a hidden suggestion go with it."""
    public = make_suggestion(author=make_person(MARA))
    make_answer(public, NOW, cage.text("first answer", EVERYBODY))
    make_answer(public, NOW, cage.text("second answer", EVERYBODY))
    gone = make_suggestion(author=make_person(MARA))
    make_answer(gone, NOW, cage.text("answer of a hidden suggestion", AUTHOR | ASSIGNED))
    _hide(gone)


def _hide(suggestion: Suggestion) -> None:
    given = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="Steht in der Akte.")
    service.act(suggestion.id, "hide", coordinator(), NOW, TERMS, given)


def _plant_comments(cage: Cage) -> None:
    mara = make_person(MARA)
    project = make_project("kanal", title="Ein Kanal", departments=[make_department()])
    for thing, name in ((project, "project"), (make_suggestion(), "suggestion")):
        make_comment(thing, author=mara, text=cage.text(f"comment on {name}", EVERYBODY))
        hidden = make_comment(
            thing, author=mara, text=cage.text(f"hidden comment on {name}", COORDINATION, AUTHOR)
        )
        comments.hide(hidden.id, coordinator(), NOW, Reason.INSULT)
        deleted = make_comment(thing, author=mara, text=cage.text("deleted comment", frozenset()))
        comments.delete(deleted.id, mara.actor, NOW + timedelta(minutes=1))
    gone = make_suggestion(author=mara)
    make_comment(gone, author=mara, text=cage.text("comment on a hidden suggestion", frozenset()))
    _hide(gone)


def _plant_names(cage: Cage) -> None:
    """Addresses are for the person alone: nobody's name or address is shown, to staff neither."""
    make_meeting(capacity=2)
    cage.canaries += [
        Canary("mara@example.org", "address of a resident", AUTHOR),
        Canary("noah@example.org", "address of another resident", frozenset({NOAH})),
    ]

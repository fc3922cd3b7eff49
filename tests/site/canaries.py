"""Words that stand in exactly one text each, and who may come to read them.

A canary is planted through the services, where people put such texts. :func:`plant` returns them all; the
tests crawl the site as everybody and compare.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from participation.barriers import service as barriers
from participation.city_pages import service as pages
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.polls import making
from participation.polls import service as voting
from participation.polls.making import OptionSheet
from participation.polls.rules import Eligible, PollKind
from participation.projects import editing
from participation.projects.rules import Participation
from participation.suggestions import merging, notes, service, striking
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import HideCode, ReasonCode, State
from participation.suggestions.service import NOTHING, Given
from tests.factories import (
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_attachment,
    make_comment,
    make_department,
    make_meeting,
    make_own_page,
    make_project,
    make_question,
    make_report,
    make_suggestion,
    make_update,
    save_page,
)
from tests.files.uploads import PDF, picture
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
from tests.polls import steps as polls
from tests.suggestions.guest_steps import ask, support_as_guest

#: Everybody who looks around. Mara wrote everything; her things are Jonas' department's to answer.
PEOPLE: tuple[Persona | None, ...] = (
    VISITOR, MARA, NOAH, JONAS, OTHER_OFFICER, KIM, AYLIN, ADA,
)  # fmt: skip
EVERYBODY = frozenset(PEOPLE)
AUTHOR = frozenset({MARA})
COORDINATION = frozenset({KIM})
ASSIGNED = frozenset({JONAS, KIM})
#: Who reported a barrier has no account; the answer goes to the address that was given.
ANSWERED: frozenset[Persona | None] = frozenset({VISITOR})


@dataclass(frozen=True)
class Canary:
    """A word, and the people who come to read it on pages: they, and nobody else.

    :param mailed: who may get it by mail only, as an author gets back what was hidden
    :param wrote: whose own data hold it, although no page shows it to them
    """

    word: str
    where: str
    readers: frozenset[Persona | None]
    mailed: frozenset[Persona | None] = frozenset()
    wrote: frozenset[Persona | None] = frozenset()


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
        wrote: frozenset[Persona | None] = frozenset(),
    ) -> str:
        """Return a new word. It is one that search could find, if it were there."""
        word = f"kanarienwort{next(self._numbers)}x"
        self.canaries.append(Canary(word, where, readers, mailed, wrote))
        return word

    def text(
        self,
        where: str,
        readers: frozenset[Persona | None],
        mailed: frozenset[Persona | None] = frozenset(),
        wrote: frozenset[Persona | None] = frozenset(),
    ) -> str:
        """Return a text with a new word, long enough for every form."""
        word = self.word(where, readers, mailed, wrote)
        return f"Hier steht {word}, und dazu noch einige andere Wörter."


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
    for part in (
        _plant_suggestions, _plant_notes, _plant_answers, _plant_comments, _plant_names,
        _plant_what_is_added, _plant_files, _plant_supports, _plant_merged, _plant_projects,
        _plant_barriers, _plant_polls,
    ):  # fmt: skip
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
            public_text=cage.text(f"public text of {name}", public, wrote=COORDINATION)
            if public
            else "",
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
        text = cage.text(f"hidden comment on {name}", COORDINATION, AUTHOR, AUTHOR)
        hidden = make_comment(thing, author=mara, text=text)
        comments.hide(hidden.id, coordinator(), NOW, Reason.INSULT)
        deleted = make_comment(thing, author=mara, text=cage.text("deleted comment", frozenset()))
        comments.delete(deleted.id, mara.actor, NOW + timedelta(minutes=1))
    gone = make_suggestion(author=mara)
    text = cage.text("comment on a hidden suggestion", frozenset(), wrote=AUTHOR)
    make_comment(gone, author=mara, text=text)
    _hide(gone)


def _plant_barriers(cage: Cage) -> None:
    """Reports of barriers and who made them are the coordination office's only."""
    address = f"{cage.word('address of who reported a barrier', COORDINATION)}@example.org"
    found = make_report(
        address,
        text=cage.text("report of a barrier", COORDINATION, ANSWERED),
        page=cage.word("page of a barrier", COORDINATION),
    )
    text = cage.text("answer to a report", COORDINATION, ANSWERED)
    barriers.answer(found.id, coordinator(), NOW, text)
    waits = cage.text("report that waits", COORDINATION)
    make_report(text=waits)
    own = make_own_page("Eine Seite")
    gone = {"seen_version": 1, "body": cage.text("page that was taken away", frozenset({KIM, ADA}))}
    save_page(own.slug, **gone)
    pages.take_away(own.slug, coordinator(), NOW, facts={})


def _plant_polls(cage: Cage) -> None:
    """Drafts of polls are the office's, sealed ones the board's too; who may vote, the office's only."""
    for kind, readers in (
        (PollKind.OPEN, COORDINATION),
        (PollKind.SEALED, COORDINATION | {AYLIN}),
    ):
        title = f"Frage {cage.word(f'title of a draft poll, {kind}', readers)}"
        asked = polls.question(
            text=f"Was {cage.word(f'question of a {kind} draft', COORDINATION)}?"
        )
        named = {"name": f"Antwort {cage.word(f'answer of a {kind} draft', COORDINATION)}"}
        options = (OptionSheet({"de": named}), OptionSheet({"de": {"name": "Eine andere"}}))
        asked = replace(asked, options=options)
        texts = {"de": {"title": title}}
        draft = polls.make_draft(asked, kind=kind, eligible=Eligible.LISTED, texts=texts)
        address = f"{cage.word(f'address of who may vote in a {kind} draft', COORDINATION)}@x.org"
        making.set_listed(draft.id, coordinator(), NOW, [address], seen_version=draft.version)
    running = polls.make_open_now(kind=PollKind.OPEN)
    reason = cage.text("why a poll was cancelled", EVERYBODY)
    voting.cancel(running.id, coordinator(), NOW, seen_version=running.version, reason=reason)


def _plant_names(cage: Cage) -> None:
    """Addresses are for the person alone: nobody's name or address is shown, to staff neither."""
    make_meeting(capacity=2)
    cage.canaries += [
        Canary("mara@example.org", "address of a resident", AUTHOR),
        Canary("noah@example.org", "address of another resident", frozenset({NOAH})),
    ]


def _plant_what_is_added(cage: Cage) -> None:
    """Additions, questions and reports: public ones, hidden ones, those of what is hidden itself."""
    hidden_for = {"readers": COORDINATION, "mailed": AUTHOR, "wrote": AUTHOR}
    writers: tuple[tuple[str, State, Callable[[Suggestion, str], SuggestionNote]], ...] = (
        ("addition", State.COLLECTING, make_addition),
        ("question", State.EXPIRED, make_question),
        ("report", State.ADOPTED, make_update),
    )
    for name, state, write in writers:
        author = make_person(MARA if name != "report" else NOAH)
        for is_hidden in (False, True):
            suggestion = make_suggestion(state, author=author, quorum=2)
            make_answer(suggestion, NOW)
            if not is_hidden:
                write(suggestion, cage.text(f"public {name}", EVERYBODY, EVERYBODY))
                continue
            readers = hidden_for if name != "report" else {"readers": COORDINATION}
            note = write(suggestion, cage.text(f"hidden {name}", **readers))
            internal = cage.text(f"internal text about a hidden {name}", COORDINATION)
            reason = NoteHideCode.INSULT
            notes.hide(note.id, coordinator(), NOW, reason=reason, internal_text=internal)
    gone = make_suggestion(author=make_person(MARA))
    # A day later: an author may write only so much in an hour.
    later = NOW + timedelta(days=1)
    make_addition(gone, cage.text("addition to a hidden suggestion", AUTHOR | ASSIGNED), later)
    _hide(gone)


def _plant_files(cage: Cage) -> None:
    """Names and descriptions of what is attached are as public as the text."""
    mara = make_person(MARA)
    for state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.COLLECTING):
        suggestion = make_suggestion(author=mara, state=State.DRAFT)
        readers = _READERS.get(state, EVERYBODY)
        for data in (picture(size=(40, 10 + suggestion.id)), PDF + str(suggestion.id).encode()):
            kind = "document" if data.startswith(b"%PDF") else "picture"
            text = cage.word(f"description of a {kind}, {state}", readers)
            name = cage.word(f"name of a {kind}, {state}", readers)
            make_attachment(suggestion, data, text, f"{name}.jpg")
        _go_on(suggestion, state)


def _go_on(suggestion: Suggestion, state: State) -> None:
    way = ["submit", "take", "publish"]
    steps = {State.DRAFT: 0, State.SUBMITTED: 1, State.IN_REVIEW: 2, State.COLLECTING: 3}[state]
    given = Given(department=make_department().id, due_on=TERMS.review_due(NOW))
    for name in way[:steps]:
        actor = make_person(MARA).actor if name == "submit" else coordinator()
        service.act(suggestion.id, name, actor, NOW, TERMS, given)


def _plant_supports(cage: Cage) -> None:
    """Who supports without an account: read by who strikes off, and what is said about striking."""
    suggestion = make_suggestion(author=make_person(MARA))

    def typed(where: str, readers: frozenset[Persona | None]) -> dict[str, str]:
        words = {
            name: cage.word(f"{name} of a guest, {where}", readers)
            for name in ("first_name", "last_name", "street")
        }
        return words | {"email": f"{cage.word(f'address of a guest, {where}', frozenset())}@x.org"}

    support_as_guest(suggestion.id, **typed("counted", COORDINATION))
    struck = support_as_guest(suggestion.id, **typed("struck off", COORDINATION))
    ask(suggestion.id, **typed("not confirmed", frozenset()))
    given = Given(
        public_text=cage.text("public reason of striking", EVERYBODY, EVERYBODY),
        internal_text=cage.text("internal reason of striking", ASSIGNED),
    )
    striking.strike(suggestion.id, [struck.id], coordinator(), NOW, TERMS, given)


def _plant_merged(cage: Cage) -> None:
    """What was merged before it was published never was: its words are the author's and staff's."""
    readers = AUTHOR | ASSIGNED
    suggestion = make_suggestion(
        State.DRAFT,
        author=make_person(MARA),
        title=f"Titel {cage.word('title, merged unread', readers, AUTHOR)}",
        text=cage.text("text, merged unread", readers),
        place=cage.word("place, merged unread", readers),
        project_id=make_project("fertig", title="Fertig", participation=Participation.COMPLETED).id,
    )
    file = cage.word("name of a file, merged unread", readers)
    text = cage.word("description of a file, merged unread", readers)
    make_attachment(suggestion, PDF + b"merged", text, f"{file}.pdf")
    _go_on(suggestion, State.IN_REVIEW)
    merging.merge(
        suggestion.id, coordinator(), NOW, TERMS, target_number=make_suggestion().number or 0,
        public_text=cage.text("reason of a merge", EVERYBODY, EVERYBODY),
    )  # fmt: skip


def _plant_projects(cage: Cage) -> None:
    """A draft is its editors'; when it is published, what it said before is nobody's."""
    jonas = make_person(JONAS).actor
    draft = {
        "title": cage.word("title of a project's draft", ASSIGNED),
        "summary": cage.text("summary of a project's draft", ASSIGNED),
    }
    editing.create(jonas, NOW, "a" * 32, draft)
    before = {"title": "Ein Steg", "summary": cage.text("before publication", frozenset())}
    project = editing.create(jonas, NOW, "b" * 32, before)
    wanted = {"de.summary": cage.text("after publication", EVERYBODY)}
    editing.edit(project.id, jonas, NOW, wanted, seen_version=project.version)
    editing.publish(project.id, jonas, NOW, seen_version=project.version)

"""The index is what a rebuild makes of the tables, after whatever happens; on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation import reindex
from participation.comments import service as comments
from participation.comments.models import Comment
from participation.comments.rules import Reason, RestoreReason
from participation.comments.service import Sent
from participation.core.db import db
from participation.core.search_index import Kind, SearchEntry, Text, keep
from participation.meetings import service as meetings
from participation.meetings.service import Sheet
from participation.projects import editing
from participation.projects.models import ProjectText
from participation.suggestions import notes
from participation.suggestions import service as suggestions
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import PUBLIC_STATES, HideCode, State
from participation.suggestions.service import Given
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import MARA, NOW, make_person
from tests.projects.steps import make_draft
from tests.search.corpus import hits

pytestmark = pytest.mark.usefixtures("session")


def found(kind: Kind) -> set[int]:
    """Keys of the subjects of a kind that are in the index."""
    statement = sa.select(SearchEntry.subject_id).where(SearchEntry.kind == kind)
    return set(db.session.scalars(statement))


def everything_happens() -> None:
    """All acts that change what can be found."""
    district = make_district()
    project = make_project(
        districts=[district], texts={"de": {"title": "Ufer"}, "en": {"title": "Bank"}}
    )
    suggestion = make_suggestion(supports=1, district_id=district.id)
    make_answer(suggestion, NOW, "Die erste Antwort der Stadt, die lang genug ist.")
    make_answer(suggestion, NOW, "Die zweite Antwort der Stadt, die lang genug ist.")
    for state in State:
        one = make_suggestion(state, quorum=2)
        if state is State.COLLECTING:
            make_answer(one, NOW)
            make_comment(one)
            given = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="x" * 30)
            suggestions.act(one.id, "hide", coordinator(), NOW, TERMS, given)
    _comments_happen(project, suggestion)
    make_project(districts=[], texts={"de": {"title": "Rheinufer"}})
    meeting = make_meeting(texts={"en": {"title": "Walk"}})
    texts = {"de": {"title": "Gang", "agenda": "Ab", "accessibility": "", "results": ""}}
    sheet = Sheet({"place": "Hafen"}, texts)
    meetings.change(meeting.id, coordinator(), NOW, sheet, seen_sequence=meeting.sequence)
    cancel = {"seen_sequence": meeting.sequence, "reason": "Der Saal ist gesperrt."}
    meetings.cancel(meeting.id, coordinator(), NOW, **cancel)


def _comments_happen(*things: object) -> None:
    mara = make_person(MARA)
    for number, thing in enumerate(things):
        at = NOW + timedelta(hours=number)
        kept, edited, deleted, hidden, back = (
            make_comment(thing, author=mara, now=at) for _ in range(5)
        )  # type: ignore[arg-type]
        make_comment(thing, author=mara, parent=kept, now=at)  # type: ignore[arg-type]
        sent = Sent("Ein ganz anderer Text, lang genug.", "de", at - timedelta(minutes=1))
        comments.edit(edited.id, mara.actor, at, sent)
        comments.delete(deleted.id, mara.actor, at)
        comments.hide(hidden.id, coordinator(), at, Reason.INSULT)
        comments.hide(back.id, coordinator(), at, Reason.INSULT)
        comments.restore(back.id, coordinator(), at, RestoreReason.MISTAKE)


def test_index_is_what_a_rebuild_makes() -> None:
    assert reindex.rebuild()  # the pages, which no act changes
    assert not reindex.rebuild()
    everything_happens()
    assert len(found(Kind.COMMENT)) == 2 * 4
    assert found(Kind.ANSWER) and found(Kind.PROJECT) and found(Kind.MEETING) and found(Kind.PAGE)
    assert not reindex.rebuild()


@pytest.mark.parametrize(
    "unnoticed",
    [
        sa.update(ProjectText).values(title="Anders"),
        sa.update(Comment).values(hidden_at=NOW),
        sa.delete(SearchEntry).where(SearchEntry.kind == Kind.PAGE),
    ],
    ids=["changed text", "hidden comment", "lost entry"],
)
def test_change_that_the_index_did_not_hear_of_is_found(unnoticed: sa.Executable) -> None:
    everything_happens()
    reindex.rebuild()
    db.session.execute(unnoticed, execution_options={"synchronize_session": False})
    db.session.expire_all()
    assert reindex.rebuild()
    assert not reindex.rebuild()


def test_entry_of_something_that_is_not_there_is_found() -> None:
    reindex.rebuild()
    keep(Kind.MEETING, 999, [Text("de", NOW.date(), "Rutschenturm", "", "x")])
    assert reindex.rebuild()
    assert hits("Rutschenturm") == []


def test_database_finds_what_the_table_says_after_every_change() -> None:
    project = make_project(title="Rutschenturm")
    assert hits("rutschenturm") == [project.id]
    make_project(title="Kletterwald")
    assert (hits("rutschenturm"), hits("kletterwald")) == ([], [project.id])


@pytest.mark.parametrize("state", sorted(set(State)))
def test_nobody_finds_what_not_everybody_may_read(state: State) -> None:
    one = make_suggestion(state, quorum=2, title="Ein Rutschenturm für alle")
    was_public = state in PUBLIC_STATES and state is not State.MERGED  # merged while in review
    assert hits("Rutschenturm") == ([one.id] if was_public else [])


def test_nobody_finds_the_draft_of_a_project() -> None:
    draft = make_draft(coordinator(), "Ein Rutschenturm")
    assert hits("Rutschenturm") == []
    assert reindex.rebuild()
    assert hits("Rutschenturm") == []
    editing.publish(draft.id, coordinator(), NOW, seen_version=draft.version)
    assert hits("Rutschenturm") == [draft.id]
    assert not reindex.rebuild()


def test_nobody_finds_a_hidden_note() -> None:
    one = make_suggestion()
    note = make_addition(one, "Ein Rutschenturm fehlt dort noch.")
    assert hits("Rutschenturm") == [one.id]
    notes.hide(
        note.id, coordinator(), NOW, reason=NoteHideCode.PERSONAL_DATA, internal_text="x" * 30
    )
    assert hits("Rutschenturm") == []
    reindex.rebuild()
    assert hits("Rutschenturm") == []


def test_internal_words_of_the_city_are_never_found() -> None:
    one = make_suggestion(State.IN_REVIEW)
    given = Given(
        hide_reason=HideCode.PERSONAL_DATA, internal_text="Aktenvermerkwort und mehr Text"
    )
    suggestions.act(one.id, "hide", coordinator(), NOW, TERMS, given)
    assert hits("Aktenvermerkwort") == []


def test_hidden_suggestion_takes_its_answer_and_comments_out_of_the_search_at_once() -> None:
    one = make_suggestion(supports=1, title="Ein Rutschenturm für alle")
    make_answer(one, NOW, f"Rutschenturm: {LONG_ENOUGH}")
    make_comment(one, text="Den Rutschenturm will ich auch")
    assert len(hits("Rutschenturm")) == 3
    given = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="x" * 30)
    suggestions.act(one.id, "hide", coordinator(), NOW, TERMS, given)
    assert hits("Rutschenturm") == []


def test_only_the_newest_answer_is_found() -> None:
    one = make_suggestion(department_id=make_department().id)
    make_answer(one, NOW, f"Zuerst Rutschenturm. {LONG_ENOUGH}")
    make_answer(one, NOW, f"Dann Kletterwald. {LONG_ENOUGH}")
    assert (hits("Rutschenturm"), hits("Kletterwald")) == ([], [one.id])


def test_comment_that_is_taken_back_leaves_nothing_in_the_index(app: Flask) -> None:
    mara = make_person(MARA)
    one = make_comment(make_project(), author=mara, text="Geheimniswort zu viel gesagt")
    assert hits("Geheimniswort") == [one.id]
    comments.delete(one.id, mara.actor, NOW)
    assert hits("Geheimniswort") == []
    words = sa.select(sa.func.count()).where(SearchEntry.words.contains("geheimniswort"))
    assert db.session.scalar(words) == 0


def test_rolled_back_act_is_not_found() -> None:
    make_project(title="Rutschenturm")
    db.session.rollback()
    assert hits("Rutschenturm") == []


def test_huge_text_is_cut_where_the_databases_end() -> None:
    body = " ".join(f"wort{number:x}" + "ж" * 44 for number in range(9000))
    keep(Kind.PROJECT, 1, [Text("de", NOW.date(), "Riesig", body, "x")])
    assert hits("riesig wort1") == [1]


def test_pages_are_read_under_the_address_of_the_city(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["settings"], "public_url", "https://mitmachen.example.org")
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["mitmachen.example.org"])
    reindex.rebuild()
    assert len(found(Kind.PAGE)) == 7

"""The record as the board reads it: every act and every state, no names of residents, no drafts."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.journal import service as journal
from participation.journal.events import AREAS, EVENTS
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from participation.polls import board_job
from participation.polls.rules import PollKind
from participation.suggestions.note_rules import NoteKind
from participation.suggestions.rules import TRANSITIONS, State
from tests.checking_client import CheckingClient
from tests.factories import (
    make_addition,
    make_answer,
    make_comment,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOW, make_person
from tests.polls import steps

RECORD = "/de/verwaltung/protokoll/"


def commit(app: Flask, make: object) -> None:
    with app.app_context():
        make()  # type: ignore[operator]
        db.session.commit()


def test_event_without_words_cannot_be_recorded(session: None) -> None:
    with pytest.raises(LookupError, match="no words"):
        journal.record("tree:planted", "tree", 1, actor=VISITOR, now=NOW)


def test_every_transition_and_every_note_has_words() -> None:
    missing = {row.event for row in TRANSITIONS.values()} - EVENTS.keys()
    missing |= {f"suggestion:{kind.value}_written" for kind in NoteKind} - EVENTS.keys()
    assert missing == set()


@pytest.mark.parametrize("persona", [KIM, AYLIN, ADA])
def test_reader_follows_a_suggestion_through_all_states(
    app: Flask, client: CheckingClient, persona: object
) -> None:
    commit(app, lambda: make_suggestion(State.DONE, quorum=1))
    client.sign_in(persona)  # type: ignore[arg-type]
    main = client.get(f"{RECORD}?anregung=1").main
    steps = ["Anregung eingereicht", "Prüfung begonnen", "Anregung veröffentlicht",
             "Genug Unterstützung gefunden", "Dem Stadtrat vorgelegt", "Vom Stadtrat angenommen",
             "Umsetzung begonnen", "Als umgesetzt gemeldet"]  # fmt: skip
    places = [main.index(step) for step in steps]
    assert places == sorted(places, reverse=True)
    assert main.count("Anregung 1") >= len(steps)


def test_reader_narrows_the_record_to_an_area(app: Flask, client: CheckingClient) -> None:
    def make() -> None:
        project = make_project()
        comment = make_comment(project)
        assert comment.id
        make_meeting()
        steps.make_open_now(kind=PollKind.OPEN)
        suggestion = make_suggestion(supports=1)
        make_answer(suggestion, NOW)
        make_addition(suggestion, "Das ist inzwischen anders geworden.")

    commit(app, make)
    client.sign_in(AYLIN)
    shown = {area: client.get(f"{RECORD}?bereich={area}").main for area in AREAS}
    for area, words in {
        "anregungen": "Rückmeldung veröffentlicht", "vorhaben": "Vorhaben angelegt",
        "stellungnahmen": "Stellungnahme geschrieben", "termine": "Termin angelegt",
        "abstimmungen": "Abstimmung geöffnet",
        "konten": "Rolle vergeben",
    }.items():  # fmt: skip
        assert words in shown[area]
        assert all(words not in shown[other] for other in AREAS if other != area), words


def test_record_does_not_say_when_votes_came(app: Flask, client: CheckingClient) -> None:
    def make() -> None:
        poll = steps.make_open_now(kind=PollKind.OPEN)
        steps.vote(poll, make_person(MARA).actor, 1, now=NOW)
        board_job.publish_batch(poll, NOW)
        arrived = sa.select(JournalEntry).where(JournalEntry.event == "poll:votes_arrived")
        assert len(db.session.scalars(arrived).all()) == 1

    commit(app, make)
    client.sign_in(AYLIN)
    for area in ("", "?bereich=abstimmungen"):
        page = client.get(f"{RECORD}{area}").main
        assert "Abstimmung geöffnet" in page
        assert "Stimmen angekommen" not in page


def test_record_names_staff_and_no_residents(app: Flask, client: CheckingClient) -> None:
    def make() -> None:
        make_person(KIM).name = "Kim Koordination"
        make_suggestion(State.REJECTED)

    commit(app, make)
    client.sign_in(AYLIN)
    main = client.get(RECORD).main
    assert "Kim Koordination" in main
    assert "Das Vorhaben ist zu weit fortgeschritten" in main
    assert "eine Einwohnerin oder ein Einwohner" in main
    assert "@" not in main


def test_record_tells_no_title_of_what_is_not_public(app: Flask, client: CheckingClient) -> None:
    def make() -> None:
        make_suggestion(State.HIDDEN, title="Ein geheimer Titel")
        make_suggestion(State.SUBMITTED, title="Ein geheimer Titel")
        make_project("geheim", title="Ein geheimer Titel").published_at = None
        steps.make_draft(kind=PollKind.OPEN, texts={"de": {"title": "Ein geheimer Titel"}})

    commit(app, make)
    for persona in (KIM, AYLIN, ADA):
        client.sign_in(persona)
        page = client.get(RECORD)
        assert "geheim" not in page.html
        assert "Anregung ohne Nummer" in page.main
        assert "Entwurf einer Abstimmung" in page.main


def test_record_goes_on_page_by_page(app: Flask, client: CheckingClient) -> None:
    def make() -> None:
        suggestion = make_suggestion()
        for number in range(120):
            at = NOW + timedelta(minutes=number)
            journal.record(
                "suggestion:topics_chosen", "suggestion", suggestion.id, actor=VISITOR, now=at
            )

    commit(app, make)
    client.sign_in(AYLIN)
    seen, path = 0, f"{RECORD}?bereich=anregungen"
    for _ in range(5):
        page = client.get(path)
        seen += page.main.count("Themen geändert")
        onward = re.search(r'href="([^"]+)" rel="next"', page.html)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    assert seen == 120


@pytest.mark.parametrize(
    "query",
    ["anregung=999", "anregung=x", "anregung=%00", "anregung=-1", "anregung=" + "9" * 40,
     "anregung=²", "bereich=nichts", "seite=%F0%9F"],
)  # fmt: skip
def test_odd_questions_get_a_plain_answer(client: CheckingClient, query: str) -> None:
    client.sign_in(AYLIN)
    client.get(f"{RECORD}?{query}")


@pytest.mark.parametrize("persona", [None, MARA, JONAS])
def test_nobody_else_reads_the_record(client: CheckingClient, persona: object) -> None:
    client.sign_in(persona)  # type: ignore[arg-type]
    client.get(RECORD, 403 if persona else 303)

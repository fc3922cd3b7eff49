"""How many SQL statements a page costs: bounded, and the same for few rows and for many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.barriers import service as barriers
from participation.city import service as city
from participation.city.models import District, Topic
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core.db import db
from participation.following import service as following
from participation.following.rules import Followed
from participation.meetings import service as meetings
from participation.meetings.rules import MeetingKind
from participation.polls import board_job
from participation.polls import service as polls
from participation.polls.rules import PollKind, QuestionKind
from participation.projects import editing
from participation.projects.models import Project
from participation.projects.rules import FileRole, Participation
from participation.suggestions import merging, notes, topics
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_own_page,
    make_project,
    make_project_file,
    make_question,
    make_report,
    make_suggestion,
    save_page,
)
from tests.files.uploads import picture
from tests.people import ADA, JONAS, KIM, MARA, NOAH, NOW, Persona, make_person
from tests.polls import steps as poll_steps
from tests.suggestions.guest_steps import support_as_guest

#: Page, who reads it, and the most statements it may cost.
PAGES: list[tuple[str, Persona | None, int]] = [
    ("/de/", None, 9),
    ("/de/", MARA, 9),
    ("/de-simple/", None, 9),
    ("/de/vorhaben/", None, 5),
    ("/de/vorhaben/", KIM, 5),
    (
        "/de/vorhaben/?stadtteil=gonsenheim&thema=gruen&beteiligung=laufend&sortierung=titel",
        MARA,
        5,
    ),
    ("/de/anregungen/", None, 5),
    ("/de/suche/?q=vorhaben", None, 8),
    ("/de/suche/?q=vorhaben&art=vorhaben&stadtteil=gonsenheim&thema=gruen", MARA, 8),
    ("/de/suche/?q=spielplatz&sortierung=neueste", None, 8),
    ("/de/suche/", None, 1),
    ("/de/vorhaben/?q=vorhaben", None, 5),
    ("/de/anregungen/?q=schatten", None, 5),
    ("/de/anregungen/?status=sammelt&stadtteil=gonsenheim", MARA, 5),
    ("/de/termine/", MARA, 5),
    ("/de/termine/kalender/", None, 5),
    ("/de/termine/kalender/?monat=2026-03", MARA, 5),
    ("/de/termine.ics", None, 5),
    ("/de/termine/feed.atom", None, 5),
    ("/de/abstimmungen/", None, 3),
    ("/de/abstimmungen/", MARA, 4),
    ("/de/abstimmungen/feed.atom", None, 2),
    ("/de/abstimmungen/grosse-abstimmung/", None, 11),
    ("/de/abstimmungen/grosse-abstimmung/", MARA, 14),
    ("/de/abstimmungen/grosse-abstimmung/tafel/", None, 10),
    ("/de/abstimmungen/grosse-abstimmung/stimmzettel/", MARA, 13),
    ("/de/abstimmungen/grosse-abstimmung/stimmzettel/abgegeben/", NOAH, 13),
    ("/de/abstimmungen/grosse-abstimmung/ergebnis/", None, 9),
    ("/de/abstimmungen/ausgezaehlt/ergebnis/", None, 12),
    ("/de/abstimmungen/ausgezaehlt/ergebnis/stimmzettel/", MARA, 14),
    ("/de/abstimmungen/ausgezaehlt/ergebnis.json", None, 9),
    ("/de/abstimmungen/abstimmung_pruefen.py", None, 0),
    ("/de/verwaltung/abstimmungen/", KIM, 4),
    ("/de/verwaltung/abstimmungen/neu/", KIM, 5),
    ("/de/verwaltung/abstimmungen/1/", KIM, 14),
    ("/de/verwaltung/abstimmungen/1/angaben/", KIM, 13),
    ("/de/verwaltung/abstimmungen/1/vorschau/", KIM, 11),
    ("/de/verwaltung/abstimmungen/1/fragen/neu/", KIM, 11),
    ("/de/verwaltung/abstimmungen/1/fragen/1/", KIM, 11),
    ("/de/verwaltung/abstimmungen/1/fragen/1/antworten/1/", KIM, 11),
    ("/de/verwaltung/abstimmungen/1/fragen/1/antworten/1/bild/", KIM, 11),
    ("/de/beirat/abstimmungen/", KIM, 4),
    ("/de/beirat/abstimmungen/grosse-abstimmung/", KIM, 12),
    ("/de/beirat/abstimmungen/grosse-abstimmung/anleitung/", KIM, 11),
    ("/de/vorhaben/feed.atom?stadtteil=gonsenheim&thema=gruen&beteiligung=laufend", None, 5),
    ("/de/anregungen/feed.atom", MARA, 5),
    ("/de/anregungen/feed.atom?stadtteil=gonsenheim&q=schatten", None, 5),
    ("/de/anregungen/antworten.atom?thema=gruen", None, 5),
    ("/de/termine/termin-0/", None, 8),
    ("/en/termine/termin-0/", MARA, 8),
    ("/de/termine/termin-0.ics", None, 5),
    ("/de/verwaltung/termine/1/", KIM, 8),
    ("/de/vorhaben/sp-gleisberg/", None, 9),
    ("/en/vorhaben/sp-gleisberg/", MARA, 10),
    ("/de/verwaltung/vorhaben/sp-gleisberg/dateien/", KIM, 5),
    ("/de/verwaltung/vorhaben/sp-gleisberg/dateien/bild/", JONAS, 5),
    ("/de/vorhaben/sp-gleisberg/verlauf/", None, 8),
    ("/de/vorhaben/sp-gleisberg/ergebnis/", MARA, 8),
    ("/de/verwaltung/vorhaben/", KIM, 5),
    ("/de/verwaltung/vorhaben/?ansicht=veraltet", JONAS, 5),
    ("/de/verwaltung/vorhaben/sp-gleisberg/", KIM, 11),
    ("/de/verwaltung/vorhaben/sp-gleisberg/text/en/", JONAS, 8),
    ("/de/anregungen/1/", None, 9),
    ("/de/anregungen/1/", MARA, 12),
    ("/de/anregungen/1/", KIM, 12),
    ("/de/verwaltung/anregungen/1/unterstuetzungen/", KIM, 8),
    ("/de/anregungen/1/unterstuetzen/ohne-konto/", None, 5),
    ("/de/konto/", MARA, 5),
    ("/de/konto/passwort/", None, 0),
    ("/de/konto/passwort-aendern/", MARA, 2),
    ("/de/konto/adresse/", MARA, 2),
    ("/de/konto/sprache/", MARA, 2),
    ("/de/konto/sitzungen/", MARA, 2),
    ("/de/verwaltung/rollen/", ADA, 6),
    ("/de/verwaltung/rollen/1/", ADA, 3),
    ("/de/konto/benachrichtigungen/", MARA, 8),
    ("/de/anregungen/?stadtteil=gonsenheim&thema=gruen", MARA, 6),
    ("/de/verwaltung/", KIM, 5),
    ("/de/verwaltung/", JONAS, 5),
    ("/de/verwaltung/anregungen/1/", KIM, 11),
    ("/de/anregungen/?sortierung=unterstuetzung&thema=gruen&antwort=ja", MARA, 5),
    ("/de/anregungen/?sortierung=endet-bald&status=sammelt", None, 5),
    ("/de/anregungen/?sortierung=beantwortet&status=zusammengelegt", None, 5),
    ("/de/anregungen/1/ergaenzen/", NOAH, 11),
    ("/de/anregungen/1/nachfragen/", NOAH, 11),
    ("/de/verwaltung/anregungen/1/zusammenlegen/?ziel=2", KIM, 8),
    ("/de/verwaltung/anregungen/1/themen/", KIM, 5),
    ("/de/verwaltung/nachtraege/", KIM, 5),
    ("/de/verwaltung/nachtraege/?ansicht=verborgen", KIM, 5),
    ("/de/verwaltung/nachtraege/1/", KIM, 5),
    ("/de/anregungen/neu/text/", MARA, 5),
    ("/de/vorhaben/sp-gleisberg/kommentare/", None, 5),
    ("/de/vorhaben/sp-gleisberg/kommentare/?sortierung=aelteste", MARA, 5),
    ("/de/vorhaben/sp-gleisberg/kommentare/", JONAS, 5),
    ("/de/anregungen/1/kommentare/", None, 5),
    ("/de/anregungen/1/kommentare/", KIM, 5),
    ("/de/stellungnahmen/1/", None, 5),
    ("/de/stellungnahmen/1/", MARA, 5),
    ("/de/stellungnahmen/1/antworten/", MARA, 5),
    ("/de/verwaltung/moderation/", KIM, 5),
    ("/de/verwaltung/moderation/?ansicht=ausgeblendet", KIM, 5),
    ("/de/verwaltung/moderation/1/", KIM, 5),
    ("/healthz", None, 3),
    ("/metrics", None, 5),
    ("/de/zahlen/", None, 2),
    ("/de/beirat/", KIM, 3),
    ("/de/beirat/veraltet/", KIM, 2),
    ("/de/verwaltung/protokoll/", KIM, 7),
    ("/de/verwaltung/protokoll/?anregung=1", KIM, 8),
    ("/de/anregungen/?antwort=ueberfaellig", None, 5),
    ("/de/seiten/hilfe/", None, 1),
    ("/de/seiten/hilfe/", MARA, 2),
    ("/de/seiten/", None, 4),
    ("/de/seiten/kontakt/verlauf/", None, 2),
    ("/de/seiten/kontakt/verlauf/1/", None, 1),
    ("/de/seiten/barrierefreiheit/melden/", None, 0),
    ("/de/verwaltung/seiten/", KIM, 5),
    ("/de/verwaltung/seiten/kontakt/", KIM, 4),
    ("/de/verwaltung/seiten/kontakt/text/en/", KIM, 4),
    ("/de/verwaltung/barrieren/", KIM, 3),
    ("/de/verwaltung/barrieren/?ansicht=beantwortet", KIM, 3),
    ("/de/verwaltung/barrieren/1/", KIM, 3),
    ("/de/seiten/datenschutz/", None, 1),
    ("/de/konto/daten/", NOAH, 2),
    ("/de/konto/daten.json", NOAH, 30),
    ("/de/konto/loeschen/", NOAH, 2),
    ("/de/konto/geloescht/", None, 0),
    ("/de/konto/anmelden/", None, 0),
]


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect the statements that run on the engine meanwhile."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def fill(app: Flask, rows: int) -> None:
    """Put so many of everything into the database that lists are as long as they get."""
    with app.app_context():
        city.save_topic("gruen", 1, {"de": "Grün"})
        all_topics = list(db.session.scalars(sa.select(Topic)))
        names = ["Gonsenheim", "Altstadt", "Neustadt"]
        districts: list[District] = [make_district(n, i) for i, n in enumerate(names, 1)]
        for number in range(rows):
            project = make_project(
                "sp-gleisberg" if number == 0 else f"vorhaben-{number}",
                title=f"Vorhaben {number}",
                districts=districts,
                topics=all_topics,
                departments=[make_department()],
                participation=Participation.COMPLETED,
                phases=[(NOW.date(), NOW.date() + timedelta(days=n)) for n in range(3)],
                latitude=50.0,
            )
            for text in range(3):
                _change(project, text)
            starts = NOW + timedelta(days=number - rows // 2)
            values = {"starts_at": starts, "ends_at": None, "whole_days": False, "place": "Ort",
                      "kind": MeetingKind.EVENT, "project_id": project.id, "capacity": 20}  # fmt: skip
            meetings.save(f"termin-{number}", values, {"de": f"Termin {number}"}, NOW)
            suggestion = make_suggestion(
                district_id=districts[0].id,
                project_id=project.id,
                supports=2,
                attached=[picture(size=(9, n)) for n in range(1, min(rows, 3) + 1)]
                if number == 0
                else (),
            )
            make_answer(suggestion, NOW)
            if number == 0:
                for guest in range(rows):
                    support_as_guest(suggestion.id, f"guest-{guest}@example.org")
            make_suggestion(State.SUBMITTED)
            if number == 0:
                _add_notes(suggestion, all_topics)
                first = suggestion
            else:
                merging.merge(
                    make_suggestion().id, coordinator(), NOW, TERMS,
                    target_number=first.number, public_text=LONG_ENOUGH,
                )  # fmt: skip
        _hold_polls(rows)
        _write_pages(rows)
        _put_on_the_sheet(min(rows, 12))
        _follow(rows)
        _comment(rows)
        db.session.commit()


def _hold_polls(rows: int) -> None:
    """Polls that run, that are over, one that is as large as can be, and one with many ballots."""
    titled = {"texts": {"de": {"title": "Ausgezählt"}}}
    poll_steps.make_counted(*[1] * rows, **titled)
    project = db.session.scalars(sa.select(Project).filter_by(slug="sp-gleisberg")).one()
    for number in range(rows):
        running = poll_steps.make_open_now(kind=PollKind.OPEN, project_id=project.id)
        if number % 2:
            polls.cancel(
                running.id, coordinator(), NOW, seen_version=running.version, reason="Ein Fehler."
            )
    names = [f"Möglichkeit {number}" for number in range(min(rows, 9) + 1)]
    asked = [
        poll_steps.question(QuestionKind.APPROVAL, "approval", options=poll_steps.options(*names))
        for _ in range(min(rows, 5))
    ]
    large = poll_steps.make_open_now(
        *asked, texts={"de": {"title": "Große Abstimmung"}}, project_id=project.id
    )
    voters = [make_person(NOAH).actor, *poll_steps.make_voters(rows, start=10**6)]
    for voter in voters:
        poll_steps.vote(large, voter, *[[1]] * len(asked), now=NOW)
    board_job.publish_batch(large, NOW)


def _write_pages(rows: int) -> None:
    """Pages of the city, versions of one, and reports of barriers."""
    for number in range(rows):
        save_page("kontakt", seen_version=number, body=f"Text {number}")
        make_own_page(f"Seite {number}")
        make_report(text=f"Meldung {number}")
        done = make_report(text=f"Erledigte Meldung {number}")
        barriers.answer(done.id, coordinator(), NOW, LONG_ENOUGH)


def _put_on_the_sheet(rows: int) -> None:
    """Let one project have so many pictures and documents."""
    project = db.session.scalars(sa.select(Project).filter_by(slug="sp-gleisberg")).one()
    for number in range(1, rows + 1):
        make_project_file(project, data=picture(size=(9, number)))
        make_project_file(project, FileRole.DOCUMENT)


def _follow(rows: int) -> None:
    """Let Mara follow as much as fits on the page of settings, and more."""
    mara = make_person(MARA).actor
    for kind, table in ((Followed.PROJECT, Project), (Followed.TOPIC, Topic)):
        for key in db.session.scalars(sa.select(table.id).limit(rows)):
            following.follow(kind, key, mara, NOW)


def _change(project: Project, number: int) -> None:
    """Let staff save the sheet once more."""
    wanted = {"cost": number, "de.result": f"Ergebnis {number}", "en.title": f"Title {number}"}
    editing.edit(project.id, make_person(KIM).actor, NOW, wanted, seen_version=project.version)


def _add_notes(suggestion: Suggestion, chosen: list[Topic]) -> None:
    """Additions, one hidden, questions and answers to them; the most there can be of additions."""
    kim = coordinator()
    topics.choose(suggestion.id, kim, NOW, [topic.id for topic in chosen], seen=[])
    for number in range(5):
        make_addition(suggestion, now=NOW + timedelta(hours=number))
    for number in range(3):
        make_answer(suggestion, NOW)
        make_question(suggestion, now=NOW + timedelta(hours=10 + number))
    make_answer(suggestion, NOW)
    hidden = make_suggestion()
    note = make_addition(hidden, now=NOW + timedelta(days=2))
    reason = NoteHideCode.INSULT
    notes.hide(note.id, kim, NOW, reason=reason, internal_text="Ein Vermerk.")


def _comment(rows: int) -> None:
    """Let many comment on one project and one suggestion, with replies, reported and hidden."""
    project = db.session.scalars(sa.select(Project).filter_by(slug="sp-gleisberg")).one()
    suggestion = db.session.scalars(sa.select(Suggestion).filter_by(number=1)).one()
    kim, jonas = make_person(KIM), make_person(JONAS)
    for start, thing in ((0, project), (rows, suggestion)):
        for number in range(start, start + rows):
            at = NOW + timedelta(hours=number)
            top = make_comment(thing, author=make_person(NOAH), now=at)
            make_comment(thing, author=jonas, parent=top, now=at)
            for _ in range(6):
                make_comment(thing, author=kim, parent=top, now=at)
            other = make_comment(thing, author=make_person(NOAH), now=at)
            comments.report(other.id, make_person(MARA).actor, at, Reason.INSULT)
            comments.report(top.id, make_person(MARA).actor, at, Reason.INSULT)
            comments.hide(other.id, kim.actor, at, Reason.INSULT)


@pytest.mark.parametrize("rows", [1, 45])
def test_page_costs_no_more_statements_than_allowed(client: CheckingClient, rows: int) -> None:
    fill(client.app, rows)
    with client.app.app_context():
        engine = db.engine
    too_many = []
    for path, persona, most in PAGES:
        client.sign_in(persona)
        with counted(engine) as statements:
            client.get(path)
        if len(statements) > most:
            too_many.append((path, persona, len(statements), most, statements))
    assert too_many == []


def test_statement_too_many_is_counted(app: Flask) -> None:
    with app.app_context(), counted(db.engine) as statements:
        for _ in range(3):
            db.session.execute(sa.text("SELECT 1"))
    assert len(statements) == 3

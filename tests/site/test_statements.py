"""How many SQL statements a page costs: bounded, and the same for few rows and for many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.city import service as city
from participation.city.models import District, Topic
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core.db import db
from participation.meetings import service as meetings
from participation.meetings.rules import MeetingKind
from participation.projects.models import Project
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import (
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_project,
    make_suggestion,
)
from tests.people import JONAS, KIM, MARA, NOAH, NOW, Persona, make_person

#: Page, who reads it, and the most statements it may cost.
PAGES: list[tuple[str, Persona | None, int]] = [
    ("/de/", None, 8),
    ("/de/", MARA, 8),
    ("/de-simple/", None, 8),
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
    ("/de/termine/termin-0/", None, 8),
    ("/en/termine/termin-0/", MARA, 8),
    ("/de/termine/termin-0.ics", None, 5),
    ("/de/verwaltung/termine/1/", KIM, 8),
    ("/de/vorhaben/sp-gleisberg/", None, 8),
    ("/en/vorhaben/sp-gleisberg/", MARA, 8),
    ("/de/anregungen/1/", None, 8),
    ("/de/anregungen/1/", MARA, 8),
    ("/de/anregungen/1/", KIM, 8),
    ("/de/konto/", MARA, 5),
    ("/de/verwaltung/", KIM, 5),
    ("/de/verwaltung/", JONAS, 5),
    ("/de/verwaltung/anregungen/1/", KIM, 8),
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
    ("/de/seiten/hilfe/", None, 0),
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
        topics = list(db.session.scalars(sa.select(Topic)))
        names = ["Gonsenheim", "Altstadt", "Neustadt"]
        districts: list[District] = [make_district(n, i) for i, n in enumerate(names, 1)]
        for number in range(rows):
            project = make_project(
                "sp-gleisberg" if number == 0 else f"vorhaben-{number}",
                title=f"Vorhaben {number}",
                districts=districts,
                topics=topics,
                departments=[make_department()],
                phases=[(NOW.date(), NOW.date() + timedelta(days=n)) for n in range(3)],
                latitude=50.0,
            )
            starts = NOW + timedelta(days=number - rows // 2)
            values = {"starts_at": starts, "ends_at": None, "whole_days": False, "place": "Ort",
                      "kind": MeetingKind.EVENT, "project_id": project.id, "capacity": 20}  # fmt: skip
            meetings.save(f"termin-{number}", values, {"de": f"Termin {number}"}, NOW)
            suggestion = make_suggestion(
                district_id=districts[0].id, project_id=project.id, supports=2
            )
            make_answer(suggestion, NOW)
            make_suggestion(State.SUBMITTED)
        _comment(rows)
        db.session.commit()


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

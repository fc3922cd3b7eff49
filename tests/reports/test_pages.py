"""Figures for everybody and for the board; each leads to a list that has as many rows as it says."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.city import service as city
from participation.city.models import Topic
from participation.core import clock
from participation.core.db import db
from participation.projects.models import Project
from participation.reports import queries, service
from participation.reports.models import KeptFigures
from participation.suggestions import topics
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.worker import Worker
from tests.checking_client import CheckingClient, Page, parse, words_of
from tests.factories import coordinator, make_answer, make_project, make_suggestion
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOW

FIGURES, BOARD = "/de/zahlen/", "/de/beirat/"
TODAY = clock.city_date(NOW)


def make_city() -> None:
    """Suggestions in every state, some late, some with a topic; sheets, one of them stale."""
    for state in State:
        make_suggestion(state, quorum=3)
    late = make_suggestion(now=NOW - timedelta(days=40), supports=2)
    answered = make_suggestion(now=NOW - timedelta(days=20), supports=1)
    make_answer(answered, NOW - timedelta(days=3))
    make_answer(answered, NOW, "Noch eine Fassung der Antwort, die länger ist als die erste.")
    city.save_topic("gruen", 1, {"de": "Grün, Klima und Energie"})
    topic_id = db.session.scalars(sa.select(Topic.id)).one()
    for one in (late, answered):
        topics.choose(one.id, coordinator(), NOW, [topic_id], seen=[])
    make_project()
    make_project("alt").review_on = TODAY - timedelta(days=1)
    db.session.commit()


def take() -> None:
    service.take(NOW, TODAY)
    db.session.commit()


@pytest.fixture
def city_with_figures(app: Flask) -> Iterator[None]:
    with app.app_context():
        make_city()
        take()
        yield
        db.session.rollback()


def leads_to(page: Page) -> list[tuple[int, str]]:
    """Every figure of the main part that is a link, and its address."""
    found = []
    main = next(parse(page.html).iter("main"))
    for link in main.iter("a"):
        number = re.search(r"\d[\d.]*", words_of(link))
        if number and "anregungen/" in (link.get("href") or ""):
            found.append((int(number[0].replace(".", "")), link.get("href") or ""))
    return found


def rows_of(client: CheckingClient, address: str) -> int:
    heading = re.search(r"(\d+) Anregung", client.get(address).main)
    return int(heading[1]) if heading else 0


@pytest.mark.usefixtures("city_with_figures")
def test_each_figure_leads_to_a_list_of_as_many(client: CheckingClient) -> None:
    page = client.get(FIGURES)
    figures = [
        (number, address)
        for number, address in leads_to(page)
        if "unterstuetzung" not in address and "beantwortet" not in address
    ]
    assert len(figures) >= 10
    wrong = [one for one in figures if rows_of(client, one[1]) != one[0]]
    assert wrong == []


@pytest.mark.usefixtures("city_with_figures")
def test_visitor_reads_how_fast_the_city_answers(client: CheckingClient) -> None:
    page = client.get(FIGURES)
    assert "Die Hälfte der Rückmeldungen kam innerhalb von" in page.main
    assert "Versprechen: 15 Arbeitstage. Eingehalten: 100 %." in page.main
    assert "Gezählt am 10. März 2026 um 10:00 Uhr" in page.main


@pytest.mark.usefixtures("city_with_figures")
def test_supports_are_those_of_public_suggestions(client: CheckingClient) -> None:
    hidden = sa.select(sa.func.sum(Suggestion.supports)).where(Suggestion.state == State.HIDDEN)
    everything = db.session.scalar(sa.select(sa.func.sum(Suggestion.supports))) or 0
    kept = queries.newest()
    assert kept is not None
    assert kept.values["supports"] == everything - (db.session.scalar(hidden) or 0) > 0


@pytest.mark.usefixtures("city_with_figures")
def test_board_member_sees_what_waits_and_what_is_stale(client: CheckingClient) -> None:
    client.sign_in(AYLIN)
    main = client.get(BOARD).main
    assert "2 Anregungen warten auf Prüfung" in main
    assert "Bei 1 von 2 ist die Prüfung überfällig." in main
    assert "Überfällige Aufgaben" not in main
    assert "sp-gleisberg" not in client.get("/de/beirat/veraltet/").html
    assert "/de/vorhaben/alt/" in client.get("/de/beirat/veraltet/").html


@pytest.mark.usefixtures("city_with_figures")
def test_stale_list_has_no_drafts(client: CheckingClient) -> None:
    db.session.execute(sa.update(Project).values(published_at=None))
    db.session.commit()
    client.sign_in(KIM)
    assert "Alle Blätter sind geprüft." in client.get("/de/beirat/veraltet/").main


def test_reader_who_comes_before_the_first_count_is_told_so(client: CheckingClient) -> None:
    assert "werden gerade zusammengestellt" in client.get(FIGURES).main


def test_worker_keeps_one_row_a_day(app: Flask, client: CheckingClient) -> None:
    with app.app_context():
        make_suggestion()
        db.session.commit()
    worker = Worker(app)
    worker.run_until_idle()
    assert "1 öffentlich" in client.get(FIGURES).main
    with app.app_context():
        make_suggestion()
        db.session.commit()
    for minutes, shown in ((9, "1 öffentlich"), (11, "2 öffentlich")):
        with clock.stopped_at(NOW + timedelta(minutes=minutes)):
            worker.run_until_idle()
            assert shown in client.get(FIGURES).main
    with app.app_context(), clock.stopped_at(NOW + timedelta(days=1)):
        service.take(clock.now(), clock.city_date(clock.now()))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(KeptFigures)) == 2


def test_list_of_late_ones_has_exactly_those(app: Flask, client: CheckingClient) -> None:
    with app.app_context():
        due = make_suggestion(title="Wartet noch nicht zu lange")
        day = due.due_on
        db.session.commit()
    assert day is not None
    for offset, count in ((0, 0), (1, 1)):
        at = NOW + timedelta(days=(day - TODAY).days + offset)
        with clock.stopped_at(at):
            assert rows_of(client, "/de/anregungen/?antwort=ueberfaellig") == count


@pytest.mark.parametrize("address", ["?antwort=ueberfaellig&seite=x", "?antwort=%00"])
def test_odd_addresses_are_the_plain_list(client: CheckingClient, address: str) -> None:
    client.get(f"/de/anregungen/{address}")


@pytest.mark.parametrize("persona", [JONAS, KIM, AYLIN, ADA])
def test_staff_and_board_find_the_figures_in_the_menu(
    client: CheckingClient, persona: object
) -> None:
    client.sign_in(persona)  # type: ignore[arg-type]
    start = "/de/verwaltung/" if persona in (JONAS, KIM) else "/de/"
    assert f'href="{BOARD}"' in client.get(start).html


def test_resident_may_not_read_the_boards_page(client: CheckingClient) -> None:
    client.sign_in(MARA)
    client.get(BOARD, 403)
    assert BOARD not in client.get("/de/").html


def link_texts(element: Element) -> list[str]:
    return [words_of(link) for link in element.iter("a")]


def test_every_page_leads_to_the_figures(client: CheckingClient) -> None:
    footer = next(parse(client.get("/de/").html).iter("footer"))
    assert "Zahlen zur Beteiligung" in link_texts(footer)
    links = [a.get("href") for a in footer.iter("a")]
    assert FIGURES in [urlsplit(link or "").path for link in links]

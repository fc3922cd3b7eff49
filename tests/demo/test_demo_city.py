"""The demo city: what it holds, and that every page of it is a good one. On both databases."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.accounts.queries import person_by_email
from participation.accounts.views import passwords
from participation.core.clock import city_date
from participation.core.db import db
from participation.demo import city
from participation.demo.polls import POLLS
from participation.journal.models import JournalEntry, OutboxEntry
from participation.notifications.models import Mail
from participation.permissions import Role
from participation.polls import record_reading, verifying
from participation.polls.models import PollRoll
from participation.projects.models import Project
from participation.suggestions import rules
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import SupportGuest
from tests.checking_client import CheckingClient, Page
from tests.conftest import Database
from tests.people import KIM, NOW, Persona

_LANGUAGES = ("de", "de-simple", "en")


@pytest.fixture
def loaded(app: Flask) -> Iterator[Flask]:
    """The app of the demo city."""
    with app.app_context():
        city.load(show_progress=False)
    yield app


def test_demo_is_loaded_in_one_transaction(app: Flask, database: Database) -> None:
    commits: list[None] = []
    note = lambda _connection: commits.append(None)  # noqa: E731
    with app.app_context():
        assert not city.is_loaded()
        db.session.rollback()
        sa.event.listen(database.engine, "commit", note)
        city.load(show_progress=False)
        sa.event.remove(database.engine, "commit", note)
        assert city.is_loaded()
    assert len(commits) == 1


def test_demo_that_fails_on_the_way_leaves_nothing_behind(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "EXAMPLES", (*city.EXAMPLES, None))
    with app.app_context():
        with pytest.raises(AttributeError):
            city.load(show_progress=False)
        db.session.rollback()
        assert not city.is_loaded()
        for table in db.metadata.sorted_tables:
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_demo_holds_people_of_every_role_who_can_sign_in(loaded: Flask) -> None:
    with loaded.app_context():
        found: set[Role] = set()
        for someone in city.PEOPLE:
            person = person_by_email(someone.email)
            assert person is not None
            assert passwords().fits(person.password_hash, city.PASSWORD)
            found |= person.actor.roles
            assert bool(person.actor.departments) == (someone.role is Role.OFFICER)
        assert found == set(Role) - {Role.VISITOR, Role.CLOCK}
        others = sa.select(Person.password_hash).where(Person.email.like("einwohner-%"))
        assert set(db.session.scalars(others)) == {""}


def test_demo_shows_many_states_and_one_suggestion_that_needs_one_more_support(
    loaded: Flask,
) -> None:
    with loaded.app_context():
        all_of_them = db.session.scalars(sa.select(Suggestion)).all()
        assert len(all_of_them) == len(city.EXAMPLES)
        states = Counter(rules.state_at(one.facts, NOW) for one in all_of_them)
        assert len(states) >= 8, states
        assert states[State.COLLECTING] >= 3
        nearly = [one for one in all_of_them if one.supports == 199]
        assert len(nearly) == 1
        assert rules.can_support(nearly[0].facts, NOW)
        numbers = [one.number for one in all_of_them if one.number is not None]
        assert len(numbers) == len(set(numbers)) >= 9


def test_demo_tells_only_what_happened_before_now_and_mails_nobody(loaded: Flask) -> None:
    with loaded.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0
        newest = db.session.scalar(sa.select(sa.func.max(JournalEntry.at)))
        assert newest is not None
        assert newest <= NOW
        for one in db.session.scalars(sa.select(Suggestion)):
            moments = [one.created_at, one.submitted_at, one.published_at, one.answered_at]
            assert all(moment is None or moment <= NOW for moment in moments), one.title
            if one.due_on and rules.state_at(one.facts, NOW) is State.SUBMITTED:
                assert one.due_on > city_date(NOW)


def test_resident_can_bring_the_demos_suggestion_to_the_council(loaded: Flask) -> None:
    with loaded.app_context():
        number = db.session.scalar(sa.select(Suggestion.number).where(Suggestion.supports == 199))
    client = CheckingClient(loaded).sign_in(Persona("mara@example.org"))
    client.post(f"/de/anregungen/{number}/unterstuetzen/")
    page = client.get(f"/de/anregungen/{number}/")
    assert "200 von 200" in page.main


def links(page: Page, pattern: str) -> list[str]:
    """Addresses in the page that look like this, each once."""
    found = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.html)]
    return list(dict.fromkeys(link for link in found if re.fullmatch(pattern, link)))


def walk(client: CheckingClient, address: str, pattern: str) -> list[str]:
    """All things that a list leads to, page by page."""
    things: list[str] = []
    while address:
        page = client.get(address)
        things += links(page, pattern)
        onward = re.search(r'href="([^"]+)" rel="next"', page.html)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert len(things) == len(set(things))
    return things


def test_every_project_of_the_demo_has_a_good_sheet(loaded: Flask) -> None:
    client = CheckingClient(loaded)
    with loaded.app_context():
        slugs = set(db.session.scalars(sa.select(Project.slug)))
    assert len(slugs) == 56
    sheets = walk(client, "/de/vorhaben/", r"/de/vorhaben/[a-z0-9-]+/")
    assert {sheet.split("/")[-2] for sheet in sheets} == slugs
    for sheet in sheets:
        client.get(sheet)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_list_and_a_sample_of_sheets_is_good_in_each_language(
    loaded: Flask, language: str
) -> None:
    client = CheckingClient(loaded)
    for address in ("", "termine/", "konto/anmelden/", "konto/registrieren/", "seiten/hilfe/"):
        client.get(f"/{language}/{address}")
    sheets = walk(client, f"/{language}/vorhaben/?sortierung=titel",
                  rf"/{language}/vorhaben/[a-z0-9-]+/")  # fmt: skip
    assert len(sheets) == 56
    for sheet in sheets[::6]:
        page = client.get(sheet)
        assert f'<html lang="{language}"' in page.html
    suggestions = walk(client, f"/{language}/anregungen/", rf"/{language}/anregungen/\d+/")
    assert len(suggestions) >= 9
    for suggestion in suggestions:
        client.get(suggestion)


def test_staff_find_good_pages_for_every_suggestion(loaded: Flask) -> None:
    client = CheckingClient(loaded).sign_in(Persona("koordination@example.org", KIM.role))
    reviews = walk(client, "/de/verwaltung/", r"/de/verwaltung/anregungen/\d+/")
    assert reviews
    with loaded.app_context():
        keys = list(db.session.scalars(sa.select(Suggestion.id)))
    for key in keys:
        client.get(f"/de/verwaltung/anregungen/{key}/")


def test_visitor_finds_meetings_to_sign_up_for_one_full_one_cancelled_one_with_results(
    loaded: Flask,
) -> None:
    client = CheckingClient(loaded)
    listed = client.get("/de/termine/")
    assert "Abgesagt" in listed.main
    assert "Protokoll und Ergebnisse lesen" in listed.main
    pages = [client.get(link) for link in links(listed, r"/de/termine/[a-z0-9-]+-2026-0[34]-\d\d/")]
    assert any("3 Menschen stehen auf der Warteliste" in page.main for page in pages)
    assert any("21 von 30 Plätzen frei" in page.main for page in pages)
    assert all("Beispiel der Demo" in page.main for page in pages)


def test_visitor_reads_comments_replies_and_official_words_but_not_what_is_hidden(
    loaded: Flask,
) -> None:
    client = CheckingClient(loaded)
    with loaded.app_context():
        number = db.session.scalar(sa.select(Suggestion.number).where(Suggestion.supports == 199))
    page = client.get(f"/de/anregungen/{number}/kommentare/")
    assert "Grün- und Umweltamt (67) ·" in page.main
    assert "Diese Stellungnahme hat die Stadt ausgeblendet: Werbung." in page.main
    assert "halben Preis" not in page.html
    assert "Kinder im Rollstuhl" in client.get("/de/vorhaben/sp-neun-morgen/").main
    client.sign_in(Persona("koordination@example.org"))
    assert "soll doch aus Mainz wegziehen" in client.get("/de/verwaltung/moderation/").main


def test_visitor_reads_a_struck_support_and_a_question_that_was_answered(loaded: Flask) -> None:
    with loaded.app_context():
        numbers = {one.title: one.number for one in db.session.scalars(sa.select(Suggestion))}
        guests = db.session.scalars(sa.select(SupportGuest)).all()
        assert [one.last_name for one in guests].count("Beispiel") == 1
    client = CheckingClient(loaded)
    page = client.get(f"/de/anregungen/{numbers['Radweg am Rheinufer auch im Winter räumen']}/")
    assert "3 Unterstützungen gestrichen" in page.main
    assert "38 von 200" in page.main
    page = client.get(f"/de/anregungen/{numbers['Trinkbrunnen an allen Spielplätzen']}/")
    assert "Auf welchen Spielplätzen wird als Nächstes geprüft?" in page.main
    assert "Antwort darauf" in page.main


def test_visitor_finds_a_poll_that_runs_one_to_come_and_one_that_can_be_recounted(
    loaded: Flask,
) -> None:
    client = CheckingClient(loaded)
    listed = client.get("/de/abstimmungen/")
    polls = {client.get(link).main: link for link in links(listed, r"/de/abstimmungen/[a-z0-9-]+/")}
    assert len(polls) == len(POLLS)
    assert all("Beispiel der Demo" in words for words in polls)
    counted = next(link for words, link in polls.items() if "Ergebnis ansehen" in words)
    assert "84 Menschen haben abgestimmt." in client.get(f"{counted}ergebnis/").main
    document = client.get(f"{counted}ergebnis.json").response.data
    assert verifying.verify(record_reading.read(document)).faults == []
    running = next(link for words, link in polls.items() if "Anmelden und abstimmen" in words)
    assert "37" in client.get(f"{running}tafel/").main
    client.sign_in(Persona("mara@example.org", is_resident=True))
    assert "Was soll zuerst geplant werden?" in client.get(f"{running}stimmzettel/").main


def test_votes_of_the_demo_are_not_mailed_about(loaded: Flask) -> None:
    with loaded.app_context():
        waiting = sa.select(sa.func.count()).select_from(PollRoll).where(PollRoll.mail_due)
        assert db.session.scalar(waiting) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PollRoll)) == 84 + 37

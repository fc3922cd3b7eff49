"""Suggestions through HTTP."""

from participation.core.db import db
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import make_suggestion
from tests.people import KIM, MARA


def test_visitor_reads_a_public_suggestion(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion(supports=3).number
        db.session.commit()
    page = client.get(f"/de/anregungen/{number}/")
    assert "3 von 200" in page.main
    assert "Anmelden und unterstützen" in page.main


def test_resident_supports_once_however_often_they_press(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion().number
        db.session.commit()
    client.sign_in(MARA)
    for _ in range(3):
        client.post(f"/de/anregungen/{number}/unterstuetzen/")
    page = client.get(f"/de/anregungen/{number}/")
    assert "1 von 200" in page.main
    assert "Sie unterstützen diese Anregung." in page.main


def test_coordinator_sees_what_can_be_done(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion(State.IN_REVIEW).id
        db.session.commit()
    page = client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/")
    assert "Veröffentlichen" in page.main

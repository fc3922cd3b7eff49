"""Suggestions through HTTP."""

import pytest

from participation.core import clock
from participation.core.db import db
from participation.suggestions.rules import AUTHORS_ONLY, PUBLIC_STATES, State
from tests.checking_client import CheckingClient
from tests.factories import LONG_ENOUGH, make_district, make_suggestion
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOAH, OTHER_OFFICER, make_person


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


def test_author_reads_what_to_change_and_sends_again(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion(State.RETURNED, author=make_person(MARA)).id
        make_district()
        db.session.commit()
    client.sign_in(MARA)
    page = client.get(f"/de/anregungen/neu/{key}/text/")
    assert "Das bittet die Stadt zu ändern" in page.main
    assert LONG_ENOUGH in page.main
    typed = {"kind": "new-project", "title": "Ein besserer Titel", "text": LONG_ENOUGH,
             "reason": LONG_ENOUGH, "place": "ganz-mainz", "project": ""}  # fmt: skip
    check = client.post(f"/de/anregungen/neu/{key}/text/", typed)
    sent = client.post(check.location)
    assert "Ein besserer Titel" in client.get(sent.location).main


@pytest.mark.parametrize("state", sorted(set(State) - PUBLIC_STATES))
def test_only_the_author_and_who_works_on_it_read_what_is_not_public(
    client: CheckingClient, state: State
) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(state, author=make_person(MARA))
        key, number = suggestion.id, suggestion.number
        db.session.commit()
    own = f"/de/anregungen/eigene/{key}/"
    assert "Mehr Schatten" in client.sign_in(MARA).get(own).main
    for persona in (NOAH, AYLIN, ADA):
        client.sign_in(persona)
        for path in (own, f"/de/anregungen/{number or 1}/", f"/de/anregungen/neu/{key}/text/",
                     f"/de/anregungen/neu/{key}/pruefen/", f"/de/anregungen/neu/{key}/fertig/",
                     f"/de/verwaltung/anregungen/{key}/"):  # fmt: skip
            response = client.browser.get(path)
            assert response.status_code in (403, 404), (path, persona)
            assert "Mehr Schatten" not in response.text
    internal = 404 if state in AUTHORS_ONLY else 200
    client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/", status=internal)


def test_refused_suggestion_says_why_but_not_who_wrote_it(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion(State.REJECTED, author=make_person(MARA)).number
        db.session.commit()
    page = client.get(f"/de/anregungen/{number}/")
    assert "Das Vorhaben ist zu weit fortgeschritten" in page.main
    assert LONG_ENOUGH in page.main
    assert "mara" not in page.html


def test_officer_sees_the_own_departments_tasks_only(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion().id
        make_suggestion(State.SUBMITTED, title="Noch nicht zugewiesen")
        db.session.commit()
    assert "Mehr Schatten" in client.sign_in(JONAS).get("/de/verwaltung/").main
    assert "Noch nicht zugewiesen" not in client.get("/de/verwaltung/").main
    assert (
        "Hier ist gerade nichts zu tun."
        in client.sign_in(OTHER_OFFICER).get("/de/verwaltung/").main
    )
    client.get(f"/de/verwaltung/anregungen/{key}/", status=404)
    answer = {"status": "accepted", "text": LONG_ENOUGH, "seen_revision": "0"}
    client.post(f"/de/verwaltung/anregungen/{key}/antwort/", answer, status=404)


def test_visitor_filters_the_list_by_status_and_district(client: CheckingClient) -> None:
    with client.app.app_context():
        make_suggestion(title="Sammelt noch", district_id=make_district().id)
        make_suggestion(State.REJECTED, title="Ist abgelehnt")
        make_suggestion(State.HIDDEN, title="Ist verborgen")
        make_suggestion(State.DONE, title="Ist umgesetzt", quorum=1)
        db.session.commit()
    everything = client.get("/de/anregungen/").main
    assert "Ist verborgen" not in everything
    shown = {
        "status=sammelt": {"Sammelt noch"},
        "status=abgelehnt": {"Ist abgelehnt"},
        "status=umgesetzt": {"Ist umgesetzt"},
        "stadtteil=gonsenheim": {"Sammelt noch"},
        "stadtteil=gonsenheim&status=umgesetzt": set(),
        "status=gibt-es-nicht": {"Sammelt noch", "Ist abgelehnt", "Ist umgesetzt"},
    }
    for query, expected in shown.items():
        text = client.get(f"/de/anregungen/?{query}").main
        found = {t for t in ("Sammelt noch", "Ist abgelehnt", "Ist umgesetzt") if t in text}
        assert found == expected, query


def test_list_and_page_follow_the_clock_before_the_worker_does(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(supports=3)
        number, closes = suggestion.number, suggestion.closes_at
        db.session.commit()
    with clock.stopped_at(closes):
        assert "Frist vorbei" in client.get(f"/de/anregungen/{number}/").main
        assert "Mehr Schatten" in client.get("/de/anregungen/?status=frist-vorbei").main
        assert "Mehr Schatten" not in client.get("/de/anregungen/?status=sammelt").main
        assert "Gerade sucht keine Anregung" in client.get("/de/").main
        client.sign_in(MARA).post(f"/de/anregungen/{number}/unterstuetzen/", status=409)


def test_hostile_text_of_a_resident_is_only_text(client: CheckingClient) -> None:
    evil = (
        "<script>alert(1)</script> [klick](javascript:alert(1)) <img src=x onerror=alert(1)> " * 2
    )
    with client.app.app_context():
        suggestion = make_suggestion(title=evil[:110], text=evil, reason=evil)
        number, key = suggestion.number, suggestion.id
        db.session.commit()
    for persona, path in ((None, f"/de/anregungen/{number}/"), (None, "/de/anregungen/"), (None, "/de/"),
                          (KIM, f"/de/verwaltung/anregungen/{key}/"), (KIM, "/de/verwaltung/")):  # fmt: skip
        html = client.sign_in(persona).get(path).html
        assert "<script>" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html

"""Suggestions through HTTP."""

from datetime import datetime, time, timedelta

import pytest

from participation.accounts.passwords import Passwords
from participation.core import clock
from participation.core.db import db
from participation.permissions import Role
from participation.suggestions import queries, support
from participation.suggestions.rules import AUTHORS_ONLY, MOST_DRAFTS, PUBLIC_STATES, State
from tests.checking_client import CheckingClient
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    make_answer,
    make_department,
    make_district,
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
    Persona,
    make_person,
)


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
    pages = [(None, f"/de/anregungen/{number}/"), (None, "/de/anregungen/"), (None, "/de/")]
    pages += [(KIM, f"/de/verwaltung/anregungen/{key}/"), (KIM, "/de/verwaltung/")]
    for persona, path in pages:
        html = client.sign_in(persona).get(path).html
        assert "<script>" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html


def test_officer_can_send_the_answer_again_after_a_conflict(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion().id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/antwort/"
    answer = {
        "status": "accepted",
        "text": "Die Antwort von Jonas, lang genug.",
        "seen_revision": "0",
    }
    client.sign_in(KIM).post(path, answer | {"text": "Die Antwort von Kim, lang genug."})
    page = client.sign_in(JONAS).post(path, answer, status=409)
    client.post(path, answer | {"seen_revision": page.value("seen_revision")})
    with client.app.app_context():
        assert len(queries.answers_of(key)) == 2


@pytest.mark.parametrize("state", [State.ADOPTED, State.PARTLY_ADOPTED, State.IMPLEMENTING])
def test_decided_suggestion_stays_in_the_officers_queue(
    client: CheckingClient, state: State
) -> None:
    with client.app.app_context():
        make_suggestion(state, quorum=1)
        db.session.commit()
    assert "Mehr Schatten" in client.sign_in(JONAS).get("/de/verwaltung/").main


def test_reader_sees_by_when_the_city_answers_and_that_it_is_late(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        number, due = suggestion.number, suggestion.due_on
        db.session.commit()
    path = f"/de/anregungen/{number}/"
    assert "Die Stadt antwortet bis Dienstag, 31. März 2026." in client.get(path).main
    late = datetime.combine(due, time(12), clock.CITY_TIME) + timedelta(days=1)
    with clock.stopped_at(late):
        assert "versprochen und ist überfällig" in client.get(path).main


def test_author_finds_the_way_on_from_the_own_page(client: CheckingClient) -> None:
    with client.app.app_context():
        mara = make_person(MARA)
        keys = {
            s: make_suggestion(s, author=mara).id
            for s in (State.RETURNED, State.HIDDEN, State.DRAFT)
        }
        db.session.commit()
    client.sign_in(MARA)
    returned = client.get(f"/de/anregungen/eigene/{keys[State.RETURNED]}/")
    assert LONG_ENOUGH in returned.main
    assert f"/de/anregungen/neu/{keys[State.RETURNED]}/text/" in returned.html
    hidden = client.get(f"/de/anregungen/eigene/{keys[State.HIDDEN]}/").main
    assert "Persönliche Daten anderer Menschen" in hidden
    assert "Vermerk" not in hidden
    assert (
        "noch nicht abgeschickt" in client.get(f"/de/anregungen/eigene/{keys[State.DRAFT]}/").main
    )
    for state in (State.RETURNED, State.DRAFT):
        page = client.get(f"/de/anregungen/neu/{keys[state]}/fertig/", status=303)
        assert page.location == f"/de/anregungen/eigene/{keys[state]}/"


def test_author_takes_back_what_nobody_supports(client: CheckingClient) -> None:
    with client.app.app_context():
        mara = make_person(MARA)
        free = make_suggestion(author=mara)
        supported = make_suggestion(author=mara, supports=1, title="Wird unterstützt")
        numbers, keys = (free.number, supported.number), (free.id, supported.id)
        db.session.commit()
    client.sign_in(NOAH).post(f"/de/anregungen/eigene/{keys[0]}/zurueckziehen/", status=404)
    client.sign_in(MARA).post(f"/de/anregungen/eigene/{keys[0]}/zurueckziehen/")
    client.post(f"/de/anregungen/eigene/{keys[1]}/zurueckziehen/", status=409)
    client.sign_in(None).get(f"/de/anregungen/{numbers[0]}/", status=404)
    client.get(f"/de/anregungen/{numbers[1]}/")


@pytest.mark.parametrize("day", ["2026-03-09", "9999-12-31", "2029-01-01"])
def test_coordinator_cannot_set_a_day_nobody_can_promise(client: CheckingClient, day: str) -> None:
    with client.app.app_context():
        key, department = make_suggestion(State.SUBMITTED).id, make_department().id
        db.session.commit()
    data = {"take-department": str(department), "take-due_on": day}
    page = client.sign_in(KIM).post(f"/de/verwaltung/anregungen/{key}/pruefen/", data, status=422)
    assert "Bitte prüfen Sie das Datum" in page.main
    assert page.value("take-due_on") == day


def test_author_who_presses_twice_has_one_draft_and_not_endlessly_many(
    client: CheckingClient,
) -> None:
    client.sign_in(MARA)
    typed = {"kind": "new-project", "title": "Zweimal gedrückt", "text": LONG_ENOUGH,
             "reason": LONG_ENOUGH, "place": "ganz-mainz", "project": ""}  # fmt: skip
    first, second = (client.post("/de/anregungen/neu/text/", typed).location for _ in range(2))
    assert first == second
    for number in range(MOST_DRAFTS - 1):
        client.post("/de/anregungen/neu/text/", typed | {"title": f"Entwurf Nummer {number}"})
    client.post("/de/anregungen/neu/text/", typed | {"title": "Einer zu viel"}, status=409)


def test_nobody_decides_on_the_own_suggestion(client: CheckingClient) -> None:
    both = Persona("beide@example.org", Role.COORDINATOR, is_resident=True)
    with client.app.app_context():
        key = make_suggestion(State.SUBMITTED, author=make_person(both)).id
        db.session.commit()
    client.sign_in(both).get(f"/de/verwaltung/anregungen/{key}/", status=404)
    client.post(f"/de/verwaltung/anregungen/{key}/pruefen/", status=404)
    client.get(f"/de/anregungen/eigene/{key}/")


def test_visitor_who_presses_a_button_gets_back_to_the_page_after_signing_in(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        number = make_suggestion().number
        password_hash = passwords_of(client).hash("ein gutes Passwort")
        make_person(MARA, password_hash=password_hash)
        db.session.commit()
    page = client.post(f"/de/anregungen/{number}/unterstuetzen/", status=401)
    data = {"email": MARA.email, "password": "ein gutes Passwort", "next": page.value("next"),
            "kept": page.value("kept")}  # fmt: skip
    assert client.post("/de/konto/anmelden/", data).location == f"/de/anregungen/{number}/"


def passwords_of(client: CheckingClient) -> Passwords:
    settings = client.app.extensions["settings"]
    return Passwords(settings.argon2_time_cost, settings.argon2_memory_kib)


def test_title_carries_its_language_on_a_page_in_another(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion().number
        db.session.commit()
    html = client.get(f"/en/anregungen/{number}/").html
    assert '<h1 class="kern-heading-x-large" lang="de">' in html


@pytest.mark.parametrize("persona", [None, KIM], ids=["visitor", "coordinator"])
def test_long_earlier_answer_is_one_click_away(
    client: CheckingClient, persona: Persona | None
) -> None:
    with client.app.app_context():
        found = make_suggestion()
        for text in (
            # Not the one before the newest: what changed since that one is shown.
            "Das dauert. " * 40 + "Schluss.",
            "Kurz und bündig, aber lang genug.",
            "Neu. " * 9,
        ):
            make_answer(found, NOW, text)
        address = f"/de/anregungen/{found.number}/"
        if persona:
            address = f"/de/verwaltung/anregungen/{found.id}/"
        db.session.commit()
    page = client.sign_in(persona).get(address)
    assert "Kurz und bündig" in page.main
    assert "Schluss." not in page.main
    assert f'<a href="{address}?fassung=1#fassungen">' in page.html
    assert "Schluss." in client.get(f"{address}?fassung=1").main
    for hostile in ("9" * 40, "-1", "%00", "%ff"):
        assert "Schluss." not in client.get(f"{address}?fassung={hostile}").main


def test_resident_stops_mails_about_a_suggestion_even_when_the_period_is_over(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        number, path = suggestion.number, f"/de/anregungen/{suggestion.number}/"
        support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
        db.session.commit()
    with clock.stopped_at(NOW + timedelta(weeks=9)):
        client.sign_in(MARA)
        assert "Keine Nachrichten mehr" in client.get(path).main
        for _twice in range(2):
            client.post(f"{path}keine-nachrichten/")
        page = client.get(f"{path}?fertig=abbestellt")
    assert "Sie bekommen keine Nachrichten mehr zu dieser Anregung." in page.main
    assert ">Keine Nachrichten mehr<" not in page.html
    with client.app.app_context():
        kept = queries.by_number(number or 0)
        assert kept is not None
        assert kept.supports == 1


def test_address_alone_thanks_nobody(client: CheckingClient) -> None:
    with client.app.app_context():
        path = f"/de/anregungen/{make_suggestion().number}/"
        db.session.commit()
    for persona in (None, MARA):
        page = client.sign_in(persona).get(f"{path}?fertig=unterstuetzt")
        assert "Ihre Unterstützung zählt" not in page.main
        assert "keine Nachrichten" not in client.get(f"{path}?fertig=abbestellt").main

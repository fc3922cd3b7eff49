"""A meeting's end: cancelled with a reason, over with results; what readers find of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation.core import clock
from participation.core.db import db
from participation.meetings import service
from participation.meetings.queries import MOST_UPCOMING
from participation.meetings.rules import OPEN_END
from participation.meetings.service import Sheet
from tests.checking_client import CheckingClient
from tests.factories import coordinator, make_meeting, make_project, make_supporters, resident
from tests.meetings.test_ical import one_event
from tests.people import KIM, MARA, NOW, make_person

_REASON = "Der Saal hat einen Wasserschaden."
_SHEET = "/de/termine/rundgang-2026-03-11/"
_RESULTS = {"de": {"results": "* Es gibt Bänke."}}


def made(client: CheckingClient, people: int = 0, **values: Any) -> int:
    """A meeting tomorrow, for which so many signed up."""
    with client.app.app_context():
        meeting = make_meeting(values.pop("title", "Rundgang"), **values)
        for person_id in make_supporters(people):
            service.sign_up(meeting.id, resident(person_id), NOW)
        db.session.commit()
        return meeting.id


def test_everybody_reads_why_a_meeting_is_cancelled(client: CheckingClient) -> None:
    path = f"/de/verwaltung/termine/{made(client)}/"
    client.sign_in(KIM)
    typed = {"cancel-seen_sequence": "0", "cancel-reason": _REASON}
    client.post(f"{path}absagen/", typed)
    client.sign_in(None)
    assert f"Grund: {_REASON}" in client.get(_SHEET).main
    english = client.get(_SHEET.replace("/de/", "/en/"))
    assert f'<span lang="de">{_REASON}</span>' in english.html
    event = one_event(client.browser.get("/de/termine.ics").data)
    assert event["STATUS"] == "CANCELLED"
    assert str(event["DESCRIPTION"]) == f"Grund: {_REASON}"


@pytest.mark.parametrize("reason", ["", "  ", "x", "y" * 501])
def test_meeting_is_not_cancelled_without_a_reason(client: CheckingClient, reason: str) -> None:
    path = f"/de/verwaltung/termine/{made(client)}/"
    client.sign_in(KIM)
    typed = {"cancel-seen_sequence": "0", "cancel-reason": reason}
    page = client.post(f"{path}absagen/", typed, status=422)
    assert page.value("cancel-reason") == reason.strip()
    assert 'href="#cancel-reason"' in page.html
    assert '<details class="act-form" open' in page.html
    assert "abgesagt" not in client.get(_SHEET).main


def test_reason_stays_when_a_colleague_was_faster(client: CheckingClient) -> None:
    key = made(client)
    client.sign_in(KIM)
    path = f"/de/verwaltung/termine/{key}/absagen/"
    page = client.post(path, {"cancel-seen_sequence": "7", "cancel-reason": _REASON}, status=409)
    assert page.value("cancel-reason") == _REASON
    assert page.value("cancel-seen_sequence") == "0"
    old = {"cancel-reason": _REASON, "csrf_token": "old", "cancel-seen_sequence": "0"}
    response = client.browser.post(path, data=old)
    assert response.status_code == 422
    assert _REASON in response.text


def test_results_are_found_from_the_list_and_from_the_projects_sheet(
    client: CheckingClient,
) -> None:
    past = NOW - timedelta(days=3)
    with client.app.app_context():
        project = make_project()
        with_results = {"starts_at": past, "project_id": project.id, "texts": _RESULTS}
        make_meeting("Rundgang", **with_results)
        make_meeting("Werkstatt", starts_at=past, project_id=project.id)
        db.session.commit()
    for path in ("/de/termine/", "/de/vorhaben/sp-gleisberg/", "/en/vorhaben/sp-gleisberg/"):
        html = client.get(path).html
        language = path[:4]
        assert f'href="{language}termine/rundgang-2026-03-07/#ergebnisse"' in html, path
        assert f'href="{language}termine/werkstatt-2026-03-07/"' in html, path
        assert html.count("#ergebnisse") == 1
    page = client.get("/de/termine/rundgang-2026-03-07/")
    assert 'id="ergebnisse"' in page.html
    assert "Es gibt Bänke." in page.main


def test_editor_is_led_to_the_minutes_once_the_meeting_is_over(client: CheckingClient) -> None:
    key = made(client)
    over = NOW - timedelta(days=3)
    made(client, title="Werkstatt", starts_at=over)
    client.sign_in(KIM)
    assert "#results_de" not in client.get(_SHEET).html
    page = client.get("/de/termine/werkstatt-2026-03-07/")
    assert f'href="/de/verwaltung/termine/{key + 1}/#results_de"' in page.html
    assert 'id="results_de"' in client.get(f"/de/verwaltung/termine/{key + 1}/").html
    assert "Protokoll" not in client.get("/de/verwaltung/termine/neu/").main
    assert "#results_de" not in client.sign_in(MARA).get("/de/termine/werkstatt-2026-03-07/").html


def test_who_comes_ten_minutes_late_finds_the_meeting_among_the_next_ones(
    client: CheckingClient,
) -> None:
    begins = NOW + timedelta(hours=1)
    with client.app.app_context():
        project = make_project()
        make_meeting("Rundgang", starts_at=begins, project_id=project.id)
        db.session.commit()
    with clock.stopped_at(begins + timedelta(minutes=10)):
        assert "Vorbei" not in client.get("/de/termine/rundgang-2026-03-10/").main
        assert "Zurzeit ist kein Termin geplant" not in client.get("/de/termine/").main
        assert "Zurzeit ist kein Termin" not in client.get("/de/vorhaben/sp-gleisberg/").main
    with clock.stopped_at(begins + OPEN_END):
        assert "Vorbei" in client.get("/de/termine/rundgang-2026-03-10/").main
        assert "Zurzeit ist kein Termin geplant" in client.get("/de/termine/").main
        assert "Zurzeit ist kein Termin" in client.get("/de/vorhaben/sp-gleisberg/").main


def test_list_that_is_too_long_leads_to_the_calendar(client: CheckingClient) -> None:
    with client.app.app_context():
        for number in range(MOST_UPCOMING):
            make_meeting(f"Stand {number}", starts_at=NOW + timedelta(days=number + 1))
        db.session.commit()
    assert "Spätere Termine" not in client.get("/de/termine/").main
    made(client, title="Letzter", starts_at=NOW + timedelta(days=100))
    page = client.get("/de/termine/")
    assert "Letzter" not in page.main
    assert 'href="/de/termine/kalender/?monat=2026-06">Spätere Termine' in page.html


def test_one_place_and_midnight_read_as_people_say_them(client: CheckingClient) -> None:
    made(client, capacity=1, whole_days=True, starts_at=datetime(2026, 3, 10, 23, tzinfo=UTC))
    page = client.get(_SHEET)
    assert "1 von 1 Platz frei" in page.main
    assert "bis Dienstag, 10. März 2026, 23:59 Uhr" in page.main


def test_who_signed_up_can_still_leave_when_no_places_are_counted_any_more(
    client: CheckingClient,
) -> None:
    key = made(client, capacity=2)
    client.sign_in(MARA).post(f"{_SHEET}anmelden/")
    with client.app.app_context():
        words = {"title": "Rundgang", "agenda": "", "accessibility": "", "results": ""}
        sheet = Sheet({"capacity": None}, {"de": words})
        service.change(key, coordinator(), NOW, sheet, seen_sequence=0)
        db.session.commit()
    page = client.get(_SHEET)
    assert "Sie brauchen keine Anmeldung" in page.main
    assert "Vom Termin abmelden" in page.main
    page = client.get(client.post(f"{_SHEET}abmelden/").location)
    assert "Vom Termin abmelden" not in page.main
    assert "Sie sind abgemeldet." in page.main


def test_resident_who_signs_up_and_off_again_and_again_is_stopped(client: CheckingClient) -> None:
    from participation.meetings.rules import MOST_SIGN_UPS_AN_HOUR

    key = made(client, capacity=2)
    client.sign_in(MARA)
    for _ in range(MOST_SIGN_UPS_AN_HOUR):
        client.post(f"{_SHEET}anmelden/")
        client.post(f"{_SHEET}anmelden/")  # pressing twice is no second time
        client.post(f"{_SHEET}abmelden/")
    page = client.post(f"{_SHEET}anmelden/", status=429)
    assert "warten Sie eine Weile" in page.main
    with client.app.app_context():
        other = resident(make_supporters(1)[0])
        assert service.sign_up(key, other, NOW)
        later = NOW + timedelta(hours=1, seconds=1)
        assert service.sign_up(key, make_person(MARA).actor, later)
        db.session.rollback()

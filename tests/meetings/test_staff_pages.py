"""Writing meetings through HTTP."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.meetings.models import Meeting
from tests.checking_client import CheckingClient
from tests.factories import make_meeting, make_project, make_supporters, resident
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOW, Persona

_NEW = "/de/verwaltung/termine/neu/"
_TYPED = {
    "kind": "forum",
    "day": "2026-03-20",
    "begins": "18:00",
    "ends": "20:30",
    "place": "Schloss",
    "title_de": "Forum Rhein",
    "agenda_de": "1. Begrüßung",
    "seen_sequence": "0",
}


def stored(client: CheckingClient) -> dict[str, Any]:
    """The only meeting there is."""
    with client.app.app_context():
        meeting = db.session.scalars(sa.select(Meeting)).one()
        texts = {text.language: (text.title, text.agenda) for text in meeting.texts}
        row = {c.name: getattr(meeting, c.name) for c in Meeting.__table__.columns}
        return row | {"texts": texts}


def made(client: CheckingClient, **values: Any) -> str:
    """The address at which a new meeting is edited."""
    with client.app.app_context():
        key = make_meeting(**values).id
        db.session.commit()
    return f"/de/verwaltung/termine/{key}/"


def test_coordinator_publishes_a_meeting_in_two_languages(client: CheckingClient) -> None:
    with client.app.app_context():
        project = str(make_project().id)
        db.session.commit()
    client.sign_in(KIM).get(_NEW)
    more = {"project": project, "capacity": "30", "sign_up_closes_at": "2026-03-19T12:00",
            "title_en": "River forum"}  # fmt: skip
    page = client.post(_NEW, _TYPED | more)
    row = stored(client)
    assert row["slug"] == "forum-rhein-2026-03-20"
    assert row["starts_at"].isoformat() == "2026-03-20T17:00:00+00:00"
    assert row["ends_at"].isoformat() == "2026-03-20T19:30:00+00:00"
    assert row["sign_up_closes_at"].isoformat() == "2026-03-19T11:00:00+00:00"
    assert (row["capacity"], row["whole_days"], row["project_id"]) == (30, False, int(project))
    assert row["texts"] == {"de": ("Forum Rhein", "1. Begrüßung"), "en": ("River forum", "")}
    assert "Gespeichert" in client.get(page.location).main
    assert "30 von 30 Plätzen frei" in client.get(f"/de/termine/{row['slug']}/").main


@pytest.mark.parametrize(
    ("typed", "starts", "ends", "whole"),
    [
        ({"begins": "", "ends": ""}, "2026-03-19T23:00", "2026-03-20T23:00", True),
        (
            {"begins": "", "ends": "", "last_day": "2026-03-29"},
            "2026-03-19T23:00",
            "2026-03-29T22:00",
            True,
        ),
        ({"ends": ""}, "2026-03-20T17:00", None, False),
        (
            {"last_day": "2026-03-21", "ends": "01:00"},
            "2026-03-20T17:00",
            "2026-03-21T00:00",
            False,
        ),
    ],
)
def test_day_and_hours_are_those_of_the_city_and_come_back_as_typed(
    client: CheckingClient, typed: dict[str, str], starts: str, ends: str | None, whole: bool
) -> None:
    client.sign_in(KIM).post(_NEW, _TYPED | typed)
    row = stored(client)
    assert row["starts_at"].isoformat()[:16] == starts
    assert (row["ends_at"].isoformat()[:16] if row["ends_at"] else None) == ends
    assert row["whole_days"] == whole
    path = f"/de/verwaltung/termine/{row['id']}/"
    page = client.get(path)
    shown = {name: page.value(name) for name in ("day", "begins", "last_day", "ends", "place")}
    expected = _TYPED | {"last_day": ""} | typed
    assert shown == {name: expected[name] for name in shown}
    client.post(path, _TYPED | typed)
    assert stored(client)["sequence"] == 0  # nothing differs


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"title_de": ""}, "title_de", "Bitte geben Sie einen Titel an."),
        ({"results_en": "Words"}, "title_en", "Bitte geben Sie einen Titel an."),
        ({"title_de": "x" * 201}, "title_de", "höchstens 200 Zeichen"),
        ({"day": ""}, "day", "Geben Sie bitte einen Tag an."),
        ({"day": "2026-02-30"}, "day", "Bitte geben Sie ein Datum an"),
        ({"day": "0001-01-01"}, "day", "Bitte prüfen Sie das Jahr."),
        ({"day": "9999-12-31"}, "day", "Bitte prüfen Sie das Jahr."),
        ({"sign_up_closes_at": "0001-01-01T00:00"}, "sign_up_closes_at", "prüfen Sie das Jahr"),
        ({"begins": "25:00"}, "begins", "Bitte geben Sie eine Uhrzeit an"),
        ({"begins": ""}, "begins", "Geben Sie bitte auch den Beginn an."),
        ({"ends": "17:59"}, "ends", "Das Ende liegt vor dem Beginn."),
        ({"last_day": "2026-03-19"}, "ends", "Das Ende liegt vor dem Beginn."),
        ({"ends": "", "begins": "", "last_day": "2026-03-18"}, "last_day", "liegt vor dem Beginn"),
        ({"day": "2026-03-29", "begins": "02:30"}, "begins", "Die Uhr wird umgestellt."),
        ({"capacity": "0"}, "capacity", "eine Zahl ab 1"),
        ({"capacity": "viele"}, "capacity", "Bitte geben Sie eine Zahl an."),
        ({"kind": "feuerwerk"}, "kind", "Bitte wählen Sie eine der Möglichkeiten."),
        ({"project": "4711"}, "project", "Bitte wählen Sie eine der Möglichkeiten."),
    ],
)
def test_coordinator_is_told_what_is_missing_and_keeps_the_rest(
    client: CheckingClient, typed: dict[str, str], field: str, message: str
) -> None:
    page = client.sign_in(KIM).post(_NEW, _TYPED | typed, status=422)
    assert message in page.main
    assert f'href="#{field}"' in page.html
    assert page.value("agenda_de") == "1. Begrüßung"
    with client.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_second_editor_sees_both_and_loses_nothing(client: CheckingClient) -> None:
    path = made(client)
    client.sign_in(KIM)
    client.post(path, _TYPED | {"agenda_de": "Die Fassung der ersten"})
    mine = _TYPED | {"agenda_de": "Die Fassung der zweiten", "place": "Rathaus"}
    page = client.post(path, mine, status=409)
    assert "Inzwischen hat jemand anderes hier etwas geändert" in page.main
    assert page.value("agenda_de") == "Die Fassung der zweiten"
    assert page.value("place") == "Rathaus"
    assert "Die Fassung der ersten" in page.main
    assert stored(client)["place"] == "Schloss"
    # Saving again, with both in sight, is a decision.
    client.post(path, mine | {"seen_sequence": page.value("seen_sequence")})
    assert stored(client)["texts"]["de"][1] == "Die Fassung der zweiten"


def test_same_meeting_twice_keeps_what_was_typed(client: CheckingClient) -> None:
    client.sign_in(KIM).post(_NEW, _TYPED)
    page = client.post(_NEW, _TYPED | {"agenda_de": "Noch einmal"}, status=409)
    assert "gibt es schon" in page.main
    assert page.value("agenda_de") == "Noch einmal"


def test_nobody_loses_a_place_by_a_smaller_number(client: CheckingClient) -> None:
    from participation.meetings import service

    path = made(client, capacity=5)
    with client.app.app_context():
        key = db.session.scalars(sa.select(Meeting.id)).one()
        for person_id in make_supporters(4):
            service.sign_up(key, resident(person_id), NOW)
        db.session.commit()
    client.sign_in(KIM)
    assert "4 Menschen" in client.get(path).main
    page = client.post(path, _TYPED | {"capacity": "3"}, status=409)
    assert "Wer einen Platz hat, behält ihn" in page.main
    client.post(path, _TYPED | {"capacity": "4"})


def test_coordinator_cancels_once(client: CheckingClient) -> None:
    path = made(client)
    client.sign_in(KIM)
    assert client.get(path).value("cancel-seen_sequence") == "0"
    typed = {"cancel-reason": "Der Saal ist gesperrt."}
    client.post(f"{path}absagen/", typed, status=409)  # without what was seen
    page = client.post(f"{path}absagen/", typed | {"cancel-seen_sequence": "0"})
    assert "Dieser Termin ist abgesagt." in client.get(page.location).main
    page = client.post(f"{path}absagen/", typed | {"cancel-seen_sequence": "1"}, status=409)
    assert "schon abgesagt" in page.main
    assert "Termin absagen" not in client.get(path).main


def test_text_stays_when_the_session_is_over(client: CheckingClient) -> None:
    client.sign_in(KIM)
    response = client.browser.post(_NEW, data=_TYPED | {"csrf_token": "old"})
    assert response.status_code == 422
    assert "1. Begrüßung" in response.text


@pytest.mark.parametrize("persona", [MARA, JONAS, AYLIN, ADA])
def test_nobody_else_writes_meetings(client: CheckingClient, persona: Persona) -> None:
    path = made(client)
    client.sign_in(persona)
    for address in (_NEW, path):
        client.get(address, 403)
        client.post(address, _TYPED, status=403)
    client.post(f"{path}absagen/", {"cancel-seen_sequence": "0"}, status=403)
    assert "Neuer Termin" not in client.get("/de/termine/").main
    assert (stored(client)["sequence"], stored(client)["cancelled_at"]) == (0, None)

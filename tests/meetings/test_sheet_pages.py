"""Calendar, sheet and sign-up through HTTP."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation.core import clock
from participation.core.db import db
from participation.meetings import service
from tests.checking_client import CheckingClient, Page, parse, words_of
from tests.factories import coordinator, make_meeting, make_project, make_supporters, resident
from tests.people import AYLIN, JONAS, KIM, MARA, NOAH, NOW, Persona

_CALENDAR = "/de/termine/kalender/"
_SHEET = "/de/termine/rundgang-2026-03-11/"


def made(client: CheckingClient, people: int = 0, **values: Any) -> int:
    """A meeting tomorrow, for which so many signed up."""
    with client.app.app_context():
        meeting = make_meeting(values.pop("title", "Rundgang"), **values)
        for person_id in make_supporters(people):
            service.sign_up(meeting.id, resident(person_id), NOW)
        db.session.commit()
        return meeting.id


def cells(page: Page) -> dict[int, str]:
    """What the table says, by day of the month."""
    found = {}
    for cell in parse(page.html).iter("td"):
        day = cell.find("time")
        if day is not None:
            found[int(words_of(day))] = " ".join(words_of(one) for one in cell.iter("li"))
    return found


def links(page: Page, rel: str) -> list[str]:
    """Months that the calendar leads to."""
    return re.findall(rf'href="[^"]*monat=([^"]*)" rel="{rel}"', page.html)


def test_visitor_sees_the_month_as_a_table_and_as_the_same_list(client: CheckingClient) -> None:
    made(client)
    whole = {"starts_at": datetime(2026, 3, 27, 23, tzinfo=UTC), "whole_days": True,
             "ends_at": datetime(2026, 3, 31, 22, tzinfo=UTC)}  # fmt: skip
    made(client, title="Ausstellung", **whole)
    page = client.get(_CALENDAR)
    table = cells(page)
    assert list(table) == list(range(1, 32))
    assert {day: words for day, words in table.items() if words} == {
        11: "Rundgang", **dict.fromkeys(range(28, 32), "Ausstellung")
    }  # fmt: skip
    root = parse(page.html)
    assert words_of(next(root.iter("caption"))) == "Kalender: März 2026"
    assert len([th for th in root.iter("th") if th.get("scope") == "col"]) == 7
    assert [words_of(e) for e in root.iter("h3")] == ["Rundgang", "Ausstellung"]
    assert page.html.count('aria-current="date"') == 1


def test_whole_days_over_two_months_are_in_both(client: CheckingClient) -> None:
    first, end = datetime(2026, 3, 30, 22, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC)
    made(client, title="Tage", starts_at=first, ends_at=end, whole_days=True)
    march, april = (cells(client.get(f"{_CALENDAR}?monat={m}")) for m in ("2026-03", "2026-04"))
    assert [day for day, words in march.items() if words] == [31]
    assert [day for day, words in april.items() if words] == [1]


@pytest.mark.parametrize(
    ("starts_at", "month", "day"),
    [
        (datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC), "2026-03", 31),
        (datetime(2026, 3, 31, 22, 0, 0, tzinfo=UTC), "2026-04", 1),
        (datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), "2026-10", 31),
        (datetime(2026, 10, 31, 23, 0, 0, tzinfo=UTC), "2026-11", 1),
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "2026-03", 29),
        (datetime(2026, 10, 25, 1, 0, 0, tzinfo=UTC), "2026-10", 25),
    ],
)
def test_meeting_stands_on_its_day_in_the_city(
    client: CheckingClient, starts_at: datetime, month: str, day: int
) -> None:
    made(client, starts_at=starts_at)
    table = cells(client.get(f"{_CALENDAR}?monat={month}"))
    assert [one for one, words in table.items() if words] == [day]


def test_calendar_goes_as_far_as_there_are_meetings(client: CheckingClient) -> None:
    made(client, title="Früher", starts_at=datetime(2026, 1, 5, tzinfo=UTC))
    made(client, title="Später", starts_at=datetime(2026, 4, 5, tzinfo=UTC))
    page = client.get(_CALENDAR)
    assert (links(page, "prev"), links(page, "next")) == (["2026-02"], ["2026-04"])
    page = client.get(f"{_CALENDAR}?monat=2026-04")
    assert (links(page, "prev"), links(page, "next")) == (["2026-03"], [])
    page = client.get(f"{_CALENDAR}?monat=2026-01")
    assert (links(page, "prev"), links(page, "next")) == ([], ["2026-02"])


@pytest.mark.parametrize(
    "month", ["0000-13", "9999-12", "0001-01", "März", "", "2026-3", "%00", "2026-02-30", "-1"]
)
def test_visitor_gets_a_month_whatever_is_typed(client: CheckingClient, month: str) -> None:
    assert "März 2026" in client.get(f"{_CALENDAR}?monat={month}").main


def test_full_day_leads_to_the_list(client: CheckingClient) -> None:
    with client.app.app_context():
        for number in range(5):
            make_meeting(f"Stand {number}")
        db.session.commit()
    page = client.get(_CALENDAR)
    assert cells(page)[11] == "Stand 0 Stand 1 Stand 2 2 weitere"
    assert len([*parse(page.html).iter("h3")]) == 5
    with client.app.app_context():
        for number in range(5, 12):
            make_meeting(f"Stand {number}")
        db.session.commit()
    page = client.get(_CALENDAR)
    assert "Stand 8" not in page.main
    more = re.search(r'href="([^"]+)">9 weitere', page.html)
    assert more
    assert "seite=1#liste" in more[1]
    following = client.get(f"{_CALENDAR}?monat=2026-03&seite=2")
    assert all(f"Stand {number}" in following.main for number in range(8, 12))


def test_visitor_reads_everything_about_a_meeting(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project("uferweg", title="Uferweg").id
        db.session.commit()
    words = {"agenda": "1. Begrüßung\n2. Bänke", "accessibility": "Aufzug", "results": "**Ja**"}
    made(client, texts={"de": words}, project_id=project, ends_at=NOW + timedelta(days=1, hours=2))
    page = client.get(_SHEET)
    for said in ("Mittwoch, 11. März 2026, 10:00 Uhr bis 12:00 Uhr", "Anleger", "Aufzug", "Bänke",
                 "Sie brauchen keine Anmeldung", "Vor Ort", "Protokoll und Ergebnisse"):  # fmt: skip
        assert said in page.main
    assert "<strong>Ja</strong>" in page.html
    assert 'href="/de/vorhaben/uferweg/"' in page.html
    assert f'href="{_SHEET[:-1]}.ics"' in page.html
    assert "Set-Cookie" not in page.response.headers
    client.get("/de/termine/gibt-es-nicht/", 404)


def test_missing_words_fall_back_one_by_one_and_are_marked(client: CheckingClient) -> None:
    made(client, texts={"de": {"agenda": "Punkt"}, "en": {"title": "Walk"}})
    html = client.get(_SHEET.replace("/de/", "/en/")).html
    assert re.search(r"<h1[^>]*>Walk</h1>", html)
    assert re.search(r'<div class="stack stack--s" lang="de"><p>Punkt', html)


def test_visitor_sees_places_and_is_led_to_sign_in(client: CheckingClient) -> None:
    made(client, people=3, capacity=8)
    page = client.get(_SHEET)
    assert "5 von 8 Plätzen frei" in page.main
    assert "bis Mittwoch, 11. März 2026, 10:00 Uhr" in page.main
    assert f"anmelden/?weiter={_SHEET}" in page.html
    assert 'method="post"' not in page.html
    assert "Set-Cookie" not in page.response.headers


def test_resident_takes_a_place_and_gives_it_back(client: CheckingClient) -> None:
    made(client, people=1, capacity=2)
    page = client.sign_in(MARA).get(_SHEET)
    assert "Platz nehmen" in page.main
    assert page.response.headers["Cache-Control"] == "no-store"
    target = client.post(f"{_SHEET}anmelden/").location
    page = client.get(target.partition("#")[0])
    assert "Danke! Sie sind angemeldet." in page.main
    assert "0 von 2 Plätzen frei" in page.main
    client.post(f"{_SHEET}anmelden/")
    assert "Sie haben einen Platz." in client.get(_SHEET).main
    target = client.post(f"{_SHEET}abmelden/").location
    page = client.get(target.partition("#")[0])
    assert "Sie sind abgemeldet." in page.main
    assert "1 von 2 Plätzen frei" in page.main


def test_resident_waits_and_moves_up(client: CheckingClient) -> None:
    made(client, capacity=1)
    client.sign_in(NOAH).post(f"{_SHEET}anmelden/")
    page = client.sign_in(MARA).get(_SHEET)
    assert "Auf die Warteliste setzen" in page.main
    client.post(f"{_SHEET}anmelden/")
    page = client.get(_SHEET)
    assert "Sie sind Nummer 1 auf der Warteliste." in page.main
    assert "1 Mensch steht auf der Warteliste." in page.main
    client.sign_in(NOAH).post(f"{_SHEET}abmelden/")
    assert "Sie haben einen Platz." in client.sign_in(MARA).get(_SHEET).main


@pytest.mark.parametrize(("seconds", "status"), [(-1, 303), (0, 409)])
def test_sign_up_closes_on_the_page_as_in_the_rule(
    client: CheckingClient, seconds: int, status: int
) -> None:
    closing = NOW + timedelta(hours=3)
    made(client, capacity=1, sign_up_closes_at=closing)
    client.sign_in(MARA)
    with clock.stopped_at(closing + timedelta(seconds=seconds)):
        assert ("Platz nehmen" in client.get(_SHEET).main) == (status == 303)
        client.post(f"{_SHEET}anmelden/", status=status)


@pytest.mark.parametrize(
    ("persona", "status"), [(None, 401), (JONAS, 403), (KIM, 403), (AYLIN, 403), (MARA, 303)]
)
def test_only_residents_take_places(
    client: CheckingClient, persona: Persona | None, status: int
) -> None:
    made(client, capacity=3)
    client.sign_in(persona)
    client.post(f"{_SHEET}anmelden/", status=status)
    page = client.get(_SHEET)
    assert ("3 von 3 Plätzen frei" in page.main) == (persona is not MARA)
    assert ("Dienstkonto" in page.main) == (persona in (JONAS, KIM, AYLIN))
    assert ("Termin bearbeiten" in page.main) == (persona is KIM)


def test_cancelled_meeting_says_so_everywhere(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project("uferweg", title="Uferweg").id
        db.session.commit()
    key = made(client, capacity=2, project_id=project)
    with client.app.app_context():
        service.cancel(key, coordinator(), NOW, seen_sequence=0, reason="Der Saal ist gesperrt.")
        db.session.commit()
    page = client.sign_in(MARA).get(_SHEET)
    assert "Dieser Termin ist abgesagt." in page.main
    assert "Platz nehmen" not in page.main
    assert "Abgesagt" in client.get("/de/termine/").main
    assert "Rundgang (abgesagt)" in cells(client.get(_CALENDAR))[11]
    assert "Rundgang" not in client.get("/de/").main
    assert "Zurzeit ist kein Termin geplant." in client.get("/de/vorhaben/uferweg/").main
    client.post(f"{_SHEET}anmelden/", status=409)

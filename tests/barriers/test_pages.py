"""Reports of barriers through HTTP: sent without an account, read and answered by the office."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.barriers import service
from participation.barriers.models import BarrierReport
from participation.core import clock
from participation.core.db import db
from participation.core.messages import NotPermitted
from participation.permissions import VISITOR
from participation.worker import Worker
from tests.checking_client import CheckingClient, Page
from tests.factories import LONG_ENOUGH, coordinator, make_report
from tests.people import ADA, JONAS, KIM, MARA, NOW, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

FORM = "/de/seiten/barrierefreiheit/melden/"
QUEUE = "/de/verwaltung/barrieren/"
_SENT = {"text": "Der Knopf hat keinen Namen.", "page": "/de/vorhaben/", "email": ""}


def reports(app: Flask) -> list[BarrierReport]:
    with app.app_context():
        return list(db.session.scalars(sa.select(BarrierReport).order_by(BarrierReport.id)))


def send(client: CheckingClient, status: int = 303, seconds: int = 10, **typed: str) -> Page:
    """Open the form, write for a while, send."""
    stamp = client.get(FORM).value("stamp")
    with clock.stopped_at(clock.now() + timedelta(seconds=seconds)):
        return client.post(FORM, _SENT | {"stamp": stamp} | typed, status=status)


def test_anybody_reports_a_barrier_and_the_office_answers(client: CheckingClient) -> None:
    done = send(client, email="Rosa@example.org")
    assert "antworten Ihnen per E-Mail" in client.get(done.location).main
    client.sign_in(KIM)
    assert "Der Knopf hat keinen Namen." in client.get(QUEUE).main
    page = client.get(f"{QUEUE}1/")
    assert "Rosa@example.org" in page.main and '<a href="/de/vorhaben/">' in page.html
    client.post(f"{QUEUE}1/", {"text": "kurz"}, status=422)
    client.post(f"{QUEUE}1/", {"text": LONG_ENOUGH})
    assert "nichts zu tun" in client.get(QUEUE).main
    assert "Meldung 1" in client.get(f"{QUEUE}?ansicht=beantwortet").main
    assert LONG_ENOUGH in client.get(f"{QUEUE}1/").main
    late = client.post(f"{QUEUE}1/", {"text": f"Zu spät. {LONG_ENOUGH}"}, status=409)
    assert late.value("text") == f"Zu spät. {LONG_ENOUGH}" and LONG_ENOUGH in late.main


def test_report_without_an_address_says_that_there_is_no_answer(client: CheckingClient) -> None:
    assert "keine Adresse angegeben" in client.get(send(client).location).main
    assert reports(client.app)[0].email == ""


def test_footer_brings_the_page_along_and_never_a_secret(client: CheckingClient) -> None:
    assert f'href="{FORM}?seite=/de/vorhaben/"' in client.get("/de/vorhaben/").html
    assert client.get(f"{FORM}?seite=/de/vorhaben/").value("page") == "/de/vorhaben/"
    for path in ("/de/konto/bestaetigen/GEHEIM/", "/de/anregungen/unterstuetzung/GEHEIM/"):
        html = client.browser.get(path).text
        assert "melden/?seite" not in html and f'href="{FORM}"' in html


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example/",
        "https://evil.example/",
        "javascript:x",
        "/\\evil",
        "/a b",
        "/" + "x" * 400,
    ],
)
def test_only_a_path_is_brought_along(client: CheckingClient, page: str) -> None:
    assert client.browser.get(FORM, query_string={"seite": page}).status_code == 200
    assert 'name="page"' in client.get(FORM).html
    html = client.browser.get(FORM, query_string={"seite": page}).text
    assert f'value="{page}"' not in html


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "//evil.example/", "<b>x</b>", "Startseite"]
)
def test_what_is_no_path_is_no_link(client: CheckingClient, page: str) -> None:
    send(client, page=page)
    html = client.sign_in(KIM).get(f"{QUEUE}1/").html
    assert 'href="javascript' not in html and 'href="//' not in html and "<b>x" not in html


def test_machine_is_refused_with_a_sentence_and_the_text_stays(client: CheckingClient) -> None:
    for bad in ({"seconds": 1}, {"homepage": "https://spam.example/"}, {"stamp": "falsch"}):
        page = send(client, 422, **bad)  # type: ignore[arg-type]
        assert page.value("text") == _SENT["text"] and page.value("homepage") == ""
    assert reports(client.app) == []


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "x",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "@",
        "a" * 300,
    ],
)
def test_address_that_is_none_is_refused(client: CheckingClient, email: str) -> None:
    page = send(client, 422, email=email)
    assert "Schreiben Sie bitte eine E-Mail-Adresse" in page.main
    assert reports(client.app) == []


def test_one_network_address_reports_so_many_times_an_hour(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    client = CheckingClient(app_beside(barrier_report_limit="2 per hour"))
    for number in range(2):
        send(client, text=f"Meldung Nummer {number}")
    send(client, 429, text="Und noch eine.")
    assert len(reports(app)) == 2


def test_same_form_sent_often_at_once_is_one_report(app: Flask) -> None:
    client = CheckingClient(app)
    data = _SENT | {"stamp": client.get(FORM).value("stamp"), "csrf_token": client.token()}
    with clock.stopped_at(NOW + timedelta(seconds=10)):
        cookie = client.browser.get_cookie("sitzung")
        assert cookie

        def press() -> int:
            browser = app.test_client()
            browser.set_cookie("sitzung", cookie.value)
            return browser.post(FORM, data=data).status_code

        assert set(all_at_once([press] * 6)) == {303}
    assert len(reports(app)) == 1


def test_two_answers_at_once_are_one_and_a_sentence(app: Flask) -> None:
    with app.app_context():
        make_report()
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    jobs = [
        lambda words=words: post(
            app, browser, f"{QUEUE}1/", {"csrf_token": csrf, "text": f"{words} {LONG_ENOUGH}"}
        )
        for words in ("Die eine.", "Die andere.")
    ]
    assert sorted(all_at_once(jobs)) == [303, 409]


def test_only_the_office_reads_reports(client: CheckingClient) -> None:
    with client.app.app_context():
        make_report()
        db.session.commit()
    for persona in (MARA, JONAS, ADA):
        client.sign_in(persona).get(QUEUE, status=403)
        client.get(f"{QUEUE}1/", status=403)
    client.sign_in(KIM).get(f"{QUEUE}2/", status=404)


def test_answered_report_is_forgotten_after_half_a_year(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):
            make_report()
        service.answer(1, coordinator(), NOW, LONG_ENOUGH)
        db.session.commit()
    for days, left in ((182, [1, 2]), (184, [2])):
        with clock.stopped_at(NOW - timedelta(hours=1)):
            worker = Worker(app)
        with clock.stopped_at(NOW + timedelta(days=days)):
            worker._do(worker._close_periods)
        assert [one.id for one in reports(app)] == left


def test_answer_needs_the_right(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotPermitted):
        service.answer(1, VISITOR, NOW, LONG_ENOUGH)

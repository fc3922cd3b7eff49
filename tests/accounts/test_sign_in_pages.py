"""Signing in and out through HTTP: sessions, redirects, limits, and what is kept private."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.core import clock
from participation.core.db import db
from tests.accounts.steps import (
    ACCOUNT,
    PASSWORD,
    REGISTER,
    SIGN_IN,
    account_with_password,
    confirmation_link,
    register,
    registration,
    sign_in,
)
from tests.checking_client import CheckingClient
from tests.people import KIM, MARA, NOW

_COOKIE = "sitzung"
_DAYS = 14


@pytest.fixture
def mara(app: Flask) -> CheckingClient:
    """A browser, and Mara has an account with a password."""
    account_with_password(app, MARA)
    return CheckingClient(app)


def test_resident_signs_in_and_sees_the_own_account(mara: CheckingClient) -> None:
    assert sign_in(mara, " Mara@Example.org ").location == ACCOUNT
    assert MARA.email in mara.get(ACCOUNT).main
    assert mara.get(SIGN_IN, 303).location == ACCOUNT


def test_stranger_gets_one_answer_for_a_wrong_password_and_an_unknown_address(
    mara: CheckingClient,
) -> None:
    known = sign_in(mara, MARA.email, "falsches Passwort", 403)
    unknown = sign_in(mara, "nora@example.org", "falsches Passwort", 403)
    assert known.main == unknown.main
    assert "stimmen nicht" in known.main
    assert known.value("email") == MARA.email
    assert "falsches Passwort" not in known.html


@pytest.mark.parametrize("missing", ["email", "password"])
def test_resident_is_told_what_is_missing(mara: CheckingClient, missing: str) -> None:
    data = {"email": MARA.email, "password": PASSWORD} | {missing: ""}
    page = mara.post(SIGN_IN, data, 422)
    assert f'<a href="#{missing}">' in page.html
    assert "Bitte prüfen Sie 1 Angabe" in page.main


def test_person_who_has_not_confirmed_cannot_sign_in(client: CheckingClient) -> None:
    register(client)
    page = sign_in(client, "neu@example.org", PASSWORD, 403)
    assert "stimmen nicht" in page.main
    client.get(ACCOUNT, 303)


@pytest.mark.parametrize(
    "address", ["", "x" * 100_000, "\x00", "' OR 1=1 --", "mara@example.org\x00", "%", "mara@%"]
)
def test_stranger_cannot_sign_in_with_a_hostile_address(mara: CheckingClient, address: str) -> None:
    page = sign_in(mara, address, "falsches Passwort", 403 if address else 422)
    assert "Anmelden" in page.main


def test_signing_in_gives_a_session_and_a_token_of_its_own(mara: CheckingClient) -> None:
    before = mara.token()
    planted = mara.browser.get_cookie(_COOKIE)
    with mara.browser.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(mara, MARA.email)
    with mara.browser.session_transaction() as session:
        assert "planted" not in session
    assert mara.token() != before
    assert planted is not None
    assert mara.browser.get_cookie(_COOKIE).value != planted.value  # type: ignore[union-attr]
    stranger = CheckingClient(mara.app)
    stranger.browser.set_cookie(_COOKIE, planted.value)
    stranger.get(ACCOUNT, 303)


def test_token_of_the_visitor_is_refused_after_signing_in(mara: CheckingClient) -> None:
    before = mara.token()
    sign_in(mara, MARA.email)
    answer = mara.browser.post("/de/konto/abmelden/", data={"csrf_token": before})
    assert answer.status_code == 400
    mara.get(ACCOUNT)


def test_signing_out_makes_a_copied_cookie_worthless(mara: CheckingClient) -> None:
    sign_in(mara, MARA.email)
    copied = mara.browser.get_cookie(_COOKIE)
    assert copied is not None
    thief = CheckingClient(mara.app)
    thief.browser.set_cookie(_COOKIE, copied.value)
    thief.get(ACCOUNT)
    assert mara.post("/de/konto/abmelden/").location == "/de/"
    thief.get(ACCOUNT, 303)
    mara.get(ACCOUNT, 303)


def test_visitor_who_signs_out_does_no_harm(client: CheckingClient) -> None:
    assert client.post("/en/konto/abmelden/").location == "/en/"


def test_signing_out_with_a_link_is_not_possible(mara: CheckingClient) -> None:
    sign_in(mara, MARA.email)
    mara.get("/de/konto/abmelden/", 405)
    mara.get(ACCOUNT)


def test_session_ends_by_itself_after_the_days_that_are_set(mara: CheckingClient) -> None:
    sign_in(mara, MARA.email)
    end = NOW + timedelta(days=_DAYS)
    with clock.stopped_at(end - timedelta(seconds=1)):
        mara.get(ACCOUNT)
    with clock.stopped_at(end):
        mara.get(ACCOUNT, 303)


def test_changing_the_cookie_signs_nobody_in(mara: CheckingClient) -> None:
    sign_in(mara, MARA.email)
    cookie = mara.browser.get_cookie(_COOKIE)
    assert cookie is not None
    for changed in (cookie.value[:-2], cookie.value[2:], "x", "", cookie.value.swapcase()):
        stranger = CheckingClient(mara.app)
        stranger.browser.set_cookie(_COOKIE, changed)
        stranger.get(ACCOUNT, 303)


def test_cookie_is_for_this_site_only_and_not_for_scripts(mara: CheckingClient) -> None:
    cookie = sign_in(mara, MARA.email).response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


_ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/de/\r\nX: y",
    "/de/\r\nSet-Cookie: a=b",
    "/de/\x00",
    "/de/\\..\\evil",
    "evil.example",
    "@evil.example",
    " //evil.example",
    "\u2028//evil.example",
    "/\u2028/evil.example",
    "/[evil.example",
    "//[evil.example",
    "/" + "x" * 50_000,
]


@pytest.mark.parametrize("target", _ELSEWHERE)
def test_person_is_never_sent_elsewhere_after_signing_in(mara: CheckingClient, target: str) -> None:
    offered = mara.get(SIGN_IN, query_string={"weiter": target[:2000]}).value("next")
    assert offered == "" or _stays_here(offered)
    location = sign_in(mara, MARA.email, next=target).location
    assert _stays_here(location)
    assert "\n" not in location


def _stays_here(location: str) -> bool:
    return location[:1] == "/" and location[1:2] not in ("/", "\\", "\t", "\n", "\r")


def test_person_comes_back_to_the_page_that_asked_for_signing_in(mara: CheckingClient) -> None:
    way = mara.get("/de/anregungen/neu/text/?vorhaben=7", 303).location
    target = mara.get(way).value("next")
    assert target == "/de/anregungen/neu/text/?vorhaben=7"
    assert sign_in(mara, MARA.email, next=target).location == target


def test_person_who_tries_too_often_is_asked_to_wait(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    client = CheckingClient(app_beside(sign_in_limit="3 per minute"))
    with clock.stopped_at(NOW):
        account_with_password(app, MARA)
        for _ in range(3):
            sign_in(client, MARA.email, "falsches Passwort", 403)
        page = sign_in(client, MARA.email, PASSWORD, 429)
        assert "Das waren sehr viele Versuche" in page.main
        assert page.response.headers["Retry-After"]
        client.get(SIGN_IN)
        client.get(ACCOUNT, 303)


def test_pages_of_one_person_are_kept_by_no_cache(client: CheckingClient) -> None:
    pages = [client.get(REGISTER), client.post(REGISTER, {}, 422), register(client)]
    link = confirmation_link(client.app)
    pages += [client.get(SIGN_IN), client.get(link), client.post(link, {"password": "x"}, 422)]
    pages += [sign_in(client, "neu@example.org", "falsches Passwort", 403)]
    pages += [client.get(ACCOUNT, 303), client.get("/de/konto/bestaetigen/x/", 410)]
    pages += [client.post(link, {"password": PASSWORD}), client.get(ACCOUNT)]
    pages += [client.get("/de/anregungen/neu/text/"), client.post("/de/konto/abmelden/")]
    for page in pages:
        assert page.response.headers["Cache-Control"] == "no-store", page.response.request.path


def test_neither_pages_nor_log_tell_the_password_or_somebodys_address(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=app.logger.name)
    account_with_password(app, KIM)
    client = CheckingClient(app)
    pages = [
        register(client, "geheim@example.org"),
        client.get("/de/konto/post/"),
        client.post(REGISTER, registration("geheim@example.org", "kurz"), 422),
    ]
    link = confirmation_link(app, "geheim@example.org")
    pages += [client.get(link), client.post(link, {"password": PASSWORD})]
    pages += [client.get(ACCOUNT), client.get("/de/"), client.get("/de/anregungen/neu/text/")]
    pages += [client.post("/de/konto/abmelden/"), client.get("/de/")]
    pages += [sign_in(client, "geheim@example.org", PASSWORD + "!", 403)]
    pages += [sign_in(client, KIM.email, PASSWORD)]
    for page in pages:
        own = page.response.request.path in (ACCOUNT, REGISTER, SIGN_IN)
        assert PASSWORD not in page.html
        assert own or "geheim@example.org" not in page.html
        assert PASSWORD not in str(page.response.headers)
        assert "geheim@example.org" not in str(page.response.headers)
    assert PASSWORD not in caplog.text
    assert "@example.org" not in caplog.text


def test_failed_statement_does_not_tell_the_log_whom_it_was_about(app: Flask) -> None:
    statement = sa.text("SELECT * FROM there_is_no_such_table WHERE email = :email")
    with app.app_context(), pytest.raises(sa.exc.DBAPIError) as failure:
        db.session.execute(statement, {"email": MARA.email})
    assert MARA.email not in str(failure.value), "set hide_parameters in the engine's options"


def test_language_of_the_address_is_the_language_of_the_way(mara: CheckingClient) -> None:
    assert mara.get("/en/konto/", 303).location.startswith("/en/konto/anmelden/?weiter=/en/konto/")
    page = mara.post("/en/konto/anmelden/", {"email": MARA.email, "password": PASSWORD})
    assert page.location == "/en/konto/"


def test_account_of_the_command_line_without_a_password_cannot_be_used(app: Flask) -> None:
    account_with_password(app, MARA)
    with app.app_context():
        db.session.execute(sa.update(Person).values(password_hash=""))
        db.session.commit()
    for tried in (PASSWORD, "a password that nobody has"):
        sign_in(CheckingClient(app), MARA.email, tried, 403)

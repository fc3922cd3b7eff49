"""Registering and confirming through HTTP."""

from datetime import timedelta

import pytest
from flask import Flask

from participation.accounts import tokens
from participation.accounts.queries import person_by_email
from participation.core import clock
from participation.core.db import db
from participation.permissions import Role
from tests.accounts.steps import (
    ACCOUNT,
    PASSWORD,
    REGISTER,
    account_with_password,
    confirmation_link,
    journal_of_people,
    mails_to,
    register,
    registration,
    sign_in,
)
from tests.checking_client import CheckingClient
from tests.people import MARA, NOW


def test_resident_registers_confirms_and_is_signed_in(client: CheckingClient) -> None:
    assert register(client).location == "/de/konto/post/"
    link = confirmation_link(client.app)
    page = client.post(link, {"password": PASSWORD})
    account = client.get(page.location)
    assert "Willkommen" in account.main
    assert "Angemeldet als neu@example.org" in account.main
    with client.app.app_context():
        assert journal_of_people() == ["account:registered", "account:confirmed"]
        found = person_by_email("neu@example.org")
        assert found is not None
        assert found.actor.roles == {Role.RESIDENT}


def test_stranger_cannot_tell_from_any_page_who_has_an_account(app: Flask) -> None:
    account_with_password(app, MARA)
    register(CheckingClient(app), "unbestaetigt@example.org")
    answers = []
    for email in ("fremd@example.org", "unbestaetigt@example.org", MARA.email, "MARA@example.org"):
        client = CheckingClient(app)
        page = register(client, email)
        headers = {k: v for k, v in page.response.headers if k not in ("Set-Cookie", "Date")}
        answers.append((page.response.data, headers, client.get(page.location).response.data))
    assert answers[0] == answers[1] == answers[2] == answers[3]
    with app.app_context():
        assert journal_of_people() == [
            "account:created",
            "account:registered",
            "account:registered",
            "account:registered",
            "account:registered_again",
            "account:registered_again",
        ]


def test_resident_with_an_account_is_told_so_by_mail_and_gets_no_new_link(app: Flask) -> None:
    account_with_password(app, MARA)
    register(CheckingClient(app), MARA.email)
    text = mails_to(app, MARA.email)[-1]
    assert "/konto/anmelden/" in text
    assert "/bestaetigen/" not in text


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_resident_gets_the_mail_in_the_language_of_the_form(app: Flask, language: str) -> None:
    client = CheckingClient(app)
    client.post(f"/{language}/konto/registrieren/", registration())
    assert confirmation_link(app).startswith(f"/{language}/konto/bestaetigen/")


def test_scanner_that_opens_the_link_first_changes_nothing(client: CheckingClient) -> None:
    register(client)
    link = confirmation_link(client.app)
    for _ in range(2):
        client.get(link)
        assert client.browser.head(link).status_code == 200
    with client.app.app_context():
        found = person_by_email("neu@example.org")
        assert found is not None
        assert found.confirmed_at is None
        assert journal_of_people() == ["account:registered"]
    assert client.get(ACCOUNT, 303).location.startswith("/de/konto/anmelden/")
    client.post(link, {"password": PASSWORD})
    client.get(ACCOUNT)


def test_stranger_with_the_link_needs_the_password_too(client: CheckingClient) -> None:
    register(client)
    link = confirmation_link(client.app)
    for wrong in ("", "Wald und Wiese im Schnee", PASSWORD.lower(), PASSWORD + " "):
        page = client.post(link, {"password": wrong}, 422)
        assert "Passwort" in page.main
    client.get(ACCOUNT, 303)
    with client.app.app_context():
        found = person_by_email("neu@example.org")
        assert found is not None
        assert found.confirmed_at is None


def test_resident_who_uses_the_link_twice_does_no_harm(client: CheckingClient) -> None:
    register(client)
    link = confirmation_link(client.app)
    client.post(link, {"password": PASSWORD})
    other = CheckingClient(client.app)
    other.get(link)
    other.post(link, {"password": "Wald und Wiese im Schnee"}, 422)
    other.get(ACCOUNT, 303)
    other.post(link, {"password": PASSWORD})
    other.get(ACCOUNT)
    with client.app.app_context():
        assert journal_of_people() == ["account:registered", "account:confirmed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-3],
        lambda token: token.swapcase(),
        lambda token: token.replace(".", ""),
        lambda token: "x",
        lambda token: token + "A",
        lambda token: "%00" + token,
        lambda token: "A" * 5000,
    ],
)
def test_stranger_with_a_changed_link_is_told_that_it_is_over(
    client: CheckingClient, change: object
) -> None:
    register(client)
    token = confirmation_link(client.app).rstrip("/").rsplit("/", 1)[1]
    link = f"/de/konto/bestaetigen/{change(token)}/"  # type: ignore[operator]
    assert "gilt nicht mehr" in client.get(link, 410).main
    assert "gilt nicht mehr" in client.post(link, {"password": PASSWORD}, 410).main


def test_resident_is_too_late_with_a_link_of_last_week(client: CheckingClient) -> None:
    register(client)
    link = confirmation_link(client.app)
    end = NOW + timedelta(days=tokens.CONFIRMATION_DAYS)
    with clock.stopped_at(end - timedelta(seconds=1)):
        client.get(link)
    with clock.stopped_at(end):
        assert "registrieren Sie sich noch einmal" in client.get(link, 410).main
        client.post(link, {"password": PASSWORD}, 410)


def test_resident_who_registers_again_makes_the_older_link_void(client: CheckingClient) -> None:
    register(client)
    older = confirmation_link(client.app)
    register(client)
    newer = confirmation_link(client.app)
    assert older != newer
    client.get(older, 410)
    client.post(older, {"password": PASSWORD}, 410)
    client.post(newer, {"password": PASSWORD})


def test_password_of_who_took_somebody_elses_address_does_not_survive(app: Flask) -> None:
    stranger, mara = CheckingClient(app), CheckingClient(app)
    register(stranger, MARA.email, "das Passwort des Fremden")
    first = confirmation_link(app, MARA.email)
    register(mara, MARA.email)
    link = confirmation_link(app, MARA.email)
    for one in (first, link):
        stranger.post(one, {"password": "das Passwort des Fremden"}, 410 if one == first else 422)
    mara.post(link, {"password": PASSWORD})
    sign_in(stranger, MARA.email, "das Passwort des Fremden", 403)
    stranger.post(link, {"password": "das Passwort des Fremden"}, 422)
    sign_in(CheckingClient(app), MARA.email)


_TYPED = [
    "zehnZeich.",
    "x" * 200,
    "Ä" * 200,
    "Grüße aus Mainz",
    "Gru\u0308ße aus Mainz",
    "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑",
    "  vorn und hinten leer  ",
    "          ",
    "mit\tTabulator und \u202e mehr",
]


@pytest.mark.parametrize("typed", _TYPED)
def test_password_counts_exactly_as_it_was_typed(client: CheckingClient, typed: str) -> None:
    register(client, password=typed)
    link = confirmation_link(client.app)
    for other in {typed.strip(), typed + " ", typed[:-1]} - {typed, ""}:
        client.post(link, {"password": other}, 422)
    client.post(link, {"password": typed})
    other_browser = CheckingClient(client.app)
    for other in {typed.strip(), typed + " ", typed[:-1]} - {typed, ""}:
        sign_in(other_browser, "neu@example.org", other, 403)
    sign_in(other_browser, "neu@example.org", typed)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "neunZeich"}, "password"),
        ({"password": ""}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"lives_here": ""}, "lives_here"),
        ({"old_enough": ""}, "old_enough"),
    ],
)
def test_resident_keeps_the_address_when_something_else_is_missing(
    client: CheckingClient, changes: dict[str, str], field: str
) -> None:
    data = {k: v for k, v in (registration("mia@example.org") | changes).items() if v}
    page = client.post(REGISTER, data, 422)
    assert page.value("email") == "mia@example.org"
    assert "Bitte prüfen Sie 1 Angabe" in page.main
    assert f'<a href="#{field}">' in page.html
    assert page.html.count("Fehler:") == 1
    assert PASSWORD not in page.html
    with client.app.app_context():
        assert person_by_email("mia@example.org") is None


def test_resident_who_sends_an_empty_form_is_told_of_each_field(client: CheckingClient) -> None:
    page = client.post(REGISTER, {}, 422)
    assert "Bitte prüfen Sie 4 Angaben" in page.main


@pytest.mark.parametrize(
    "address",
    [
        "mia@example.org\r\nBcc: alle@example.org",
        "mia@example.org\nSubject: Gewonnen",
        "mia@example.org, alle@example.org",
        "mia@example.org;alle@example.org",
        "Mia <mia@example.org>",
        "<mia@example.org>",
        "mia@example.org%0d%0aBcc:alle@example.org alle",
        '"mia\r\nBcc: alle"@example.org',
        "mia@localhost",
        "mia@[127.0.0.1]",
        "mia@",
        "mia",
        "mia@" + "a" * 250 + ".org",
        "müa@example.org",
    ],
)
def test_stranger_cannot_smuggle_anything_into_a_mail_through_the_address(
    client: CheckingClient, address: str
) -> None:
    page = register_and_fail(client, address)
    assert '<a href="#email">' in page
    with client.app.app_context():
        assert journal_of_people() == []
        db.session.rollback()


def register_and_fail(client: CheckingClient, address: str) -> str:
    """Send the form with this address; it must come back."""
    return client.post(REGISTER, registration(address), 422).html


@pytest.mark.parametrize("address", [" mia@example.org ", "MIA@Example.org", "mia@example.org\r\n"])
def test_resident_may_write_the_address_with_capitals_and_spaces(
    client: CheckingClient, address: str
) -> None:
    register(client, address)
    with client.app.app_context():
        assert person_by_email("mia@example.org") is not None


def test_resident_with_an_umlaut_domain_gets_a_mail_that_servers_take(app: Flask) -> None:
    register(CheckingClient(app), "mia@grün-mainz.de")
    assert "/bestaetigen/" in mails_to(app, "mia@xn--grn-mainz-r9a.de")[-1]
    register(CheckingClient(app), "mia@xn--grn-mainz-r9a.de")
    with app.app_context():
        assert journal_of_people() == ["account:registered"] * 2

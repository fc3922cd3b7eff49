"""A new password by mail: for the owner of the mailbox, once, and for nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from participation.accounts import tokens
from participation.accounts.queries import credentials_by_email, person_by_email
from participation.core import clock
from participation.permissions import Role
from tests.accounts.steps import (
    ACCOUNT,
    PASSWORD,
    SIGN_IN,
    account_with_password,
    all_at_once,
    ask_for_reset,
    confirmation_link,
    cookie_of,
    journal_of_people,
    kinds_of_mail,
    link_in,
    newest_mail,
    register,
    sign_in,
)
from tests.checking_client import CheckingClient
from tests.people import MARA, NOW

_ASK = "/de/konto/passwort/"
_NEW = "Regen im Wald und auf der Wiese"


@pytest.fixture
def mara(app: Flask) -> CheckingClient:
    """A browser, and Mara has an account with a password."""
    account_with_password(app, MARA)
    return CheckingClient(app)


def test_resident_who_forgot_the_password_sets_a_new_one_and_is_signed_in(
    mara: CheckingClient,
) -> None:
    assert "Passwort vergessen?" in mara.get(SIGN_IN).main
    link = ask_for_reset(mara, MARA.email)
    page = mara.post(link, {"password": _NEW})
    assert "Ihr neues Passwort gilt." in mara.get(page.location).main
    sign_in(CheckingClient(mara.app), MARA.email, PASSWORD, 403)
    sign_in(CheckingClient(mara.app), MARA.email, _NEW)
    assert kinds_of_mail(mara.app, MARA.email) == ["account_reset", "account_password_changed"]


def test_page_is_the_same_for_known_unconfirmed_and_unknown_addresses(
    mara: CheckingClient,
) -> None:
    register(CheckingClient(mara.app), "neu@example.org")
    answers = []
    for email in (MARA.email, "neu@example.org", "nobody@example.org"):
        client = CheckingClient(mara.app)
        page = client.post(_ASK, {"email": email})
        answers.append((page.location, client.get(page.location).response.data))
    assert answers[0] == answers[1] == answers[2]
    assert "Wenn es zu dieser Adresse ein Konto gibt" in client.get(answers[0][0]).main
    with mara.app.app_context():
        assert journal_of_people()[-3:] == [
            "account:reset_asked",
            "account:reset_asked",
            "account:reset_asked_for_nobody",
        ]
    assert kinds_of_mail(mara.app, MARA.email) == ["account_reset"]


def test_resident_finds_the_account_with_an_alias_of_the_mailbox(mara: CheckingClient) -> None:
    mara.post(_ASK, {"email": "Mara+mainz@Example.org"})
    recipient, _ = newest_mail(mara.app, "account_reset")
    assert recipient == MARA.email


def test_scanner_that_opens_the_link_first_changes_nothing(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    for _ in range(3):
        CheckingClient(mara.app).get(link)
    sign_in(CheckingClient(mara.app), MARA.email, PASSWORD)
    mara.post(link, {"password": _NEW})


def test_link_works_once(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    mara.post(link, {"password": _NEW})
    thief = CheckingClient(mara.app)
    assert "gilt nicht mehr" in thief.get(link, 410).main
    thief.post(link, {"password": "das Passwort des Diebs"}, 410)
    sign_in(CheckingClient(mara.app), MARA.email, _NEW)


def test_link_works_once_even_when_it_is_used_ten_times_at_once(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    clients = [CheckingClient(mara.app) for _ in range(10)]
    forms = []
    for number, client in enumerate(clients):
        token = client.token()
        forms.append((cookie_of(client), {"password": f"{_NEW} {number}", "csrf_token": token}))
    statuses = all_at_once(mara.app, link, forms)
    assert sorted(statuses) == [303] + [410] * 9
    winner = statuses.index(303)
    sign_in(CheckingClient(mara.app), MARA.email, f"{_NEW} {winner}")
    with mara.app.app_context():
        assert journal_of_people().count("account:password_reset") == 1


def test_second_link_is_void_when_the_first_one_was_used(mara: CheckingClient) -> None:
    first, second = (ask_for_reset(mara, MARA.email) for _ in range(2))
    mara.post(second, {"password": _NEW})
    mara.get(first, 410)


def test_resident_is_too_late_after_an_hour(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    end = NOW + timedelta(hours=tokens.RESET_HOURS)
    with clock.stopped_at(end - timedelta(seconds=1)):
        mara.get(link)
    with clock.stopped_at(end):
        mara.get(link, 410)
        mara.post(link, {"password": _NEW}, 410)


def test_new_password_ends_all_sessions_and_gives_this_browser_a_new_one(
    mara: CheckingClient,
) -> None:
    thief = CheckingClient(mara.app)
    sign_in(thief, MARA.email)
    copied = cookie_of(thief)
    link = ask_for_reset(mara, MARA.email)
    with mara.browser.session_transaction() as session:
        session["planted"] = "by somebody else"
    planted = cookie_of(mara)
    mara.post(link, {"password": _NEW})
    mara.get(ACCOUNT)
    thief.get(ACCOUNT, 303)
    for old in (copied, planted):
        other = CheckingClient(mara.app)
        other.browser.set_cookie("sitzung", old)
        other.get(ACCOUNT, 303)
    with mara.browser.session_transaction() as session:
        assert "planted" not in session


def test_owner_of_a_mailbox_takes_over_what_a_stranger_registered_with_it(app: Flask) -> None:
    stranger, owner = CheckingClient(app), CheckingClient(app)
    register(stranger, MARA.email, "das Passwort des Fremden")
    old = confirmation_link(app, MARA.email)
    link = ask_for_reset(owner, MARA.email)
    page = owner.post(link, {"password": _NEW}, 422)
    assert "Bitte prüfen Sie 2 Angaben" in page.main  # what the stranger declared is no declaration
    owner.post(link, {"password": _NEW, "lives_here": "y", "old_enough": "y"})
    owner.get(ACCOUNT)
    stranger.get(old, 410)
    sign_in(stranger, MARA.email, "das Passwort des Fremden", 403)
    with app.app_context():
        found = person_by_email(MARA.email)
        assert found is not None
        assert found.actor.roles == {Role.RESIDENT}
        assert journal_of_people()[-2:] == ["account:confirmed", "account:password_reset"]


def test_link_is_void_when_the_address_was_confirmed_or_changed_meanwhile(app: Flask) -> None:
    client = CheckingClient(app)
    register(client)
    confirmation = confirmation_link(app)
    link = ask_for_reset(client, "neu@example.org")
    client.post(confirmation, {"password": PASSWORD})
    client.get(link, 410)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-3],
        lambda token: token.swapcase(),
        lambda token: "x",
        lambda token: "%00" + token,
        lambda token: "A" * 5000,
    ],
)
def test_stranger_with_a_changed_link_is_told_that_it_is_over(
    mara: CheckingClient, change: Callable[[str], str]
) -> None:
    token = ask_for_reset(mara, MARA.email).rstrip("/").rsplit("/", 1)[1]
    mara.get(f"/de/konto/passwort/{change(token)}/", 410)


def test_link_of_one_kind_is_worth_nothing_as_another(mara: CheckingClient) -> None:
    secret = mara.app.extensions["settings"].secret_key
    with mara.app.app_context():
        seen = credentials_by_email(MARA.email)
        assert seen is not None
    confirmation = tokens.write(secret, seen.person_id, seen.password_hash, NOW)
    reset = tokens.write_reset(secret, seen.person_id, seen.seen, NOW)
    mara.get(f"/de/konto/passwort/{confirmation}/", 410)
    mara.get(f"/de/konto/bestaetigen/{reset}/", 410)


def test_attacker_cannot_bend_the_link_with_a_host_header(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    account_with_password(app, MARA)
    site = app_beside(extra_hosts="other.example.org", trusted_proxies=1)
    client = CheckingClient(site)
    data = {"email": MARA.email, "csrf_token": client.token()}
    evil = client.browser.post(_ASK, data=data, headers={"Host": "evil.example"})
    forwarded = client.browser.post(_ASK, data=data, headers={"X-Forwarded-Host": "evil.example"})
    assert (evil.status_code, forwarded.status_code) == (400, 400)
    other = site.test_client()
    page = other.get(_ASK, base_url="http://other.example.org").text
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    answer = other.post(
        _ASK, data=data | {"csrf_token": token}, base_url="http://other.example.org"
    )
    assert answer.status_code == 303
    _, text = newest_mail(site, "account_reset")
    link_in(text, "/konto/passwort/")
    assert "other.example.org" not in text


def test_link_is_told_to_no_other_site_and_kept_by_no_cache(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    for page in (mara.get(link), mara.post(link, {"password": "kurz"}, 422)):
        assert page.response.headers["Referrer-Policy"] == "same-origin"
        assert page.response.headers["Cache-Control"] == "no-store"
    done = mara.post(link, {"password": _NEW})
    assert link not in done.location
    assert link not in mara.get(done.location).html


def test_form_of_another_session_sets_no_password(mara: CheckingClient) -> None:
    link = ask_for_reset(mara, MARA.email)
    foreign = CheckingClient(mara.app).token()
    victim = mara.app.test_client()
    answer = victim.post(link, data={"password": _NEW, "csrf_token": foreign})
    assert answer.status_code == 422
    sign_in(CheckingClient(mara.app), MARA.email, PASSWORD)


def test_attacker_signs_nobody_in_to_the_attackers_account(mara: CheckingClient) -> None:
    victim = mara.app.test_client()
    data = {"email": MARA.email, "password": PASSWORD}
    for token in ({}, {"csrf_token": CheckingClient(mara.app).token()}):
        assert victim.post(SIGN_IN, data=data | token).status_code == 422
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert victim.post(SIGN_IN, data=data, headers=elsewhere).status_code == 400
    assert victim.get(ACCOUNT).status_code == 303


def test_nobody_fills_a_mailbox_with_links(app: Flask, app_beside: Callable[..., Flask]) -> None:
    account_with_password(app, MARA)
    client = CheckingClient(app_beside(reset_mailbox_limit="3 per hour"))
    pages = [client.post(_ASK, {"email": f"mara+{n}@example.org"}) for n in range(6)]
    assert {page.location for page in pages} == {"/de/konto/passwort/post/"}
    assert kinds_of_mail(app, MARA.email) == ["account_reset"] * 3


def test_network_that_asks_too_often_waits(app: Flask, app_beside: Callable[..., Flask]) -> None:
    client = CheckingClient(app_beside(reset_limit="3 per hour"))
    for number in range(3):
        client.post(_ASK, {"email": f"n{number}@example.org"})
    client.post(_ASK, {"email": "n4@example.org"}, 429)


@pytest.mark.parametrize("address", ["", "mia", "mia@example.org\r\nBcc: alle@example.org", "\x00"])
def test_person_who_mistypes_the_address_keeps_it(mara: CheckingClient, address: str) -> None:
    page = mara.post(_ASK, {"email": address}, 422)
    assert '<a href="#email">' in page.html


def test_link_comes_in_the_language_of_the_account(mara: CheckingClient) -> None:
    sign_in(mara, MARA.email)
    mara.post("/de/konto/sprache/", {"language": "en"})
    mara.post(_ASK, {"email": MARA.email})
    _, text = newest_mail(mara.app, "account_reset")
    assert link_in(text, "/konto/passwort/").startswith("/en/")

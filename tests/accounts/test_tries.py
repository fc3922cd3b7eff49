"""Failed sign-ins are limited in the database, for each mailbox and each network."""

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import credentials, tries
from participation.accounts.models import AddressChange, FailedSignIns
from participation.accounts.tries import Counter
from participation.accounts.try_rules import FORGOTTEN_AFTER, MAILBOX_WINDOW, Limit
from participation.core import clock
from participation.core.db import db
from tests.accounts.steps import (
    ACCOUNT,
    PASSWORD,
    SIGN_IN,
    account_with_password,
    ask_for_reset,
    register,
    sign_in,
)
from tests.checking_client import CheckingClient
from tests.people import KIM, MARA, NOAH, NOW, make_person
from tests.site.test_statements import counted

_WRONG = "falsches Passwort"
_MINUTE = timedelta(minutes=1)


@pytest.fixture
def strict(app: Flask, app_beside: Callable[..., Flask]) -> Flask:
    """The platform with the limits that are really set; Mara, Noah and Kim have passwords."""
    for persona in (MARA, NOAH, KIM):
        account_with_password(app, persona)
    return app_beside(failed_sign_ins_mailbox=5, failed_sign_ins_network=30)


def fail(app: Flask, email: str, times: int, status: int = 403) -> None:
    client = CheckingClient(app)
    for _ in range(times):
        sign_in(client, email, _WRONG, status)


@pytest.mark.parametrize("email", [MARA.email, "nobody@example.org"])
def test_stranger_waits_after_five_wrong_passwords_whether_there_is_an_account(
    strict: Flask, email: str
) -> None:
    fail(strict, email, 5)
    page = sign_in(CheckingClient(strict), email, PASSWORD, 429)
    assert "zu viele Versuche. Bitte warten Sie 1 Minute." in page.main
    assert "Passwort vergessen?" in page.main
    assert page.response.headers["Retry-After"] == "61"
    assert page.value("email") == email
    with clock.stopped_at(NOW + _MINUTE):
        sign_in(CheckingClient(strict), email, _WRONG, 403)
        page = sign_in(CheckingClient(strict), email, PASSWORD, 429)
        assert "Bitte warten Sie 2 Minuten." in page.main


def test_aliases_of_a_mailbox_count_together(strict: Flask) -> None:
    for number in range(5):
        fail(strict, f"mara+{number}@example.org", 1)
    sign_in(CheckingClient(strict), "MARA@Example.org", PASSWORD, 429)
    sign_in(CheckingClient(strict), NOAH.email, PASSWORD)


def test_success_lets_the_mailbox_begin_anew(strict: Flask) -> None:
    for _ in range(3):
        fail(strict, MARA.email, 4)
        sign_in(CheckingClient(strict), MARA.email)


def test_stranger_who_keeps_trying_does_not_lock_the_owner_out_for_good(strict: Flask) -> None:
    owner = CheckingClient(strict)
    sign_in(owner, MARA.email)
    at = NOW
    for _ in range(30):
        with clock.stopped_at(at):
            client = CheckingClient(strict)
            client.post(SIGN_IN, {"email": MARA.email, "password": _WRONG}, 403)
            answer = client.browser.post(
                SIGN_IN,
                data={"email": MARA.email, "password": _WRONG, "csrf_token": client.token()},
            )
            at += timedelta(seconds=int(answer.headers.get("Retry-After", 0)))
            if answer.status_code != 429:
                continue
            assert int(answer.headers["Retry-After"]) <= 15 * 60 + 1
    with clock.stopped_at(at - _MINUTE):
        owner.get(ACCOUNT)  # who is signed in notices nothing
    with clock.stopped_at(at):
        sign_in(CheckingClient(strict), MARA.email)  # a quarter of an hour at most
    # The network has its own count, so the owner comes from elsewhere.


def test_owner_gets_in_at_once_with_a_link_for_a_new_password(strict: Flask) -> None:
    fail(strict, MARA.email, 5)
    sign_in(CheckingClient(strict), MARA.email, PASSWORD, 429)
    client = CheckingClient(strict)
    client.post(ask_for_reset(client, MARA.email), {"password": "ein ganz neues Passwort"})
    client.get(ACCOUNT)
    sign_in(CheckingClient(strict), MARA.email, "ein ganz neues Passwort")


def test_network_that_tries_many_mailboxes_waits(strict: Flask) -> None:
    client = CheckingClient(strict)
    for number in range(30):
        sign_in(client, f"number-{number}@example.org", _WRONG, 403)
    sign_in(client, MARA.email, PASSWORD, 429)
    elsewhere = CheckingClient(strict)
    data = {"email": MARA.email, "password": PASSWORD, "csrf_token": elsewhere.token()}
    place = {"REMOTE_ADDR": "203.0.113.9"}
    assert elsewhere.browser.post(SIGN_IN, data=data, environ_base=place).status_code == 303


def test_attacker_with_an_account_does_not_wash_the_network_clean(strict: Flask) -> None:
    client, refused = CheckingClient(strict), 0
    for number in range(40):
        data = {"email": f"number-{number}@example.org", "password": _WRONG}
        token = client.token()
        answer = client.browser.post(SIGN_IN, data=data | {"csrf_token": token})
        refused += answer.status_code == 429
        own = CheckingClient(strict)
        own.browser.post(
            SIGN_IN, data={"email": KIM.email, "password": PASSWORD, "csrf_token": own.token()}
        )
    assert refused >= 9


@pytest.mark.parametrize(("proxies", "trusted"), [(0, ""), (1, ", 198.51.100.7")])
def test_two_hundred_made_up_forwarded_addresses_meet_the_limit(
    app: Flask, app_beside: Callable[..., Flask], proxies: int, trusted: str
) -> None:
    site = app_beside(
        trusted_proxies=proxies, failed_sign_ins_network=30, extra_hosts="proxy.example.org"
    )
    client = CheckingClient(site)
    dice, statuses = random.Random(4), []
    for number in range(200):
        made_up = ".".join(str(dice.randint(1, 254)) for _ in range(4))
        headers = {
            "X-Forwarded-For": made_up + trusted,
            "X-Real-IP": made_up,
            "Forwarded": f"for={made_up}",
        }
        token = client.token()
        data = {"email": f"n{number}@example.org", "password": _WRONG, "csrf_token": token}
        statuses.append(client.browser.post(SIGN_IN, data=data, headers=headers).status_code)
    assert statuses[:30] == [403] * 30
    assert set(statuses[30:]) == {429}


def test_tries_at_once_are_all_counted(strict: Flask) -> None:
    clients = [CheckingClient(strict) for _ in range(12)]
    tokens = [client.token() for client in clients]

    def send(number: int) -> int:
        data = {"email": MARA.email, "password": _WRONG, "csrf_token": tokens[number]}
        return clients[number].browser.post(SIGN_IN, data=data).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(send, range(len(clients))))
    assert sorted(statuses) == [403] * 5 + [429] * 7
    with strict.app_context():
        counts = db.session.scalars(sa.select(FailedSignIns.failures)).all()
    assert list(counts) == [5, 5]


def test_own_password_is_not_tried_out_at_an_open_device(strict: Flask) -> None:
    client = CheckingClient(strict)
    sign_in(client, MARA.email)
    change = {"current": _WRONG, "password": "ein ganz neues Passwort"}
    for _ in range(5):
        page = client.post("/de/konto/passwort-aendern/", change, 422)
        assert "Das Passwort stimmt nicht." in page.main
    page = client.post("/de/konto/passwort-aendern/", change | {"current": PASSWORD}, 422)
    assert "zu viele Versuche" in page.main
    sign_in(CheckingClient(strict), MARA.email)  # which locks nobody out


def test_table_of_failures_tells_neither_address_nor_network(strict: Flask) -> None:
    fail(strict, MARA.email, 2)
    with strict.app_context():
        rows = db.session.execute(sa.select(FailedSignIns)).scalars().all()
        for row in rows:
            assert len(row.key) == 64
            assert row.failures == 2
        db.session.rollback()
    assert len(rows) == 2


def test_worker_forgets_old_failures_and_old_wishes(session: None) -> None:
    one, two = (
        Counter("a" * 64, Limit(5, MAILBOX_WINDOW)),
        Counter("b" * 64, Limit(5, MAILBOX_WINDOW)),
    )
    tries.count([one], NOW)
    tries.count([two], NOW + timedelta(hours=2))
    assert tries.forget_old(NOW + FORGOTTEN_AFTER - timedelta(seconds=1)) == 0
    assert tries.forget_old(NOW + FORGOTTEN_AFTER) == 1
    assert db.session.scalars(sa.select(FailedSignIns.key)).all() == ["b" * 64]
    mara = make_person(MARA)
    db.session.add(
        AddressChange(person_id=mara.id, old_email=MARA.email, email="x@example.org", asked_at=NOW)
    )
    db.session.flush()
    kept = credentials.ADDRESS_CHANGE_KEPT
    assert credentials.forget_address_changes(NOW + kept - timedelta(seconds=1)) == 0
    assert credentials.forget_address_changes(NOW + kept) == 1


_TOKEN = re.compile(r'(?<=name="csrf_token")[^>]*')
_FORMS = {
    "/de/konto/anmelden/": {"password": _WRONG},
    "/de/konto/passwort/": {},
    "/de/konto/registrieren/": {"password": PASSWORD, "lives_here": "y", "old_enough": "y"},
}


@pytest.mark.parametrize("path", _FORMS)
def test_known_unconfirmed_and_unknown_addresses_get_the_same_answer_for_the_same_statements(
    app: Flask, path: str
) -> None:
    for persona in (MARA, KIM):
        account_with_password(app, persona)
    register(CheckingClient(app), "unconfirmed@example.org")
    with app.app_context():
        engine = db.engine
    client, seen = CheckingClient(app), []
    for email in (MARA.email, KIM.email, "unconfirmed@example.org", "nobody@example.org"):
        token = client.token()
        data = _FORMS[path] | {"email": email, "csrf_token": token}
        with counted(engine) as statements:
            answer = client.browser.post(path, data=data)
        kinds = [" ".join(one.split()[:3]) for one in statements]
        # The page has a token of its own: it says the second in which it was made.
        body = _TOKEN.sub("", answer.text.replace(email, "ADDRESS"))
        headers = {k: v for k, v in answer.headers if k not in ("Set-Cookie", "Content-Length")}
        seen.append((kinds, answer.status_code, body, headers))
    assert seen[0][0], "nothing was counted"
    assert all(one == seen[0] for one in seen)

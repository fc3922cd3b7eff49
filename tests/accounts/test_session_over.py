"""A session ends while somebody writes: nothing of what was typed is lost."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.suggestions.models import Suggestion
from tests.accounts.steps import ACCOUNT, PASSWORD, account_with_password, sign_in
from tests.checking_client import CheckingClient, Page, parse
from tests.people import MARA

_WRITE = "/de/anregungen/neu/text/"
_TYPED = {
    "kind": "new-project",
    "title": "Bänke „am\" <Rhein> & Main's Ufer",
    "text": "Erste Zeile, mit Umlauten: äöüß 🌳\r\n\r\nZweite Zeile </textarea><b>fett</b>.",
    "reason": "Weil man sonst nirgends sitzen kann.",
    "place": "ganz-mainz",
    "project": "",
}


@pytest.fixture
def mara(app: Flask) -> CheckingClient:
    """A browser, and Mara has an account with a password."""
    account_with_password(app, MARA)
    return CheckingClient(app)


def hidden(page: Page) -> dict[str, str]:
    """The hidden fields of the form in the main part."""
    main = next(parse(page.html).iter("main"))
    return {
        str(field.get("name")): field.get("value") or ""
        for field in main.iter("input")
        if field.get("type") == "hidden"
    }


def sign_in_with(client: CheckingClient, page: Page, password: str, status: int) -> Page:
    """Fill in the sign-in form of a page and send it, hidden fields included."""
    fields: dict[str, Any] = hidden(page)
    fields.pop("csrf_token")
    return sign_in(client, MARA.email, password, status, **fields)


def test_resident_keeps_a_long_text_when_the_session_ended_meanwhile(
    mara: CheckingClient,
) -> None:
    page = mara.post(_WRITE, _TYPED, 401)
    assert "Was Sie geschrieben haben, ist noch da" in page.main
    again = sign_in_with(mara, page, "falsches Passwort", 403)
    onward = sign_in_with(mara, again, PASSWORD, 200)
    assert "Was Sie vorher geschrieben haben, ist noch da." in onward.main
    assert f'<form method="post" action="{_WRITE}"' in onward.html
    kept = hidden(onward)
    token = kept.pop("csrf_token")
    assert {name: value.splitlines() for name, value in kept.items()} == {
        name: value.splitlines() for name, value in _TYPED.items()
    }
    answer = mara.browser.post(_WRITE, data=kept | {"csrf_token": token})
    assert answer.status_code == 303
    check = mara.get(answer.headers["Location"])
    assert "Alles richtig?" in check.main
    assert _TYPED["title"] in check.main
    assert "Zweite Zeile </textarea><b>fett</b>." in check.main


def test_nothing_is_stored_before_the_person_has_signed_in(mara: CheckingClient) -> None:
    page = mara.post(_WRITE, _TYPED, 401)
    sign_in_with(mara, page, PASSWORD, 200)
    with mara.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion)) == 0


def test_page_that_asks_to_sign_in_is_private_and_has_no_foreign_token(
    mara: CheckingClient,
) -> None:
    page = mara.post(_WRITE, _TYPED, 401)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "csrf_token" not in hidden(page)["kept"]


def test_resident_with_a_text_of_the_longest_length_keeps_it(mara: CheckingClient) -> None:
    typed = _TYPED | {"text": "ä„“\n" * 2000, "reason": 'Ü"\\' * 600}
    page = mara.post(_WRITE, typed, 401)
    kept = hidden(sign_in_with(mara, page, PASSWORD, 200))
    assert kept["text"].split() == typed["text"].split()
    assert kept["reason"] == typed["reason"]


_HOSTILE = [
    "no JSON",
    "{}",
    "[]",
    "null",
    "1",
    '"ab"',
    "[1, 2]",
    '[["a"]]',
    '[["a", 1]]',
    '[["a", "b", "c"]]',
    "[" * 30_000,
    '[["title", "\\ud800"]]',
    '[["\\udfff", "x"]]',
    '[["title", "\\u0000"]]',
    '[["title", "NaN"], ["a", NaN]]',
    '[["\\"><script>alert(1)</script>", "\\"><script>alert(1)</script>"]]',
    json.dumps([["a", "b"]] * 3000),
]


@pytest.mark.parametrize("kept", _HOSTILE)
def test_resident_signs_in_whatever_is_said_to_be_kept(mara: CheckingClient, kept: str) -> None:
    data = {"email": MARA.email, "password": PASSWORD, "kept": kept, "next": _WRITE}
    data["csrf_token"] = mara.token()
    answer = mara.browser.post("/de/konto/anmelden/", data=data)
    assert answer.status_code in (200, 303)
    assert "<script>alert" not in answer.text
    mara.get(ACCOUNT)


def test_form_that_goes_on_is_never_sent_elsewhere(mara: CheckingClient) -> None:
    for target in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        page = sign_in(mara, MARA.email, PASSWORD, 303, kept='[["a", "b"]]', next=target)
        assert page.location == ACCOUNT


def test_resident_whose_token_is_over_sends_once_more_and_loses_nothing(
    mara: CheckingClient,
) -> None:
    mara.sign_in(MARA)
    answer = mara.browser.post(_WRITE, data=_TYPED | {"csrf_token": "of another session"})
    page = Page(answer)
    assert answer.status_code == 422
    assert page.value("title") == _TYPED["title"]
    assert "Bitte senden Sie noch einmal ab" in page.main


def test_visitor_without_any_session_keeps_the_address_when_registering(
    client: CheckingClient,
) -> None:
    answer = client.browser.post("/de/konto/registrieren/", data={"email": "mia@example.org"})
    assert answer.status_code == 422
    assert Page(answer).value("email") == "mia@example.org"

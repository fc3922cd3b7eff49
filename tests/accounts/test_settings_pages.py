"""Password, address, language of mails and devices, changed by the person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import credentials, service, tokens
from participation.accounts.models import AddressChange
from participation.accounts.queries import credentials_by_email, person_by_email
from participation.accounts.rules import ChangedElsewhere, WrongSignIn
from participation.core import clock
from participation.core.db import db
from tests.accounts.steps import (
    ACCOUNT,
    PASSWORD,
    account_with_password,
    all_at_once,
    ask_for_reset,
    cookie_of,
    journal_of_people,
    kinds_of_mail,
    link_in,
    newest_mail,
    person,
    register,
    sign_in,
)
from tests.checking_client import CheckingClient
from tests.people import MARA, NOAH, NOW

_NEW = "Regen im Wald und auf der Wiese"
_CHANGE = "/de/konto/passwort-aendern/"
_ADDRESS = "/de/konto/adresse/"
_SESSIONS = "/de/konto/sitzungen/"
_FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def mara(app: Flask) -> CheckingClient:
    """A browser in which Mara signed in with her password; Noah has an account too."""
    account_with_password(app, MARA)
    account_with_password(app, NOAH)
    client = CheckingClient(app)
    sign_in(client, MARA.email)
    return client


def change_address(client: CheckingClient, email: str) -> str:
    """Ask for another address and return the link that is mailed there."""
    client.post(_ADDRESS, {"email": email, "current": PASSWORD})
    recipient, text = newest_mail(client.app, "account_address_link")
    assert recipient == email
    return link_in(text, "/konto/adresse/")


def test_resident_changes_the_password_and_every_other_browser_is_signed_out(
    mara: CheckingClient,
) -> None:
    thief = CheckingClient(mara.app)
    sign_in(thief, MARA.email)
    own_before = cookie_of(mara)
    page = mara.post(_CHANGE, {"current": PASSWORD, "password": _NEW})
    assert "Ihr neues Passwort gilt." in mara.get(page.location).main
    thief.get(ACCOUNT, 303)
    thief.browser.set_cookie("sitzung", own_before)
    thief.get(ACCOUNT, 303)
    sign_in(CheckingClient(mara.app), MARA.email, PASSWORD, 403)
    sign_in(CheckingClient(mara.app), MARA.email, _NEW)
    recipient, text = newest_mail(mara.app, "account_password_changed")
    assert recipient == MARA.email
    assert "Waren Sie es nicht?" in text
    assert link_in(text, "/konto/passwort/")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current": "falsches Passwort", "password": _NEW}, "current"),
        ({"current": "", "password": _NEW}, "current"),
        ({"current": PASSWORD, "password": "kurz"}, "password"),
    ],
)
def test_password_stays_when_something_is_wrong(
    mara: CheckingClient, typed: dict[str, str], field: str
) -> None:
    page = mara.post(_CHANGE, typed, 422)
    assert f'<a href="#{field}">' in page.html
    assert PASSWORD not in page.html
    sign_in(CheckingClient(mara.app), MARA.email)


def test_password_changed_twice_at_once_is_changed_once(mara: CheckingClient) -> None:
    token, cookie = mara.token(), cookie_of(mara)
    forms = [
        (cookie, {"current": PASSWORD, "password": f"{_NEW} {n}", "csrf_token": token})
        for n in range(4)
    ]
    statuses = all_at_once(mara.app, _CHANGE, forms)
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 401, 409, 422}
    sign_in(CheckingClient(mara.app), MARA.email, f"{_NEW} {statuses.index(303)}")
    with mara.app.app_context():
        assert journal_of_people().count("account:password_changed") == 1


def test_old_password_that_is_checked_just_now_opens_no_session_afterwards(session: None) -> None:
    service.create_person("mia@example.org", "old hash", NOW)
    seen = credentials_by_email("mia@example.org")
    assert seen is not None
    credentials.change_password(seen, "new hash", NOW)
    db.session.flush()
    with pytest.raises(WrongSignIn):
        service.locked_for_sign_in(seen)
    with pytest.raises(ChangedElsewhere):
        credentials.change_password(seen, "third hash", NOW)


def test_resident_changes_the_address_with_a_link_to_the_new_one(mara: CheckingClient) -> None:
    link = change_address(mara, "mara.neu@example.org")
    assert MARA.email in mara.get(ACCOUNT).main
    assert "mara.neu@example.org" in mara.get(link).main
    page = mara.post(link)
    assert "Ihre neue Adresse gilt." in mara.get(page.location).main
    sign_in(CheckingClient(mara.app), MARA.email, PASSWORD, 403)
    sign_in(CheckingClient(mara.app), "mara.neu@example.org")
    with mara.app.app_context():
        assert person("mara.neu@example.org").mailbox == "mara.neu@example.org"
        assert journal_of_people()[-1] == "account:address_changed"


def test_old_address_is_told_even_if_the_new_one_counts_already(mara: CheckingClient) -> None:
    mara.post(change_address(mara, "mara.neu@example.org"))
    recipient, text = newest_mail(mara.app, "account_address_asked")
    assert recipient == MARA.email
    assert "Dann kennt jemand Ihr Passwort." in text
    assert "mara.neu@example.org" not in text


def test_page_does_not_tell_whether_somebody_has_an_account_with_the_new_address(
    mara: CheckingClient,
) -> None:
    register(CheckingClient(mara.app), "unconfirmed@example.org")
    answers = []
    for email in (
        "free@example.org",
        NOAH.email,
        "noah+alias@example.org",
        "unconfirmed@example.org",
    ):
        page = mara.post(_ADDRESS, {"email": email, "current": PASSWORD})
        answers.append((page.location, mara.get(page.location).html))
    assert all(one == answers[0] for one in answers)
    assert kinds_of_mail(mara.app, NOAH.email) == ["account_address_wanted"] * 2
    recipient, text = newest_mail(mara.app, "account_address_wanted")
    assert recipient == "unconfirmed@example.org"
    assert MARA.email not in text
    assert kinds_of_mail(mara.app, MARA.email).count("account_address_link") == 1


def test_two_accounts_never_get_one_mailbox(mara: CheckingClient) -> None:
    noah = CheckingClient(mara.app)
    sign_in(noah, NOAH.email)
    first = change_address(mara, "free@example.org")
    second = change_address(noah, "free+alias@example.org")
    mara.post(first)
    page = noah.post(second, status=409)
    assert "inzwischen ein anderes Konto" in page.main
    assert NOAH.email in noah.get(ACCOUNT).main


def test_link_of_an_address_works_once_even_at_once(mara: CheckingClient) -> None:
    link = change_address(mara, "mara.neu@example.org")
    token, cookie = mara.token(), cookie_of(mara)
    statuses = all_at_once(mara.app, link, [(cookie, {"csrf_token": token})] * 6)
    assert sorted(statuses) == [303] + [410] * 5
    with mara.app.app_context():
        assert journal_of_people().count("account:address_changed") == 1


def test_link_alone_or_session_alone_changes_no_address(mara: CheckingClient) -> None:
    link = change_address(mara, "mara.neu@example.org")
    stranger = CheckingClient(mara.app)
    assert "/konto/anmelden/" in stranger.get(link, 303).location
    noah = CheckingClient(mara.app)
    sign_in(noah, NOAH.email)
    assert "gehört zu einem anderen Konto" in noah.get(link, 410).main
    noah.post(link, status=410)
    wrong = mara.post(_ADDRESS, {"email": "x@example.org", "current": "falsch"}, 422)
    assert wrong.value("email") == "x@example.org"
    with mara.app.app_context():
        assert person_by_email(MARA.email) is not None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AddressChange)) == 1


def test_newer_wish_and_new_password_make_an_older_link_void(mara: CheckingClient) -> None:
    first = change_address(mara, "first@example.org")
    second = change_address(mara, "second@example.org")
    mara.get(first, 410)
    owner = CheckingClient(mara.app)
    owner.post(ask_for_reset(owner, MARA.email), {"password": _NEW})
    owner.get(second, 410)
    owner.post(second, status=410)


def test_link_for_a_password_is_void_after_a_change_of_address(mara: CheckingClient) -> None:
    reset = ask_for_reset(CheckingClient(mara.app), MARA.email)
    mara.post(change_address(mara, "mara.neu@example.org"))
    CheckingClient(mara.app).get(reset, 410)


def test_link_of_an_address_ends_after_a_day_and_does_not_tell_it(mara: CheckingClient) -> None:
    link = change_address(mara, "mara.neu@example.org")
    assert "mara" not in link
    end = NOW + timedelta(hours=tokens.ADDRESS_HOURS)
    with clock.stopped_at(end - timedelta(seconds=1)):
        mara.get(link)
    with clock.stopped_at(end):
        mara.get(link, 410)


def test_resident_is_told_that_it_is_the_same_address(mara: CheckingClient) -> None:
    page = mara.post(_ADDRESS, {"email": "MARA@example.org", "current": PASSWORD}, 422)
    assert "schon haben" in page.main


def test_nobody_fills_other_peoples_mailboxes_by_changing_the_address(
    app: Flask, app_beside: Callable[..., Flask]
) -> None:
    account_with_password(app, MARA)
    account_with_password(app, NOAH)
    client = CheckingClient(app_beside(address_change_limit="2 per hour"))
    sign_in(client, MARA.email)
    for _ in range(4):
        client.post(_ADDRESS, {"email": NOAH.email, "current": PASSWORD})
    assert kinds_of_mail(app, NOAH.email) == ["account_address_wanted"] * 2


def test_resident_chooses_the_language_of_mails(mara: CheckingClient) -> None:
    page = mara.post("/de/konto/sprache/", {"language": "en"})
    assert "Gespeichert." in mara.get(page.location).main
    assert "checked" in mara.get("/de/konto/sprache/").html.partition('value="en"')[0][-90:]
    mara.post("/de/konto/sprache/", {"language": "fr"}, 422)
    mara.post("/de/konto/sprache/", {"language": "en"})
    with mara.app.app_context():
        assert person(MARA.email).language == "en"
        assert journal_of_people().count("account:language_chosen") == 1


def test_resident_sees_the_browsers_and_signs_one_of_them_out(mara: CheckingClient) -> None:
    phone = CheckingClient(mara.app)
    data = {"email": MARA.email, "password": PASSWORD, "csrf_token": phone.token()}
    with clock.stopped_at(NOW + timedelta(minutes=5)):
        phone.browser.post("/de/konto/anmelden/", data=data, headers={"User-Agent": _FIREFOX})
    page = mara.get(_SESSIONS)
    assert "Firefox auf Android" in page.main
    assert "Angemeldet seit 10. März 2026, 10:05 Uhr" in page.main
    assert page.main.count("dieses Gerät") == 1
    path = page.html.partition('action="/de/konto/sitzungen/')[2].partition('"')[0]
    mara.post(_SESSIONS + path)
    phone.get(ACCOUNT, 303)
    mara.get(ACCOUNT)
    assert "Auf allen anderen Geräten abmelden" not in mara.get(_SESSIONS).main


def test_resident_signs_out_everywhere_else_and_nobody_elses_session_ends(
    mara: CheckingClient,
) -> None:
    noah, others = CheckingClient(mara.app), [CheckingClient(mara.app) for _ in range(3)]
    sign_in(noah, NOAH.email)
    for other in others:
        sign_in(other, MARA.email)
    for number in range(1, 8):
        noah.post(f"{_SESSIONS}{number}/beenden/")  # Noah tries to end Mara's
        noah.sign_in(NOAH)
    for one in [mara, *others]:
        one.get(ACCOUNT)
    mara.post(f"{_SESSIONS}andere-beenden/")
    mara.get(ACCOUNT)
    noah.get(ACCOUNT)
    for other in others:
        other.get(ACCOUNT, 303)


def test_person_who_signs_in_again_leaves_no_session_behind(mara: CheckingClient) -> None:
    for _ in range(3):
        sign_in(mara, MARA.email)
    assert mara.get(_SESSIONS).main.count("Angemeldet seit") == 1


def test_page_of_sessions_stays_light_with_many_of_them(mara: CheckingClient) -> None:
    with mara.app.app_context():
        for _ in range(60):
            service.sign_in(
                person(MARA.email), NOW + timedelta(seconds=1), 14, "Firefox", "Windows"
            )
        db.session.commit()
    page = mara.get(_SESSIONS)
    assert "Insgesamt sind es 61." in page.main
    assert page.main.count("dieses Gerät") == 1


def test_settings_are_linked_from_the_account(mara: CheckingClient) -> None:
    page = mara.get(ACCOUNT)
    for path in (_CHANGE, _ADDRESS, "/de/konto/sprache/", _SESSIONS):
        assert f'href="{path}"' in page.html
        CheckingClient(mara.app).get(path, 303)

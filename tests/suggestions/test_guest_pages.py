"""Support without an account, as people meet it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core import clock
from participation.core.db import db
from participation.core.limits import limiter
from participation.notifications.models import Mail
from participation.suggestions import service, support
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from participation.worker import Worker
from tests.checking_client import CheckingClient
from tests.factories import TERMS, make_answer, make_suggestion
from tests.people import KIM, MARA, NOW, make_person
from tests.suggestions.guest_steps import (
    FORM,
    GRETA,
    assert_count_is_true,
    confirm_path,
    own_path,
    send_form,
    support_as_guest,
    texts_to,
)
from tests.suggestions.test_support_rules import CHANGES, in_city

FORM_PATH = "/de/anregungen/1/unterstuetzen/ohne-konto/"


def begin(app: Flask, **values: object) -> int:
    with app.app_context():
        key = make_suggestion(**values).id  # type: ignore[arg-type]
        db.session.commit()
        return key


def count(app: Flask, key: int) -> int:
    with app.app_context():
        return assert_count_is_true(key)


def test_visitor_supports_without_an_account_and_takes_it_back(client: CheckingClient) -> None:
    key = begin(client.app)
    page = client.get("/de/anregungen/1/")
    assert "Mit Konto" in page.main
    assert FORM_PATH in page.html
    sent = send_form(client, 1)
    assert "Bitte sehen Sie in Ihr Postfach" in client.get(sent.location).main
    (text,) = texts_to(client.app, GRETA)
    assert text.startswith("Bitte bestätigen Sie Ihre Unterstützung für Anregung 1")
    assert "bis 12. März 2026, 10:00" in text
    assert "weil jemand diese Adresse auf unserer Seite eingegeben hat" in text
    assert "Ja, ich unterstütze" in client.get(confirm_path(text)).main
    assert count(client.app, key) == 0, "opening the link must not confirm"
    done = client.post(confirm_path(text))
    assert "Danke! Ihre Unterstützung zählt." in client.get(done.location).main
    assert count(client.app, key) == 1
    own = own_path(text)
    assert "Sie unterstützen diese Anregung." in client.get(own).main
    back = client.post(f"{own}zurueckziehen/")
    assert "Ihre Unterstützung ist zurückgenommen." in client.get(back.location).main
    assert count(client.app, key) == 0


def test_page_is_the_same_whoever_supports_already_or_has_an_account(
    client: CheckingClient,
) -> None:
    key = begin(client.app)
    with client.app.app_context():
        support_as_guest(key, "known@example.org")
        support.give(key, make_person(MARA).actor, NOW, TERMS, wants_mail=False)
        db.session.commit()
    answers = []
    addresses = ("unknown@example.org", "known@example.org", "known+x@example.org", MARA.email)
    for minute, email in enumerate(addresses):
        with clock.stopped_at(NOW + timedelta(minutes=minute)):
            sent = send_form(client, 1, email=email)
        answers.append((sent.location, client.get(sent.location).main))
    assert len(set(answers)) == 1
    assert "schon" in texts_to(client.app, "known+x@example.org")[-1].splitlines()[0]
    assert "schon" in texts_to(client.app, MARA.email)[-1].splitlines()[0]
    assert "schon" not in texts_to(client.app, "unknown@example.org")[-1].splitlines()[0]
    assert count(client.app, key) == 2


def test_second_mailbox_of_one_person_reads_the_same_and_does_not_count(
    client: CheckingClient,
) -> None:
    key = begin(client.app)
    pages = []
    for email in (GRETA, "other@example.org"):
        send_form(client, 1, email=email)
        path = confirm_path(texts_to(client.app, email)[-1])
        for _ in range(2):
            done = client.post(path)
            pages.append((done.location, client.get(done.location).main))
    assert len(set(pages)) == 1
    assert count(client.app, key) == 1


def test_form_says_what_is_missing_and_keeps_what_was_typed(client: CheckingClient) -> None:
    begin(client.app)
    page = client.post(FORM_PATH, {"first_name": "Greta", "last_name": "…"}, status=422)
    assert "Bitte prüfen Sie 6 Angaben" in page.main
    assert page.value("first_name") == "Greta"
    page = send_form(client, 1, postcode="65183", status=422)
    assert "Bitte geben Sie eine Postleitzahl von Mainz an." in page.main
    assert page.value("street") == FORM["street"]
    assert 'href="#postcode"' in page.html


def test_form_without_consent_or_declaration_asks_for_nothing(client: CheckingClient) -> None:
    begin(client.app)
    for box in ("consent", "eligible"):
        assert "Bitte prüfen Sie 1 Angabe" in send_form(client, 1, status=422, **{box: ""}).main
    with client.app.app_context():
        assert db.session.scalars(sa.select(SupportRequest)).all() == []


def test_machine_that_is_too_fast_or_fills_the_trap_is_told_so(client: CheckingClient) -> None:
    begin(client.app)
    assert "Das ging sehr schnell." in send_form(client, 1, seconds=1, status=422).main
    page = send_form(client, 1, homepage="x", status=422)
    assert "Ein verstecktes Feld war ausgefüllt" in page.main
    assert page.value("homepage") == ""
    assert page.value("email") == GRETA
    other = client.get("/de/konto/registrieren/").response
    assert other.status_code == 200
    assert "Das ging" in client.post(FORM_PATH, FORM | {"stamp": "forged"}, status=422).main


def test_stamp_of_another_suggestion_is_worth_nothing(client: CheckingClient) -> None:
    begin(client.app)
    begin(client.app)
    stamp = client.get("/de/anregungen/2/unterstuetzen/ohne-konto/").value("stamp")
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        client.post(FORM_PATH, FORM | {"stamp": stamp}, status=422)


def test_one_mailbox_gets_only_so_many_mails_whatever_alias_is_typed(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client.app)
    settings = client.app.extensions["settings"]
    monkeypatch.setattr(settings, "guest_support_mailbox_limit", "2 per hour")
    limiter.reset()
    for number in range(4):
        sent = send_form(client, 1, email=f"bombed+{number}@example.org")
        assert sent.location.endswith("/post/")
    with client.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportRequest)) == 1


def test_one_network_asks_only_so_often(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client.app)
    monkeypatch.setattr(client.app.extensions["settings"], "guest_support_limit", "2 per hour")
    limiter.reset()
    statuses = []
    for number in range(3):
        with clock.stopped_at(NOW):
            response = client.browser.post(FORM_PATH, data=FORM | {"email": f"n{number}@x.org"})
        statuses.append(response.status_code)
    assert statuses[-1] == 429


def test_city_that_wants_accounts_offers_no_other_way(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = begin(client.app)
    send_form(client, 1)
    (text,) = texts_to(client.app, GRETA)
    monkeypatch.setattr(client.app.extensions["settings"], "guest_support", False)
    page = client.get("/de/anregungen/1/")
    assert "Ohne Konto" not in page.main
    assert "Anmelden und unterstützen" in page.main
    assert "nur mit einem Konto" in client.get(FORM_PATH, 404).main
    client.post(FORM_PATH, FORM, status=404)
    client.post(confirm_path(text))
    assert count(client.app, key) == 1, "what was asked for before still counts"


@pytest.mark.parametrize("token", ["nein", "WzEsIngiLDFd.sig", "x" * 3000])
def test_link_that_is_not_ours_is_a_message(client: CheckingClient, token: str) -> None:
    begin(client.app)
    base = f"/de/anregungen/unterstuetzung/{token}/"
    for path in (base, f"{base}bestaetigen/"):
        assert "Dieser Link gilt nicht mehr." in client.get(path, 410).main
    for word in ("bestaetigen", "zurueckziehen", "keine-nachrichten"):
        client.post(f"{base}{word}/", status=410)


def test_link_that_is_too_old_is_a_message(client: CheckingClient) -> None:
    begin(client.app)
    send_form(client, 1)
    (text,) = texts_to(client.app, GRETA)
    with clock.stopped_at(NOW + timedelta(hours=49)):
        client.get(confirm_path(text), 410)
        client.post(confirm_path(text), status=410)
        assert texts_to(client.app, GRETA) == [], "no mail about what cannot be confirmed"
        Worker(client.app).step()
    with client.app.app_context():
        assert db.session.scalars(sa.select(SupportRequest)).all() == []


def test_guest_who_agreed_hears_of_the_answer_and_can_stop_that(client: CheckingClient) -> None:
    key = begin(client.app)
    with client.app.app_context():
        support_as_guest(key, wants_mail=True)
        support_as_guest(key, "silent@example.org")
        make_answer(db.session.get_one(Suggestion, key), NOW)
        db.session.commit()
    (text,) = texts_to(client.app, GRETA)
    assert text.startswith("Die Stadt hat auf Anregung 1 geantwortet")
    assert "weil Sie diese Anregung unterstützen" in text
    assert texts_to(client.app, "silent@example.org") == []
    own = own_path(text)
    assert "Wir schreiben Ihnen" in client.get(own).main
    done = client.post(f"{own}keine-nachrichten/")
    assert "Sie bekommen keine Nachrichten mehr" in client.get(done.location).main
    assert texts_to(client.app, GRETA) == [], "what waits to be sent is not sent any more"
    assert count(client.app, key) == 2


def test_person_with_account_who_supported_as_guest_gets_one_mail(client: CheckingClient) -> None:
    key = begin(client.app)
    with client.app.app_context():
        author = db.session.get_one(Suggestion, key).author_id
        support_as_guest(key, "noah+gast@example.org", wants_mail=True)
        make_answer(db.session.get_one(Suggestion, key), NOW)
        db.session.commit()
    texts_to(client.app, GRETA)
    with client.app.app_context():
        readers = sa.select(Mail.person_id, Mail.guest_id).filter_by(template="suggestion_answered")
        assert [tuple(row) for row in db.session.execute(readers)] == [(author, None)]


def test_person_sees_that_the_mailbox_supports_already(client: CheckingClient) -> None:
    key = begin(client.app)
    with client.app.app_context():
        support_as_guest(key, "mara+zeitung@example.org")
        db.session.commit()
    client.sign_in(MARA)
    page = client.get("/de/anregungen/1/")
    assert "Sie unterstützen diese Anregung." in page.main
    client.post("/de/anregungen/1/unterstuetzen/")
    assert count(client.app, key) == 1
    client.post("/de/anregungen/1/zurueckziehen/")
    assert count(client.app, key) == 0


def test_signed_in_resident_is_led_to_the_button(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    assert client.get(FORM_PATH, 303).location.endswith("/de/anregungen/1/#unterstuetzung")


@pytest.mark.parametrize("persona", [None, MARA])
def test_nobody_but_the_coordinator_reads_names(client: CheckingClient, persona: object) -> None:
    key = begin(client.app)
    with client.app.app_context():
        support_as_guest(key, last_name="Unverwechselbar")
        db.session.commit()
    client.sign_in(persona)  # type: ignore[arg-type]
    assert "Unverwechselbar" not in client.get("/de/anregungen/1/").html
    client.sign_in(KIM)
    assert "Unverwechselbar" not in client.get("/de/anregungen/1/").html
    page = client.get(f"/de/verwaltung/anregungen/{key}/unterstuetzungen/")
    assert "Unverwechselbar" in page.main
    assert page.response.headers["Cache-Control"] == "no-store"


def test_pages_of_one_persons_link_are_kept_by_nobody(client: CheckingClient) -> None:
    begin(client.app)
    send_form(client, 1)
    (text,) = texts_to(client.app, GRETA)
    for path in (confirm_path(text), own_path(text), FORM_PATH):
        assert client.get(path).response.headers["Cache-Control"] == "no-store"


@contextmanager
def at(moment: object) -> Iterator[None]:
    with clock.stopped_at(moment):  # type: ignore[arg-type]
        yield


@pytest.mark.parametrize("change", CHANGES)
def test_support_ends_to_the_second_after_the_clocks_changed(
    client: CheckingClient, change: date
) -> None:
    opens = in_city(change - timedelta(days=20), 9, 30)
    key = begin(client.app, now=opens)
    with client.app.app_context():
        closes = db.session.get_one(Suggestion, key).closes_at
        assert closes is not None
    second = timedelta(seconds=1)
    for moment, status, expected in [
        (opens, 303, 1), (closes - second, 303, 0), (closes, 409, 0), (closes + second, 409, 0),
    ]:  # fmt: skip
        with at(moment):
            client.sign_in(MARA)
            word = "zurueckziehen" if moment == closes - second else "unterstuetzen"
            client.post(f"/de/anregungen/1/{word}/", status=status)
        assert count(client.app, key) == expected
    with at(closes - second):
        client.sign_in(None)
        assert "Ohne Konto" in client.get("/de/anregungen/1/").main
        assert client.get(FORM_PATH)
    with at(closes):
        assert "Ohne Konto" not in client.get("/de/anregungen/1/").main
        assert "Die Frist zum Unterstützen ist vorbei." in client.get(FORM_PATH, 409).main


def test_worker_forgets_and_closes_without_touching_what_counts(client: CheckingClient) -> None:
    key = begin(client.app)
    with client.app.app_context():
        support_as_guest(key)
        db.session.commit()
        service.close_periods(NOW, TERMS)
        assert db.session.get_one(Suggestion, key).state is State.COLLECTING
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportGuest)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Support)) == 1

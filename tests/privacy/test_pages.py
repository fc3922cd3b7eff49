"""Own data and the end of an account through HTTP: pages, attacks, what is left of sessions."""

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.core.db import db
from participation.suggestions import links, service
from participation.suggestions.rules import State
from tests.accounts.steps import PASSWORD, confirmation_link, register, sign_in
from tests.checking_client import CheckingClient
from tests.factories import TERMS, _given, coordinator, make_suggestion
from tests.people import ADA, KIM, MARA, NOAH, NOW, make_person
from tests.privacy.steps import DELETE, ask_to_delete, lived, with_password
from tests.suggestions.guest_steps import assert_count_is_true, support_as_guest, texts_to

GONE = "/de/konto/geloescht/"


def exists(app: Flask, email: str) -> bool:
    with app.app_context():
        return db.session.scalar(sa.select(Person.id).where(Person.email == email)) is not None


def begin(client: CheckingClient) -> None:
    with client.app.app_context():
        with_password(MARA)
        db.session.commit()
    client.sign_in(MARA)


def test_account_leads_to_own_data_and_to_deleting(client: CheckingClient) -> None:
    begin(client)
    assert "/de/konto/daten/" in client.get("/de/konto/").html
    page = client.get("/de/konto/daten/")
    assert "Meine Daten herunterladen" in page.main
    assert DELETE in page.html


def test_page_says_what_goes_and_what_stays(client: CheckingClient) -> None:
    lived(client.app)
    client.sign_in(MARA)
    said = client.get(DELETE).main
    for sentence in (
        "1 Entwurf mit Anhängen",
        "3 Anregungen, die noch bei der Stadt liegen: Sie werden zurückgezogen.",
        "1 Anmeldung zu einem Termin: Der Platz geht an die nächste Person.",
        "2 Unterstützungen zählen weiter, ohne Bezug zu Ihnen.",
        "1 Anregung, die genug Unterstützung gefunden hat",
    ):
        assert sentence in said


@pytest.mark.parametrize("wish", ["stay", "go"])
def test_resident_deletes_the_account(client: CheckingClient, wish: str) -> None:
    lived(client.app)
    client.sign_in(MARA)
    other = CheckingClient(client.app).sign_in(MARA)
    assert ask_to_delete(client, wish).location == GONE
    assert "Ihr Konto ist gelöscht" in client.get(GONE).main
    assert not exists(client.app, MARA.email)
    for browser in (client, other):
        assert browser.browser.get("/de/konto/").status_code == 303, "every session is over"
        assert browser.browser.get("/de/konto/daten.json").status_code == 303


def test_wrong_password_deletes_nothing(client: CheckingClient) -> None:
    begin(client)
    page = ask_to_delete(client, status=422, password="ein anderes Passwort")
    assert "Das Passwort stimmt nicht" in page.main
    assert ask_to_delete(client, status=422, password="").main
    assert exists(client.app, MARA.email)


@pytest.mark.parametrize("wish", ["", "perhaps"])
def test_choice_is_asked_for(client: CheckingClient, wish: str) -> None:
    begin(client)
    ask_to_delete(client, wish, status=422)
    assert exists(client.app, MARA.email)


def test_account_is_not_deleted_by_a_link_or_by_another_site(client: CheckingClient) -> None:
    begin(client)
    form = {"suggestions": "go", "comments": "go", "password": PASSWORD}
    client.browser.get(DELETE, query_string=form)
    assert client.browser.post(DELETE, data=form).status_code == 400
    foreign = client.browser.post(
        DELETE, data=form | {"csrf_token": client.token()}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 400
    assert exists(client.app, MARA.email)


def test_visitor_cannot_delete_and_the_password_is_not_carried_along(
    client: CheckingClient,
) -> None:
    begin(client)
    client.sign_in(None)
    page = client.post(
        DELETE, {"suggestions": "go", "comments": "go", "password": PASSWORD}, status=401
    )
    assert PASSWORD not in page.html
    assert exists(client.app, MARA.email)


def test_nobody_can_name_another_person_to_delete(client: CheckingClient) -> None:
    begin(client)
    with client.app.app_context():
        make_person(NOAH)
        db.session.commit()
    ask_to_delete(client, person_id="2", id="2", email=NOAH.email)
    assert exists(client.app, NOAH.email)
    assert not exists(client.app, MARA.email)


def test_last_administrator_is_told_why_not(client: CheckingClient) -> None:
    with client.app.app_context():
        with_password(ADA)
        db.session.commit()
    client.sign_in(ADA)
    assert "die letzte Administration" in ask_to_delete(client, status=409).main
    assert exists(client.app, ADA.email)


def test_link_of_an_old_mail_does_not_bring_the_account_back(client: CheckingClient) -> None:
    register(client)
    link = confirmation_link(client.app)
    client.post(link, {"password": PASSWORD})
    ask_to_delete(client)
    client.get(link, status=410)
    assert client.post(link, {"password": PASSWORD}, status=410)
    sign_in(client, "neu@example.org", status=403)


def test_same_address_registers_again_as_somebody_new(client: CheckingClient) -> None:
    register(client)
    client.post(confirmation_link(client.app), {"password": PASSWORD})
    with client.app.app_context():
        first = db.session.scalars(sa.select(Person.id)).one()
    ask_to_delete(client)
    register(client)
    client.post(confirmation_link(client.app), {"password": PASSWORD})
    with client.app.app_context():
        assert db.session.scalars(sa.select(Person.id)).one() > first
    assert "Sie haben noch nichts eingereicht." in client.get("/de/konto/").main


def test_periods_stand_on_the_privacy_page_in_every_language(client: CheckingClient) -> None:
    page = client.get("/de/seiten/datenschutz/").main
    for words in ("Stellungnahmen", "90 Tage nach dem Versand", "30 Tage nach dem Termin"):
        assert words in page
    assert "90 days" in client.get("/en/seiten/datenschutz/").main
    assert client.get("/de-simple/seiten/datenschutz/").main


def test_periods_are_those_of_the_settings(app: Flask, app_beside: object) -> None:
    other = CheckingClient(app_beside(keep_mail_days=17))  # type: ignore[operator]
    assert "17 Tage nach dem Versand" in other.get("/de/seiten/datenschutz/").main


def test_suggestion_without_its_text_says_so_everywhere(client: CheckingClient) -> None:
    world = lived(client.app)
    client.sign_in(MARA)
    ask_to_delete(client, "go")
    path = f"/de/anregungen/{world['own_number']}/"
    page = client.sign_in(None).get(path).main
    assert "Gelöschte Anregung" in page
    assert "Der Text wurde am 10. März 2026 gelöscht." in page
    assert "Unterstützen kann man sie nicht mehr." in page
    assert "Dieser Text wurde am 10. März 2026 gelöscht." in page
    client.sign_in(NOAH).post(f"{path}unterstuetzen/", status=409)
    client.get("/de/anregungen/")
    for persona in (KIM, NOAH):
        client.sign_in(persona).get(path)
    client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{world['own']}/")
    client.get("/de/verwaltung/nachtraege/")
    client.get("/de/verwaltung/nachtraege/?ansicht=verborgen")
    client.get("/de/verwaltung/moderation/")
    client.get("/en/anregungen/")


def test_guest_takes_the_data_back_after_the_suggestion_was_hidden(client: CheckingClient) -> None:
    app = client.app
    with app.app_context():
        suggestion = make_suggestion(title="Was die Stadt verbergen wird")
        key = suggestion.id
        given = support_as_guest(key)
        token = links.write(
            app.extensions["settings"].secret_key, links.Link(key, given.mailbox or "")
        )
        service.act(key, "hide", coordinator(), NOW, TERMS, _given("hide", NOW))
        db.session.commit()
    path = f"/de/anregungen/unterstuetzung/{token}/"
    page = client.get(path)
    assert "verbergen wird" not in page.html
    assert client.post(f"{path}zurueckziehen/").location.endswith("?fertig=zurueckgezogen")
    assert "Ihre Angaben sind gelöscht." in client.get(f"{path}?fertig=zurueckgezogen").main
    with app.app_context():
        assert assert_count_is_true(key) == 0
    client.post(f"{path}zurueckziehen/")


def test_deleted_person_gets_no_mail_that_waited(client: CheckingClient) -> None:
    app = client.app
    lived(app)
    client.sign_in(MARA)
    assert texts_to(app, MARA.email)
    ask_to_delete(client)
    assert texts_to(app, MARA.email) == []
    assert texts_to(app, "mara+alias@example.org") == []


def test_entry_about_somebody_who_is_gone_holds_up_no_mail(client: CheckingClient) -> None:
    register(client)
    client.post(confirmation_link(client.app), {"password": PASSWORD})
    register(client)  # "you have an account already" waits in the outbox
    ask_to_delete(client)
    with client.app.app_context():
        make_suggestion(State.SUBMITTED)
        db.session.commit()
    assert len(texts_to(client.app, NOAH.email)) == 1

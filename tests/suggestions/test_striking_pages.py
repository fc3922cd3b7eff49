"""The page on which supports are struck off, and what everybody reads of it."""

import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.suggestions import support
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support
from participation.suggestions.support_queries import PAGE_SIZE
from tests.checking_client import CheckingClient
from tests.factories import LONG_ENOUGH, TERMS, make_suggestion
from tests.people import JONAS, KIM, MARA, NOAH, NOW, make_person
from tests.suggestions.guest_steps import assert_count_is_true, support_as_guest, texts_to

WHY = {"public_text": f"{LONG_ENOUGH} Öffentlich.", "internal_text": "Nur für die Akten."}


def begin(app: Flask, **values: object) -> tuple[int, list[int], str]:
    with app.app_context():
        key = make_suggestion(**values).id  # type: ignore[arg-type]
        for number in range(3):
            support_as_guest(key, f"groß{number}@example.org", first_name="Anna" + "b" * number)
        db.session.commit()
        keys = db.session.scalars(sa.select(Support.id).order_by(Support.id)).all()
        return key, list(keys), f"/de/verwaltung/anregungen/{key}/unterstuetzungen/"


def test_coordinator_strikes_off_and_everybody_reads_number_day_and_reason(
    client: CheckingClient,
) -> None:
    key, keys, path = begin(client.app)
    client.sign_in(KIM)
    page = client.get(path)
    assert "gleiche Anschrift wie 2 andere" in page.main
    assert "3 in derselben Minute" in page.main
    assert "ohne Konto" in page.main
    done = client.post(path, WHY | {"chosen": [str(keys[0]), str(keys[1])]})
    page = client.get(done.location)
    assert "Gestrichen." in page.main
    assert "gestrichen am 10. März 2026" in page.main
    assert page.html.count('type="checkbox" id="support-') == 1
    public = client.sign_in(None).get("/de/anregungen/1/").main
    assert "2 Unterstützungen gestrichen am 10. März 2026" in public
    assert "Öffentlich." in public
    assert "2 Unterstützungen zählen nicht mehr." in public
    assert "Akten" not in public
    (text,) = [one for one in texts_to(client.app, NOAH.email) if "gestrichen" in one]
    assert "Jetzt sind es 1 von 200 Unterstützungen." in text
    assert "Öffentlich." in text
    assert "Akten" not in text
    with client.app.app_context():
        assert assert_count_is_true(key) == 1


def test_coordinator_strikes_a_whole_page_off_with_one_tick(client: CheckingClient) -> None:
    key, keys, path = begin(client.app)
    client.sign_in(KIM)
    client.post(path, WHY | {"on_page": [str(one) for one in keys]}, status=422)
    client.post(path, WHY | {"on_page": [str(one) for one in keys], "whole_page": "y"})
    with client.app.app_context():
        assert assert_count_is_true(key) == 0


def test_reached_quorum_falls_back_and_the_author_and_supporters_read_why(
    client: CheckingClient,
) -> None:
    key, keys, path = begin(client.app, quorum=3)
    with client.app.app_context():
        support.give(key, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
        db.session.commit()
    client.sign_in(KIM).post(path, WHY | {"chosen": [str(one) for one in keys[:2]]})
    with client.app.app_context():
        assert db.session.get_one(Suggestion, key).state is State.COLLECTING
    page = client.get("/de/anregungen/1/").main
    assert "Jetzt: Unterstützung sammeln" in page
    for email in (NOAH.email, MARA.email):
        text = texts_to(client.app, email)[-1]
        assert "Damit ist das Quorum nicht mehr erreicht." in text
        assert "können noch Menschen unterstützen" in text
    client.sign_in(None)
    with client.app.app_context():
        support_as_guest(key, "neu@example.org")
        db.session.commit()
        assert db.session.get_one(Suggestion, key).state is State.QUORUM_REACHED
    quorum = [one for one in texts_to(client.app, NOAH.email) if one.startswith("Genug")]
    assert len(quorum) == 2, "reaching it again is told again"


def test_struck_person_reads_so_and_cannot_press_again(client: CheckingClient) -> None:
    key, _, path = begin(client.app)
    client.sign_in(MARA).post("/de/anregungen/1/unterstuetzen/")
    with client.app.app_context():
        mine = db.session.scalars(sa.select(Support.id).order_by(Support.id.desc())).first()
    client.sign_in(KIM).post(path, WHY | {"chosen": str(mine)})
    client.sign_in(MARA)
    assert "Diese Unterstützung hat die Stadt gestrichen." in client.get("/de/anregungen/1/").main
    page = client.post("/de/anregungen/1/unterstuetzen/", status=409)
    assert "kann nicht noch einmal gegeben werden" in page.main
    client.post("/de/anregungen/1/zurueckziehen/")
    with client.app.app_context():
        assert assert_count_is_true(key) == 3


def test_form_that_is_not_right_keeps_what_was_chosen_and_typed(client: CheckingClient) -> None:
    _, keys, path = begin(client.app)
    client.sign_in(KIM)
    page = client.post(path, {"chosen": str(keys[1]), "public_text": "kurz"}, status=422)
    assert "Bitte prüfen Sie 2 Angaben" in page.main
    assert page.value("public_text") == "kurz"
    assert page.html.count(" checked") == 1
    page = client.post(path, WHY, status=422)
    assert "mindestens eine Unterstützung" in page.main
    assert 'href="#chosen"' in page.html


def test_second_coordinator_reads_that_it_is_done_and_keeps_the_text(
    client: CheckingClient,
) -> None:
    _, keys, path = begin(client.app)
    client.sign_in(KIM).post(path, WHY | {"chosen": str(keys[0])})
    page = client.post(path, WHY | {"chosen": str(keys[0])}, status=409)
    assert "zählt keine mehr" in page.main
    assert page.value("internal_text") == WHY["internal_text"]


def test_nobody_else_sees_the_list_and_the_author_not_on_the_own_suggestion(
    client: CheckingClient,
) -> None:
    _, _, path = begin(client.app)
    client.sign_in(JONAS).get(path, 403)
    client.sign_in(MARA).get(path, 403)
    with client.app.app_context():
        kim = make_person(KIM)
        own = make_suggestion()
        own.author_id = kim.id
        db.session.commit()
        key = own.id
    client.sign_in(KIM)
    client.get(f"/de/verwaltung/anregungen/{key}/unterstuetzungen/", 404)
    client.post(f"/de/verwaltung/anregungen/{key}/unterstuetzungen/", WHY, status=404)


def test_list_without_supports_and_of_what_is_not_public(client: CheckingClient) -> None:
    with client.app.app_context():
        empty, review = make_suggestion().id, make_suggestion(State.IN_REVIEW).id
        db.session.commit()
    client.sign_in(KIM)
    page = client.get(f"/de/verwaltung/anregungen/{empty}/unterstuetzungen/")
    assert "Noch hat niemand" in page.main
    client.get(f"/de/verwaltung/anregungen/{review}/unterstuetzungen/", 404)
    assert "Ansehen und prüfen" in client.get(f"/de/verwaltung/anregungen/{empty}/").main


def test_full_page_of_guests_who_look_alike_is_light(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        for number in range(PAGE_SIZE):
            support_as_guest(suggestion.id, f"guest-{number}@example.org", last_name="Müller-Lüdenscheidt",
                             first_name=f"Anna{'a' * number}")  # fmt: skip
        key = suggestion.id
        db.session.commit()
    # The client fails on a page of more than 30 KB.
    page = client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/unterstuetzungen/")
    assert page.main.count("gleicher Nachname") == PAGE_SIZE

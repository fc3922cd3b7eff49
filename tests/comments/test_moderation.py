"""Reporting, hiding and restoring through HTTP; what is hidden is read by nobody else."""

import pytest

from participation.comments import service
from participation.comments.queries import by_id
from participation.comments.rules import Reason, RestoreReason
from participation.core.db import db
from participation.projects.models import Project
from tests.checking_client import CheckingClient
from tests.comments.steps import PROJECT, events
from tests.factories import (
    coordinator,
    make_comment,
    make_department,
    make_project,
    make_suggestion,
)
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOAH, NOW, Persona, make_person

QUEUE = "/de/verwaltung/moderation/"
EVERYBODY = [None, MARA, NOAH, JONAS, AYLIN, ADA]


@pytest.fixture
def key(client: CheckingClient) -> int:
    """A comment of Mara's with a word that can be looked for."""
    with client.app.app_context():
        project = make_project(departments=[make_department()])
        made = make_comment(project, text="Ein CANARY steht hier.").id
        db.session.commit()
    return made


def hide(client: CheckingClient, key: int) -> None:
    client.sign_in(KIM).post(f"{QUEUE}{key}/ausblenden/", {"reason": "insult"})


def test_report_reaches_the_coordinator_without_a_name(client: CheckingClient, key: int) -> None:
    client.sign_in(NOAH)
    path = f"/de/stellungnahmen/{key}/melden/"
    assert "Beleidigung oder Drohung" in client.get(path).main
    client.post(path, {"reason": "erfunden"}, status=422)
    page = client.get(client.post(path, {"reason": "insult"}).location)
    assert "Danke! Die Stadt prüft" in page.main
    client.post(path, {"reason": "advertising"})
    page = client.sign_in(KIM).get(QUEUE)
    assert "CANARY" in page.main
    assert "Beleidigung oder Drohung" in page.main
    assert "Werbung" not in page.main
    assert "Spielplatz Gleisberganlage" in page.main
    review = client.get(f"{QUEUE}{key}/")
    assert "Beleidigung oder Drohung: 1" in review.main
    for html in (page.html, review.html):
        assert "noah" not in html
        assert "mara" not in html
    assert "Moderation: gemeldete" in client.get("/de/verwaltung/").main


def test_author_cannot_report_the_own_text(client: CheckingClient, key: int) -> None:
    client.sign_in(MARA)
    assert "Melden (Stellungnahme" not in client.get(PROJECT).main
    client.get(f"/de/stellungnahmen/{key}/melden/", status=409)
    client.post(f"/de/stellungnahmen/{key}/melden/", {"reason": "insult"}, status=409)


@pytest.mark.parametrize("persona", [MARA, NOAH, JONAS, AYLIN, ADA])
def test_only_coordinators_moderate(client: CheckingClient, key: int, persona: Persona) -> None:
    client.sign_in(persona)
    for path in (QUEUE, f"{QUEUE}{key}/"):
        assert "CANARY" not in client.get(path, status=403).html
    for word in ("ausblenden", "wieder-zeigen", "in-ordnung"):
        client.post(f"{QUEUE}{key}/{word}/", {"reason": "insult"}, status=403)
    assert events(client.app) == ["comment:written"]


def test_hidden_text_is_read_by_nobody_but_coordinators(client: CheckingClient, key: int) -> None:
    with client.app.app_context():
        project = db.session.get_one(Project, 1)
        make_comment(project, author=make_person(NOAH), parent=by_id(key), text="Eine Antwort.")
        db.session.commit()
    hide(client, key)
    place = "Diese Stellungnahme hat die Stadt ausgeblendet: Beleidigung oder Drohung."
    for persona in [*EVERYBODY, KIM]:
        client.sign_in(persona)
        for path in (PROJECT, f"/de/stellungnahmen/{key}/", "/de/vorhaben/sp-gleisberg/",
                     "/de/vorhaben/", "/de/", "/en/vorhaben/sp-gleisberg/kommentare/"):  # fmt: skip
            assert "CANARY" not in client.get(path).html, (path, persona)
    page = client.sign_in(None).get(PROJECT)
    assert place in page.main
    assert "Eine Antwort." in page.main
    assert "1 Stellungnahme" in page.main
    client.sign_in(MARA)
    assert "CANARY" not in client.get(f"/de/stellungnahmen/{key}/loeschen/").html
    assert "CANARY" not in client.get(f"/de/stellungnahmen/{key}/bearbeiten/", status=409).html
    client.sign_in(NOAH)
    for word in ("melden", "antworten"):
        path = f"/de/stellungnahmen/{key}/{word}/"
        assert "CANARY" not in client.get(path, status=409).html
    page = client.post(f"/de/stellungnahmen/{key}/antworten/", {"text": "Was war?"}, status=422)
    assert "CANARY" not in page.html
    assert "CANARY" in client.sign_in(KIM).get(f"{QUEUE}?ansicht=ausgeblendet").main
    assert "CANARY" in client.get(f"{QUEUE}{key}/").main


def test_coordinator_hides_and_restores_with_a_reason(client: CheckingClient, key: int) -> None:
    client.sign_in(KIM)
    page = client.post(f"{QUEUE}{key}/ausblenden/", {}, status=422)
    assert "Bitte wählen Sie eine der Möglichkeiten." in page.main
    hide(client, key)
    page = client.post(f"{QUEUE}{key}/ausblenden/", {"reason": "insult"}, status=409)
    assert "Das geht nicht mehr" in page.main
    client.post(f"{QUEUE}{key}/wieder-zeigen/", {"reason": "insult"}, status=422)
    done = client.post(f"{QUEUE}{key}/wieder-zeigen/", {"reason": "objection"})
    assert "Wieder zu lesen." in client.get(done.location).main
    assert "CANARY" in client.sign_in(None).get(PROJECT).main
    assert events(client.app) == ["comment:written", "comment:hidden", "comment:restored"]


def test_coordinator_lets_a_reported_comment_stay(client: CheckingClient, key: int) -> None:
    client.sign_in(NOAH).post(f"/de/stellungnahmen/{key}/melden/", {"reason": "off-topic"})
    client.sign_in(KIM)
    done = client.post(f"{QUEUE}{key}/in-ordnung/")
    page = client.get(done.location)
    assert "Die Meldungen sind erledigt." in page.main
    assert "CANARY" not in page.main
    client.post(f"{QUEUE}{key}/in-ordnung/", status=409)
    assert "CANARY" in client.get(PROJECT).main


def test_coordinator_does_not_decide_about_the_own_text(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_comment(make_suggestion(), author=make_person(KIM)).id
        db.session.commit()
    client.sign_in(KIM)
    assert "entscheidet jemand anderes" in client.get(f"{QUEUE}{key}/").main
    client.post(f"{QUEUE}{key}/ausblenden/", {"reason": "insult"}, status=409)


def test_queue_goes_on_over_pages(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project()
        suggestion = make_suggestion()
        kim = coordinator()
        noah = make_person(JONAS).actor
        for number in range(25):
            thing = project if number % 2 else suggestion
            author = make_person(MARA if number < 10 else NOAH if number < 20 else ADA_RESIDENT)
            one = make_comment(thing, author=author)
            service.report(one.id, noah, NOW, Reason.ADVERTISING)
        hidden = make_comment(project, author=make_person(ADA_RESIDENT))
        service.hide(hidden.id, kim, NOW, Reason.INSULT)
        service.restore(hidden.id, kim, NOW, RestoreReason.MISTAKE)
        db.session.commit()
    page = client.sign_in(KIM).get(QUEUE)
    assert page.html.count('<li class="task">') == 15
    assert "Weiter" in page.main


ADA_RESIDENT = Persona("noch-jemand@example.org", is_resident=True)

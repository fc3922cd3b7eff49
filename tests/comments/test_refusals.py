"""What people are told when it does not work out: nothing they typed is lost, nothing is untrue."""

from datetime import timedelta

import pytest

from participation.comments import rules, service
from participation.comments.rules import Reason
from participation.core import clock
from participation.core.db import db
from participation.suggestions import service as suggestions
from participation.suggestions.queries import by_number
from participation.suggestions.rules import HideCode
from participation.suggestions.service import Given
from tests.checking_client import CheckingClient
from tests.comments.steps import PROJECT, begin, events, send
from tests.factories import TERMS, coordinator, make_comment, make_project, make_suggestion
from tests.people import MARA, NOAH, NOW, make_person

_TEXT = "Das habe ich eine halbe Stunde lang geschrieben."
_LATER = NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    "where", ["anregungen/{number}/kommentare", "stellungnahmen/{other}/antworten",
              "stellungnahmen/{own}/bearbeiten"],
)  # fmt: skip
def test_text_comes_back_when_the_suggestion_was_hidden_meanwhile(
    client: CheckingClient, where: str
) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(title="Ein CANARY im Titel")
        number = suggestion.number or 0
        other = make_comment(suggestion, author=make_person(NOAH), text="Ein CANARY darunter.").id
        own = make_comment(suggestion).id
        db.session.commit()
    path = f"/de/{where.format(number=number, other=other, own=own)}/"
    stamp = client.sign_in(MARA).get(path).value("stamp")
    with client.app.app_context():
        found = by_number(number)
        assert found is not None
        given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
        suggestions.act(found.id, "hide", coordinator(), NOW, TERMS, given)
        db.session.commit()
    with clock.stopped_at(_LATER):
        page = client.post(path, {"text": _TEXT, "stamp": stamp}, status=404)
    assert page.value("text") == _TEXT
    assert "nicht mehr öffentlich" in page.main
    assert "CANARY" not in page.html
    assert page.response.headers["Cache-Control"] == "no-store"
    client.get(path, status=404)


def test_text_for_what_never_was_comes_back_too(client: CheckingClient) -> None:
    client.sign_in(MARA)
    for path in (PROJECT, "/de/anregungen/999/kommentare/", "/de/stellungnahmen/999/antworten/"):
        assert client.post(path, {"text": _TEXT}, status=404).value("text") == _TEXT


def test_text_that_the_city_hid_is_not_called_published_when_it_is_sent_again(
    client: CheckingClient,
) -> None:
    begin(client.app)
    client.sign_in(MARA)
    send(client, PROJECT, _TEXT)
    with client.app.app_context():
        service.hide(1, coordinator(), NOW, Reason.INSULT)
        db.session.commit()
    for after in (timedelta(minutes=1), timedelta(hours=3)):
        page = send(client, PROJECT, _TEXT, after=after, status=409)
        assert page.value("text") == _TEXT
        assert "hat die Stadt ausgeblendet" in page.main
        assert "Danke!" not in page.main
    send(client, PROJECT, f"{_TEXT} Anders.")
    assert events(client.app) == ["comment:written", "comment:hidden", "comment:written"]


def test_mail_addresses_are_links_too(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    page = send(client, PROJECT, "<a@spam.example> " * (rules.MOST_LINKS + 1), status=422)
    assert "höchstens 2 Links" in page.main


def test_who_reports_again_is_told_that_it_is_known(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_comment(make_project()).id
        db.session.commit()
    client.sign_in(NOAH)
    path = f"/de/stellungnahmen/{key}/melden/"
    first = client.get(client.post(path, {"reason": "insult"}).location)
    assert "Danke! Die Stadt prüft" in first.main
    again = client.get(client.post(path, {"reason": "insult"}).location)
    assert "schon gemeldet" in again.main
    assert "Danke!" not in again.main


def test_reader_of_a_long_list_finds_the_form_from_its_head(client: CheckingClient) -> None:
    begin(client.app)
    assert 'href="#schreiben"' not in client.get(PROJECT).html
    client.sign_in(MARA)
    send(client, PROJECT, _TEXT)
    head, _, rest = client.get(PROJECT).html.partition(_TEXT)
    assert 'href="#schreiben"' in head
    assert 'id="schreiben"' in rest

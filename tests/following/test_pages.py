"""Following, and the page of settings, through HTTP. On both databases."""

import re

import pytest
import sqlalchemy as sa

from participation.city import service as city
from participation.city.models import Topic
from participation.core.db import db
from participation.following import queries, rules, service
from participation.following.models import Follow
from participation.following.rules import Followed, Frequency, TooManyFollowed
from participation.projects import editing
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import coordinator, make_district, make_project, make_suggestion
from tests.people import AYLIN, JONAS, KIM, MARA, NOAH, NOW, make_person


def follows(client: CheckingClient) -> list[tuple[Followed, int]]:
    with client.app.app_context():
        found = db.session.scalars(sa.select(Follow).order_by(Follow.id)).all()
        return [queries.thing_of(row) for row in found if row.is_wanted]


def press(client: CheckingClient, path: str, **data: str) -> str:
    answer = client.browser.post(path, data={"csrf_token": client.token(), **data})
    assert answer.status_code == 303, path
    return str(answer.headers["Location"])


def test_resident_follows_and_stops_on_every_page_that_has_a_button(client: CheckingClient) -> None:
    with client.app.app_context():
        city.save_topic("gruen", 1, {"de": "Grün"})
        topic = db.session.scalars(sa.select(Topic.id)).one()
        district = make_district().id
        project = make_project().id
        suggestion = make_suggestion()
        key, number = suggestion.id, suggestion.number
        db.session.commit()
    client.sign_in(MARA)
    for kind, thing, page in (
        ("vorhaben", project, "/de/vorhaben/sp-gleisberg/"),
        ("anregung", key, f"/de/anregungen/{number}/"),
        ("thema", topic, "/de/anregungen/?thema=gruen"),
        ("stadtteil", district, "/de/anregungen/?stadtteil=gonsenheim"),
    ):
        path = f"/de/folgen/{kind}/{thing}/"
        assert f'action="{path}"' in client.get(page).html
        there = press(client, path)
        assert press(client, path) == there, "pressing twice is once"
        assert follows(client) == [(Followed(kind), thing)]
        shown = client.get(there.partition("#")[0]).html
        assert "Sie bekommen jetzt Nachrichten dazu." in shown
        assert f'action="{path}beenden/"' in shown
        for _ in range(2):
            there = press(client, f"{path}beenden/")
        assert follows(client) == []
        assert "keine Nachrichten mehr" in client.get(there.partition("#")[0]).html


def test_topic_on_the_list_of_projects_leads_back_there(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_district().id
        db.session.commit()
    client.sign_in(MARA)
    assert f"/de/folgen/stadtteil/{key}/" in client.get("/de/vorhaben/?stadtteil=gonsenheim").html
    there = press(client, f"/de/folgen/stadtteil/{key}/", von="vorhaben")
    assert there.startswith("/de/vorhaben/?") and "stadtteil=gonsenheim" in there
    there = press(client, f"/de/folgen/stadtteil/{key}/", von="https://evil.example/")
    assert there.startswith("/de/anregungen/?")


def test_visitor_is_shown_the_way_to_sign_in(client: CheckingClient) -> None:
    with client.app.app_context():
        make_project()
        db.session.commit()
    page = client.get("/de/vorhaben/sp-gleisberg/").html
    assert "/konto/anmelden/?weiter=/de/vorhaben/sp-gleisberg/" in page
    assert "/de/folgen/" not in page
    assert "csrf_token" not in page, "the page is the same for everybody"


def test_nobody_follows_what_they_must_not_know_of(client: CheckingClient) -> None:
    with client.app.app_context():
        jonas = make_person(JONAS).actor
        draft = editing.create(jonas, NOW, "a" * 32, {"title": "Noch geheim"}).id
        unseen = [
            make_suggestion(state).id
            for state in (State.DRAFT, State.SUBMITTED, State.HIDDEN, State.MERGED)
        ]
        db.session.commit()
    client.sign_in(MARA)
    for kind, key in [("vorhaben", draft), ("thema", 99), ("stadtteil", 99)] + [
        ("anregung", key) for key in unseen
    ]:
        for path in (f"/de/folgen/{kind}/{key}/",):
            answer = client.browser.post(path, data={"csrf_token": client.token()})
            assert answer.status_code == 404, path
    assert follows(client) == []


def test_author_is_told_without_following_and_can_be_silent(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(author=make_person(MARA))
        key, number = suggestion.id, suggestion.number
        db.session.commit()
    client.sign_in(MARA)
    page = f"/de/anregungen/{number}/"
    assert f'action="/de/folgen/anregung/{key}/beenden/"' in client.get(page).html
    assert "Ihre Anregung" in client.get("/de/konto/benachrichtigungen/").text
    press(client, f"/de/folgen/anregung/{key}/beenden/")
    assert f'action="/de/folgen/anregung/{key}/"' in client.get(page).html
    assert "Mehr Schatten" not in client.get("/de/konto/benachrichtigungen/").html


@pytest.mark.parametrize("persona", [MARA, JONAS, KIM, AYLIN])
def test_everybody_with_an_account_sets_how_often(client: CheckingClient, persona: object) -> None:
    client.sign_in(persona)  # type: ignore[arg-type]
    path = "/de/konto/benachrichtigungen/"
    assert re.search(r'checked[^>]*value="at-once"', client.get(path).html)
    for frequency in ("weekly", "never", "daily", "at-once"):
        press(client, path, frequency=frequency)
        assert re.search(rf'checked[^>]*value="{frequency}"', client.get(path).html)
    answer = client.browser.post(path, data={"csrf_token": client.token(), "frequency": "hourly"})
    assert answer.status_code == 422


def test_page_of_settings_shows_what_is_followed_and_hides_what_is_not_public_now(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        mara = make_person(MARA).actor
        for number in range(queries.PAGE_SIZE + 3):
            key = make_project(f"vorhaben-{number}", title=f"Vorhaben Nummer {number}").id
            service.follow(Followed.PROJECT, key, mara, NOW)
        gone = make_suggestion(title="Ein geheimer Titel jetzt")
        service.follow(Followed.SUGGESTION, gone.id, mara, NOW)
        from tests.site.canaries import _hide

        _hide(gone)
        service.follow(Followed.DISTRICT, make_district().id, mara, NOW)
        db.session.commit()
    client.sign_in(MARA)
    page = client.get("/de/konto/benachrichtigungen/").html
    assert "geheimer Titel" not in page
    assert "nicht mehr öffentlich" in page
    assert "Gonsenheim" in page
    assert page.count('/beenden/"') == queries.PAGE_SIZE
    client.sign_in(NOAH)
    assert "Vorhaben Nummer" not in client.get("/de/konto/benachrichtigungen/").html


def test_nobody_follows_more_than_anybody_can_read(
    session: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_FOLLOWED", 2)
    mara = make_person(MARA).actor
    keys = [make_project(f"vorhaben-{number}").id for number in range(3)]
    for key in keys[:2]:
        service.follow(Followed.PROJECT, key, mara, NOW)
    with pytest.raises(TooManyFollowed):
        service.follow(Followed.PROJECT, keys[2], mara, NOW)
    service.follow(Followed.PROJECT, keys[0], mara, NOW)
    service.follow(Followed.PROJECT, keys[2], coordinator(), NOW)


def test_frequency_of_who_never_chose_is_at_once(session: None) -> None:
    assert queries.frequency_of(make_person(MARA).id) is Frequency.AT_ONCE

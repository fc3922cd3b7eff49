"""The list of suggestions: filters, orders, pages, and what an empty one says. On both databases."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from participation.city import service as city
from participation.city.models import Topic
from participation.core.db import db
from participation.core.messages import NotFound
from participation.suggestions import queries, rules, topics
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import (
    coordinator,
    make_answer,
    make_district,
    make_suggestion,
)
from tests.people import JONAS, KIM, MARA, NOW, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

ORDERS = {
    "newest": queries.NEWEST,
    "support": queries.MOST_SUPPORT,
    "ending": queries.ENDING_FIRST,
    "answered": queries.LAST_ANSWERED,
}


def make_topics(*slugs: str) -> list[int]:
    for place, slug in enumerate(slugs):
        city.save_topic(slug, place, {"de": f"Thema {slug}"})
    db.session.flush()
    found = {topic.slug: topic.id for topic in db.session.query(Topic)}
    return [found[slug] for slug in slugs]


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_shows_everything_once_over_all_pages(
    session: None, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    keys = set()
    for number in range(8):  # pairs with the same moment and the same count: ties
        at = NOW - timedelta(hours=number // 2)
        suggestion = make_suggestion(now=at, supports=number // 3)
        make_answer(suggestion, NOW + timedelta(hours=number // 2))
        keys.add(suggestion.id)
    make_suggestion(State.REJECTED)
    make_suggestion(State.MERGED)
    found, token = [], None
    filters = queries.Filters(status="sammelt", is_answered=True)
    while True:
        page = queries.public_page(filters, NOW, token, ORDERS[order])
        found += [row[0].id for row in page.rows]
        token = page.next_token
        if token is None:
            break
    assert len(found) == len(keys) == queries.how_many(filters, NOW, ORDERS[order])
    assert set(found) == keys


def test_orders_are_what_they_say(session: None) -> None:
    soon = make_suggestion(now=NOW - timedelta(weeks=7), supports=1)
    new = make_suggestion(now=NOW - timedelta(days=1), supports=2)
    old = make_suggestion(State.EXPIRED, now=NOW - timedelta(weeks=20))
    make_answer(old, NOW - timedelta(days=2))
    make_answer(soon, NOW - timedelta(days=1))

    def ids(order: str) -> list[int]:
        page = queries.public_page(queries.Filters(), NOW, None, ORDERS[order])
        return [row[0].id for row in page.rows]

    assert ids("newest") == [new.id, soon.id, old.id]
    assert ids("support") == [new.id, soon.id, old.id]
    assert ids("ending") == [soon.id, new.id]
    assert ids("answered") == [soon.id, old.id]


def test_visitor_filters_by_topic_answer_and_district_and_keeps_them_on_the_next_page(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        green, _traffic = make_topics("gruen", "verkehr")
        district = make_district().id
        for number in range(21):
            one = make_suggestion(title=f"Grüne Anregung {number}", district_id=district)
            topics.choose(one.id, coordinator(), NOW, [green], seen=[])
        make_suggestion(title="Eine ohne Thema")
        make_answer(one, NOW)
        db.session.commit()
    query = "?stadtteil=gonsenheim&thema=gruen&antwort=nein&sortierung=unterstuetzung"
    page = client.get(f"/de/anregungen/{query}")
    assert "20 Anregungen" in page.main
    assert "Grüne Anregung 20" not in page.main
    assert "Eine ohne Thema" not in page.main
    for value in ("gonsenheim", "gruen", "nein", "unterstuetzung"):
        assert f'<option value="{value}" selected>' in page.html
    page = client.get("/de/anregungen/?thema=gruen&sortierung=endet-bald")
    link = page.html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    page = client.get(link.replace("&amp;", "&"))
    assert '<option value="gruen" selected>' in page.html
    assert '<option value="endet-bald" selected>' in page.html
    page = client.get("/de/anregungen/?thema=verkehr")
    assert "0 Anregungen" in page.main
    assert "Dazu gibt es noch keine Anregung." in page.main
    assert "Alle Anregungen zeigen" in page.main
    page = client.get("/de/anregungen/?status=abgelehnt&sortierung=endet-bald")
    assert "nur Anregungen, die gerade Unterstützung sammeln" in page.main


def test_coordinator_chooses_up_to_three_topics(client: CheckingClient) -> None:
    with client.app.app_context():
        ids = make_topics("a", "b", "c", "d")
        suggestion = make_suggestion()
        key, number = suggestion.id, suggestion.number
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/themen/"
    client.sign_in(KIM)
    page = client.post(path, {"topics": [str(one) for one in ids]}, status=422)
    assert page.html.count(" checked") == 4
    client.post(path, {"topics": [str(one) for one in ids[:2]]})
    assert "Thema a" in client.get(f"/de/verwaltung/anregungen/{key}/").main
    assert client.get(path).html.count(" checked") == 2
    page = client.sign_in(None).get(f"/de/anregungen/{number}/")
    assert 'href="/de/anregungen/?thema=a"' in page.html
    client.sign_in(KIM).post(path, {"topics": ["9999"]}, status=422)
    client.post(path, {"seen": client.get(path).value("seen")})
    assert "Thema a" not in client.get(f"/de/anregungen/{number}/").main
    client.sign_in(JONAS).get(path, status=403)


def test_second_of_two_coordinators_who_choose_topics_reads_what_the_first_chose(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        ids = make_topics("a", "b", "c")
        key = make_suggestion().id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/themen/"
    seen = client.sign_in(KIM).get(path).value("seen")
    client.post(path, {"topics": str(ids[0]), "seen": seen})
    client.post(path, {"topics": str(ids[0]), "seen": seen})  # twice is once
    page = client.post(path, {"topics": str(ids[1]), "seen": seen}, status=409)
    assert "Inzwischen hat jemand anderes hier etwas geändert." in page.main
    assert "Jetzt gespeichert: Thema a" in page.main
    assert re.findall(r'value="(\d+)" checked', page.html) == [str(ids[1])]
    client.post(path, {"topics": str(ids[1]), "seen": page.value("seen")})
    assert "Thema b" in client.get(f"/de/verwaltung/anregungen/{key}/").main


def test_topics_that_were_seen_cannot_be_made_up_to_do_harm(client: CheckingClient) -> None:
    with client.app.app_context():
        ids = make_topics("a")
        key = make_suggestion().id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/themen/"
    client.sign_in(KIM)
    for seen in ("x", "9" * 50, ",,", "1,\u0661", "-1"):
        client.post(path, {"topics": str(ids[0]), "seen": seen})


def test_only_coordinators_choose_topics_of_others_suggestions(session: None) -> None:
    (key,) = make_topics("a")
    suggestion = make_suggestion()
    with pytest.raises(rules.NotYours):
        topics.choose(suggestion.id, make_person(JONAS).actor, NOW, [key], seen=[])
    with pytest.raises(NotFound):
        topics.choose(suggestion.id, make_person(MARA).actor, NOW, [key], seen=[])
    with pytest.raises(topics.TooManyTopics):
        topics.choose(suggestion.id, coordinator(), NOW, range(1, 5), seen=[])


def test_author_names_a_place_and_everybody_reads_it(client: CheckingClient) -> None:
    with client.app.app_context():
        make_district()
        db.session.commit()
    typed = {"kind": "new-project", "title": "Ein guter Titel", "text": "Ein langer Text. " * 4,
             "reason": "Ein Grund, der lang genug ist.", "place": "ganz-mainz", "project": "",
             "place_text": "x" * 201}  # fmt: skip
    client.sign_in(MARA)
    page = client.post("/de/anregungen/neu/text/", typed, status=422)
    assert page.value("place_text") == "x" * 201
    typed["place_text"] = "Kreuzung <b>Boppstraße</b>\r\n/Frauenlobstraße \u202e"
    check = client.post("/de/anregungen/neu/text/", typed)
    page = client.get(check.location)
    assert "Kreuzung <b>Boppstraße</b> /Frauenlobstraße" in page.main
    assert "\u202e" not in page.html
    key = int(check.location.split("/")[-3])
    assert client.get(f"/de/anregungen/neu/{key}/text/").value("place_text").startswith("Kreuzung")
    client.post(check.location)
    assert "Frauenlobstraße" in client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/").main


def test_of_two_coordinators_who_choose_topics_at_once_one_is_told(app: Flask) -> None:
    with app.app_context():
        ids = make_topics("a", "b")
        key = make_suggestion().id
        people = [make_person(KIM).id, make_person(replace(KIM, email="kai@example.org")).id]
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/themen/"
    jobs: list[Callable[[], int]] = []
    for topic, (browser, csrf) in zip(ids, browsers_of(app, people), strict=True):
        data = {"csrf_token": csrf, "topics": str(topic), "seen": ""}
        jobs += [partial(post, app, browser, path, data)] * 2
    statuses = sorted(all_at_once(jobs))
    # Twice the same is once; whoever came second reads what the first one chose.
    assert statuses == [303, 303, 409, 409]
    with app.app_context():
        assert len(queries.topics_of(key, ["de"])) == 1

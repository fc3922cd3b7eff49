"""Atom feeds of lists: read by a real library, narrowed like the list, and without what is not public."""

import re
from datetime import timedelta
from email.utils import format_datetime
from html import unescape
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
import sqlalchemy as sa
from flask import Flask

from participation.city import service as city
from participation.city.models import Topic
from participation.core import clock
from participation.core.db import db
from participation.core.feeds import MOST_ENTRIES
from participation.meetings import service as meetings
from participation.projects import editing
from participation.suggestions import service, topics
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from tests.checking_client import CheckingClient
from tests.factories import (
    TERMS,
    coordinator,
    make_answer,
    make_district,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import KIM, NOW, make_person

PROJECTS, SUGGESTIONS = "/de/vorhaben/feed.atom", "/de/anregungen/feed.atom"
ANSWERS, MEETINGS = "/de/anregungen/antworten.atom", "/de/termine/feed.atom"
FEEDS = (PROJECTS, SUGGESTIONS, ANSWERS, MEETINGS)
_ATOM = "{http://www.w3.org/2005/Atom}"
_EVIL = "Bänke & <b>Brunnen</b> ]]> &amp; \x0bKontrolle \ufffe \U0001f333 “”"


def read(client: CheckingClient, path: str) -> Any:
    """The feed as a reader's library has it: without a complaint."""
    response = client.browser.get(path)
    assert response.status_code == 200, path
    assert response.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(
        response.get_data(), response_headers={"content-type": response.content_type}
    )
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    assert faults_of(response.text) == []
    assert len(response.get_data()) < 60_000
    return found


def faults_of(text: str) -> list[str]:
    """Return what RFC 4287 asks for and is not there; the second opinion."""
    root = ElementTree.fromstring(text)  # noqa: S314  (our own)
    faults = [f"feed has no {name}" for name in ("id", "title", "updated") if not _one(root, name)]
    entries = root.findall(f"{_ATOM}entry")
    ids = [_one(entry, "id") for entry in entries]
    if len(ids) != len(set(ids)):
        faults.append("two entries have one id")
    for part in (root, *entries):
        if not re.fullmatch(r"tag:localhost,2026-01-01:\S+", _one(part, "id")):
            faults.append(f"no tag URI: {_one(part, 'id')}")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _one(part, "updated")):
            faults.append(f"no moment: {_one(part, 'updated')}")
        links = {link.get("rel"): link.get("href", "") for link in part.findall(f"{_ATOM}link")}
        if not links.get("alternate", "").startswith("http://localhost/"):
            faults.append("no page")
    if root.find(f"{_ATOM}author/{_ATOM}name") is None:
        faults.append("no author")
    if any(_one(entry, "updated") > _one(root, "updated") for entry in entries):
        faults.append("an entry is newer than the feed")
    return faults


def _one(part: ElementTree.Element, name: str) -> str:
    return part.findtext(f"{_ATOM}{name}") or ""


def titles(client: CheckingClient, path: str) -> list[str]:
    return [entry.title for entry in read(client, path).entries]


def filled(app: Flask) -> None:
    """Two of each; the second in Gonsenheim, about green."""
    with app.app_context():
        city.save_topic("gruen", 1, {"de": "Grün", "en": "Green"})
        green, here = db.session.scalars(sa.select(Topic.id)).one(), make_district()
        make_project("allee", title="Allee", whole_city=False)
        make_project("park", title="Park", districts=[here], now=NOW + timedelta(hours=1))
        make_answer(make_suggestion(title="Brunnen"), NOW)
        one = make_suggestion(title="Beete", district_id=here.id, now=NOW + timedelta(hours=1))
        make_answer(one, NOW + timedelta(hours=2), "Ja. Im Mai beginnen wir damit.")
        topics.choose(one.id, coordinator(), NOW + timedelta(hours=2), [green], seen=[])
        make_meeting("Rundgang", texts={"en": {"title": "Walk"}})
        db.session.commit()


def test_reader_gets_every_list_as_a_feed(client: CheckingClient) -> None:
    filled(client.app)
    with clock.stopped_at(NOW + timedelta(hours=3)):
        assert titles(client, PROJECTS) == ["Park", "Allee"]
        assert titles(client, SUGGESTIONS) == ["Beete", "Brunnen"]
        assert titles(client, ANSWERS) == [
            "Teilweise übernommen: Beete",
            "Teilweise übernommen: Brunnen",
        ]
        assert titles(client, MEETINGS) == ["Rundgang"]
        assert titles(client, "/en/termine/feed.atom") == ["Walk"]
        (first, _) = read(client, ANSWERS).entries
        assert first.link == "http://localhost/de/anregungen/2/"
        assert first.summary == "Ja. Im Mai beginnen wir damit."
        assert first.id == "tag:localhost,2026-01-01:anregung/2/antwort/1"
        (meeting,) = read(client, MEETINGS).entries
        assert meeting.summary == "Mittwoch, 11. März 2026, 10:00 Uhr. Anleger"


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        (PROJECTS, "stadtteil=gonsenheim", ["Park"]),
        (PROJECTS, "q=Allee", ["Allee"]),
        (PROJECTS, "beteiligung=laufend", []),
        (SUGGESTIONS, "stadtteil=gonsenheim&thema=gruen", ["Beete"]),
        (SUGGESTIONS, "thema=gruen&status=umgesetzt", []),
        (SUGGESTIONS, "antwort=nein", []),
        (SUGGESTIONS, "stadtteil=nirgends", ["Beete", "Brunnen"]),
        (ANSWERS, "thema=gruen", ["Teilweise übernommen: Beete"]),
    ],
)
def test_feed_is_narrowed_like_its_list(
    client: CheckingClient, path: str, query: str, found: list[str]
) -> None:
    filled(client.app)
    with clock.stopped_at(NOW + timedelta(hours=3)):
        feed = read(client, f"{path}?{query}")
        assert [entry.title for entry in feed.entries] == found
        page = client.get(feed.feed.link.removeprefix("http://localhost"))
        if path != ANSWERS:
            assert [title for title in ("Allee", "Park", "Beete", "Brunnen")
                    if f">{title}<" in page.html and "<h3" in page.html] == sorted(found)  # fmt: skip
        own = next(one.href for one in feed.feed.links if one.rel == "self")
        assert own.startswith(f"http://localhost{path}")
        assert own.removeprefix("http://localhost").replace("&", "&amp;") in page.html


def test_empty_feed_is_one_too(client: CheckingClient) -> None:
    for path in FEEDS:
        feed = read(client, path)
        assert feed.entries == []
        assert feed.feed.title
    assert len({read(client, path).feed.id for path in FEEDS}) == len(FEEDS)


@pytest.mark.parametrize("path", FEEDS)
def test_reader_who_has_it_already_gets_nothing_again(client: CheckingClient, path: str) -> None:
    filled(client.app)
    first = client.browser.get(path)
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.browser.get(path, headers=again).status_code == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    answer = client.browser.get(path, headers=since)
    assert (answer.status_code, answer.get_data()) == (304, b"")
    before = {"If-Modified-Since": format_datetime(NOW - timedelta(days=1), usegmt=True)}
    assert client.browser.get(path, headers=before).status_code == 200
    assert client.browser.get(path).get_data() == first.get_data()
    assert "Set-Cookie" not in first.headers


def test_entry_keeps_its_name_and_is_new_when_something_happens(client: CheckingClient) -> None:
    filled(client.app)
    before = {entry.id: entry.updated for entry in read(client, SUGGESTIONS).entries}
    with client.app.app_context():
        make_answer(service.locked(1), NOW + timedelta(days=1), "Noch einmal anders gesagt.")
        key = make_meeting("Rundgang im Regen").id
        meetings.cancel(
            key, coordinator(), NOW + timedelta(days=1), seen_sequence=0, reason="Sturm."
        )
        db.session.commit()
    after = {entry.id: entry.updated for entry in read(client, SUGGESTIONS).entries}
    assert after.keys() == before.keys()
    assert sum(after[key] != before[key] for key in after) == 1
    names = [entry.id for entry in read(client, ANSWERS).entries]
    assert "tag:localhost,2026-01-01:anregung/1/antwort/2" in names
    assert titles(client, MEETINGS)[0] == "Abgesagt: Rundgang im Regen"
    english = {entry.id for entry in read(client, "/en/anregungen/feed.atom").entries}
    assert english == set(after)
    feeds = {read(client, f"/{tag}/anregungen/feed.atom").feed.id for tag in ("de", "en")}
    assert len(feeds) == 2


def test_text_that_xml_cannot_hold_is_read_all_the_same(client: CheckingClient) -> None:
    with client.app.app_context():
        text = f"{_EVIL} und noch viel mehr Worte, damit es lang genug ist."
        one = make_suggestion(title=_EVIL, text=text)
        make_answer(one, NOW, text)
        make_project("x", texts={"de": {"title": _EVIL, "summary": text}})
        make_meeting(_EVIL, place=_EVIL, texts={"de": {"agenda": text}})
        db.session.commit()
    for path in FEEDS:
        (entry,) = read(client, path).entries
        assert "Bänke & <b>Brunnen</b>" in unescape(unescape(entry.title)), path
        raw = client.browser.get(path).text
        assert "<b>" not in raw and "\x0b" not in raw


def test_feed_shows_no_draft_and_nothing_that_was_hidden(client: CheckingClient) -> None:
    with client.app.app_context():
        make_suggestion(State.IN_REVIEW, title="Geheim")
        make_suggestion(State.MERGED, title="Geheim, zusammengelegt")
        hidden = make_suggestion(title="Geheim")
        make_answer(hidden, NOW)
        service.act(
            hidden.id, "hide", coordinator(), NOW, TERMS,
            Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk."),
        )  # fmt: skip
        texts = {"title": "Geheim", "summary": "Geheim"}
        editing.create(make_person(KIM).actor, NOW, "a key", texts)
        db.session.commit()
    for path in FEEDS:
        assert "Geheim" not in client.browser.get(path).text, path
    assert "Geheim" not in client.browser.get(f"{SUGGESTIONS}?status=zusammengelegt").text


def test_feed_has_the_newest_and_no_end(client: CheckingClient) -> None:
    with client.app.app_context():
        for number in range(MOST_ENTRIES + 3):
            make_project(
                f"p-{number}", title=f"Vorhaben {number}", now=NOW + timedelta(minutes=number)
            )
        db.session.commit()
    found = titles(client, PROJECTS)
    assert len(found) == MOST_ENTRIES
    assert found[0] == f"Vorhaben {MOST_ENTRIES + 2}"


def test_list_names_its_feeds(client: CheckingClient) -> None:
    filled(client.app)
    for page, feeds in (
        ("/de/vorhaben/?stadtteil=gonsenheim", [f"{PROJECTS}?stadtteil=gonsenheim"]),
        ("/de/anregungen/", [SUGGESTIONS, ANSWERS]),
        ("/de/termine/", [MEETINGS]),
    ):
        html = client.get(page).html
        for feed in feeds:
            assert f'<link rel="alternate" type="application/atom+xml" href="{feed}"' in html
            assert f'<a href="{feed}" type="application/atom+xml">' in html


def test_fault_of_a_feed_is_found() -> None:
    entry = "<entry><id>x</id><updated>gestern</updated></entry>"
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>{entry}{entry}</feed>'
    assert len(faults_of(text)) >= 8

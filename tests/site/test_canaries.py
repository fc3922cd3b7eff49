"""Texts that are not for everybody are crawled for as everybody: pages, files, search, mails."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from participation.core import clock
from participation.core.db import db
from participation.following import service as following
from participation.following.models import Follow
from participation.following.rules import Frequency
from participation.projects.models import Project
from participation.suggestions.models import Suggestion
from participation.worker import Worker
from tests.checking_client import CheckingClient
from tests.notifications.conftest import Post, mail_app, post, worker  # noqa: F401  (fixtures)
from tests.people import AYLIN, JONAS, MARA, NOW, VISITOR, Persona, make_person
from tests.site.canaries import PEOPLE, Canary, plant

#: Pages that no link leads to for everybody who may open them.
_DOORS = ("/de/", "/de/konto/", "/de/verwaltung/", "/de/termine.ics", "/sitemap.xml")
_MOST_PAGES = 900
#: What one wrote oneself, also if it is hidden now.
_OWN_DATA = "/de/konto/daten.json"
#: Pages that are the same one, whatever page led there.
_SAME_FORM = re.compile(r"(/sprache/|/konto/anmelden/|/barrierefreiheit/melden/)\?.*")


def name_of(persona: Persona | None) -> str:
    return persona.email if persona else "visitor"


def planted(app: Flask) -> list[Canary]:
    with app.app_context():
        canaries = plant()
        db.session.commit()
        return canaries


def links_in(page: str) -> Iterator[str]:
    """Addresses on our own site that a page leads to, without their fragments."""
    for found in re.findall(r'(?:href|src|action)="(/[^"]*)"', page):
        parts = urlsplit(unescape(found))
        if parts.path.startswith(("/de/", "/api/", "/opendata/")):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def text_of(response: TestResponse) -> str:
    """What can be read in an answer, with the name that a file is saved under; bytes are no words."""
    if response.status_code != 200:
        return ""
    name = response.headers.get("Content-Disposition", "")
    return name + response.get_data().decode("utf-8", "replace")


def crawl(client: CheckingClient, doors: Iterable[str]) -> dict[str, str]:
    """Follow every link from the doors on; return the text of what could be read, by address."""
    waiting, seen = list(doors), {}
    while waiting:
        path = _SAME_FORM.sub(r"\1", waiting.pop())
        if path in seen or "/abmelden/" in path:
            continue
        response = client.browser.get(path)
        assert response.status_code < 500, path
        seen[path] = text_of(response)
        assert len(seen) < _MOST_PAGES, "the crawl does not end"
        waiting += links_in(seen[path])
    return seen


def guessed(client: CheckingClient, canaries: list[Canary]) -> dict[str, str]:
    """Read what no link leads to: numbers one can count up, and searches for the words themselves."""
    paths = [
        pattern.format(number)
        for number in range(1, 70)
        for pattern in (
            "/de/anregungen/{}/", "/de/anregungen/eigene/{}/", "/de/anregungen/neu/{}/text/",
            "/de/anregungen/neu/{}/pruefen/", "/de/verwaltung/anregungen/{}/",
            "/de/stellungnahmen/{}/", "/de/anregungen/{}/kommentare/",
            "/de/verwaltung/anregungen/{}/unterstuetzungen/", "/de/verwaltung/nachtraege/{}/",
            "/de/verwaltung/anregungen/{}/zusammenlegen/", "/de/anregungen/{}/ergaenzen/",
            "/de/verwaltung/abstimmungen/{}/", "/de/verwaltung/abstimmungen/{}/liste/",
            "/de/verwaltung/abstimmungen/{}/vorschau/", "/de/verwaltung/abstimmungen/{}/fragen/1/",
        )
    ]  # fmt: skip
    # A file's name stands in its public address: who has the whole address must not get it for that.
    words = [one.word for one in canaries if one.where.startswith("name of")]
    paths += [f"/de/anregungen/{n}/dateien/{len(words)}/{words[-1]}.pdf" for n in range(1, 45)]
    paths += ["/de/vorhaben/fertig/ergebnis/", "/de/vorhaben/ein-steg/verlauf/"]
    paths += [
        f"/{tag}/{feed}.atom?status={status}"
        for tag in ("de", "en")
        for feed in ("vorhaben/feed", "anregungen/feed", "anregungen/antworten", "termine/feed")
        for status in ("", "zusammengelegt", "abgelehnt", "sammelt")
    ]
    for canary in canaries:
        paths += [
            f"{path}?q={canary.word[:-1]}"  # the page repeats this; the whole word would be a find
            for path in ("/de/suche/", "/de/anregungen/", "/de/vorhaben/", "/de/termine/")
        ]
    read: dict[str, str] = {}
    while paths:
        path = paths.pop()
        response = client.browser.get(path)
        assert response.status_code < 500, path
        read[path] = text_of(response)
        paths += [link for link in links_in(read[path]) if "/dateien/" in link and link not in read]
    return read


def leaks(
    persona: Persona | None, read: dict[str, str], canaries: list[Canary]
) -> list[tuple[str, str]]:
    """What this person found and must not; where, and on which page."""
    return [
        (canary.where, path)
        for path, text in read.items()
        for canary in canaries
        if canary.word in text
        and persona not in canary.readers
        and not (path == _OWN_DATA and persona in canary.wrote)
    ]


@pytest.mark.parametrize("persona", PEOPLE, ids=name_of)
def test_everybody_finds_what_is_theirs_to_read_and_nothing_else(
    client: CheckingClient, persona: Persona | None
) -> None:
    canaries = planted(client.app)
    client.sign_in(persona)
    read = crawl(client, _DOORS) | guessed(client, canaries)
    assert leaks(persona, read, canaries) == []
    everything = "\n".join(read.values())
    missed = [
        canary.where
        for canary in canaries
        if persona in canary.readers and canary.word not in everything
    ]
    assert missed == []


def test_mail_tells_nobody_what_they_must_not_read(
    app: Flask,
    worker: Worker,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    canaries = planted(app)
    worker.run_until_idle()
    mails = post.mails()
    assert len(mails) > 20
    readers = {name_of(persona): persona for persona in PEOPLE}
    wrong = []
    for mail in mails:
        persona = readers.get(mail["To"], VISITOR)
        text = mail["Subject"] + mail.get_content() + mail.html
        told = [canary for canary in canaries if persona not in canary.mailed]
        wrong += [(name_of(persona), found[0]) for found in leaks(persona, {"": text}, told)]
    assert wrong == []


@pytest.mark.parametrize("frequency", [Frequency.AT_ONCE, Frequency.DAILY])
def test_who_follows_everything_is_mailed_nothing_that_is_not_for_everybody(
    app: Flask,
    worker: Worker,  # noqa: F811
    post: Post,  # noqa: F811
    frequency: Frequency,
) -> None:
    canaries = planted(app)
    with app.app_context():
        aylin = make_person(AYLIN).id
        # Also what nobody can follow: it may have been public once.
        for column, table in (("suggestion_id", Suggestion), ("project_id", Project)):
            for key in db.session.scalars(sa.select(table.id)):
                db.session.add(Follow(person_id=aylin, since=NOW, **{column: key}))
        following.set_frequency(aylin, frequency, NOW)
        db.session.commit()
    worker.run_until_idle()
    with clock.stopped_at(NOW + timedelta(days=1)):
        worker.run_until_idle()
    read = {
        f"{n}": one["Subject"] + one.get_content() for n, one in enumerate(post.to(AYLIN.email))
    }
    assert len(read) > (10 if frequency is Frequency.AT_ONCE else 0)
    assert "Titel kanarienwort" in "".join(read.values())
    assert leaks(AYLIN, read, canaries) == []


def test_leak_is_found() -> None:
    canary = Canary("kanarienwort1x", "a draft", frozenset({MARA}))
    page = {"/de/": "<p>… kanarienwort1x …</p>"}
    assert leaks(JONAS, page, [canary]) == [("a draft", "/de/")]
    assert leaks(MARA, page, [canary]) == []
    hidden = Canary("kanarienwort2x", "hidden", frozenset(), wrote=frozenset({MARA}))
    found = dict.fromkeys(("/de/", _OWN_DATA), "kanarienwort2x")
    assert leaks(MARA, found, [hidden]) == [("hidden", "/de/")]
    assert len(leaks(JONAS, found, [hidden])) == 2

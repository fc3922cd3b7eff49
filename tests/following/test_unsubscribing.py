"""Stopping mails without signing in: by a mail program's POST, and by the page. On both databases."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.serving import make_server

from participation.core.db import db
from participation.following import links, queries, service
from participation.following.links import StopAll, StopGuest, StopThings
from participation.following.rules import Followed, Frequency
from participation.suggestions import support, support_queries
from participation.suggestions.links import Link
from tests.checking_client import CheckingClient
from tests.factories import TERMS, make_project, make_suggestion
from tests.people import MARA, NOAH, NOW, make_person
from tests.site.canaries import _hide
from tests.suggestions.guest_steps import link_of, support_as_guest

_ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_of(app: Flask, stop: links.Stop) -> str:
    return f"/de/abbestellen/{links.write(app.extensions['settings'].secret_key, stop)}/"


def following_mara(app: Flask) -> tuple[int, int]:
    """Mara follows a project; return both keys."""
    with app.app_context():
        mara = make_person(MARA)
        project = make_project()
        service.follow(Followed.PROJECT, project.id, mara.actor, NOW)
        db.session.commit()
        return mara.id, project.id


def is_following(app: Flask, person_id: int, kind: Followed, key: int) -> bool:
    with app.app_context():
        rows = queries.chosen_by(person_id)
        return (kind, key) in {queries.thing_of(row) for row in rows if row.is_wanted}


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve the app over real HTTP."""
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_mail_program_stops_mails_with_one_bare_post(app: Flask, kind: str) -> None:
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    body, content_type = urlencode(_ONE_CLICK), "application/x-www-form-urlencoded"
    if kind == "multipart":
        content_type = "multipart/form-data; boundary=grenze"
        body = (
            '--grenze\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            "One-Click\r\n--grenze--\r\n"
        )
    with served(app) as port:
        for _ in range(2):  # a mail program may try again
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            headers = {"Content-Type": content_type, "Host": "localhost"}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"OK\n"), "no redirect (RFC 8058)"
            assert answer.getheader("Set-Cookie") is None
            connection.close()
    assert not is_following(app, person_id, Followed.PROJECT, project)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://mail.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_mail_program_in_a_browser_may_come_from_anywhere(
    app: Flask, headers: dict[str, str]
) -> None:
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    answer = app.test_client().post(path, data=_ONE_CLICK, headers=headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not is_following(app, person_id, Followed.PROJECT, project)


def test_button_of_the_page_is_refused_without_a_token_and_from_elsewhere(app: Flask) -> None:
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    for word in ("beenden", "wieder"):
        assert app.test_client().post(f"{path}{word}/", data=_ONE_CLICK).status_code == 400
        headers = {"Origin": "https://evil.example"}
        assert app.test_client().post(f"{path}{word}/", headers=headers).status_code == 400
    assert is_following(app, person_id, Followed.PROJECT, project)


def test_scanner_that_opens_the_link_changes_nothing(app: Flask) -> None:
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    browser = app.test_client()
    assert browser.get(path).status_code == 200
    assert browser.head(path).status_code == 200
    for data in ({}, {"List-Unsubscribe": "no"}, {"anything": "x"}):
        assert browser.post(path, data=data).status_code == 400
    assert is_following(app, person_id, Followed.PROJECT, project)


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_that_is_not_ours_does_nothing(app: Flask, method: str) -> None:
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    foreign = links.write("another key", StopThings(person_id, ((Followed.PROJECT, project),)))
    for bad in (f"{path[:-3]}/", f"/de/abbestellen/{foreign}/", "/de/abbestellen/x/"):
        answer = getattr(app.test_client(), method)(bad, data=_ONE_CLICK)
        assert answer.status_code == 410, bad
    assert is_following(app, person_id, Followed.PROJECT, project)


def test_person_reads_what_ends_presses_and_takes_it_back(client: CheckingClient) -> None:
    app = client.app
    person_id, project = following_mara(app)
    path = path_of(app, StopThings(person_id, ((Followed.PROJECT, project),)))
    assert "Vorhaben: Spielplatz Gleisberganlage" in client.get(path).text
    for word, expected, said in (
        ("beenden", False, "nicht mehr"), ("beenden", False, "nicht mehr"),
        ("wieder", True, "wieder E-Mails"), ("wieder", True, "wieder E-Mails"),
        ("beenden", False, "nicht mehr"),
    ):  # fmt: skip
        answer = client.browser.post(f"{path}{word}/", data={"csrf_token": client.token()})
        assert answer.status_code == 303
        assert is_following(app, person_id, Followed.PROJECT, project) is expected
        assert said in client.get(answer.headers["Location"]).text
    # Nobody is signed in by it.
    assert client.browser.get("/de/konto/").status_code == 303


def test_link_of_a_digest_stops_all_and_gives_back_what_was_set(client: CheckingClient) -> None:
    app = client.app
    person_id, _ = following_mara(app)
    path = path_of(app, StopAll(person_id, Frequency.WEEKLY))
    assert "alle Übersichten" in client.get(path).text

    def frequency() -> Frequency:
        with app.app_context():
            return queries.frequency_of(person_id)

    assert app.test_client().post(path, data=_ONE_CLICK).status_code == 200
    assert frequency() is Frequency.NEVER
    token = {"csrf_token": client.token()}
    client.browser.post(f"{path}wieder/", data=token)
    assert frequency() is Frequency.WEEKLY
    with app.app_context():
        service.set_frequency(person_id, Frequency.AT_ONCE, NOW)
        db.session.commit()
    client.browser.post(f"{path}wieder/", data=token)
    assert frequency() is Frequency.AT_ONCE, "an old link does not undo what was chosen since"


def test_stopping_a_suggestion_stops_it_for_author_supporter_and_follower(app: Flask) -> None:
    with app.app_context():
        mara, noah = make_person(MARA), make_person(NOAH)
        suggestion = make_suggestion(author=noah)
        key = suggestion.id
        support.give(key, mara.actor, NOW, TERMS, wants_mail=True)
        service.follow(Followed.SUGGESTION, key, mara.actor, NOW)
        db.session.commit()
        people = {MARA: mara.id, NOAH: noah.id}
    for person_id in people.values():
        path = path_of(app, StopThings(person_id, ((Followed.SUGGESTION, key),)))
        assert app.test_client().post(path, data=_ONE_CLICK).status_code == 200
    with app.app_context():
        assert not queries.chosen_by(people[MARA])
        assert [row.is_wanted for row in queries.chosen_by(people[NOAH])] == [False]
        assert db.session.scalars(support_queries.supporters_to_tell(key)).all() == []


def test_guest_stops_mails_with_one_post_and_the_support_stays(client: CheckingClient) -> None:
    app = client.app
    with app.app_context():
        suggestion = make_suggestion()
        support_as_guest(suggestion.id, "gast@example.org", wants_mail=True)
        key, link = suggestion.id, link_of(suggestion.id, "gast@example.org")
        db.session.commit()
    path = path_of(app, StopGuest(key, link.mailbox))
    assert "Anregung: Mehr Schatten" in client.get(path).text
    assert client.app.test_client().post(path, data=_ONE_CLICK).status_code == 200

    def wants(link: Link) -> bool:
        with app.app_context():
            found = support_queries.of_mailbox(link.suggestion_id, link.mailbox)
            return found is not None and found.wants_mail

    assert not wants(link)
    client.browser.post(f"{path}wieder/", data={"csrf_token": client.token()})
    assert wants(link)


def test_page_says_no_word_of_what_is_hidden_now(client: CheckingClient) -> None:
    with client.app.app_context():
        mara = make_person(MARA).id
        suggestion = make_suggestion(title="Ein geheimer Titel jetzt")
        _hide(suggestion)
        key = suggestion.id
        db.session.commit()
    path = path_of(client.app, StopThings(mara, ((Followed.SUGGESTION, key),)))
    assert "geheim" not in client.get(path).text


def test_link_of_somebody_who_is_gone_still_answers(client: CheckingClient) -> None:
    path = path_of(client.app, StopThings(999, ((Followed.TOPIC, 999),)))
    client.get(path)
    assert client.app.test_client().post(path, data=_ONE_CLICK).status_code == 200
    token = {"csrf_token": client.token()}
    assert client.browser.post(f"{path}wieder/", data=token).status_code == 303
    everything = path_of(client.app, StopAll(999, Frequency.DAILY))
    assert client.app.test_client().post(everything, data=_ONE_CLICK).status_code == 200

"""A page that is the same for everybody is kept for a moment; nobody gets what is somebody's."""

import gzip
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask, Response

from participation.core.db import db
from participation.core.page_cache import _LONGEST_ADDRESS, _MOST_PAGES, PageCache
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import make_suggestion
from tests.people import KIM, MARA, make_person

LIST = "/de/anregungen/"


@pytest.fixture
def keeping(app_beside: Callable[..., Flask]) -> Flask:
    return app_beside(page_cache_seconds=10)


@pytest.fixture
def statements(keeping: Flask) -> Iterator[list[str]]:
    with keeping.app_context():
        engine = db.engine
    said: list[str] = []

    def listen(_connection: object, _cursor: object, text: str, *_: object) -> None:
        said.append(text)

    sa.event.listen(engine, "before_cursor_execute", listen)
    yield said
    sa.event.remove(engine, "before_cursor_execute", listen)


def suggest(app: Flask, title: str) -> None:
    with app.app_context():
        make_suggestion(State.COLLECTING, author=make_person(MARA), title=title)
        db.session.commit()


def test_second_visitor_gets_the_same_page_without_asking_the_database(
    keeping: Flask, statements: list[str]
) -> None:
    suggest(keeping, "Ein Brunnen")
    first = keeping.test_client().get(LIST)
    statements.clear()
    second = keeping.test_client().get(LIST)
    assert statements == []
    assert "Ein Brunnen" in first.text
    assert (second.status_code, second.text) == (200, first.text)
    assert sorted(second.headers) == sorted(first.headers)


def test_page_is_made_anew_when_its_time_is_over() -> None:
    time = [100.0]
    cache = PageCache(2, lambda: time[0])
    cache.keep(("/", True), Response("alt"))
    time[0] += 1.9
    assert cache.find(("/", True)) is not None
    time[0] += 0.1
    assert cache.find(("/", True)) is None


def test_who_changes_an_answer_changes_no_other() -> None:
    cache = PageCache(2)
    made = Response("Seite")
    cache.keep(("/", True), made)
    made.set_data("anders")
    made.headers["X"] = "anders"
    found = cache.find(("/", True))
    assert found is not None
    found.headers["X"] = "noch anders"
    again = cache.find(("/", True))
    assert again is not None
    assert (again.get_data(as_text=True), "X" in again.headers) == ("Seite", False)


def test_memory_is_bounded_and_what_was_used_last_stays() -> None:
    cache = PageCache(1000)
    for number in range(_MOST_PAGES + 50):
        cache.keep((f"/{number}", True), Response(str(number)))
        assert cache.find(("/0", True)) is not None
    assert cache.find(("/1", True)) is None
    assert len(cache._pages) == _MOST_PAGES


def test_threads_that_keep_and_find_at_once_get_whole_pages() -> None:
    cache, wrong = PageCache(1000), []

    def work(number: int) -> None:
        for turn in range(300):
            key = (f"/{(number + turn) % 300}", True)
            cache.keep(key, Response(key[0]))
            found = cache.find(key)
            if found is not None and found.get_data(as_text=True) != key[0]:
                wrong.append(key)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_each_address_encoding_host_and_language_is_kept_by_itself(keeping: Flask) -> None:
    browser = keeping.test_client()
    plain = browser.get(LIST)
    packed = browser.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert plain.content_encoding is None
    assert gzip.decompress(packed.data).decode() == plain.text
    assert 'lang="en"' in browser.get("/en/anregungen/").text
    assert browser.get(f"{LIST}?status=abgelehnt").text != plain.text
    assert browser.get(LIST, headers={"Host": "evil.example"}).status_code == 400


def test_visitor_never_gets_the_page_of_somebody_who_is_signed_in(keeping: Flask) -> None:
    kim = CheckingClient(keeping).sign_in(KIM)
    own = kim.get(LIST).html
    assert "Mein Konto" in own
    visitor = keeping.test_client().get(LIST).text
    assert "Mein Konto" not in visitor
    assert "Mein Konto" in kim.get(LIST).html
    # A cookie that means nothing gets no kept page either: what it means is found out.
    stranger = keeping.test_client()
    stranger.set_cookie("sitzung", "nonsense")
    assert "Mein Konto" not in stranger.get(LIST).text


def test_who_acts_sees_at_once_what_came_of_it(keeping: Flask) -> None:
    visitor = keeping.test_client()
    visitor.get(LIST)
    suggest(keeping, "Gerade eben")
    assert "Gerade eben" not in visitor.get(LIST).text
    assert "Gerade eben" in CheckingClient(keeping).sign_in(MARA).get(LIST).html


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/de/konto/anmelden/", 200),
        ("/de/konto/registrieren/", 200),
        ("/de/barrierefreiheit/gibt-es-nicht/", 404),
        ("/de/anregungen/999/", 404),
        ("/", 302),
        ("/healthz", 200),
        (f"{LIST}?q={'x' * _LONGEST_ADDRESS}", 200),
    ],
)
def test_what_is_not_the_same_page_for_everybody_is_not_kept(
    keeping: Flask, path: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    monkeypatch.setattr(PageCache, "keep", lambda *given: kept.append(given))
    assert keeping.test_client().get(path).status_code == status
    assert kept == []
    assert keeping.test_client().get(LIST).status_code == 200
    assert len(kept) == 1


def test_form_that_is_sent_is_never_answered_from_what_is_kept(keeping: Flask) -> None:
    browser = keeping.test_client()
    assert browser.get(LIST).status_code == 200
    assert browser.post(LIST).status_code in (400, 403, 405)

"""What a query finds, in which order; the same on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.core import search
from participation.core.db import db
from participation.core.search_index import Kind, Text, keep, keep_all, places
from participation.core.words import is_found_in, words_of
from tests.search.corpus import DAY, all_pages, hits, put, put_titles


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Spielplatz", "Neue Spielplätze für alle"),
        ("spielplaetze", "Der Spielplatz"),
        ("Radweg", "Breite Fahrradwege"),
        ("strasse", "In der Straßenbahn"),
        ("Kind", "Kindergarten"),
        ("Fahrrad", "Mein Fahr·rad"),
        ("ПАРК", "новий парк"),
        ("KADIKÖY", "Kadıköy gibi"),
        ("schatten spielplatz", "Spielplätze brauchen Schatten"),
        ("Ufer", "Am Rheinufer"),
        ("Weg", "Ein Radweg"),
        ("Fahrradwege", "Der Fahrradweg"),
        ("Straße", "Die Strassen"),
        ("Räder", "Mein Fahrrad"),
    ],
)
def test_reader_finds(session: None, query: str, text: str) -> None:
    put(text)
    assert hits(query) == [1]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Rat", "Beratung"),
        ("Spielplatz Schatten", "Spielplätze brauchen Sonne"),
        ("Fahrradweg", "Radweg"),
        ("kind", ""),  # marks are no words
        ("project", "Text"),
        ("suggestion", "Text"),
        ("de", "Text"),
    ],
)
def test_reader_does_not_find(session: None, query: str, text: str) -> None:
    put(text)
    assert hits(query) == []


HOSTILE = [
    "NEAR(spielplatz, weg)", "spiel*", '"spielplatz"', "-spielplatz", "^spielplatz", "words:spielplatz",
    "spielplatz AND", "OR NOT", "NOT spielplatz", "spielplatz OR", "%", "_", "spiel%", "\\", "\\'", "'",
    "''", '"', "\x00", "spielplatz\x00", "😀", "\u200b", "\u202espielplatz", "(", ")", "((((", "{words}:",
    "'; DROP TABLE search_entry; --", "' OR 1=1 --", "a" * 50_000, "ä" * 50_000, "x " * 25_000, "!?.,;",
    "a", "ß", "=spielplatz", "^spielplat", "~platz", ":kind:suggestion", ":*",
    "&|!<->", "<->", "spielplatz:*",
    "\ud800", "\ufffe", "a\u0300" * 100, "ẞ" * 60, "💥".join("spielplatz"),
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_query_is_taken_word_by_word(session: None, query: str) -> None:
    put("Ein Spielplatz mit Weg", "Nichts davon", "OR NOT AND NEAR words", "a")
    wanted = search.read_query(query).words
    texts = ["Ein Spielplatz mit Weg", "Nichts davon", "OR NOT AND NEAR words", "a"]
    expected = {
        number
        for number, text in enumerate(texts, 1)
        if wanted and all(any(is_found_in(w, t) for t in words_of(text)) for w in wanted)
    }
    assert set(hits(query)) == expected
    assert hits(query, newest_first=True) == sorted(expected, reverse=True)
    ids = search.ids(Kind.SUGGESTION, query)
    assert set(db.session.scalars(ids)) == expected
    search.candidates(Kind, query)


def test_long_query_is_cut_and_says_so() -> None:
    assert search.read_query("weg " * 100).is_cut
    assert search.read_query("eins zwei drei vier fünf sechs sieben acht neun").is_cut
    query = search.read_query("Weg weg WEGE")
    assert (query.words, query.is_cut) == ((("weg", "weg"),), False)


def test_titles_come_before_texts_and_whole_words_before_parts(session: None) -> None:
    keep_all(
        Kind.PROJECT,
        {
            1: [Text("de", DAY, "Der Radweg", "", "a")],
            2: [Text("de", DAY, "Fahrradwege", "Radweg", "b")],
            3: [Text("de", DAY, "Anderes", "ein Radweg", "c")],
            4: [Text("de", DAY, "Noch anderes", "viele Fahrradwege", "d")],
            5: [Text("de", DAY.replace(year=2027), "Neueres", "ein Radweg", "e")],
            6: [Text("de", DAY.replace(year=2027), "Ganz anderes", "", "f")],
        },
    )
    assert hits("Radweg") == [1, 2, 5, 3, 4]
    assert hits("Radweg", newest_first=True) == [5, 4, 3, 2, 1]


def test_filters_narrow_and_kinds_are_counted(session: None) -> None:
    keep(Kind.PROJECT, 1, [Text("de", DAY, "Weg", "", "a", places([1], [7]))])
    keep(Kind.PROJECT, 2, [Text("en", DAY, "Weg", "", "b", places([2], everywhere=True))])
    keep(Kind.COMMENT, 3, [Text("de", DAY, "", "Weg", "3", owner=(Kind.PROJECT, 1))])
    for given_, found in (
        ({"district_id": 1}, [1, 2, 3]),
        ({"district_id": 3}, [2]),
        ({"topic_id": 7}, [1, 3]),
        ({"kind": Kind.PROJECT}, [1, 2]),
        ({"language": "en"}, [2]),
        ({"reader": "en"}, [1, 2, 3]),
    ):
        assert sorted(hits("weg", search.Filters(**given_))) == found  # type: ignore[arg-type]
    _, counts = search.page_of_hits(
        search.read_query("weg"), search.Filters(kind=Kind.PROJECT), None
    )
    assert counts == {Kind.PROJECT: 2, Kind.COMMENT: 1}


def test_reader_finds_a_text_of_the_city_once_in_the_own_language(client: Any) -> None:
    from tests.factories import make_project

    with client.app.app_context():
        make_project(texts={"de": {"title": "Weg Gleisberg"}, "en": {"title": "Path Gleisberg"}})
        for reader, word in (("de", "Weg"), ("en", "Path"), ("de_simple", "Weg")):
            filters = search.Filters(reader=reader)
            page, _ = search.page_of_hits(search.read_query("gleisberg"), filters, None)
            assert [row.title for row in page.rows] == [f"{word} Gleisberg"]
        db.session.rollback()


def test_what_belongs_to_a_thing_takes_its_marks_and_goes_with_it(session: None) -> None:
    keep(Kind.SUGGESTION, 1, [Text("de", DAY, "Weg", "", "1", places([1]))])
    keep(Kind.COMMENT, 2, [Text("de", DAY, "", "Weg", "2", owner=(Kind.SUGGESTION, 1))])
    keep(Kind.COMMENT, 3, [Text("de", DAY, "", "Weg", "3", owner=(Kind.SUGGESTION, 9))])
    assert sorted(hits("weg", search.Filters(district_id=1))) == [1, 2]
    keep(Kind.SUGGESTION, 1, [Text("de", DAY, "Weg", "", "1", places([5]))])
    assert hits("weg", search.Filters(district_id=1)) == []
    assert sorted(hits("weg", search.Filters(district_id=5))) == [1, 2]
    keep(Kind.SUGGESTION, 1, [])
    assert hits("weg") == []


def test_texts_that_share_rare_words_are_candidates(session: None) -> None:
    put(
        "Trinkbrunnen am Winterhafen", "Mehr Bänke am Rhein", "Ein Trinkbrunnen im Volkspark",
        "Winterhafen sauber halten", "Trinkbrunnen Winterhafen Hitze",
    )  # fmt: skip
    found = search.candidates([Kind.SUGGESTION], "Bitte Trinkbrunnen am Winterhafen aufstellen")
    assert found[:2] == [(Kind.SUGGESTION, 5), (Kind.SUGGESTION, 1)]
    assert {key for _, key in found} == {1, 3, 4, 5}
    assert search.candidates([Kind.PROJECT], "Trinkbrunnen") == []
    assert search.candidates([], "Trinkbrunnen") == search.candidates(Kind, "!!!") == []


def test_pages_show_every_hit_once_there_and_back(session: None) -> None:
    put_titles(*["Radweg" if n % 3 else "Fahrradweg" for n in range(50)])
    put(*["Der Radweg" if n % 2 else "Fahrradwege" for n in range(50)])
    onward, back = all_pages("radweg")
    assert len(onward) == len(set(onward)) == 100
    assert onward == back


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "1000000000",
        "W3RydWUsOSwxXQ",
        "W3RydWUsMSwtMV0",
        "W3RydWUsMSwxZTk5XQ",
        "ä" * 3000,
    ],
)
def test_invented_place_in_the_list_is_its_beginning(session: None, token: str) -> None:
    put("Weg")
    page, _ = search.page_of_hits(search.read_query("weg"), search.NO_FILTERS, token)
    assert [row.subject_id for row in page.rows] == [1]


@pytest.fixture
def both(databases: Callable[[str], Any]) -> Iterator[list[Flask]]:
    """The app on SQLite and on PostgreSQL."""
    yield [databases(kind).app for kind in ("sqlite", "postgresql")]


_WORDS = st.sampled_from(
    ("Rad", "Weg", "Radweg", "Radwege", "Fahrradweg", "Spielplatz", "Spielplätze", "Platz", "weg",
     "Straße", "STRASSE", "Ufer", "Rheinufer", "Hafen", "Häfen", "Winterhafen", "wege", "Netz", "a", "ä")
)  # fmt: skip
_TEXTS = st.lists(_WORDS | st.text(max_size=12), max_size=5).map(" ".join)
_CORPUS = st.lists(st.tuples(_TEXTS, _TEXTS, st.integers(0, 3)), max_size=12)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(corpus=_CORPUS, query=_TEXTS)
def test_both_databases_find_the_same_in_the_same_order(
    both: list[Flask], corpus: list[tuple[str, str, int]], query: str
) -> None:
    found = []
    for app in both:
        with app.app_context():
            for number, (title, body, days) in enumerate(corpus, 1):
                day = DAY.replace(day=1 + days)
                keep(Kind.PROJECT, number, [Text("de", day, title, body, str(number))])
            page, counts = search.page_of_hits(search.read_query(query), search.NO_FILTERS, None)
            rows = [(row.subject_id, row.rank, row.title) for row in page.rows]
            ids = sorted(db.session.scalars(search.ids(Kind.PROJECT, query)))
            found.append((rows, counts, ids, search.candidates([Kind.PROJECT], query)))
            db.session.rollback()
    assert found[0] == found[1]
    wanted = search.read_query(query).words
    expected = [
        number
        for number, (title, body, _) in enumerate(corpus, 1)
        if wanted
        and all(any(is_found_in(w, t) for t in words_of(f"{title} {body}")) for w in wanted)
    ]
    assert found[0][2] == expected

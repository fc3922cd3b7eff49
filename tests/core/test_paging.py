"""Keyset paging, on both databases: nothing is lost, nothing comes twice, no token does harm."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.core import paging
from participation.meetings import queries as meetings
from participation.meetings import service
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from participation.projects import queries as projects
from participation.projects.models import Project, ProjectText
from tests.factories import make_project
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("session")
_COUNT = 23
_UP = paging.Order(projects.NEWEST.columns, descending=False)
_NEXT = paging.Order(meetings.LATEST.columns, descending=False)
_BY_KEY = paging.Order([(Project.id, paging.whole_number)])
_PROJECTS = sa.select(Project.slug).join(ProjectText, ProjectText.project_id == Project.id)
_MEETINGS = sa.select(Meeting.slug)

#: Each kind of key that there is: days, texts, moments, whole numbers; upwards and downwards.
LISTS: dict[str, tuple[sa.Select[Any], paging.Order]] = {
    "newest": (_PROJECTS, projects.NEWEST),
    "oldest": (_PROJECTS, _UP),
    "by title": (_PROJECTS, projects.BY_TITLE),
    "by key": (_PROJECTS, _BY_KEY),
    "latest": (_MEETINGS, meetings.LATEST),
    "next": (_MEETINGS, _NEXT),
}


@pytest.fixture
def rows(session: None) -> None:
    """Projects and meetings of which several share a day, a title or a moment."""
    titles = [
        "Allee",
        "allee",
        "Älter",
        "Zoo",
        "Öffnung",
        'Mit "Zeichen" \\ und 🌳',
        "Ende " + "ß" * 190,
    ]
    for number in range(_COUNT):
        title = titles[number % len(titles)]
        day = date(2026, 1, 1) + timedelta(days=number // 4)
        make_project(f"p-{number}", texts={"de": {"title": title}}, as_of_day=day)
        values = {"kind": MeetingKind.FORUM, "starts_at": NOW + timedelta(microseconds=number // 4)}
        service.save(f"m-{number}", values, {"de": title}, NOW)


def page(name: str, token: str | None, size: int = 5) -> paging.Page[Any]:
    """One page of the list."""
    statement, order = LISTS[name]
    return paging.page_of(statement, order, token, size)


def slugs(one: paging.Page[Any]) -> list[str]:
    """What stands on the page."""
    return [row.slug for row in one.rows]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 5, _COUNT - 1, _COUNT, _COUNT + 1])
def test_reader_who_walks_on_sees_each_row_once_and_the_same_pages_on_the_way_back(
    name: str, size: int
) -> None:
    one = page(name, None, size)
    assert one.previous_token is None
    pages = [slugs(one)]
    while one.next_token:
        one = page(name, one.next_token, size)
        pages.append(slugs(one))
        assert len(pages) <= _COUNT
    assert [len(shown) for shown in pages[:-1]] == [size] * (len(pages) - 1)
    seen = [slug for shown in pages for slug in shown]
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == _COUNT
    back = [slugs(one)]
    while one.previous_token:
        one = page(name, one.previous_token, size)
        back.append(slugs(one))
    assert back[::-1] == pages


@pytest.mark.usefixtures("rows")
def test_rows_come_in_the_order_of_the_list() -> None:
    down, up = slugs(page("newest", None, 99)), slugs(page("oldest", None, 99))
    assert down == up[::-1]
    assert up[0] == "p-0"
    assert slugs(page("latest", None, 99)) == slugs(page("next", None, 99))[::-1]
    assert slugs(page("by key", None, 99)) == [f"p-{n}" for n in reversed(range(_COUNT))]


def test_empty_list_has_one_empty_page() -> None:
    for name in LISTS:
        assert page(name, None) == paging.Page([], None, None)


@pytest.mark.usefixtures("rows")
def test_reader_sees_nothing_twice_when_something_new_comes_meanwhile() -> None:
    first = page("newest", None)
    make_project("new", as_of_day=date(2026, 3, 1))
    second = page("newest", first.next_token)
    assert not set(slugs(first)) & set(slugs(second))
    assert slugs(page("newest", second.previous_token)) == slugs(first)
    assert "new" in slugs(page("newest", None))


def token(value: object) -> str:
    """A token that holds this value."""
    text = json.dumps(value) if not isinstance(value, str) else value
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


_DEEP = "[" * 10_000 + "]" * 10_000
_BAD_KEYS: Sequence[object] = [
    None, -1, 10**30, 2**31, 1.5, float("nan"), float("inf"), "1", "x", "", [], [1], {}, {"a": 1},
    "\x00", "a\x00b", "\ud800", "2026-13-01", "2026-02-30", "2026-03-10T09:00:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 300,
]  # fmt: skip
HOSTILE = [
    "", "x", "%", "=", "====", "a" * 5000, "\x00", "ü", "\ud800", "../..", "W10", "A",
    token(None), token(True), token([]), token({}), token([True]), token(""), token("NaN"),
    token("[true,"), token("{" * 200), token("[" * 1400), token(_DEEP), token(f"[true,{_DEEP}]"),
    token("9" * 1400), token([True, *range(50)]),
]  # fmt: skip


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", LISTS)
def test_token_that_is_none_gives_the_first_page(name: str) -> None:
    first = page(name, None)
    for hostile in HOSTILE:
        assert page(name, hostile) == first, hostile[:60]


_ACCEPTED: dict[Callable[[object], Any], Callable[[object], bool]] = {
    paging.words: lambda key: isinstance(key, str) and key.isprintable(),
}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", LISTS)
def test_token_with_a_key_of_another_kind_gives_the_first_page(name: str) -> None:
    first = page(name, None)
    readers = [read for _, read in LISTS[name][1].columns]
    good = {paging.day: "2026-01-03", paging.words: "Allee", paging.whole_number: 3,
            paging.moment: "2026-03-10T09:00:00+00:00"}  # fmt: skip
    for place, read in enumerate(readers):
        for bad in _BAD_KEYS:
            if _ACCEPTED.get(read, lambda _: False)(bad):
                continue
            keys = [good[other] for other in readers]
            keys[place] = bad  # type: ignore[call-overload]
            for forward in (True, False):
                assert page(name, token([forward, *keys])) == first, (read.__name__, bad)


@pytest.mark.usefixtures("rows")
def test_token_of_one_list_does_no_harm_in_another() -> None:
    for name in LISTS:
        for other in LISTS:
            shown = slugs(page(other, page(name, None).next_token))
            assert set(shown) <= set(slugs(page(other, None, 99)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.datetimes().map(str) | st.dates().map(str)
    | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)  # fmt: skip


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.one_of(
    st.text(max_size=500),
    st.binary(max_size=300).map(lambda raw: base64.urlsafe_b64encode(raw).decode()),
    st.lists(_JSON, max_size=4).map(token),
    st.tuples(st.booleans(), _JSON, st.integers(-5, 2**31)).map(token),
))  # fmt: skip
def test_token_of_anything_at_all_gives_a_page(hostile: str) -> None:
    make_project("only")
    values = {"kind": MeetingKind.FORUM, "starts_at": NOW}
    service.save("only", values, {"de": "Titel"}, NOW)
    for name in LISTS:
        assert slugs(page(name, hostile)) in ([], ["only"])


@pytest.mark.parametrize(
    ("number", "rows", "before", "after"),
    [
        ("", "abc", None, "2"), ("1", "abc", None, "2"), ("2", "def", "1", "3"), ("3", "g", "2", None),
        ("4", "g", "2", None), ("99999999", "g", "2", None), ("0", "abc", None, "2"),
        ("1000000000", "abc", None, "2"), ("9" * 400, "abc", None, "2"), ("-1", "abc", None, "2"),
        ("²", "abc", None, "2"), ("٣", "abc", None, "2"), ("W10", "abc", None, "2"),
    ],
)  # fmt: skip
def test_page_by_number_is_one_of_those_that_are_there(
    number: str, rows: str, before: str | None, after: str | None
) -> None:
    page = paging.numbered_page("abcdefg", number, 3)
    assert (page.rows, page.previous_token, page.next_token) == (rows, before, after)


def test_page_by_number_of_nothing_is_empty() -> None:
    assert paging.numbered_page([], "1", 3) == paging.Page([], None, None)

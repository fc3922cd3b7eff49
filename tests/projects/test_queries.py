"""Reads of projects, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from participation.city import service as city
from participation.city.models import Topic
from participation.core.db import db
from participation.core.languages import LANGUAGES
from participation.projects import queries
from participation.projects.models import Project
from participation.projects.queries import BY_TITLE, NEWEST, Filters
from participation.projects.rules import Implementation, Participation
from tests.factories import make_department, make_district, make_project
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("session")
_GERMAN = LANGUAGES["de"].chain


def topic(slug: str, position: int, **names: str) -> Topic:
    """A topic with its names."""
    city.save_topic(slug, position, names or {"de": slug.title()})
    return db.session.scalars(sa.select(Topic).where(Topic.slug == slug)).one()


def slugs(filters: Filters = Filters(), order: object = NEWEST) -> list[str]:  # noqa: B008
    """Names of the first page's projects."""
    page = queries.list_page(filters, order, None, _GERMAN)  # type: ignore[arg-type]
    return [row[0].slug for row in page.rows]


def test_reader_of_a_district_also_sees_what_concerns_the_whole_city() -> None:
    here, there = make_district("Gonsenheim", 6), make_district("Mombach", 12)
    make_project("here", districts=[here])
    make_project("both", districts=[here, there])
    make_project("there", districts=[there])
    make_project("everywhere", whole_city=True)
    make_project("nowhere")
    assert set(slugs(Filters(district_id=here.id))) == {"here", "both", "everywhere"}
    assert set(slugs(Filters(district_id=there.id))) == {"there", "both", "everywhere"}
    assert len(slugs()) == 5
    page = queries.list_page(Filters(district_id=here.id), NEWEST, None, _GERMAN)
    ids = {row[0].slug: row.district_ids for row in page.rows}
    assert set(ids["both"].split(",")) == {str(here.id), str(there.id)}
    assert ids["everywhere"] is None


def test_reader_narrows_by_topic() -> None:
    green, traffic = topic("gruen", 1), topic("verkehr", 2)
    make_project("park", topics=[green])
    make_project("allee", topics=[green, traffic])
    make_project("strasse", topics=[traffic])
    assert set(slugs(Filters(topic_id=green.id))) == {"park", "allee"}
    assert set(slugs(Filters(topic_id=traffic.id))) == {"strasse", "allee"}
    assert slugs(Filters(topic_id=4711)) == []


def test_reader_narrows_by_both_states_independently() -> None:
    for participation in (None, *Participation):
        for implementation in (None, *Implementation):
            make_project(
                f"{participation or 'none'}-{implementation or 'none'}".replace("_", "-"),
                participation=participation,
                implementation=implementation,
            )
    for participation in Participation:
        filters = Filters(participation=participation)
        assert {slug.split("-")[0] for slug in slugs(filters)} == {participation.value}
        assert len(slugs(filters)) == 5
        for implementation in Implementation:
            found = slugs(Filters(participation=participation, implementation=implementation))
            assert found == [f"{participation}-{implementation}"]
    for implementation in Implementation:
        assert len(slugs(Filters(implementation=implementation))) == 4


def test_all_filters_together_are_an_and() -> None:
    here, green = make_district(), topic("gruen", 1)
    right = {
        "districts": [here],
        "topics": [green],
        "participation": Participation.RUNNING,
        "implementation": Implementation.PLANNING,
    }
    wrong = {
        "districts": [],
        "topics": [],
        "participation": Participation.PLANNED,
        "implementation": None,
    }
    make_project("right", **right)
    for name, value in wrong.items():
        make_project(f"wrong-{name}", **(right | {name: value}))
    filters = Filters(here.id, green.id, Participation.RUNNING, Implementation.PLANNING)
    assert slugs(filters) == ["right"]
    assert queries.counts_by_participation(filters) == {
        Participation.RUNNING: 1,
        Participation.PLANNED: 1,
    }


def test_counts_tell_how_many_each_tab_would_show() -> None:
    for number, state in enumerate([None, None, *Participation, Participation.RUNNING]):
        make_project(f"p-{number}", participation=state)
    counts = queries.counts_by_participation(Filters())
    assert counts == {
        None: 2,
        Participation.PLANNED: 1,
        Participation.RUNNING: 2,
        Participation.COMPLETED: 1,
    }
    narrowed = queries.counts_by_participation(Filters(participation=Participation.RUNNING))
    assert narrowed == counts


def test_newest_state_comes_first_and_equal_days_in_a_fixed_order() -> None:
    for number, day in enumerate(["2025-03-01", "2026-01-01", "2025-03-01", "2024-01-01"]):
        make_project(f"p-{number}", as_of_day=date.fromisoformat(day), as_of=day)
    make_project("undated", as_of_day=date.min, as_of="")
    assert slugs() == ["p-1", "p-2", "p-0", "p-3", "undated"]
    assert [row.slug for row in queries.recently_updated(_GERMAN, 2)] == ["p-1", "p-2"]


def test_titles_sort_by_the_language_that_is_read() -> None:
    for slug, german, english in (("a", "Zoo", "Animals"), ("b", "Bad", "Swimming pool")):
        make_project(slug, texts={"de": {"title": german}, "en": {"title": english}})
    assert slugs(order=BY_TITLE) == ["b", "a"]
    page = queries.list_page(Filters(), BY_TITLE, None, LANGUAGES["en"].chain)
    assert [row.title for row in page.rows] == ["Animals", "Swimming pool"]


_CHAINS = [
    ("de", {"de", "de_simple", "en"}, "de"),
    ("de", {"de_simple", "en"}, "de_simple"),
    ("de", {"en"}, "en"),
    ("de_simple", {"de", "de_simple", "en"}, "de_simple"),
    ("de_simple", {"de", "en"}, "de"),
    ("de_simple", {"en"}, "en"),
    ("en", {"de", "de_simple", "en"}, "en"),
    ("en", {"de", "de_simple"}, "de"),
    ("en", {"de_simple"}, "de_simple"),
    ("en", {"uk", "ar"}, "ar"),
]


@pytest.mark.parametrize(("read", "written", "shown"), _CHAINS)
def test_reader_gets_the_best_language_that_there_is(
    read: str, written: set[str], shown: str
) -> None:
    chain = LANGUAGES[read].chain
    texts = {code: {"title": f"Titel {code}", "summary": code} for code in sorted(written)}
    project = make_project("x", texts=texts)
    make_project("other", texts={"de": {"title": "Etwas anderes"}})
    found = queries.sheet("x", chain)
    assert found is not None
    assert found[0] is project
    assert found[1].language == shown
    rows = queries.list_page(Filters(), NEWEST, None, chain).rows
    assert len(rows) == 2
    shown_rows = {row[0].slug: (row.title, row.language) for row in rows}
    assert shown_rows["x"] == (f"Titel {shown}", shown)
    assert queries.title_of(project.id, chain).title == f"Titel {shown}"
    assert (project.id, f"Titel {shown}") in [tuple(row) for row in queries.titles(chain)]


def test_topic_of_a_project_has_its_name_in_the_best_language() -> None:
    topics = [topic("b", 2, de="Verkehr"), topic("a", 1, de="Grün", en="Green")]
    project = make_project("x", topics=topics)
    names = [row.name for row in queries.topics_of(project.id, LANGUAGES["en"].chain)]
    assert names == ["Green", "Verkehr"]


@pytest.mark.parametrize("slug", ["x", "", "sp-gleisberg'--", "%", "a" * 500])
def test_reader_finds_no_sheet_that_is_not_there(slug: str) -> None:
    make_project("sp-gleisberg")
    assert queries.sheet(slug, _GERMAN) is None


def test_sheet_that_is_saved_again_unchanged_is_not_touched() -> None:
    project = make_project(districts=[make_district()], departments=[make_department()])
    make_project(
        districts=[make_district()], departments=[make_department()], now=NOW + timedelta(days=1)
    )
    assert project.changed_at == NOW
    make_project(whole_city=True, now=NOW + timedelta(days=1))
    assert project.changed_at == NOW + timedelta(days=1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Project)) == 1


@pytest.mark.parametrize("order", [NEWEST, BY_TITLE])
@pytest.mark.parametrize("title", ["{:03} Platz", "{:03} " + "ä" * 190, '{:03} "' + "\\" * 190])
def test_reader_walks_over_all_pages_and_sees_each_project_once(order: object, title: str) -> None:
    for number in range(30):
        make_project(f"p-{number:03}", texts={"de": {"title": title.format(number)}})
    seen: list[str] = []
    token = None
    for _ in range(10):
        page = queries.list_page(Filters(), order, token, _GERMAN)  # type: ignore[arg-type]
        seen += [row[0].slug for row in page.rows]
        token = page.next_token
        if token is None:
            break
    assert len(seen) == 30
    assert len(set(seen)) == 30

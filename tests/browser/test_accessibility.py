"""No page keeps anybody out: axe finds nothing, in any role, narrow or wide, light or dark.

All pages of a role are looked at in one window; what is found is told at the end, all of it.
"""

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Page, expect

from participation.permissions import Role
from tests.browser.barrier_city import BarrierCity, fill
from tests.browser.barriers import NARROW, axe_findings, barriers, frame_faults, overflow
from tests.browser.site import Site, Window, running, sign_in, windows
from tests.browser.staff_visits import (
    administrators_pages,
    boards_pages,
    coordinators_pages,
    officers_pages,
)
from tests.browser.visits import Visit, residents_pages, visitors_acts, visitors_pages
from tests.conftest import Database
from tests.people import BY_ROLE, KIM, MARA

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def city(
    databases: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BarrierCity]:
    """A filled city, once for all tests here: they look, and hardly change anything."""
    database = databases("sqlite")
    try:
        with running(database.app, tmp_path_factory.mktemp("mails")) as site:
            yield fill(site)
    finally:
        database.clean()


@pytest.fixture
def window(browser: Browser, city: BarrierCity) -> Iterator[Window]:
    """Opens windows on the filled city."""
    with windows(browser, city.site) as window:
        yield window


PAGES_OF: dict[Role, Callable[[BarrierCity], Sequence[Visit]]] = {
    Role.VISITOR: lambda city: [*visitors_pages(city), *visitors_acts(city)],
    Role.RESIDENT: residents_pages,
    Role.OFFICER: officers_pages,
    Role.COORDINATOR: coordinators_pages,
    Role.BOARD_MEMBER: boards_pages,
    Role.ADMINISTRATOR: administrators_pages,
}


def look_at(page: Page, visits: Sequence[Visit], who: str, *, only_wide: bool = False) -> list[str]:
    """Visit all pages; return every barrier with its page and who met it."""
    found = []
    for visit in visits:
        page.goto(visit.path)
        if visit.do:
            visit.do(page)
        if visit.words:
            expect(page.locator("body")).to_contain_text(visit.words)
        met = barriers(page, only_wide=only_wide)
        found += [f"{who}, {visit.path} ({visit.words}): {one}" for one in met]
    return found


@pytest.mark.parametrize("role", PAGES_OF)
def test_nobody_meets_a_barrier(role: Role, city: BarrierCity, window: Window) -> None:
    page = window(java_script_enabled=True)
    if persona := BY_ROLE[role]:
        sign_in(page, persona)
    found = look_at(page, PAGES_OF[role](city), role.value)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("tag", ["de-simple", "en"])
def test_visitor_meets_no_barrier_in(tag: str, city: BarrierCity, window: Window) -> None:
    paths = [visit.path.replace("/de/", f"/{tag}/", 1) for visit in visitors_pages(city)]
    page = window(java_script_enabled=True)
    found = look_at(page, [Visit(path) for path in paths], tag, only_wide=True)
    expect(page.locator("html")).to_have_attribute("lang", tag)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("tag", ["de", "en"])
def test_visitor_reads_every_project_on_a_small_screen(
    tag: str, city: BarrierCity, window: Window
) -> None:
    page = window()
    found = []
    for slug in city.projects:
        page.goto(f"/{tag}/vorhaben/{slug}/")
        found += [f"{page.url}: {one}" for one in overflow(page, NARROW)]
    assert len(city.projects) > 50
    assert not found, "\n" + "\n".join(found)


# On the other database, because the filled city stands on SQLite all the while.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nobody_meets_a_barrier_in_a_city_that_just_began(browser: Browser, site: Site) -> None:
    site.welcome(KIM, MARA)
    public = [
        Visit("/de/", "Gerade sucht keine Anregung Unterstützung."),
        Visit("/de/vorhaben/", "Dazu gibt es kein Vorhaben."),
        Visit("/de/anregungen/", "Dazu gibt es noch keine Anregung."),
        Visit("/de/termine/", "Es gab noch keine Termine."),
        Visit("/de/abstimmungen/", "Es gab noch keine Abstimmung."),
    ]
    with windows(browser, site) as window:
        found = look_at(window(java_script_enabled=True), public, "visitor")
        mara = sign_in(window(java_script_enabled=True), MARA)
        account = [Visit("/de/konto/", "Sie haben noch nichts eingereicht.")]
        found += look_at(mara, account, "resident")
        kim = sign_in(window(java_script_enabled=True), KIM)
        queue = [Visit("/de/verwaltung/", "Hier ist gerade nichts zu tun.")]
        found += look_at(kim, queue, "coordinator")
    assert not found, "\n" + "\n".join(found)


def test_axe_finds_an_image_without_a_text(window: Window) -> None:
    page = window(java_script_enabled=True)
    page.set_content("<html lang='de'><title>Ein – Bild</title><h1>Bild</h1><img src='data:,'>")
    assert any(one.startswith("image-alt: img") for one in axe_findings(page))


def test_text_that_is_hard_to_read_in_the_dark_is_found(window: Window) -> None:
    page = window(java_script_enabled=True)
    style = "<style>@media (prefers-color-scheme:dark){p{color:#444;background:#222}}</style>"
    page.set_content(f"<html lang='de'><title>Ein – Text</title>{style}<h1>Text</h1><p>Dunkel</p>")
    found = [one for one in barriers(page) if "color-contrast" in one]
    assert [one.split(":")[0] for one in found] == ["dark, color-contrast"]


def test_page_without_title_language_and_heading_is_found(window: Window) -> None:
    page = window(java_script_enabled=True)
    page.set_content("<p>Text</p>")
    assert len(frame_faults(page)) == 3


def test_text_that_runs_out_of_the_page_is_found(window: Window) -> None:
    page = window(java_script_enabled=True)
    page.set_content("<p>Bundesverwaltungsgerichtsentscheidungssammlung</p>")
    assert "Bundesverwaltungsgericht" in overflow(page, NARROW)[0]

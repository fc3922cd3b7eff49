"""Everything can be reached without JavaScript, and nothing comes from anywhere else."""

from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request

from participation.suggestions.rules import State
from tests.browser.site import Site, Window, windows
from tests.factories import make_answer, make_district, make_project, make_suggestion
from tests.people import NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

SLUG = "sp-gleisberg"


@pytest.fixture
def small_city(site: Site) -> Site:
    """A city with something on every kind of page."""
    with site.filling():
        make_project(SLUG, districts=[make_district()])
        make_suggestion(State.REJECTED)
        make_answer(make_suggestion(supports=3), NOW)
    return site


def links_of(page: Page, site: Site) -> set[str]:
    """Addresses of this site that the page leads to."""
    found = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    return {urldefrag(link).url for link in found if link.startswith(f"{site.url}/")}


def within_two_clicks(page: Page, site: Site) -> dict[str, int]:
    """How every address answers that is at most two clicks away from the start page."""
    statuses: dict[str, int] = {}
    next_ones = {f"{site.url}/de/"}
    for _clicks in range(3):
        linked: set[str] = set()
        for address in sorted(next_ones - statuses.keys()):
            if address.partition("?")[0].endswith(
                (".ics", ".atom")
            ):  # a file to keep, not a page to go to
                statuses[address] = page.request.get(address).status
                continue
            response = page.goto(address)
            assert response is not None
            statuses[address] = response.status
            linked |= links_of(page, site)
        next_ones = linked
    return statuses


def test_visitor_without_javascript_gets_everywhere(small_city: Site, window: Window) -> None:
    page = window(java_script_enabled=False)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    statuses = within_two_clicks(page, small_city)
    assert {url: code for url, code in statuses.items() if code != 200} == {}
    paths = {urlsplit(url).path for url in asked}
    assert {f"/de/vorhaben/{SLUG}/", "/de/anregungen/1/", "/en/", "/de/konto/anmelden/"} <= paths
    assert {url for url in asked if not url.startswith((f"{small_city.url}/", "data:"))} == set()


def test_page_that_asks_another_host_is_found(browser: Browser, site: Site) -> None:
    with (
        pytest.raises(AssertionError, match="asks another host"),
        windows(browser, site) as window,
    ):
        window().set_content("<img src='http://127.0.0.1:9/pixel.png' alt=''>")

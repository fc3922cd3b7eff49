"""What a first visit costs on the wire: counted by the browser, fonts and headers too."""

from typing import Any

import pytest
from playwright.sync_api import Page

from participation.suggestions.rules import State
from tests.browser.barrier_city import fill
from tests.browser.site import Site, Window

pytestmark = pytest.mark.browser

#: Bytes of everything a first visit loads, and of everything but the fonts.
MOST, MOST_WITHOUT_FONTS = 100_000, 40_000


def loaded(page: Page, path: str) -> dict[str, int]:
    """Open the page and return how many bytes came over the wire for each address."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    sent: dict[str, int] = {}

    def on_request(event: Any) -> None:
        if not event["request"]["url"].startswith("data:"):
            addresses[event["requestId"]] = event["request"]["url"]

    def on_end(event: Any) -> None:
        if address := addresses.get(event["requestId"]):
            sent[address] = sent.get(address, 0) + int(event.get("encodedDataLength", 0))

    wire.on("Network.requestWillBeSent", on_request)
    wire.on("Network.loadingFinished", on_end)
    wire.on("Network.loadingFailed", on_end)
    page.goto(path, wait_until="networkidle")
    while set(addresses.values()) - set(sent):  # the browser tells the end a little later
        page.wait_for_timeout(10)
    return sent


def test_first_visit_is_light_and_the_second_is_nearly_nothing(site: Site, window: Window) -> None:
    city = fill(site)
    heavy = {}
    paths = ["/de/", "/de-simple/", "/en/", "/de/vorhaben/", "/de/anregungen/", "/de/termine/",
             *(f"/de/vorhaben/{slug}/" for slug in city.odd_projects),
             f"/de/anregungen/{city.numbers[State.COLLECTING]}/"]  # fmt: skip
    for path in paths:
        sent = loaded(window(), path)
        fonts = {address for address in sent if ".woff2" in address}
        # The page and three style sheets; the icon, which has 600 bytes, can come later.
        # Pictures that people attached are weighed, not counted.
        pictures = {address for address in sent if "groesse=klein" in address}
        assert 4 <= len(sent) - len(fonts) - len(pictures) <= 5, sent
        assert all("-latin" in font for font in fonts), fonts
        everything = sum(sent.values())
        without_fonts = everything - sum(sent[font] for font in fonts)
        if everything > MOST or without_fonts > MOST_WITHOUT_FONTS:
            heavy[path] = everything, without_fonts
    assert heavy == {}
    page = window()
    loaded(page, "/de/")
    again = loaded(page, "/de/vorhaben/")
    assert sum(again.values()) < 10_000, again

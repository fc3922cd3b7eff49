"""The main path with nothing but the keyboard: Tab, Shift+Tab, Enter, Space, arrows, typing."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from participation.suggestions.rules import State
from tests.browser.site import PASSWORD, Site, Window
from tests.factories import make_department, make_district, make_suggestion
from tests.people import KIM, MARA, NOAH, Persona, make_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

TITLE = "Mehr Bänke im Schatten"
_MOST_STOPS = 80

#: What has the focus: its name, and what keeps a person from seeing that it has it.
_FOCUSED = """() => {
  const words = text => text.replace(/\\u00ad/g, '').replace(/\\s+/g, ' ').trim();
  const it = document.activeElement;
  const label = it.labels && it.labels.length ? it.labels[0].textContent : it.textContent;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const faults = [];
  if (!box.width || !box.height || style.visibility !== 'visible' || style.opacity === '0')
    faults.push('cannot be seen');
  const x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  if (!top) faults.push('is outside of the window');
  else if (!it.contains(top) && !top.contains(it)) faults.push('is covered by ' + top.outerHTML);
  const marks = part => part.outlineStyle !== 'none' && parseFloat(part.outlineWidth) > 0
    || part.boxShadow !== 'none';
  // A card's link has its outline around the card; a date's calendar button has the browser's.
  const isMarked = marks(style) || marks(getComputedStyle(it, '::after')) || !it.matches(':focus');
  if (!isMarked) faults.push('has no outline');
  return {name: words(it.getAttribute('aria-label') || label), tag: it.tagName, faults};
}"""


def tab_to(page: Page, name: str, within: str = "*", key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus; every stop on the way must be visible.

    :param within: selector of an element that contains the wanted one, or is it
    """
    stops: list[str] = []
    for _ in range(_MOST_STOPS):
        page.keyboard.press(key)
        focused = page.evaluate(_FOCUSED)
        if focused["tag"] == "BODY":
            continue  # the end of the page; a browser goes on at its beginning
        assert not focused["faults"], f"{page.url}: {focused['name']!r} {focused['faults']}"
        is_within = page.evaluate(f"document.activeElement.closest({json.dumps(within)}) !== null")
        if focused["name"] == name and is_within:
            return
        stops.append(focused["name"])
    raise AssertionError(f"{page.url}: no way to {name!r} by {key}, only to {stops}")


def press(page: Page, name: str, key: str = "Enter", within: str = "*") -> None:
    """Go to a link, a button or a box, and press a key on it."""
    tab_to(page, name, within)
    page.keyboard.press(key)


def type_into(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, name)
    page.keyboard.type(text)


def arrive(page: Page, heading: str) -> None:
    """Wait for the page of this name."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def sign_in(page: Page, persona: Persona) -> None:
    page.goto("/de/")
    press(page, "Anmelden")
    arrive(page, "Anmelden")
    type_into(page, "E-Mail-Adresse", persona.email)
    type_into(page, "Passwort", PASSWORD)
    press(page, "Anmelden", within="main form")
    arrive(page, "Mein Konto")


@pytest.fixture
def page(window: Window) -> Page:
    """A window of somebody who has no mouse."""
    return window(java_script_enabled=True)


def test_visitor_skips_to_the_content_with_the_first_tab(page: Page) -> None:
    page.goto("/de/vorhaben/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert not page.evaluate(_FOCUSED)["faults"]
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_visitor_reaches_and_sees_every_stop_and_gets_out_again(page: Page) -> None:
    page.goto("/de/")
    tab_to(page, "Kontakt", within="footer nav")
    tab_to(page, "Zum Inhalt springen", key="Shift+Tab")


def test_visitor_changes_the_language(page: Page) -> None:
    page.goto("/de/termine/")
    press(page, "Sprache: Deutsch")
    press(page, "English", within="header")
    expect(page).to_have_url(re.compile("/en/termine/$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_resident_writes_and_sends_a_suggestion(site: Site, page: Page) -> None:
    site.welcome(MARA)
    with site.filling():
        make_district()
    sign_in(page, MARA)
    press(page, "Anregung einreichen", within="main")
    arrive(page, "Anregung einreichen")
    press(page, "Weiter zum Text")
    expect(page.get_by_label("Titel")).to_be_visible()
    fill_in_and_repair(page)
    arrive(page, "Alles richtig?")
    press(page, "Noch etwas ändern")
    expect(page.get_by_label("Titel")).to_have_value(TITLE)
    press(page, "Weiter zum Prüfen")
    arrive(page, "Alles richtig?")
    press(page, "Anregung absenden")
    arrive(page, "Danke! Ihre Anregung ist da.")


def fill_in_and_repair(page: Page) -> None:
    tab_to(page, "Beteiligung bei einem neuen Vorhaben")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Ein neues Vorhaben")).to_be_checked()
    type_into(page, "Titel", TITLE)
    type_into(page, "Ihre Anregung", "Auf dem Platz soll es Bänke geben, auf denen Schatten liegt.")
    type_into(page, "Begründung", "Im Sommer ist es dort für Ältere zu heiß.")
    press(page, "Weiter zum Prüfen")
    expect(page.get_by_role("alert")).to_be_visible()
    press(page, "Wählen Sie bitte einen Stadtteil oder „Ganz Mainz“.")
    expect(page.get_by_label("Stadtteil")).to_be_focused()
    page.keyboard.type("Gons")
    expect(page.get_by_label("Stadtteil").locator("option:checked")).to_have_text("Gonsenheim")
    press(page, "Weiter zum Prüfen")


def test_coordinator_takes_and_publishes(site: Site, page: Page) -> None:
    site.welcome(KIM)
    with site.filling():
        make_department()
        make_suggestion(State.SUBMITTED, title=TITLE)
    sign_in(page, KIM)
    press(page, "Aufgaben")
    arrive(page, "Aufgaben")
    press(page, f"Prüfen: {TITLE}")
    arrive(page, TITLE)
    press(page, "Prüfung beginnen", within="summary")
    tab_to(page, "Zuständig")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Prüfung fertig bis")  # the day that was promised is there already
    press(page, "Prüfung beginnen", within="form")
    expect(page.get_by_role("status")).to_contain_text("Gespeichert.")
    press(page, "Veröffentlichen", key="Space", within="summary")
    press(page, "Veröffentlichen", within="form")
    expect(page.get_by_role("status")).to_contain_text("Gespeichert.")
    expect(page.locator(".head")).to_contain_text("Sammelt Unterstützung")


def test_resident_supports(site: Site, page: Page) -> None:
    site.welcome(NOAH, MARA)
    with site.filling():
        make_suggestion(title=TITLE, author=make_person(MARA))
    sign_in(page, NOAH)
    press(page, "Anregungen", within="header")
    arrive(page, "Anregungen")
    press(page, TITLE)
    arrive(page, TITLE)
    press(page, "Schreiben Sie mir, was aus dieser Anregung wird.", key="Space")
    expect(page.get_by_role("checkbox")).to_be_checked()
    press(page, "Jetzt unterstützen")
    expect(page.get_by_role("status")).to_contain_text("Danke! Ihre Unterstützung zählt.")
    expect(page.get_by_role("main")).to_contain_text("1 von 200")


def test_focus_that_nobody_sees_is_found(page: Page) -> None:
    page.set_content("<main><style>a{outline:none!important}</style><a href='#'>Hier</a></main>")
    with pytest.raises(AssertionError, match="has no outline"):
        tab_to(page, "Hier")

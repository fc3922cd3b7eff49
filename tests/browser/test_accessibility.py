"""No page keeps anybody out: axe finds nothing, in any role, narrow or wide, light or dark.

All pages of a role are looked at in one window; what is found is told at the end, all of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from participation.core import clock
from participation.core.db import db
from participation.meetings import service as meetings
from participation.meetings.models import Meeting
from participation.meetings.service import Sheet
from participation.permissions import Role
from participation.start.views import PAGES
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import AUTHORS_ONLY, PUBLIC_STATES, State
from tests.browser.barrier_city import BarrierCity, fill
from tests.browser.barriers import NARROW, axe_findings, barriers, frame_faults, overflow
from tests.browser.site import PASSWORD, Site, Window, running, sign_in, windows
from tests.conftest import Database
from tests.factories import make_answer
from tests.people import BY_ROLE, KIM, MARA, NOW, make_person

pytestmark = pytest.mark.browser

_AFTER_THE_SESSION = NOW + timedelta(days=20)


@dataclass(frozen=True)
class Visit:
    """A page to look at.

    :param words: what stands there if it is the page that was meant
    :param do: what is done on the page at this address first
    """

    path: str
    words: str = ""
    do: Callable[[Page], None] | None = None


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


def press(name: str) -> Callable[[Page], None]:
    """Press the button of the page's main part that is called so."""
    return lambda page: (
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    )


def follow(name: str) -> Callable[[Page], None]:
    """Follow the link that is called so."""
    return lambda page: page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def _suggestions_comments(city: BarrierCity) -> str:
    return f"/de/anregungen/{city.numbers[State.COLLECTING]}/kommentare/"


def visitors_pages(city: BarrierCity) -> list[Visit]:
    """Everything that can be seen without an account."""
    numbers = [city.numbers[state] for state in sorted(PUBLIC_STATES)]
    return [
        Visit("/de/", "Das antwortet die Stadt"),
        Visit("/de/vorhaben/", "Ebersheim 2040"),
        Visit("/de/vorhaben/?umsetzung=abgebrochen&stadtteil=drais", "Dazu gibt es kein Vorhaben."),
        *(Visit(f"/de/vorhaben/{slug}/", "Kurzbeschreibung") for slug in city.odd_projects),
        Visit("/de/anregungen/", "Mehr Schatten"),
        Visit("/de/anregungen/?sortierung=endet-bald", "die gerade Unterstützung sammeln"),
        Visit("/de/anregungen/?status=umgesetzt&stadtteil=drais", "Dazu gibt es noch keine"),
        *(
            Visit(f"/de/anregungen/{number}/", "Was passiert ist und was kommt")
            for number in [*numbers, *city.odd.values()]
        ),
        Visit("/de/anregungen/neu/", "Anmelden und schreiben"),
        Visit("/de/vorhaben/mit-stellungnahmen/", "Stellungnahmen (28)"),
        Visit("/de/vorhaben/mit-stellungnahmen/kommentare/", "Älteste zuerst"),
        Visit("/de/vorhaben/nur-deutsch/kommentare/", "Noch hat niemand Stellung genommen."),
        Visit(_suggestions_comments(city), "hat die Stadt ausgeblendet"),
        Visit(f"/de/stellungnahmen/{city.comments['answered']}/", "Offizielle Stellungnahme"),
        Visit("/de/termine/", "Vergangene Termine"),
        Visit("/de/termine/kalender/?monat=2026-03", "Alle Termine des Monats"),
        Visit("/de/termine/kalender/?monat=2000-01", "Alle Termine des Monats"),
        *(Visit(f"/de/termine/{slug}/", "Tagesordnung") for slug in city.meetings),
        *(Visit(f"/de/seiten/{slug}/") for slug in PAGES),
        Visit("/de/konto/anmelden/", "Noch kein Konto?"),
        Visit("/de/konto/registrieren/", "Bitte bestätigen Sie"),
        Visit("/de/konto/post/", "Bitte sehen Sie in Ihr Postfach"),
        Visit(city.confirm_path, "Adresse bestätigen"),
        Visit("/de/gibt-es-nicht/", "Fehler 404"),
    ]


def visitors_acts(city: BarrierCity) -> list[Visit]:
    """What a visitor meets on the way: errors, menus, further pages."""
    return [
        Visit("/de/", "English", lambda page: page.locator("header summary").click()),
        Visit("/de/vorhaben/", "Zurück", follow("Weiter")),
        Visit("/de/konto/anmelden/", "Bitte prüfen Sie 2 Angaben", press("Anmelden")),
        Visit("/de/konto/registrieren/", "Bitte prüfen Sie 4 Angaben", press("Konto anlegen")),
        Visit(city.confirm_path, "Bitte prüfen Sie 1 Angabe", press("Bestätigen und anmelden")),
        Visit("/de/konto/bestaetigen/nein/", "Das hat nicht geklappt"),
        Visit("/de/konto/abmelden/", "Fehler 405"),
        Visit("/de/verwaltung/", "Anmelden"),
    ]


def residents_pages(city: BarrierCity) -> list[Visit]:
    """Mara's account, her suggestions on all their ways, and those of others."""
    ids, text = city.ids, "/de/anregungen/neu/text/"
    free, full, *_ = city.meetings
    other = next(iter(city.odd.values()))
    return [
        Visit("/de/konto/", "Meine Anregungen"),
        Visit("/de/konto/?willkommen=1", "Willkommen!"),
        Visit("/de/anregungen/neu/", "Weiter zum Text"),
        Visit(text, "Was möchten Sie erreichen?"),
        Visit(text, "Bitte prüfen Sie 5 Angaben", press("Weiter zum Prüfen")),
        Visit(f"/de/anregungen/neu/{ids[State.RETURNED]}/text/", "Tipps"),
        Visit(f"/de/anregungen/neu/{ids[State.DRAFT]}/pruefen/", "Alles richtig?"),
        Visit(f"/de/anregungen/neu/{ids[State.SUBMITTED]}/fertig/", "Danke!"),
        *(
            Visit(f"/de/anregungen/eigene/{ids[state]}/", "Diese Anregung ist von Ihnen.")
            for state in (State.SUBMITTED, State.IN_REVIEW, State.HIDDEN, State.WITHDRAWN)
        ),
        Visit(f"/de/anregungen/{city.numbers[State.COLLECTING]}/", "ist von Ihnen."),
        Visit(f"/de/anregungen/{city.numbers[State.COLLECTING]}/ergaenzen/", "Gut zu wissen"),
        Visit(f"/de/anregungen/{city.numbers[State.ADOPTED]}/nachfragen/", "Frage stellen"),
        Visit(f"/de/anregungen/{other}/", "Schreiben Sie mir"),
        Visit(f"/de/anregungen/{other}/", "Danke!", press("Jetzt unterstützen")),
        Visit(f"/de/anregungen/{other}/", "genommen", press("Unterstützung zurücknehmen")),
        Visit(f"/de/termine/{free}/", "Sie haben einen Platz.", press("Platz nehmen")),
        Visit(f"/de/termine/{free}/", "Sie sind abgemeldet.", press("Vom Termin abmelden")),
        Visit(f"/de/termine/{full}/", "auf der Warteliste", press("Auf die Warteliste setzen")),
        Visit("/de/verwaltung/", "Fehler 403"),
        *residents_comments(city),
        Visit(text, "Bitte melden Sie sich noch einmal an", send_when_the_session_is_over),
        Visit(text, "Was Sie vorher geschrieben haben, ist noch da.", sign_in_again),
    ]


def residents_comments(city: BarrierCity) -> list[Visit]:
    """Everything a resident can do with comments."""
    everything, keys = _suggestions_comments(city), city.comments
    own, other = (f"/de/stellungnahmen/{keys[name]}" for name in ("own", "other"))
    publish = "Stellungnahme veröffentlichen"
    return [
        Visit(everything, "Ihre Stellungnahme"),
        Visit(everything, "Bitte prüfen Sie 1 Angabe", press(publish)),
        Visit(everything, "Das ging sehr schnell.", write_too_fast),
        Visit(f"{own}/", "Bearbeiten"),
        Visit(f"{own}/bearbeiten/", "Änderung speichern"),
        Visit(f"{own}/loeschen/", "Endgültig löschen"),
        Visit(f"{other}/antworten/", "Antwort veröffentlichen"),
        Visit(f"{other}/antworten/", "Bitte prüfen Sie 1 Angabe", press("Antwort veröffentlichen")),
        Visit(f"{other}/melden/", "Werbung"),
        Visit(f"{other}/melden/", "Bitte prüfen Sie 1 Angabe", press("Stellungnahme melden")),
        Visit(f"{other}/melden/", "Danke! Die Stadt prüft", report),
    ]


def write_too_fast(page: Page) -> None:
    page.get_by_label("Ihre Stellungnahme").fill("Schnell geschrieben.")
    press("Stellungnahme veröffentlichen")(page)


def report(page: Page) -> None:
    page.get_by_label("Werbung").check()
    press("Stellungnahme melden")(page)


def send_when_the_session_is_over(page: Page) -> None:
    page.get_by_label("Titel").fill("Ein Titel, der bleiben soll")
    with clock.stopped_at(_AFTER_THE_SESSION):
        press("Weiter zum Prüfen")(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")


def sign_in_again(page: Page) -> None:
    send_when_the_session_is_over(page)
    page.get_by_label("E-Mail-Adresse").fill(MARA.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    press("Anmelden")(page)


def officers_pages(city: BarrierCity) -> list[Visit]:
    """Jonas's queue, and what his department has to answer."""
    review = f"/de/verwaltung/anregungen/{city.ids[State.COLLECTING]}/"
    states = (State.QUORUM_REACHED, State.COUNCIL, State.ADOPTED, State.IMPLEMENTING, State.DONE)
    return [
        Visit("/de/verwaltung/", "Was zuerst fällig ist, steht oben."),
        Visit(review, "Antworten"),
        Visit(review, "Bitte prüfen Sie 2 Angaben", act("Antworten", "Antwort veröffentlichen")),
        *(
            Visit(f"/de/verwaltung/anregungen/{city.ids[state]}/", "Was möchten Sie tun?")
            for state in states
        ),
        Visit(f"/de/anregungen/{city.numbers[State.COLLECTING]}/", "Dienstkonto"),
        Visit("/de/anregungen/neu/text/", "Fehler 403"),
    ]


def act(name: str, button: str) -> Callable[[Page], None]:
    """Open one of the acts of the review page, and send its form empty."""

    def do(page: Page) -> None:
        page.locator("summary").get_by_text(name, exact=True).click()
        press(button)(page)

    return do


def _review(city: BarrierCity, state: State) -> str:
    return f"/de/verwaltung/anregungen/{city.ids[state]}/"


def coordinators_pages(city: BarrierCity) -> list[Visit]:
    """Kim's queue, and the review page in every state, with all its forms open."""
    readable = [state for state in State if state not in AUTHORS_ONLY]
    in_review = f"/de/verwaltung/anregungen/{city.ids[State.IN_REVIEW]}/"
    council = f"/de/verwaltung/anregungen/{city.ids[State.COUNCIL]}/"
    submitted = f"/de/verwaltung/anregungen/{city.ids[State.SUBMITTED]}/"
    return [
        Visit("/de/verwaltung/nachtraege/", "Noch nicht gelesen"),
        Visit("/de/verwaltung/nachtraege/?ansicht=verborgen", "nichts zu tun"),
        Visit("/de/verwaltung/nachtraege/1/", "Gelesen, in Ordnung"),
        Visit("/de/verwaltung/nachtraege/1/", "Bitte prüfen Sie 2 Angaben", press("Ausblenden")),
        Visit(f"{_review(city, State.COLLECTING)}zusammenlegen/", "Womit zusammenlegen?"),
        Visit(f"{_review(city, State.IMPLEMENTING)}bericht/", "So geht es voran"),
        Visit(f"{_review(city, State.COLLECTING)}themen/", "Höchstens 3 Themen"),
        Visit("/de/verwaltung/", "überfällig"),
        Visit("/de/verwaltung/?faellig=ueberfaellig", "überfällig"),
        *(
            Visit(f"/de/verwaltung/anregungen/{key}/", "Was möchten Sie tun?")
            for key in [*(city.ids[one] for one in readable), *city.odd]
        ),
        Visit(in_review, "Bitte prüfen Sie 2 Angaben", act("Ablehnen", "Ablehnen")),
        Visit(in_review, "Bitte prüfen Sie 2 Angaben", act("Verbergen", "Verbergen")),
        Visit(council, "Bitte prüfen Sie 2 Angaben", act("Angenommen", "Angenommen")),
        Visit(submitted, "Bitte prüfen Sie 1 Angabe", act("Prüfung beginnen", "Prüfung beginnen")),
        Visit(
            f"/de/verwaltung/anregungen/{city.ids[State.DECLINED]}/",
            "Ihr Text ist unten noch da.",
            lambda page: answer_too_late(page, city),
        ),
        Visit(f"/de/anregungen/{city.numbers[State.COLLECTING]}/", "Bearbeiten"),
        Visit("/de/termine/", "Neuer Termin"),
        Visit("/de/verwaltung/termine/neu/", "Wann und wo"),
        Visit(
            "/de/verwaltung/termine/neu/",
            "Bitte prüfen Sie 2 Angaben",
            press("Termin veröffentlichen"),
        ),
        *(
            Visit(f"/de/verwaltung/termine/{key}/", "Öffentliche Seite ansehen")
            for key in city.meetings.values()
        ),
        Visit(
            f"/de/verwaltung/termine/{next(iter(city.meetings.values()))}/",
            "Das steht jetzt dort",
            lambda page: change_too_late(page, city),
        ),
        *coordinators_comments(city),
    ]


def coordinators_comments(city: BarrierCity) -> list[Visit]:
    """Kim's moderation: reported and hidden comments, and each with its forms."""
    queue = "/de/verwaltung/moderation/"
    reported, hidden = city.comments["reported"], city.comments["hidden"]
    return [
        Visit(queue, "Persönliche Daten anderer Menschen (2)"),
        Visit(f"{queue}?ansicht=ausgeblendet", "Beleidigung oder Drohung"),
        Visit(f"{queue}{reported}/", "Stellungnahme bleibt"),
        Visit(f"{queue}{reported}/", "Bitte prüfen Sie 1 Angabe", press("Ausblenden")),
        Visit(f"{queue}{hidden}/", "Wieder zeigen"),
        Visit(f"{queue}{hidden}/", "Bitte prüfen Sie 1 Angabe", press("Wieder zeigen")),
        Visit(f"{queue}{city.comments['deleted']}/", "Dieser Kommentar wurde gelöscht."),
        Visit(_suggestions_comments(city), "Prüfen"),
    ]


def change_too_late(page: Page, city: BarrierCity) -> None:
    with city.site.filling():
        meeting = db.session.get_one(Meeting, next(iter(city.meetings.values())))
        texts = {
            text.language: {
                "title": text.title,
                "agenda": "Die andere Tagesordnung",
                "accessibility": text.accessibility,
                "results": text.results,
            }
            for text in meeting.texts
        }
        sheet, seen = Sheet({"place": "Ein anderer Ort"}, texts), meeting.sequence
        meetings.change(meeting.id, make_person(KIM).actor, NOW, sheet, seen_sequence=seen)
    press("Termin speichern")(page)


def answer_too_late(page: Page, city: BarrierCity) -> None:
    with city.site.filling():
        make_answer(db.session.get_one(Suggestion, city.ids[State.DECLINED]), NOW)
    page.locator("summary").get_by_text("Antworten", exact=True).click()
    page.get_by_label("Gibt es schon").check()
    page.get_by_label("Text, öffentlich").first.fill("Darauf gibt es schon eine Antwort.")
    press("Antwort veröffentlichen")(page)


def onlookers_pages(city: BarrierCity) -> list[Visit]:
    """What those see who have an account of the city's, and nothing to do here yet."""
    return [
        Visit("/de/", "Mein Konto"),
        Visit("/de/konto/", "Sie haben noch nichts eingereicht."),
        Visit(f"/de/anregungen/{city.numbers[State.COLLECTING]}/", "Dienstkonto"),
        Visit("/de/anregungen/neu/", "Dieses Konto ist ein Dienstkonto"),
        Visit("/de/verwaltung/", "Fehler 403"),
    ]


PAGES_OF: dict[Role, Callable[[BarrierCity], Sequence[Visit]]] = {
    Role.VISITOR: lambda city: [*visitors_pages(city), *visitors_acts(city)],
    Role.RESIDENT: residents_pages,
    Role.OFFICER: officers_pages,
    Role.COORDINATOR: coordinators_pages,
    Role.BOARD_MEMBER: onlookers_pages,
    Role.ADMINISTRATOR: onlookers_pages,
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

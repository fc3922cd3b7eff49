"""Pages that visitors and residents look at, and what they do there first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect

from participation.city_pages.rules import REQUIRED
from participation.core import clock
from participation.suggestions.rules import PUBLIC_STATES, State
from tests.browser import account_visits, poll_visits, project_visits
from tests.browser.barrier_city import BarrierCity
from tests.browser.site import PASSWORD
from tests.people import MARA, NOW

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


def press(name: str) -> Callable[[Page], None]:
    """Press the button of the page's main part that is called so."""
    return lambda page: (
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    )


def follow(name: str) -> Callable[[Page], None]:
    """Follow the link that is called so."""
    return lambda page: page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def suggestions_comments(city: BarrierCity) -> str:
    return f"/de/anregungen/{city.numbers[State.COLLECTING]}/kommentare/"


def _guests(city: BarrierCity) -> str:
    return f"{city.guest_paths['public']}unterstuetzen/ohne-konto/"


def searches() -> list[Visit]:
    """The search: many hits, few, none, no word, signs instead of words, too many words."""
    return [
        Visit("/de/suche/", "Die Suche findet"),
        Visit("/de/suche/?q=schatten", "Treffer"),
        Visit("/de/suche/?q=vorhaben&sortierung=neueste", "Treffer"),
        Visit("/de/suche/?q=impressum&art=seiten&sprache=de", "1 Treffer"),
        Visit("/de/suche/?q=quastenflosser&art=termine&stadtteil=drais", "Ohne Eingrenzung"),
        Visit("/de/suche/?q=%25%27%22%3Cb%3E%28", "nichts gefunden"),
        Visit("/de/suche/?q=%21%3F", "Bitte geben Sie ein Wort ein."),
        Visit("/de/suche/?q=" + "unteilbar" * 50, "nichts gefunden"),
        Visit("/de/suche/?q=" + "+".join(f"wort{n}" for n in range(12)), "war sehr lang"),
    ]


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
        Visit("/de/vorhaben/mit-dateien/", "Nicht barrierefrei."),
        Visit("/en/vorhaben/mit-dateien/", "Not accessible."),
        Visit(city.guest_paths["public"], "2 Unterstützungen gestrichen"),
        Visit(f"{_guests(city)}", "Was mit Ihren Angaben passiert"),
        Visit(f"{_guests(city)}post/", "Bitte sehen Sie in Ihr Postfach"),
        Visit(f"{_guests(city)}danke/", "Danke! Ihre Unterstützung zählt."),
        Visit(city.guest_paths["confirm"], "Ja, ich unterstütze"),
        Visit(city.guest_paths["own"], "Keine Nachrichten mehr"),
        Visit(city.guest_paths["none"], "zurzeit nicht"),
        Visit(city.guest_paths["hidden"], "nicht mehr öffentlich"),
        Visit(city.guest_paths["gone"], "Der Text wurde am"),
        Visit("/de/konto/geloescht/", "Ihr Konto ist gelöscht"),
        Visit("/de/vorhaben/mit-stellungnahmen/", "Stellungnahmen (28)"),
        Visit("/de/vorhaben/mit-stellungnahmen/kommentare/", "Älteste zuerst"),
        Visit("/de/vorhaben/nur-deutsch/kommentare/", "Noch hat niemand Stellung genommen."),
        Visit(suggestions_comments(city), "hat die Stadt ausgeblendet"),
        Visit(f"/de/stellungnahmen/{city.comments['answered']}/", "Offizielle Stellungnahme"),
        Visit("/de/termine/", "Vergangene Termine"),
        Visit("/de/termine/kalender/?monat=2026-03", "Alle Termine des Monats"),
        Visit("/de/termine/kalender/?monat=2000-01", "Alle Termine des Monats"),
        *(Visit(f"/de/termine/{slug}/", "Tagesordnung") for slug in city.meetings),
        *(Visit(f"/de/seiten/{slug}/") for slug in REQUIRED),
        Visit("/de-simple/seiten/datenschutz/", "Dieser Text wird noch geprüft."),
        Visit("/en/seiten/barrierefreiheit/", "What does not work yet"),
        Visit("/de/seiten/", "Was die Stadt über diese Plattform schreibt."),
        Visit(f"/de/seiten/{city.page}/", "Frühere Fassungen"),
        Visit(f"/en/seiten/{city.page}/", "Deutsch"),
        Visit(f"/de/seiten/{city.page}/verlauf/", "Fassung 2 vom"),
        Visit(f"/de/seiten/{city.page}/verlauf/1/", "Das ist eine gespeicherte Fassung."),
        Visit("/de/seiten/barrierefreiheit/melden/?seite=/de/vorhaben/", "Was geht nicht?"),
        Visit("/de/seiten/barrierefreiheit/melden/danke/?antwort=ja", "per E-Mail"),
        Visit("/de/konto/anmelden/", "Noch kein Konto?"),
        Visit(city.guest_paths["stop"], "Dieser Link beendet Nachrichten zu:"),
        Visit(city.guest_paths["stop_all"], "alle Übersichten"),
        Visit("/de/anregungen/?stadtteil=drais", "Anmelden und folgen"),
        Visit("/de/konto/registrieren/", "Bitte bestätigen Sie"),
        Visit("/de/konto/post/", "Bitte sehen Sie in Ihr Postfach"),
        *(Visit(*look) for look in account_visits.visitors(city) if len(look) == 2),
        Visit(city.confirm_path, "Adresse bestätigen"),
        *(Visit(*look) for look in project_visits.visitors()),
        *(Visit(*look) for look in poll_visits.visitors(city.polls)),
        *searches(),
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
        Visit(_guests(city), "Bitte prüfen Sie 7 Angaben", press("Link anfordern")),
        Visit(
            "/de/seiten/barrierefreiheit/melden/",
            "Bitte prüfen Sie 1 Angabe",
            press("Meldung senden"),
        ),
        Visit("/de/abbestellen/nein/", "nicht vollständig"),
        Visit(city.guest_paths["stop"], "War das ein Versehen?", press("E-Mails abbestellen")),
        Visit("/de/konto/bestaetigen/nein/", "Das hat nicht geklappt"),
        *(Visit(*look) for look in account_visits.visitors(city) if len(look) > 2),
        *(Visit(*look) for look in poll_visits.visitors_acts(city.polls)),
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
        Visit("/de/konto/benachrichtigungen/", "Das bekomme ich ohne zu folgen"),
        Visit("/de/konto/benachrichtigungen/", "Gespeichert.", press("Speichern")),
        Visit("/de/anregungen/?thema=verkehr&stadtteil=gonsenheim", "Dem Stadtteil Gonsenheim"),
        Visit("/de/vorhaben/?stadtteil=drais", "Dem Stadtteil Drais folgen"),
        Visit("/de/konto/?willkommen=1", "Willkommen!"),
        Visit("/de/konto/daten/", "Alles in einer Datei"),
        Visit("/de/konto/loeschen/", "Das entscheiden Sie"),
        Visit(
            "/de/konto/loeschen/", "Bitte prüfen Sie 3 Angaben", press("Konto endgültig löschen")
        ),
        Visit("/de/anregungen/neu/", "Weiter zum Text"),
        Visit(text, "Was möchten Sie erreichen?"),
        Visit(text, "Bitte prüfen Sie 5 Angaben", press("Weiter zum Prüfen")),
        Visit(f"/de/anregungen/neu/{ids[State.RETURNED]}/text/", "Tipps"),
        Visit(f"/de/anregungen/neu/{ids[State.DRAFT]}/pruefen/", "Alles richtig?"),
        Visit(f"/de/anregungen/neu/{ids[State.DRAFT]}/anhaenge/", "Das haben Sie angehängt"),
        Visit(
            f"/de/anregungen/neu/{ids[State.DRAFT]}/anhaenge/",
            "Bitte prüfen Sie 2 Angaben",
            press("Datei anhängen"),
        ),
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
        *(Visit(*look) for look in account_visits.residents(city)),
        *(Visit(*look) for look in poll_visits.residents(city.polls)),
        *residents_comments(city),
        Visit(text, "Bitte melden Sie sich noch einmal an", send_when_the_session_is_over),
        Visit(text, "Was Sie vorher geschrieben haben, ist noch da.", sign_in_again),
    ]


def residents_comments(city: BarrierCity) -> list[Visit]:
    """Everything a resident can do with comments."""
    everything, keys = suggestions_comments(city), city.comments
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

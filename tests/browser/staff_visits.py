"""Pages that staff, board members and administrators look at, and what they do there first."""

from collections.abc import Callable

from playwright.sync_api import Page

from participation.city_pages import queries
from participation.core.db import db
from participation.meetings import service as meetings
from participation.meetings.models import Meeting
from participation.meetings.service import Sheet
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import AUTHORS_ONLY, State
from tests.browser import account_visits, poll_visits, project_visits
from tests.browser.barrier_city import BarrierCity
from tests.browser.visits import Visit, press, searches, suggestions_comments
from tests.factories import make_answer, save_page
from tests.people import KIM, NOW, make_person


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
        *searches()[:3],
        *(Visit(*look) for look in poll_visits.coordinators(city.polls)),
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
        *coordinators_files(city),
        *coordinators_comments(city),
        *coordinators_writing(city),
        *(Visit(*look) for look in project_visits.editors(city.site)),
        Visit(city.guest_paths["supports"], "gestrichen am"),
        Visit(
            city.guest_paths["supports"],
            "Bitte prüfen Sie 3 Angaben",
            press("Unterstützungen streichen"),
        ),
    ]


def coordinators_files(city: BarrierCity) -> list[Visit]:
    """A sheet's pictures and documents, and the forms for them."""
    base = "/de/verwaltung/vorhaben/mit-dateien/dateien/"
    return [
        Visit(base, "Dokument hinzufügen"),
        Visit("/de/verwaltung/vorhaben/nur-deutsch/dateien/", "Noch kein Dokument"),
        Visit(f"{base}bild/", "höchstens 10 MB"),
        Visit(f"{base}bild/", "Bitte prüfen Sie 3 Angaben", press("Bild hinzufügen")),
        Visit(f"{base}dokument/", "Sprache des Dokuments"),
        Visit(f"{base}dokument/", "Bitte prüfen Sie 2 Angaben", press("Dokument hinzufügen")),
        Visit(f"{base}{city.picture}/", "Bild bearbeiten"),
        Visit(f"{base}{city.picture}/entfernen/", "Endgültig entfernen"),
        Visit(base, "Gespeichert.", move_up),
    ]


def coordinators_writing(city: BarrierCity) -> list[Visit]:
    """The city's pages, and reports of barriers."""
    own = f"/de/verwaltung/seiten/{city.page}/"
    return [
        Visit("/de/verwaltung/seiten/", "Seiten sind noch Entwürfe"),
        Visit("/de/verwaltung/seiten/impressum/", "Es fehlen noch"),
        Visit("/de/verwaltung/seiten/hilfe/text/de-simple/", "Wer hat den Text geprüft?"),
        Visit(own, "Seite wegnehmen"),
        Visit(own, "Vorschau: So sehen es alle", press("Vorschau")),
        Visit(own, "Beide Fassungen", lambda page: save_too_late(page, city)),
        Visit("/de/seiten/impressum/", "Diesen Text hat noch niemand"),
        Visit("/de/verwaltung/seiten/neu/", "Bitte prüfen Sie 1 Angabe", press("Seite anlegen")),
        Visit("/de/verwaltung/barrieren/", "will Antwort"),
        Visit("/de/verwaltung/barrieren/?ansicht=beantwortet", "Meldung 2"),
        Visit("/de/verwaltung/barrieren/1/", "Antwort an"),
        Visit("/de/verwaltung/barrieren/1/", "Bitte prüfen Sie 1 Angabe", press("Antwort senden")),
        Visit("/de/verwaltung/barrieren/2/", "Keine Adresse angegeben."),
    ]


def save_too_late(page: Page, city: BarrierCity) -> None:
    """Let somebody save the page after it was opened, then save."""
    page.get_by_label("Titel").fill("Mein Titel")
    with city.site.filling():
        found = queries.listed(city.page)
        assert found is not None and found.row is not None
        title = f"Ihr Titel {found.row.version}"
        save_page(city.page, seen_version=found.row.version, title=title)
    press("Speichern")(page)


def move_up(page: Page) -> None:
    page.get_by_role("button", name="Nach oben").first.click()


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
        Visit(suggestions_comments(city), "Prüfen"),
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


def administrators_pages(city: BarrierCity) -> list[Visit]:
    """Roles, besides what onlookers see."""
    looks = account_visits.administrators(city)
    return [*onlookers_pages(city), *(Visit(*look) for look in looks)]


def boards_pages(city: BarrierCity) -> list[Visit]:
    """What the board sees besides."""
    number = city.numbers[State.COLLECTING]
    return [
        *onlookers_pages(city),
        *(Visit(*look) for look in project_visits.onlookers()),
        *(Visit(*look) for look in poll_visits.boards(city.polls)),
        Visit("/de/zahlen/", "Wie weit die Anregungen sind"),
        Visit("/de/beirat/", "Noch nicht öffentlich"),
        Visit("/de/beirat/veraltet/", "Veraltete Vorhabenblätter"),
        Visit("/de/verwaltung/protokoll/", "Stellungnahme geschrieben"),
        Visit(f"/de/verwaltung/protokoll/?anregung={number}", f"Anregung {number}"),
        Visit("/de/verwaltung/protokoll/?anregung=0", "Dazu steht nichts im Protokoll."),
    ]

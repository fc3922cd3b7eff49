"""Pages of projects that are versioned, edited and finished, and what is put there to look at."""

from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import Page

from participation.core.db import db
from participation.permissions import Actor
from participation.projects import editing
from participation.projects.models import Project
from participation.projects.rules import Participation
from tests.browser.site import Site
from tests.factories import make_department, make_meeting, make_project, make_suggestion
from tests.people import KIM, NOW, make_person

#: Address, words that stand there, and what is done there first: as in ``Visit``.
Look = tuple[str, str, Callable[[Page], None] | None]
SLUG = "mit-fassungen"
_STAFF = "/de/verwaltung/vorhaben/"
_PUBLIC = f"/de/vorhaben/{SLUG}/"
_LONG = "Straßenbahnhaltestellenbarrierefreiheitsverbesserungsprogramm"


def fill(kim: Actor) -> None:
    """Put a finished project with versions there, a stale one, and a draft."""
    project = make_project(
        SLUG, departments=[make_department()], participation=Participation.COMPLETED
    )
    for number, summary in enumerate([f"{_LONG} wird gebaut.", f"{_LONG} wird bald gebaut."], 1):
        wanted = {
            "de.summary": summary,
            "cost": 1000 * number,
            "de.result": f"Das kam heraus:\n\n* {_LONG}",
            "en.title": f"Project {number}",
            "links": [{"url": "https://www.mainz.de/" + "x" * 90, "label": ""}],
            "phases": [{"first": "2026-03-01", "last": "2026-03-20", "titles": {"de": _LONG}}],
        }
        note = "Der Text ist kürzer."
        editing.edit(project.id, kim, NOW, wanted, seen_version=number, note=note)
    make_suggestion(project_id=project.id)
    make_meeting("Rundgang", starts_at=NOW.replace(year=2025), project_id=project.id)
    stale = make_project("veraltet", departments=[make_department()])
    stale.review_on = NOW.date().replace(year=2025)
    editing.create(kim, NOW, "a" * 32, {"title": f"{_LONG} als Entwurf", "summary": ""})


def press(name: str) -> Callable[[Page], None]:
    """Press the first button that is called so."""
    return lambda page: (
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
    )


def visitors() -> list[Look]:
    """What everybody can read."""
    return [
        (_PUBLIC, "Ergebnis der Beteiligung lesen", None),
        (f"{_PUBLIC}verlauf/", "ist weggefallen", None),
        (f"{_PUBLIC}ergebnis/", "Was die Stadt dazu sagt", None),
        ("/de/vorhaben/nur-deutsch/verlauf/", "erste veröffentlichte Fassung", None),
    ]


def onlookers() -> list[Look]:
    """What the board sees besides."""
    return [("/de/vorhaben/veraltet/", "vielleicht veraltet", None)]


def editors(site: Site) -> list[Look]:
    """Everything that staff do with sheets."""
    with site.filling():
        named = sa.select(Project.slug).where(Project.published_at.is_(None))
        draft = db.session.scalars(named).one()
    edit, text = f"{_STAFF}{SLUG}/", f"{_STAFF}{SLUG}/text/de/"

    def save_too_late(page: Page) -> None:
        with site.filling():
            project = db.session.scalars(sa.select(Project).filter_by(slug=SLUG)).one()
            wanted = {"de.summary": "Das hat Kim geschrieben.", "de.settled": "Der Ort"}
            seen = project.version
            editing.edit(project.id, make_person(KIM).actor, NOW, wanted, seen_version=seen)
        page.get_by_label("Kurzbeschreibung").fill(f"{_LONG}: anders")
        press("Speichern")(page)

    def save_nonsense(page: Page) -> None:
        page.get_by_label("Geplant ab").fill("bald")
        page.get_by_label("1. Adresse", exact=True).fill("javascript:alert(1)")
        press("Speichern")(page)

    return [
        (_STAFF, "prüfen bis", None),
        (f"{_STAFF}?ansicht=veraltet", "veraltet", None),
        (f"{_STAFF}?ansicht=entwuerfe", "Entwurf", None),
        (f"{_STAFF}neu/", "Entwurf anlegen", None),
        (f"{_STAFF}neu/", "Bitte prüfen Sie 1 Angabe", press("Entwurf anlegen")),
        (edit, "Schritte der Beteiligung", None),
        (edit, "6. Adresse", press("Mehr Zeilen für Informationen")),
        (edit, "Bitte prüfen Sie 2 Angaben", save_nonsense),
        (edit, "Noch ist nichts gespeichert", press("Vorschau")),
        (edit, "Das Blatt gilt als geprüft.", press("Geprüft, nichts zu ändern")),
        (f"{_STAFF}{draft}/", "Veröffentlichen", None),
        (f"/de/vorhaben/{draft}/", "Entwurf: Nur Sie", None),
        (text, "Was aus der Beteiligung wurde", None),
        (f"{_STAFF}{SLUG}/text/de-simple/", "Von Prüfer:innen gelesen am", None),
        (text, "Hier haben Sie und jemand anderes", save_too_late),
    ]

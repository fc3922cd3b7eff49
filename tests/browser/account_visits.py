"""Pages about accounts and roles; each look is what ``visits.Visit`` takes."""

from typing import Any

from playwright.sync_api import Page

from participation.accounts import credentials, service, tokens
from participation.accounts.queries import credentials_by_email, person_by_email
from participation.core.db import db
from tests.browser.barrier_city import BarrierCity
from tests.browser.site import PASSWORD
from tests.people import JONAS, MARA, NOAH, NOW

Look = tuple[Any, ...]
_RESET, _OWN, _ROLES = "/de/konto/passwort/", "/de/konto/", "/de/verwaltung/rollen/"


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _reset_link(city: BarrierCity, email: str) -> str:
    with city.site.filling():
        found = credentials_by_email(email)
        if found is None:
            service.register(email, "a hash", "de", NOW)
            found = credentials_by_email(email)
        assert found is not None
        secret = city.site.app.extensions["settings"].secret_key
        return f"{_RESET}{tokens.write_reset(secret, found.person_id, found.seen, NOW)}/"


def visitors(city: BarrierCity) -> list[Look]:
    """A new password by mail."""
    link = _reset_link(city, NOAH.email)
    return [
        (_RESET, "Wir schicken Ihnen einen Link."),
        (_RESET, "Bitte prüfen Sie 1 Angabe", lambda page: _press(page, "Link schicken")),
        (f"{_RESET}post/", "Wenn es zu dieser Adresse ein Konto gibt"),
        (link, "Passwort speichern"),
        (link, "Bitte prüfen Sie 1 Angabe", lambda page: _press(page, "Passwort speichern")),
        (_reset_link(city, "unconfirmed@example.org"), "Bitte bestätigen Sie"),
        (f"{_RESET}x/", "gilt nicht mehr"),
    ]


def residents(city: BarrierCity) -> list[Look]:
    """Mara's settings and devices."""
    with city.site.filling():
        mara = person_by_email(MARA.email)
        assert mara is not None
        for names in (("Firefox", "Android"), ("", "")):
            service.sign_in(mara, NOW, 14, *names)
        seen = credentials_by_email(MARA.email)
        assert seen is not None
        change = credentials.ask_for_address(seen, f"{'sehr-lang' * 6}@example.org", NOW)
        secret = city.site.app.extensions["settings"].secret_key
        link = f"{_OWN}adresse/{tokens.write_address(secret, change.id, NOW)}/"
        db.session.flush()
    return [
        (f"{_OWN}passwort-aendern/", "Ihr jetziges Passwort"),
        (
            f"{_OWN}passwort-aendern/",
            "Bitte prüfen Sie 2 Angaben",
            lambda page: _press(page, "Passwort speichern"),
        ),
        (f"{_OWN}adresse/", "Ihre Adresse ist jetzt"),
        (f"{_OWN}adresse/?fertig=1", "Ihre neue Adresse gilt."),
        (
            f"{_OWN}adresse/",
            "Bitte prüfen Sie 2 Angaben",
            lambda page: _press(page, "Link schicken"),
        ),
        (f"{_OWN}adresse/post/", "innerhalb von 24 Stunden"),
        (link, "Neue Adresse verwenden"),
        (f"{_OWN}sprache/", "In dieser Sprache schreiben wir Ihnen."),
        (f"{_OWN}sitzungen/", "Unbekanntes Gerät"),
        (f"{_OWN}sitzungen/?fertig=passwort", "Ihr neues Passwort gilt."),
        (f"{_OWN}adresse/", "Das Passwort stimmt nicht.", _with_a_wrong_password),
    ]


def _with_a_wrong_password(page: Page) -> None:
    page.get_by_label("Neue E-Mail-Adresse").fill("mara.neu@example.org")
    page.get_by_label("Ihr Passwort").fill(f"{PASSWORD}!")
    _press(page, "Link schicken")


def administrators(city: BarrierCity) -> list[Look]:
    """Roles: the list, the form with faults, one person, the own page."""
    with city.site.app.app_context():
        found = person_by_email(JONAS.email)
        assert found is not None
        jonas = found.id
    return [
        ("/de/konto/", "Rollen und Ämter"),
        (_ROLES, "Menschen mit einer Rolle"),
        (_ROLES, "Bitte prüfen Sie 2 Angaben", lambda page: _press(page, "Rolle geben")),
        (_ROLES, "kein bestätigtes Konto", _to_nobody),
        (f"{_ROLES}{jonas}/", "Mit der Rolle Fachamt gehen auch die Ämter."),
        (f"{_ROLES}{jonas}/?fertig=gegeben", "Die Person bekommt eine E-Mail."),
    ]


def _to_nobody(page: Page) -> None:
    page.get_by_label("E-Mail-Adresse").fill("niemand@example.org")
    page.get_by_label("Beirat").check()
    _press(page, "Rolle geben")

"""A suggestion's whole way, as five people walk it, on both databases and without JavaScript."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from participation.core import clock
from participation.suggestions import support
from participation.suggestions.rules import State
from tests.browser.site import PASSWORD, Site, Window, sign_in, words_of
from tests.factories import (
    TERMS,
    make_department,
    make_district,
    make_project,
    make_suggestion,
    make_supporters,
    resident,
)
from tests.people import JONAS, KIM, MARA, NOAH, NOW, Persona, make_person

pytestmark = pytest.mark.browser

LENA = Persona("lena@example.org", is_resident=True)
TITLE = "Kinder und Jugendliche beim Spielplatz mitplanen lassen"
TEXT = "Die Stadt soll die Kinder aus Gonsenheim fragen, wie der neue Spielplatz werden soll."
REASON = "Wer dort spielt, weiß am besten, was fehlt."
ANSWER = "Wir laden im Mai alle Kinder aus Gonsenheim zu einem Planungstag ein."
DECISION = "Der Stadtrat will die Beteiligung der Kinder, aber erst im nächsten Jahr."
REFUSAL = "Für die Fahrpläne der Bahn ist die Stadt nicht zuständig. Bitte fragen Sie das Land."
DECISION_LINK = "https://bi.mainz.de/vo0020.php?__kvonr=1234"


def days_later(days: int) -> datetime:
    """Ten in the morning, so many days after the test's beginning."""
    return NOW + timedelta(days=days)


def test_five_people_bring_an_idea_to_an_answer(site: Site, window: Window) -> None:
    with site.filling():
        make_department()
        make_project(districts=[make_district()])
        make_project(
            "altes-rathaus", title="Altes Rathaus", districts=[make_district("Mombach", 2)]
        )
    site.welcome(KIM, JONAS, NOAH, LENA)

    mara = window()
    register(site, mara)
    find_the_project(mara)
    write(site, mara)

    with clock.stopped_at(days_later(1)):
        number = review_and_publish(site, sign_in(window(), KIM))
        read_own_page(mara, number)

    with clock.stopped_at(days_later(8)):
        let_198_others_support(site, number)
        noah = sign_in(window(), NOAH)
        support_as_number_199(noah, number)
    with clock.stopped_at(days_later(9)):
        support_as_number_200(sign_in(window(), LENA), number)
        exactly_one_quorum_mail_each(site)

    with clock.stopped_at(days_later(30)):
        put_before_the_council(sign_in(window(), KIM))
        site.work()
    with clock.stopped_at(days_later(60)):
        enter_the_decision(sign_in(window(), KIM))
        site.work()
    with clock.stopped_at(days_later(61)):
        answer(sign_in(window(), JONAS))
        site.work()
        read_how_it_ended(window(), number)
        both_were_told(site, number)


def register(site: Site, page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Anmelden", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="Konto anlegen").click()
    page.get_by_label("E-Mail-Adresse").fill(MARA.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_label("Ich wohne in Mainz.").check()
    page.get_by_label("Ich bin mindestens 14 Jahre alt.").check()
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")

    site.work()
    [mail] = site.mails_to(MARA.email)
    assert mail["Subject"] == "Bitte bestätigen Sie Ihre E-Mail-Adresse"
    page.goto(link_in(words_of(mail), site))
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(page.get_by_text("Willkommen! Ihr Konto ist fertig.")).to_be_visible()
    expect(page.get_by_text(f"Angemeldet als {MARA.email}")).to_be_visible()


def link_in(text: str, site: Site) -> str:
    """The only address of the platform in a mail."""
    [link] = re.findall(rf"{re.escape(site.url)}/\S+", text)
    return str(link)


def find_the_project(page: Page) -> None:
    page.get_by_role("link", name="Gemeinsam Mainz gestalten.").click()
    page.get_by_role("link", name="Informieren").click()
    expect(page.get_by_role("heading", name="2 Vorhaben")).to_be_visible()
    page.get_by_label("Stadtteil").select_option("Gonsenheim")
    page.get_by_role("button", name="Anwenden").click()
    expect(page.get_by_role("heading", name="1 Vorhaben")).to_be_visible()
    page.get_by_role("link", name="Spielplatz Gleisberganlage").click()
    page.get_by_role("link", name="Mehr Beteiligung anregen").click()
    page.get_by_role("link", name="Weiter zum Text").click()


def write(site: Site, page: Page) -> None:
    expect(page.get_by_label("Mehr Beteiligung bei einem Vorhaben der Liste")).to_be_checked()
    page.get_by_label("Titel").fill(TITLE)
    page.get_by_label("Ihre Anregung").fill(TEXT)
    page.get_by_label("Begründung").fill("Zu kurz.")
    page.get_by_role("button", name="Weiter zum Prüfen").click()

    summary = page.get_by_role("alert")
    expect(summary.get_by_role("heading")).to_have_text("Bitte prüfen Sie 2 Angaben")
    expect(page).to_have_title(re.compile("^Fehler:"))
    expect(page.get_by_label("Titel")).to_have_value(TITLE)
    expect(page.get_by_label("Ihre Anregung")).to_have_value(TEXT)
    expect(page.get_by_label("Begründung")).to_have_value("Zu kurz.")
    summary.get_by_role("link", name="Wählen Sie bitte einen Stadtteil").click()
    expect(page.get_by_label("Stadtteil")).to_be_focused()

    page.get_by_label("Stadtteil").select_option("Gonsenheim")
    page.get_by_label("Begründung").fill(REASON)
    page.get_by_role("button", name="Weiter zum Prüfen").click()
    check_and_send(page)
    site.work()
    [receipt] = site.mails_to(MARA.email, "Ihre Anregung ist angekommen")
    assert TITLE in words_of(receipt)
    assert "Die Stadt prüft sie bis Dienstag, 31. März 2026." in words_of(receipt)


def check_and_send(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles richtig?")
    for words in (TITLE, TEXT, REASON, "Gonsenheim", "Spielplatz Gleisberganlage"):
        expect(page.get_by_role("main")).to_contain_text(words)
    for same in (page, second_tab(page)):  # sent twice, it arrives once
        same.get_by_role("button", name="Anregung absenden").click()
        expect(same.get_by_role("heading", level=1)).to_have_text("Danke! Ihre Anregung ist da.")


def second_tab(page: Page) -> Page:
    """The same page of the same person once more."""
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab


def open_task(page: Page, verb: str) -> None:
    page.get_by_role("link", name="Aufgaben").click()
    page.get_by_role("link", name=f"{verb}: {TITLE}").click()


def form_of(page: Page, act: str) -> Locator:
    """The form behind one of the acts of the review page, opened."""
    button = page.locator("summary").filter(has_text=re.compile(rf"^\s*{re.escape(act)}\s*$"))
    button.click()
    return page.locator("details.act-form").filter(has=button).locator("form")


def saved(page: Page) -> None:
    expect(page.get_by_role("status")).to_contain_text("Gespeichert.")


def review_and_publish(site: Site, page: Page) -> int:
    open_task(page, "Prüfen")
    form = form_of(page, "Prüfung beginnen")
    form.get_by_label("Zuständig").select_option("Grün- und Umweltamt (67)")
    form.get_by_label("Prüfung fertig bis").fill("2026-03-24")
    form.get_by_role("button", name="Prüfung beginnen").click()
    saved(page)
    expect(page.get_by_text("fällig am 24. März 2026")).to_be_visible()
    form_of(page, "Veröffentlichen").get_by_role("button").click()
    saved(page)

    site.work()
    [mail] = site.mails_to(MARA.email, "Ihre Anregung ist veröffentlicht")
    assert "Bis Mittwoch, 6. Mai 2026, 10:00 Uhr können andere sie unterstützen." in words_of(mail)
    return int(link_in(words_of(mail), site).rstrip("/").rsplit("/", 1)[1])


def read_own_page(page: Page, number: int) -> None:
    page.goto(f"/de/anregungen/{number}/")
    expect(page.get_by_text("Diese Anregung ist von Ihnen.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("0 von 200")


def let_198_others_support(site: Site, number: int) -> None:
    with site.filling():
        for person in make_supporters(198):
            support.give(number, resident(person), clock.now(), TERMS, wants_mail=False)


def support_as_number_199(page: Page, number: int) -> None:
    page.goto(f"/de/anregungen/{number}/")
    for same in (page, second_tab(page)):  # supported twice, it counts once
        same.get_by_label("Schreiben Sie mir, was aus dieser Anregung wird.").check()
        same.get_by_role("button", name="Jetzt unterstützen").click()
        expect(same.get_by_role("status")).to_contain_text("Danke! Ihre Unterstützung zählt.")
        expect(same.get_by_role("main")).to_contain_text("199 von 200")
        expect(same.get_by_text("Sie unterstützen diese Anregung.")).to_be_visible()


def support_as_number_200(page: Page, number: int) -> None:
    page.goto(f"/de/anregungen/{number}/")
    page.get_by_role("button", name="Jetzt unterstützen").click()
    expect(page.get_by_role("main")).to_contain_text("200 von 200")
    expect(page.locator(".head")).to_contain_text("Genug Unterstützung")
    steps = page.locator(".steps li")
    expect(steps.filter(has_text="Genug Unterstützung gefunden")).to_have_class("is-done")
    expect(steps.filter(has_text="Jetzt: Vorlage für den Stadtrat")).to_have_class("is-now")


def exactly_one_quorum_mail_each(site: Site) -> None:
    site.work()
    told = [mail["To"] for mail in site.mails() if "Genug Unterstützung" in mail["Subject"]]
    assert sorted(told) == [MARA.email, NOAH.email]
    for email in (MARA.email, NOAH.email):
        [mail] = site.mails_to(email, "Genug Unterstützung: Anregung ")
        assert f"die Anregung „{TITLE}“ hat 200 Unterstützungen gefunden." in words_of(mail)


def put_before_the_council(page: Page) -> None:
    open_task(page, "Vorlage erstellen")
    form = form_of(page, "Dem Stadtrat vorlegen")
    form.get_by_label("Nummer der Vorlage").fill("0815/2026")
    form.get_by_label("Sitzung des Stadtrats am").fill("2026-05-06")
    form.get_by_role("button").click()
    saved(page)


def enter_the_decision(page: Page) -> None:
    open_task(page, "Beschluss eintragen")
    form = form_of(page, "Teilweise angenommen")
    form.get_by_label("Text, öffentlich").fill(DECISION)
    form.get_by_label("Adresse des Beschlusses").fill(DECISION_LINK)
    form.get_by_role("button").click()
    saved(page)


def answer(page: Page) -> None:
    page.goto("/de/anregungen/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Bearbeiten").click()
    form = form_of(page, "Antworten")
    form.get_by_label("Teilweise übernommen").check()
    form.get_by_label("Text, öffentlich").fill(ANSWER)
    form.get_by_role("button", name="Antwort veröffentlichen").click()
    saved(page)


def read_how_it_ended(page: Page, number: int) -> None:
    page.goto(f"/de/anregungen/{number}/")
    expect(page.locator(".head")).to_contain_text("Teilweise angenommen")
    panel = page.get_by_role("region", name="Rückmeldung der Stadt")
    expect(panel).to_contain_text("Teilweise übernommen")
    expect(panel).to_contain_text("Grün- und Umweltamt (67) · 10. Mai 2026")
    expect(panel).to_contain_text(ANSWER)
    expect(panel).to_have_css("border-inline-start-color", "rgb(139, 26, 45)")
    steps = page.locator(".steps li.is-done")
    expect(steps).to_contain_text(
        [
            "Eingereicht",
            "Geprüft und veröffentlicht",
            "Genug Unterstützung gefunden",
            "Vorlage 0815/2026, Sitzung am Mittwoch, 6. Mai 2026",
            DECISION,
            "Rückmeldung der Stadt",
        ]
    )
    expect(page.get_by_role("link", name="Zum Beschluss")).to_have_attribute("href", DECISION_LINK)
    expect(page.get_by_role("main")).not_to_contain_text(MARA.email)


def both_were_told(site: Site, number: int) -> None:
    expected = {
        f"Anregung {number} ist im Stadtrat": "Vorlage 0815/2026, Sitzung am Mittwoch, 6. Mai 2026",
        f"Der Stadtrat hat über Anregung {number} entschieden": f"{DECISION} Zum Beschluss: "
        f"{DECISION_LINK}",
        f"Die Stadt hat auf Anregung {number} geantwortet": f"Teilweise übernommen. {ANSWER}",
    }
    for email in (MARA.email, NOAH.email):
        for subject, words in expected.items():
            [mail] = site.mails_to(email, subject)
            assert words in words_of(mail), (email, subject)
            assert f"{site.url}/de/anregungen/{number}/" in words_of(mail)
    assert not site.mails_to(LENA.email), "Lena did not ask for mails"


def test_author_of_a_rejected_suggestion_is_told_and_not_named(site: Site, window: Window) -> None:
    site.welcome(KIM, MARA)
    with site.filling():
        make_department()
        make_suggestion(State.SUBMITTED, author=make_person(MARA), title=TITLE, text=TEXT)
    kim = sign_in(window(), KIM)
    open_task(kim, "Prüfen")
    form = form_of(kim, "Prüfung beginnen")
    form.get_by_label("Zuständig").select_option("Grün- und Umweltamt (67)")
    form.get_by_role("button").click()
    form = form_of(kim, "Ablehnen")
    form.get_by_label("Die Stadt ist dafür nicht zuständig").check()
    form.get_by_label("Text, öffentlich").fill(REFUSAL)
    form.get_by_role("button").click()
    saved(kim)

    site.work()
    [mail] = site.mails_to(MARA.email, "Ihre Anregung wurde abgelehnt")
    assert f"Grund: Die Stadt ist dafür nicht zuständig {REFUSAL}" in words_of(mail)
    visitor = window()
    visitor.goto(link_in(words_of(mail), site))
    expect(visitor.locator(".head")).to_contain_text("Abgelehnt")
    step = visitor.locator(".steps li").filter(has_text="Abgelehnt")
    expect(step).to_contain_text("Grund: Die Stadt ist dafür nicht zuständig")
    expect(step).to_contain_text(REFUSAL)
    expect(visitor.get_by_role("main")).to_contain_text(TEXT)
    for trace in (MARA.email, "Mara", "Eingereicht von", "ist von Ihnen"):
        assert trace not in visitor.content()

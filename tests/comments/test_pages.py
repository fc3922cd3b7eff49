"""Comments through HTTP: reading, writing, changing, as every role."""

from datetime import timedelta

import pytest

from participation.comments import rules, service
from participation.comments.rules import Reason
from participation.config import ROOT
from participation.core import clock
from participation.core.db import db
from participation.core.forms import clean_text
from participation.projects.models import Project
from participation.suggestions import service as suggestions
from participation.suggestions.queries import by_number
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from tests.checking_client import CheckingClient, parse
from tests.comments.steps import PROJECT, begin, events, key_of, send
from tests.core.test_html import ATTACKS, is_harmless
from tests.factories import (
    TERMS,
    coordinator,
    make_comment,
    make_department,
    make_project,
    make_suggestion,
)
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    Persona,
    make_person,
)
from tests.site.test_bad_input import HOSTILE

SOON = timedelta(seconds=1)


def one_comment(client: CheckingClient, persona: Persona = MARA, **values: object) -> int:
    """A project with one comment; its key."""
    with client.app.app_context():
        project = make_project(departments=[make_department()])
        key = make_comment(project, author=make_person(persona), **values).id  # type: ignore[arg-type]
        db.session.commit()
    return key


def test_visitor_reads_and_is_shown_the_way_to_sign_in(client: CheckingClient) -> None:
    key = one_comment(client, text="Auf dem Weg fehlen Bänke.")
    sheet = client.get("/de/vorhaben/sp-gleisberg/")
    assert "Stellungnahmen (1)" in sheet.main
    assert "Auf dem Weg fehlen Bänke." in sheet.main
    assert "Alle lesen" in sheet.main
    page = client.get(PROJECT)
    assert "Einwohner:in · 10. März 2026, 10:00 Uhr" in page.main
    assert "Anmelden und schreiben" in page.main
    assert "<form" not in page.html.partition("<main")[2]
    assert "Set-Cookie" not in page.response.headers
    assert "mara" not in page.html
    for word in ("Antworten", "Melden", "Löschen", "Bearbeiten"):
        assert f"{word} (Stellungnahme" not in page.main
    assert "Auf dem Weg" in client.get(f"/de/stellungnahmen/{key}/").main


def test_project_without_comments_says_so(client: CheckingClient) -> None:
    begin(client.app)
    assert "Noch hat niemand Stellung genommen." in client.get("/de/vorhaben/sp-gleisberg/").main
    assert "0 Stellungnahmen" in client.get(PROJECT).main


def test_resident_writes_and_finds_it_at_the_top(client: CheckingClient) -> None:
    one_comment(client, NOAH, text="Schon da.")
    client.sign_in(MARA)
    sent = send(client, PROJECT, "Bitte **mehr** Schatten.")
    page = client.get(sent.location)
    assert "Danke! Ihre Stellungnahme" in page.main
    assert page.main.index("mehr Schatten") < page.main.index("Schon da.")
    assert "<strong>mehr</strong>" in page.html
    assert "2 Stellungnahmen" in page.main
    oldest = client.get(f"{PROJECT}?sortierung=aelteste").main
    assert oldest.index("Schon da.") < oldest.index("mehr Schatten")


def test_comment_carries_the_language_it_was_written_in(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    send(client, "/en/vorhaben/sp-gleisberg/kommentare/", "More shade, please.")
    assert '<div class="words" lang="en">' in client.get(PROJECT).html


def test_resident_replies_once_deep(client: CheckingClient) -> None:
    key = one_comment(client, text="Wer macht das?")
    client.sign_in(NOAH)
    form = f"/de/stellungnahmen/{key}/antworten/"
    assert "Wer macht das?" in client.get(form).main
    sent = send(client, form, "Das Amt, denke ich.")
    page = client.get(sent.location)
    assert "Das Amt, denke ich." in page.main
    reply = key_of(sent)
    own = client.get(f"/de/stellungnahmen/{reply}/")
    assert "Das Amt, denke ich." in own.main
    assert f'<a href="/de/stellungnahmen/{key}/">Antwort auf Stellungnahme {key}</a>' in own.html
    client.get(f"/de/stellungnahmen/{reply}/antworten/", status=409)
    stamp = client.get(form).value("stamp")
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        typed = {"text": "Noch tiefer", "stamp": stamp}
        path = f"/de/stellungnahmen/{reply}/antworten/"
        page = client.post(path, typed, status=409)
    assert page.value("text") == "Noch tiefer"


def test_officer_in_charge_speaks_for_the_department(client: CheckingClient) -> None:
    key = one_comment(client)
    client.sign_in(JONAS)
    send(client, f"/de/stellungnahmen/{key}/antworten/", "Danke, das bauen wir.")
    for path in (PROJECT, "/de/vorhaben/sp-gleisberg/", f"/de/stellungnahmen/{key}/"):
        page = client.sign_in(None).get(path)
        assert "Grün- und Umweltamt (67) ·" in page.main, path
        assert "Offizielle Stellungnahme der Stadt" in page.main, path
        assert '<article class="answer"' in page.html, path
        assert "jonas" not in page.html
    client.sign_in(KIM)
    send(client, PROJECT, "Wir sammeln alles.")
    assert "Koordinierungsstelle Bürgerbeteiligung ·" in client.get(PROJECT).main


@pytest.mark.parametrize("persona", [OTHER_OFFICER, AYLIN, ADA])
def test_account_of_others_reads_but_does_not_write(
    client: CheckingClient, persona: Persona
) -> None:
    key = one_comment(client)
    client.sign_in(persona)
    page = client.get(PROJECT)
    assert "Stellung nehmen können Einwohner:innen" in page.main
    assert "Melden (Stellungnahme" in page.main
    client.post(PROJECT, {"text": "Trotzdem"}, status=403)
    client.get(f"/de/stellungnahmen/{key}/antworten/", status=403)
    assert events(client.app) == ["comment:written"]


def test_author_edits_for_five_minutes_and_keeps_the_text_after_that(
    client: CheckingClient,
) -> None:
    key = one_comment(client, text="Mit Fehler.")
    client.sign_in(MARA)
    path = f"/de/stellungnahmen/{key}/bearbeiten/"
    assert "Bearbeiten (Stellungnahme" in client.get(PROJECT).main
    assert client.get(path).value("text") == "Mit Fehler."
    sent = send(client, path, "Ohne Fehler.", after=rules.EDIT_TIME - SOON)
    page = client.get(sent.location)
    assert "Ohne Fehler." in page.main
    assert "· bearbeitet" in page.main
    late = send(client, path, "Zu spät geändert.", after=rules.EDIT_TIME, status=409)
    assert late.value("text") == "Zu spät geändert."
    assert "nur in den ersten 5 Minuten" in late.main
    with clock.stopped_at(NOW + rules.EDIT_TIME):
        client.get(path, status=409)
        assert "Bearbeiten (Stellungnahme" not in client.get(PROJECT).main


def test_author_deletes_and_the_replies_stay(client: CheckingClient) -> None:
    key = one_comment(client, text="Das CANARY nehme ich zurück.")
    client.sign_in(NOAH)
    send(client, f"/de/stellungnahmen/{key}/antworten/", "Schade eigentlich.")
    client.sign_in(MARA)
    path = f"/de/stellungnahmen/{key}/loeschen/"
    assert "CANARY" in client.get(path).main
    page = client.get(client.post(path).location)
    assert "Ihre Stellungnahme ist gelöscht." in page.main
    assert "Dieser Kommentar wurde gelöscht." in page.main
    assert "Schade eigentlich." in page.main
    client.post(path)
    for persona in (None, MARA, NOAH, JONAS, KIM):
        client.sign_in(persona)
        for where in (PROJECT, "/de/vorhaben/sp-gleisberg/", f"/de/stellungnahmen/{key}/"):
            assert "CANARY" not in client.get(where).html
    assert "CANARY" not in client.get(f"/de/verwaltung/moderation/{key}/").html
    assert "1 Stellungnahme" in client.get(PROJECT).main


@pytest.mark.parametrize("persona", [NOAH, JONAS, KIM])
def test_nobody_edits_or_deletes_what_others_wrote(
    client: CheckingClient, persona: Persona
) -> None:
    key = one_comment(client, text="Das bleibt so.")
    client.sign_in(persona)
    for word in ("bearbeiten", "loeschen"):
        path = f"/de/stellungnahmen/{key}/{word}/"
        client.get(path, status=404)
        client.post(path, {"text": "Anders"}, status=404)
    assert "Das bleibt so." in client.get(PROJECT).main
    assert events(client.app) == ["comment:written"]


def test_ids_that_nobody_has_are_not_found(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(KIM)
    for word in ("", "antworten/", "bearbeiten/", "loeschen/", "melden/"):
        client.get(f"/de/stellungnahmen/999/{word}", status=404)
    client.get("/de/verwaltung/moderation/999/", status=404)
    client.post("/de/verwaltung/moderation/999/ausblenden/", {"reason": "insult"}, status=404)
    client.get("/de/vorhaben/gibt-es-nicht/kommentare/", status=404)
    client.get("/de/anregungen/999/kommentare/", status=404)


def test_suggestion_has_comments_while_it_is_public(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        key = make_comment(suggestion, text="Das CANARY finde ich gut.").id
        hidden = make_suggestion(State.HIDDEN)
        number, hidden_id = suggestion.number, hidden.number
        db.session.commit()
    page = client.get(f"/de/anregungen/{number}/")
    assert "Stellungnahmen (1)" in page.main
    assert "CANARY" in client.get(f"/de/anregungen/{number}/kommentare/").main
    client.get(f"/de/anregungen/{hidden_id}/kommentare/", status=404)
    with client.app.app_context():
        found = by_number(number or 0)
        assert found is not None
        given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
        suggestions.act(found.id, "hide", coordinator(), NOW, TERMS, given)
        db.session.commit()
    for persona in (None, MARA, NOAH, JONAS, KIM):
        client.sign_in(persona)
        for path in (f"/de/anregungen/{number}/kommentare/", f"/de/stellungnahmen/{key}/"):
            assert "CANARY" not in client.get(path, status=404).html
    client.sign_in(NOAH)
    client.post(f"/de/anregungen/{number}/kommentare/", {"text": "Noch etwas"}, status=404)
    client.post(f"/de/stellungnahmen/{key}/antworten/", {"text": "Noch etwas"}, status=404)


def test_too_short_and_too_long_texts_are_kept(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    for text in ("x", "y" * (rules.TEXT_LENGTH[1] + 1)):
        page = send(client, PROJECT, text, status=422)
        assert page.value("text") == text
        assert "mindestens 2 und höchstens 1500 Zeichen" in page.main
        assert "Fehler:" in page.html.split("</title>")[0]
        assert 'href="#text"' in page.html
    page = send(client, PROJECT, "Zeile 1\n\nZeile 2 <b>&</b>", status=303)
    assert "Zeile 2 <b>&</b>" in client.get(page.location).main


def test_refusal_of_a_machine_keeps_the_text_and_the_next_try_works(
    client: CheckingClient,
) -> None:
    begin(client.app)
    client.sign_in(MARA)
    trapped = send(client, PROJECT, "Ein Text.", homepage="https://spam.example", status=422)
    assert "verstecktes Feld" in trapped.main
    assert (trapped.value("text"), trapped.value("homepage")) == ("Ein Text.", "")
    fast = send(client, PROJECT, "Ein Text.", after=SOON, status=422)
    assert "Das ging sehr schnell." in fast.main
    assert fast.value("text") == "Ein Text."
    forged = client.post(PROJECT, {"text": "Ein Text.", "stamp": "erfunden"}, status=422)
    assert "Das ging sehr schnell." in forged.main
    again = {"text": forged.value("text"), "stamp": forged.value("stamp")}
    with clock.stopped_at(NOW + rules.SHORTEST_WRITING):
        client.post(PROJECT, again)
    links = send(client, PROJECT, "https://a.example " * 3, status=422)
    assert "höchstens 2 Links" in links.main
    assert "https://a.example https://a.example" in links.value("text")
    assert events(client.app) == ["comment:written"]


def test_stamp_of_somebody_else_is_worth_nothing(client: CheckingClient) -> None:
    begin(client.app)
    foreign = client.sign_in(NOAH).get(PROJECT).value("stamp")
    client.sign_in(MARA)
    with clock.stopped_at(NOW + timedelta(hours=1)):
        client.post(PROJECT, {"text": "Ein Text.", "stamp": foreign}, status=422)


def test_field_that_only_machines_see_is_hidden_without_inline_style(
    client: CheckingClient,
) -> None:
    begin(client.app)
    html = client.sign_in(MARA).get(PROJECT).html
    assert '<div class="trap">' in html
    css = (ROOT / "participation" / "static" / "site.css").read_text()
    assert ".trap{display:none}" in css


def test_resident_who_sent_ten_within_the_hour_keeps_the_text(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    for number in range(rules.MOST_AN_HOUR):
        send(client, PROJECT, f"Text {number}")
    page = send(client, PROJECT, "Noch einer", status=429)
    assert page.value("text") == "Noch einer"
    assert "Bitte warten Sie eine Weile." in page.main


def test_text_survives_a_session_that_is_over(client: CheckingClient) -> None:
    begin(client.app)
    client.sign_in(MARA)
    typed = {"text": "Das soll bleiben.", "csrf_token": "alt"}
    response = client.browser.post(PROJECT, data=typed)
    assert response.status_code == 422
    assert "Das soll bleiben." in response.text
    client.sign_in(None)
    page = client.post(PROJECT, {"text": "Das soll bleiben."}, status=401)
    assert "Das soll bleiben." in page.html


def test_walk_over_forty_five_comments_meets_each_once(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project()
        for number in range(45):
            at = NOW + timedelta(hours=number)
            top = make_comment(project, text=f"Wort-{number:02}-Ende", now=at)
            make_comment(project, parent=top, text=f"Reply-{number:02}-Ende", now=at)
        db.session.commit()
    for sorting, order in (("neueste", range(44, -1, -1)), ("aelteste", range(45))):
        path, seen, pages = f"{PROJECT}?sortierung={sorting}", [], 0
        while path:
            page = client.get(path)
            seen += [number for number in range(45) if f"Wort-{number:02}-Ende" in page.main]
            assert page.main.count("Reply-") == page.main.count("Wort-")
            links = [a for a in parse(page.html).iter("a") if a.get("rel") == "next"]
            path = str(links[0].get("href")) if links else ""
            pages += 1
        assert pages == 3
        assert sorted(seen) == sorted(order)
        assert len(seen) == 45


def test_long_comment_is_cut_in_lists_and_whole_on_its_own_page(client: CheckingClient) -> None:
    long = "Der [Weg](https://www.mainz.de/) ist **eng**. " + "Das stört. " * 60 + "Schluss."
    with client.app.app_context():
        project = make_project()
        top = make_comment(project, text=long)
        reply = make_comment(project, parent=top, author=make_person(NOAH), text="Nein. " + long)
        keys, project_id = [top.id, reply.id], project.id
        db.session.commit()
    assert client.get(PROJECT).main.count("Schluss.") == 2  # two fit
    with client.app.app_context():
        project = db.session.get_one(Project, project_id)
        for number in range(20):
            at = NOW + timedelta(hours=number)
            make_comment(project, now=at, text=f"{number}. " + long)
        db.session.commit()
    for path in (PROJECT + "?sortierung=aelteste", "/de/vorhaben/sp-gleisberg/"):
        page = client.get(path)
        assert "Der Weg ist eng. Das stört." in page.main  # without Markdown's marks
        assert "Schluss." not in page.main
        assert page.html.count("Weiterlesen") == page.html.count("<article")
    page = client.get(PROJECT + "?sortierung=aelteste")
    assert f'<a href="/de/stellungnahmen/{keys[0]}/">Weiterlesen' in page.html
    assert client.get(f"/de/stellungnahmen/{keys[0]}/").main.count("Schluss.") == 2
    page = client.get(f"/de/stellungnahmen/{keys[1]}/")
    assert page.main.count("Schluss.") == 1
    assert "<strong>eng</strong>" in page.html


def test_page_of_short_comments_shows_all_of_them_and_replies(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project()
        for number in range(20):
            at = NOW + timedelta(hours=number)
            text = f"Nummer {number}. " + "Das finde ich gut. " * 6
            top = make_comment(project, now=at, text=text)
            if number % 3 == 0:
                make_comment(project, parent=top, now=at, text=f"{number}: Ich auch.")
        db.session.commit()
    for persona in (None, MARA, KIM):
        client.sign_in(persona)
        page = client.get(PROJECT)
        # What can be done takes room from replies, never from comments.
        assert page.html.count("<article") >= (22 if persona else 27)
        assert page.main.count("Nummer ") == 20
        assert "Weiterlesen" not in page.main


def test_comment_with_many_replies_has_a_page_for_all(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project()
        top = make_comment(project)
        for _ in range(25):
            make_comment(project, parent=top, author=make_person(KIM))
        key = top.id
        db.session.commit()
    assert "Alle 25 Antworten lesen" in client.get(PROJECT).main
    page = client.get(f"/de/stellungnahmen/{key}/")
    assert page.html.count("<article") == 11
    assert "Weiter" in page.main


@pytest.mark.parametrize("persona", [MARA, KIM], ids=["author", "coordinator"])
def test_hostile_texts_become_harmless_text(client: CheckingClient, persona: Persona) -> None:
    texts = [text for text in [*HOSTILE, *ATTACKS] if 2 <= len(text.strip()) <= 1500]
    with client.app.app_context():
        project = make_project()
        for number, text in enumerate(texts):
            clean = clean_text(text)
            if clean:
                make_comment(project, text=clean, now=NOW + timedelta(hours=number))
        keys = list(range(1, 6))
        for key in keys:
            service.report(key, make_person(NOAH).actor, NOW, Reason.INSULT)
        db.session.commit()
    client.sign_in(persona)
    path = PROJECT
    while path:
        root = parse(client.browser.get(path).text)
        main = next(root.iter("main"))
        assert not [e for e in main.iter() if e.tag in ("script", "img", "svg", "iframe", "style")]
        for link in main.iter("a"):
            assert (
                not (link.get("href") or "").lower().startswith(("javascript", "data", "vbscript"))
            )
        links = [a for a in root.iter("a") if a.get("rel") == "next"]
        path = str(links[0].get("href")) if links else ""
    client.get("/de/vorhaben/sp-gleisberg/")
    if persona is KIM:
        client.get("/de/verwaltung/moderation/")
        for key in keys:
            client.get(f"/de/verwaltung/moderation/{key}/")
    assert all(is_harmless(text) for text in texts if "\ud800" not in text)

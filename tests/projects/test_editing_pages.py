"""Writing sheets through HTTP: drafts, preview, rows, conflicts, review."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.projects.models import Project, ProjectVersion
from participation.projects.rules import Participation
from tests.checking_client import CheckingClient, Page
from tests.factories import coordinator, make_department, make_district, make_project
from tests.people import AYLIN, JONAS, KIM, MARA, OTHER_OFFICER, Persona, make_person
from tests.projects.steps import STAFF, fields_of, make_draft, opened, stored

_SLUG = "sp-gleisberg"


@pytest.fixture
def sheet(client: CheckingClient) -> str:
    """A public sheet of Jonas' office, as an import made it."""
    with client.app.app_context():
        make_project(_SLUG, districts=[make_district()], departments=[make_department()])
        db.session.commit()
    return f"{STAFF}{_SLUG}/"


def draft(client: CheckingClient, persona: Persona = KIM) -> str:
    """The address at which a new draft is edited."""
    with client.app.app_context():
        slug = make_draft(make_person(persona).actor).slug
        db.session.commit()
    return f"{STAFF}{slug}/"


def count(client: CheckingClient, table: Any) -> int:
    with client.app.app_context():
        return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def events(client: CheckingClient) -> list[str]:
    with client.app.app_context():
        found = sa.select(JournalEntry.event).where(JournalEntry.subject == "project")
        return list(db.session.scalars(found.order_by(JournalEntry.id)))


def test_coordinator_writes_a_sheet_from_draft_to_publication(client: CheckingClient) -> None:
    client.sign_in(KIM)
    form = client.get(f"{STAFF}neu/")
    typed = {"title": "Neuer Radweg am Rhein", "summary": "Zwei Meter.", "key": form.value("key")}
    path = client.post(f"{STAFF}neu/", typed).location.partition("?")[0]
    assert path == f"{STAFF}neuer-radweg-am-rhein/"
    assert "Entwurf" in client.get(path).main
    public = "/de/vorhaben/neuer-radweg-am-rhein/"
    assert "Entwurf: Nur Sie" in client.get(public).main
    for persona in (None, MARA, AYLIN, OTHER_OFFICER):
        client.sign_in(persona).get(public, status=404)
        for more in ("verlauf/", "ergebnis/", "kommentare/"):
            client.get(f"{public}{more}", status=404)
        assert "Radweg am Rhein" not in client.get("/de/vorhaben/").main
        assert "Radweg am Rhein" not in client.get("/de/").main
    client.sign_in(KIM)
    client.post(f"{path}veroeffentlichen/", {"act-seen_version": "1"})
    assert "Entwurf" not in client.get(path).main
    page = client.sign_in(None).get(public)
    assert "Zwei Meter." in page.main
    assert "Radweg am Rhein" in client.get("/de/vorhaben/").main
    assert "erste veröffentlichte Fassung" in client.get(f"{public}verlauf/").main
    assert events(client) == ["project:created", "project:published"]


def test_draft_is_no_choice_in_any_form(client: CheckingClient) -> None:
    draft(client)
    assert "Neuer Radweg" not in client.sign_in(MARA).get("/de/anregungen/neu/text/").html
    assert "Neuer Radweg" not in client.sign_in(KIM).get("/de/verwaltung/termine/neu/").html


def test_officer_edits_what_is_theirs_only(client: CheckingClient, sheet: str) -> None:
    client.sign_in(JONAS).get(sheet)
    assert "Gleisberg" in client.get(STAFF).main
    client.sign_in(OTHER_OFFICER).get(sheet, status=404)
    client.post(f"{sheet}geprueft/", status=404)
    client.post(sheet, {"act": "save"}, status=404)
    assert "Gleisberg" not in client.get(STAFF).main
    with client.app.app_context():
        slug = make_draft(make_person(JONAS).actor).slug
        db.session.commit()
        found = db.session.scalars(sa.select(Project).filter_by(slug=slug)).one()
        assert [one.number for one in found.departments] == ["67"]


def test_officer_cannot_hand_the_own_sheet_away(client: CheckingClient, sheet: str) -> None:
    with client.app.app_context():
        other = str(make_department("61").id)
        db.session.commit()
    client.sign_in(JONAS)
    typed = opened(client, _SLUG) | {"departments": [other], "act": "save"}
    page = client.post(sheet, typed, status=422)
    assert "Mindestens eines Ihrer Ämter" in page.main
    assert stored(client, _SLUG)["version"] == 1


def test_everything_that_is_typed_is_stored_and_comes_back(
    client: CheckingClient, sheet: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG) | {
        "participation": "running", "implementation": "planning", "level": "consultation",
        "form": "informal", "whole_city": "y", "period_from": "2026-03", "period_to": "2027",
        "cost": "100", "cost_to": "200", "as_of": "2026-03-01", "latitude": "50,01",
        "longitude": "8.25", "note": "Die Kosten stehen fest.", "review_on": "2026-05-01",
        "links_0_label": "Gutachten", "links_0_url": "https://mainz.de/g",
        "decisions_0_body": "Stadtrat", "decisions_0_day": "2026-02-01",
        "decisions_0_note": "Auftrag", "decisions_0_url": "https://bi.mainz.de/1",
        "phases_0_first": "2026-03-01", "phases_0_last": "2026-03-20",
        "phases_0_title_de": "Ideen sammeln", "phases_0_title_en": "Collecting ideas",
        "phases_1_first": "2026-02-01", "act": "save",
    }  # fmt: skip
    client.post(sheet, typed)
    found = stored(client, _SLUG)
    assert (found["cost"], found["cost_to"], found["latitude"]) == (100, 200, 50.01)
    assert found["links"] == [{"label": "Gutachten", "url": "https://mainz.de/g"}]
    assert found["decisions"][0]["url"] == "https://bi.mainz.de/1"
    assert found["phases"] == [
        {"first": "2026-02-01", "last": "2026-02-01", "titles": {}},
        {"first": "2026-03-01", "last": "2026-03-20",
         "titles": {"de": "Ideen sammeln", "en": "Collecting ideas"}},
    ]  # fmt: skip
    assert found["version"] == 2
    again = opened(client, _SLUG)
    assert again["phases_1_title_de"] == "Ideen sammeln"
    client.post(sheet, again | {"act": "save"})
    assert stored(client, _SLUG)["version"] == 2  # nothing differs
    page = client.sign_in(None).get(f"/de/vorhaben/{_SLUG}/")
    assert "Jetzt: Ideen sammeln" in page.main
    assert "Collecting ideas" in client.get(f"/en/vorhaben/{_SLUG}/").main
    history = client.get(f"/de/vorhaben/{_SLUG}/verlauf/").main
    assert "Die Kosten stehen fest." in history
    assert "Zustand der Beteiligung[neu: läuft Ende]" in history
    assert "Stadtteile" not in history.partition("Fassung 1")[0]


def test_staff_write_every_language_and_a_language_can_go(
    client: CheckingClient, sheet: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG, "text/en/") | {"title": "Playground", "summary": "Children plan."}
    client.post(f"{sheet}text/en/", typed | {"act": "save"})
    assert "Children plan." in client.get(f"/en/vorhaben/{_SLUG}/").main
    easy = opened(client, _SLUG, "text/de-simple/") | {
        "title": "Spiel·platz",
        "reviewed_on": "2026-03-01",
    }
    client.post(f"{sheet}text/de-simple/", easy | {"act": "save"})
    assert "noch nicht von Prüfer:innen" not in client.get(f"/de-simple/vorhaben/{_SLUG}/").main
    gone = opened(client, _SLUG, "text/en/") | {"title": "", "summary": ""}
    client.post(f"{sheet}text/en/", gone | {"act": "save"})
    assert "Kinder planen mit." in client.get(f"/en/vorhaben/{_SLUG}/").main
    assert "en.title" not in stored(client, _SLUG)
    german = opened(client, _SLUG, "text/de/") | {"title": "", "act": "save"}
    assert 'href="#title"' in client.post(f"{sheet}text/de/", german, status=422).html


def test_row_button_keeps_everything_that_was_typed(client: CheckingClient, sheet: str) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG) | {"cost": "keine Zahl", "links_1_label": "Zeitung"}
    page = client.post(sheet, typed | {"act": "more-links"}, status=200)
    assert page.value("rows_links") == "5"
    assert page.value("links_1_label") == "Zeitung"
    assert page.value("links_4_url") == ""
    assert page.value("cost") == "keine Zahl"
    assert stored(client, _SLUG)["version"] == 1


def test_preview_shows_the_sheet_as_readers_would_and_writes_nothing(
    client: CheckingClient, sheet: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG) | {"cost": "4711", "participation": "running", "note": "Neu"}
    page = client.post(sheet, typed | {"act": "preview"}, status=200)
    assert "Noch ist nichts gespeichert" in page.main
    assert "4.711" in page.main
    assert stored(client, _SLUG)["version"] == 1
    kept = fields_of(page.html)
    assert kept["cost"] == "4711"
    back = client.post(sheet, kept | {"act": "edit"}, status=200)
    assert back.value("note") == "Neu"
    client.post(sheet, kept | {"act": "save"})
    assert stored(client, _SLUG)["cost"] == 4711
    english = opened(client, _SLUG, "text/en/") | {"title": "Playground", "act": "preview"}
    page = client.post(f"{sheet}text/en/", english, status=200)
    assert "Playground" in page.main
    assert "en.title" not in stored(client, _SLUG)


def conflict(client: CheckingClient, sheet: str) -> tuple[dict[str, Any], Page]:
    """Kim and Jonas write at once; Jonas is slower."""
    path = f"{sheet}text/de/"
    client.sign_in(KIM)
    first = opened(client, _SLUG, "text/de/")
    client.post(path, first | {"summary": "Von Kim.", "cost_note": "Auch von Kim", "act": "save"})
    typed = first | {"summary": "Von Jonas.", "settled": "Der Ort", "act": "save"}
    return typed, client.sign_in(JONAS).post(path, typed, status=409)


def test_second_editor_sees_both_texts_and_loses_nothing(
    client: CheckingClient, sheet: str
) -> None:
    _, page = conflict(client, sheet)
    assert "Ihr TextVon Jonas.Gespeichert istVon Kim." in page.main
    assert "Ihr TextDer OrtGespeichert istleer" in page.main
    assert "nichts geändert haben: Hinweis zu den Kosten." in page.main
    assert page.value("summary") == "Von Jonas."
    assert page.value("cost_note") == "Auch von Kim"
    assert page.value("settled") == "Der Ort"
    assert page.value("seen_version") == "2"
    assert stored(client, _SLUG)["de.summary"] == "Von Kim."
    client.post(f"{sheet}text/de/", fields_of(page.html) | {"act": "save"})
    found = stored(client, _SLUG)
    assert (found["de.summary"], found["de.cost_note"]) == ("Von Jonas.", "Auch von Kim")
    assert found["version"] == 3


def test_same_form_sent_twice_is_saved_once(client: CheckingClient, sheet: str) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG, "text/de/") | {"summary": "Einmal.", "act": "save"}
    client.post(f"{sheet}text/de/", typed)
    client.post(f"{sheet}text/de/", typed)
    assert stored(client, _SLUG)["version"] == 2


# 0 is what was there before the first version, which is the first version itself (ADR 0012).
@pytest.mark.parametrize("seen", ["2", "99", "-1", "", "x", "9" * 40])
def test_editor_with_a_wrong_version_overwrites_nothing(
    client: CheckingClient, sheet: str, seen: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG, "text/de/") | {"summary": "Blind.", "seen_version": seen}
    status = client.browser.post(
        f"{sheet}text/de/", data=typed | {"act": "save", "csrf_token": client.token()}
    ).status_code
    assert status in (409, 422)
    assert stored(client, _SLUG)["version"] == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("links_0_url", "javascript:alert(1)", "mit https:// beginnt"),
        ("links_0_url", "https://[", "mit https:// beginnt"),
        ("decisions_0_url", "data:text/html,x", "mit https:// beginnt"),
        ("period_from", "2026-02-30", "Geben Sie bitte ein Jahr"),
        ("as_of", "bald", "Geben Sie bitte ein Jahr"),
        ("cost", "-1", "eine Zahl ab 0"),
        ("cost", "9" * 5000, "Bitte geben Sie eine Zahl an."),
        ("cost_to", "7", "kleiner als der erste"),
        ("latitude", "NaN", "Geben Sie bitte Grad an"),
        ("latitude", "91", "Geben Sie bitte Grad an"),
        ("latitude", "50", "beide Werte"),
        ("phases_0_last", "2026-03-01", "Geben Sie bitte einen Tag an."),
        ("phases_0_first", "0001-01-01", "Bitte prüfen Sie das Jahr."),
        ("review_on", "9999-01-01", "Bitte prüfen Sie das Jahr."),
        ("districts", "999999999", "Bitte prüfen Sie diese Angabe."),
        ("districts", "x", "Bitte prüfen Sie diese Angabe."),
        ("participation", "maybe", "eine der Möglichkeiten"),
        ("note", "x" * 301, "höchstens 300 Zeichen"),
    ],
)
def test_editor_is_told_what_is_wrong_and_keeps_the_rest(
    client: CheckingClient, sheet: str, field: str, value: str, message: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG) | {"links_1_label": "bleibt", field: value, "act": "save"}
    page = client.post(sheet, typed, status=422)
    assert message in page.main
    assert page.value("links_1_label") == "bleibt"
    assert stored(client, _SLUG)["version"] == 1


def test_markup_formula_and_turned_letters_are_only_text(
    client: CheckingClient, sheet: str
) -> None:
    client.sign_in(KIM)
    typed = opened(client, _SLUG) | {
        "links_0_label": "<script>alert(1)</script>", "links_0_url": "https://x.de/\"onclick=",
        "decisions_0_note": "=cmd|' /C calc'!A0", "phases_0_first": "2026-03-01",
        "phases_0_title_de": "\u202eabc<b>", "act": "save",
    }  # fmt: skip
    client.post(sheet, typed)
    page = client.get(f"/de/vorhaben/{_SLUG}/")
    assert "<script>alert" not in page.html
    assert "\u202e" not in page.html
    assert "abc<b>" in page.main
    client.get(f"/de/vorhaben/{_SLUG}/verlauf/")


def test_reviewed_moves_the_day_and_makes_no_version(client: CheckingClient, sheet: str) -> None:
    with client.app.app_context():
        project = db.session.scalars(sa.select(Project)).one()
        project.review_on = project.changed_at.date().replace(year=2025)
        db.session.commit()
    for persona, sees in ((None, False), (MARA, False), (AYLIN, True), (JONAS, True)):
        page = client.sign_in(persona).get(f"/de/vorhaben/{_SLUG}/")
        assert ("vielleicht veraltet" in page.main) is sees
    assert "Gleisberg" in client.get(f"{STAFF}?ansicht=veraltet").main
    client.post(f"{sheet}geprueft/")
    client.post(f"{sheet}geprueft/")
    assert "prüfen bis 10. Juni 2026" in client.get(sheet).main
    assert "Gleisberg" not in client.get(f"{STAFF}?ansicht=veraltet").main
    assert events(client) == ["project:created", "project:reviewed"]
    assert count(client, ProjectVersion) == 1


def test_same_creation_pressed_twice_is_one_and_two_of_the_same_title_are_two(
    client: CheckingClient,
) -> None:
    client.sign_in(KIM)
    typed = {"title": "Radweg", "key": "b" * 32}
    places = [client.post(f"{STAFF}neu/", typed).location for _ in range(2)]
    assert places[0] == places[1]
    other = client.post(f"{STAFF}neu/", typed | {"key": "c" * 32}).location
    assert other.startswith(f"{STAFF}radweg-2/")
    assert client.post(f"{STAFF}neu/", {"title": "Neu", "key": "x"}).location.startswith(
        f"{STAFF}neu-2/"
    )
    assert client.post(f"{STAFF}neu/", {"title": "🏛"}).location.startswith(f"{STAFF}vorhaben/")
    assert count(client, Project) == 4


def test_publishing_what_one_has_not_seen_is_refused(client: CheckingClient) -> None:
    path = draft(client)
    client.sign_in(KIM)
    page = client.post(f"{path}veroeffentlichen/", {"act-seen_version": "0"}, status=409)
    assert "Inzwischen hat jemand anderes" in page.main
    client.post(f"{path}veroeffentlichen/", {"act-seen_version": "1"})
    client.post(f"{path}veroeffentlichen/", {"act-seen_version": "1"})
    assert events(client) == ["project:created", "project:published"]


def test_finished_project_says_what_came_of_participation(
    client: CheckingClient, sheet: str
) -> None:
    public = f"/de/vorhaben/{_SLUG}/"
    client.get(f"{public}ergebnis/", status=404)
    client.sign_in(KIM)
    done = opened(client, _SLUG) | {"participation": Participation.COMPLETED.value, "act": "save"}
    client.post(sheet, done)
    assert "Die Stadt hat das noch nicht beschrieben." in client.get(f"{public}ergebnis/").main
    typed = opened(client, _SLUG, "text/de/") | {"result": "Die Rutsche kommt.", "act": "save"}
    client.post(f"{sheet}text/de/", typed)
    page = client.sign_in(None).get(f"{public}ergebnis/")
    assert "Die Rutsche kommt. Stand: 10. März 2026" in page.main
    assert "Die Rutsche kommt." in client.get(public).main
    english = client.get(f"/en/vorhaben/{_SLUG}/ergebnis/")
    assert 'lang="de"' in english.html.partition("Die Rutsche")[0].rpartition("<div")[2]


def test_readers_see_no_version_from_before_publication(client: CheckingClient) -> None:
    path = draft(client)
    client.sign_in(KIM)
    secret = opened(client, "neuer-radweg", "text/de/") | {"summary": "GEHEIM", "act": "save"}
    client.post(f"{path}text/de/", secret)
    typed = opened(client, "neuer-radweg", "text/de/") | {"summary": "Offen", "act": "save"}
    client.post(f"{path}text/de/", typed)
    client.post(f"{path}veroeffentlichen/", {"act-seen_version": "3"})
    page = client.sign_in(None).get("/de/vorhaben/neuer-radweg/verlauf/")
    assert "GEHEIM" not in page.html
    assert "Fassung 4" in page.main
    assert "Fassung 3" not in page.main


def test_versions_go_page_by_page(client: CheckingClient, sheet: str) -> None:
    client.sign_in(KIM)
    for number in range(8):
        typed = opened(client, _SLUG, "text/de/") | {"summary": f"Fassung mit {number}."}
        client.post(f"{sheet}text/de/", typed | {"act": "save"})
    page = client.get(f"/de/vorhaben/{_SLUG}/verlauf/")
    assert [n for n in range(1, 10) if f"Fassung {n} vom" in page.main] == [5, 6, 7, 8, 9]
    assert "Fassung mit [gestrichen: 6 Ende] [neu: 7 Ende] ." in page.main
    following = page.html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    page = client.get(following.replace("&amp;", "&"))
    assert [n for n in range(1, 10) if f"Fassung {n} vom" in page.main] == [1, 2, 3, 4]


def test_officer_without_departments_can_begin_nothing(client: CheckingClient) -> None:
    with client.app.app_context():
        from participation.core.messages import NotPermitted
        from participation.permissions import Actor, Role

        with pytest.raises(NotPermitted):
            make_draft(Actor(person_id=coordinator().person_id, roles=frozenset({Role.OFFICER})))
        db.session.rollback()

"""Pages through HTTP: as people read them, and as staff write them."""

import pytest

from participation.city_pages.rules import REQUIRED
from participation.core.db import db
from tests.checking_client import CheckingClient
from tests.city_pages.steps import STAFF, own_page, saved, versions
from tests.factories import save_page
from tests.people import ADA, KIM, MARA
from tests.site.test_hostile_texts import harm_in

_BODY = (
    "## Wer wir sind\n\nZwei **Menschen**, {quorum} Ideen.\n\n* [Vorhaben](/de/vorhaben/)\n* Hilfe"
)


@pytest.mark.parametrize("tag", ["de", "de-simple", "en"])
def test_anybody_reads_every_required_page_in_every_language(
    client: CheckingClient, tag: str
) -> None:
    for slug in REQUIRED:
        page = client.get(f"/{tag}/seiten/{slug}/")
        assert "noch nicht in Ihrer Sprache" not in page.main and "{" not in page.main
        assert "Set-Cookie" not in page.response.headers
    client.get(f"/{tag}/seiten/gibt-es-nicht/", status=404)


def test_every_page_leads_to_what_the_law_asks_for(client: CheckingClient) -> None:
    for path in ("/de/", "/de/vorhaben/", "/de/gibt-es-nicht/", "/de/konto/anmelden/"):
        html = client.browser.get(path).text
        footer = html.partition("<footer")[2]
        for slug in REQUIRED:
            assert f'href="/de/seiten/{slug}/"' in footer, (path, slug)
        assert "/de/seiten/barrierefreiheit/melden/" in footer


def test_help_says_the_figures_of_the_settings(client: CheckingClient) -> None:
    words = client.get("/de/seiten/hilfe/").main
    assert "Bei 200 Unterstützungen" in words and "8 Wochen lang" in words


def test_reader_sees_gaps_and_staff_see_a_list_of_them(client: CheckingClient) -> None:
    words = client.get("/de/seiten/impressum/").main
    assert "[noch einzutragen: Telefonnummer]" in words and "Es fehlen noch" not in words
    for persona in (KIM, ADA):
        words = client.sign_in(persona).get("/de/seiten/impressum/").main
        assert (
            "Entwurf: Diesen Text hat noch niemand" in words and "Es fehlen noch 7 Angaben" in words
        )
        assert "7 Seiten sind noch Entwürfe" in client.get(STAFF).main
    assert "Entwurf" not in client.sign_in(MARA).get("/de/seiten/impressum/").main


def test_coordinator_saves_a_page_and_everybody_reads_it(client: CheckingClient) -> None:
    path = f"{STAFF}kontakt/"
    client.sign_in(KIM)
    assert "Vorbeikommen" in client.get(path).value("body")
    done = saved(client, path, body=_BODY, note="Neue Zimmer.")
    assert "Gespeichert." in client.get(done.location).main
    client.sign_in(None)
    page = client.get("/de/seiten/kontakt/")
    assert '<h2 class="kern-heading-medium">Wer wir sind</h2>' in page.html
    assert "200 Ideen" in page.main and '<a href="/de/vorhaben/">' in page.html
    assert "Coming by" in client.get("/en/seiten/kontakt/").main
    assert "Neue Zimmer." in client.get("/de/seiten/kontakt/verlauf/").main
    assert "Zwei Menschen" in client.get("/de/seiten/kontakt/verlauf/1/").main
    client.get("/de/seiten/kontakt/verlauf/2/", status=404)
    assert "nur die Fassung" in client.get("/de/seiten/hilfe/verlauf/").main
    assert 'href="/de/seiten/kontakt/"' in client.get("/de/suche/?q=Ideen&art=seiten").html


def test_history_shows_what_changed(client: CheckingClient) -> None:
    with client.app.app_context():
        save_page("kontakt", body="Montag bis Freitag offen.")
        save_page("kontakt", seen_version=1, body="Montag bis Samstag offen.")
        db.session.commit()
    words = client.get("/de/seiten/kontakt/verlauf/").main
    assert "Montag bis [gestrichen: Freitag Ende] [neu: Samstag Ende] offen." in words


def test_preview_shows_the_page_and_writes_nothing(client: CheckingClient) -> None:
    client.sign_in(KIM)
    page = saved(client, f"{STAFF}kontakt/", status=200, act="preview", body=_BODY)
    assert "Vorschau" in page.main and "200 Ideen" in page.main
    assert versions(client) == 0 and "Vorbeikommen" in client.get("/de/seiten/kontakt/").main
    fields = {name: page.value(name) for name in ("seen_version", "title", "lead", "body", "note")}
    again = client.post(f"{STAFF}kontakt/", fields | {"act": "edit"}, status=200)
    assert again.value("body") == _BODY
    client.post(f"{STAFF}kontakt/", fields | {"act": "save"})
    assert versions(client) == 1


def test_second_editor_sees_both_texts_and_decides(client: CheckingClient) -> None:
    path = f"{STAFF}kontakt/"
    client.sign_in(KIM)
    form = {"seen_version": "0", "title": "Kontakt", "lead": "", "act": "save", "note": "Mein Satz"}
    client.post(path, form | {"body": "Von Kim."})
    page = client.sign_in(ADA).post(path, form | {"body": "Von Ada."}, status=409)
    assert "Beide Fassungen" in page.main and "Von Kim." in page.main
    assert page.value("body") == "Von Ada." and page.value("note") == "Mein Satz"
    assert page.value("seen_version") == "1"
    client.post(path, form | {"body": "Von beiden.", "seen_version": page.value("seen_version")})
    assert "Von beiden." in client.get("/de/seiten/kontakt/").main
    assert "Von Kim." in client.get("/de/seiten/kontakt/verlauf/1/").main


def test_easy_german_says_whether_it_was_checked(client: CheckingClient) -> None:
    path = f"{STAFF}hilfe/text/de-simple/"
    assert "Dieser Text wird noch geprüft." in client.get("/de-simple/seiten/hilfe/").main
    client.sign_in(KIM)
    saved(client, path, reviewed_by="test-readers", reviewed_on="2026-03-09")
    words = client.get("/de-simple/seiten/hilfe/").main
    assert "Geprüft am 9. März 2026. Geprüft haben: Menschen mit Lern·schwierig·keiten." in words
    half = {"reviewed_by": "test-readers", "reviewed_on": ""}
    assert "Wer hat den Text geprüft" in saved(client, path, status=422, **half).main
    assert "Dieser Text wird" not in client.get("/de/seiten/hilfe/").main


def test_own_page_falls_back_to_german_and_says_so(client: CheckingClient) -> None:
    slug = own_page(client, title="Taschengeldbörse", body="Junge helfen Alten.")
    page = client.get(f"/en/seiten/{slug}/")
    assert (
        "does not exist in your language yet" in page.main
        and '<h1 class="kern-heading-x-large" lang="de">' in page.html
    )
    assert "Taschengeldbörse" in client.get("/en/seiten/").main


def test_staff_make_take_away_and_show_an_own_page(client: CheckingClient) -> None:
    client.sign_in(ADA)
    key = client.get(f"{STAFF}neu/").value("key")
    made = client.post(f"{STAFF}neu/", {"title": "Über uns", "key": key})
    assert client.post(f"{STAFF}neu/", {"title": "Über uns", "key": key}).location == made.location
    client.get("/de/seiten/ueber-uns/")
    client.post(f"{STAFF}ueber-uns/wegnehmen/")
    client.get("/de/seiten/ueber-uns/", status=404)
    client.get("/de/seiten/ueber-uns/verlauf/1/", status=404)
    client.get("/de/seiten/ueber-uns/verlauf/", status=404)
    assert "Niemand sieht die Seite" in client.get(f"{STAFF}ueber-uns/").main
    client.post(f"{STAFF}ueber-uns/zeigen/")
    client.get("/de/seiten/ueber-uns/")
    client.post(f"{STAFF}impressum/wegnehmen/", status=409)
    client.get("/de/seiten/impressum/")


@pytest.mark.parametrize(
    "address",
    ["Über uns", "a/b", "../x", "a--b", "-a", "javascript:x", "a.b", "x" * 61, "?a", "%2e"],
)
def test_address_that_could_mean_something_else_is_refused(
    client: CheckingClient, address: str
) -> None:
    typed = {"title": "Titel", "address": address}
    page = client.sign_in(KIM).post(f"{STAFF}neu/", typed, status=422)
    assert page.value("address") == address and page.value("title") == "Titel"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))",
        "[x](data:text/html,x)", "[x](//evil.example/)", "[x](/\\evil.example/)", "[x](relativ/)",
        "<img src=x onerror=alert(1)>", "![x](https://evil.example/x.png)", "## <b onclick=x>a</b>",
        "[[<script>alert(1)</script>]]", "{city_name}<svg onload=x>", "<javascript:alert(1)>",
        "## \n\n##\n\n# [](/de/)x", "# a\n### b\n##### c\n# d", "> ## a\n\n* # b", "Titel\n====\n\nX\n---",
        "[x](/de/ \"a\\\" onclick=\\\"x\")", "[x](&#x6A;avascript:alert(1))", "x" * 11_000,
        "**[[a]]** _[[b]]_ [[[c]]](/de/)", "<h2 class=x>y</h2>", "```\n<script>\n```",
    ],
)  # fmt: skip
def test_hostile_page_is_harmless(client: CheckingClient, text: str) -> None:
    client.sign_in(KIM)
    path = f"{STAFF}kontakt/"
    shown = saved(client, path, status=200, act="preview", body=text)
    assert harm_in(shown.html) == []
    saved(client, path, title=text[:100], lead=text[:200], body=text, note=text[:200])
    for address in ("/de/seiten/kontakt/", "/de/seiten/kontakt/verlauf/", "/de/seiten/", STAFF,
                    "/de/seiten/kontakt/verlauf/1/", path):  # fmt: skip
        page = client.get(address)
        assert harm_in(page.html) == []
        for bad in ('href="javascript', 'href="data:', 'href="//evil', 'href="/\\', "<script>"):
            assert bad not in page.html


def test_text_that_is_too_long_is_kept_in_the_form(client: CheckingClient) -> None:
    client.sign_in(KIM)
    for text in ("x" * 12_001, "&" * 11_999):
        page = saved(client, f"{STAFF}kontakt/", status=422, body=text)
        assert page.value("body") in (text, text.replace("&", "&amp;"))
        saved(client, f"{STAFF}kontakt/", status=422, act="preview", body=text)
    assert versions(client) == 0

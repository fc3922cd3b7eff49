"""A sealed poll's whole way: key, test, three voters, opening with two shares, result, verification.

The commands of the board run as programs of their own, in folders of their own.
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from participation.core import clock
from tests.browser.site import Site, Window, sign_in
from tests.people import AYLIN, KIM, MARA, NOAH, NOW, Persona

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
LENA = Persona("lena@example.org", is_resident=True)
_TITLE = "Wer spricht für den Jugendbeirat?"
_NAMES = ("Ada Beispiel", "Ben Muster", "Cem Vorlage")
_ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *arguments: str) -> str:
    """Run a program in the folder; return what it printed."""
    done = subprocess.run(
        arguments,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def poll_command(folder: Path, *arguments: str) -> str:
    """Run ``participation poll``."""
    return run(folder, sys.executable, "-m", "participation", "poll", *arguments)


def days_later(days: int) -> datetime:
    """Ten in the morning, so many days after the test's beginning."""
    return NOW + timedelta(days=days)


def push(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def go(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def take(page: Page, name: str, folder: Path) -> str:
    """Download what a link leads to; return the file's name."""
    with page.expect_download() as waiting:
        go(page, name)
    name = waiting.value.suggested_filename
    waiting.value.save_as(folder / name)
    return name


def test_sealed_poll_from_its_key_to_the_verified_result(
    site: Site, window: Window, tmp_path: Path
) -> None:
    safe = tmp_path / "offline"
    site.welcome(KIM, AYLIN, MARA, NOAH, LENA)
    kim, aylin = sign_in(window(), KIM), sign_in(window(), AYLIN)
    make_poll(kim)
    hold_the_ceremony(kim, aylin, safe)
    announce(kim)

    with clock.stopped_at(days_later(1)):
        site.work()
        mara = sign_in(window(), MARA)
        noah = sign_in(window(java_script_enabled=True), NOAH)
        lena = sign_in(window(), LENA)
        code = vote(mara, "Ada Beispiel")
        vote(noah, "Ben Muster")
        vote(lena, "Cem Vorlage")
        last_code = vote(lena, "Ada Beispiel")
    with clock.stopped_at(days_later(2)):
        site.work()
        aylin.goto("/de/beirat/abstimmungen/")
        aylin.get_by_role("link", name=_TITLE).click()
        # Lena's first envelope was replaced before the board's next batch.
        expect(aylin.get_by_role("cell", name="3", exact=True)).to_be_visible()

    with clock.stopped_at(days_later(4)):
        site.work()
        open_with_two_shares(aylin, safe)
        look_up(mara, code)
        look_up(lena, last_code)
        verify(mara, tmp_path)


def make_poll(kim: Page) -> None:
    kim.goto("/de/verwaltung/abstimmungen/")
    go(kim, "Neue Abstimmung")
    kim.get_by_role("radio", name=re.compile("^Versiegelt")).check()
    kim.get_by_label("Titel (Deutsch)").fill(_TITLE)
    kim.get_by_label("Beginn").fill("2026-03-11T08:00")
    kim.get_by_label("Ende", exact=True).fill("2026-03-13T18:00")
    kim.get_by_role("radio", name=re.compile("^Alle, die")).check()
    push(kim, "Entwurf anlegen")
    expect(kim.get_by_role("status")).to_contain_text("Der Entwurf ist angelegt.")
    go(kim, "Frage hinzufügen")
    kim.get_by_label("Frage (Deutsch)").fill("Wer soll sprechen?")
    push(kim, "Frage speichern")
    kim.get_by_label("Neue Antworten, eine in jeder Zeile").fill("\n".join(_NAMES))
    push(kim, "Antworten hinzufügen")
    expect(kim.get_by_role("heading", name="Cem Vorlage")).to_be_visible()


def hold_the_ceremony(kim: Page, aylin: Page, safe: Path) -> None:
    safe.mkdir()
    poll_command(safe, "keygen", ".", "--title", _TITLE)
    kim.goto("/de/beirat/abstimmungen/")
    kim.get_by_role("link", name=_TITLE).click()
    kim.get_by_label("Datei").set_input_files(safe / "share-1.json")
    push(kim, "Hochladen")
    expect(kim.get_by_role("alert")).to_contain_text("Er darf nie zur Stadt.")
    kim.get_by_label("Datei").set_input_files(safe / "public.json")
    push(kim, "Hochladen")
    public = json.loads((safe / "public.json").read_text(encoding="utf-8"))
    expect(kim.get_by_role("main")).to_contain_text(public["fingerprint"])
    aylin.goto("/de/beirat/abstimmungen/")
    aylin.get_by_role("link", name=_TITLE).click()
    trial = take(aylin, "Test-Umschläge herunterladen", safe)
    shares = [f"share-{number}.json" for number in (1, 2, 3)]
    words = re.findall(r"Teile (\d)\+(\d): (\S+)", poll_command(safe, "test-open", trial, *shares))
    assert len(words) == 3
    for first, second, word in words:
        heading = aylin.get_by_role("heading", name=f"Teile {first} und {second}")
        panel = aylin.locator(".panel").filter(has=heading)
        panel.get_by_label("Wort aus dem Test-Umschlag").fill(word)
        panel.get_by_role("button").click()
        expect(aylin.get_by_role("status")).to_contain_text("Das Wort stimmt.")


def announce(kim: Page) -> None:
    kim.goto("/de/verwaltung/abstimmungen/")
    kim.get_by_role("link", name=_TITLE).click()
    expect(kim.get_by_role("main")).to_contain_text("Nichts mehr.")
    push(kim, "Jetzt ankündigen")
    expect(kim.get_by_role("status")).to_contain_text("Angekündigt.")


def vote(page: Page, name: str) -> str:
    """Vote; return the check code."""
    page.goto("/de/abstimmungen/")
    page.get_by_role("main").get_by_role("link", name=_TITLE).first.click()
    page.goto(f"{page.url}stimmzettel/")
    page.get_by_label(name).check()
    code = page.locator(".code").inner_text()
    push(page, "Weiter: Auswahl prüfen")
    push(page, "Stimme abgeben")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Stimme ist angekommen")
    return code


def open_with_two_shares(aylin: Page, safe: Path) -> None:
    aylin.reload()
    envelopes = take(aylin, "Umschläge herunterladen", safe)
    out = poll_command(
        safe, "open", envelopes, "share-1.json", "share-3.json", "-o", "stimmen.json"
    )
    assert "3 Umschläge geöffnet" in out
    ballots = json.loads((safe / "stimmen.json").read_text(encoding="utf-8"))
    spoilt = ballots | {"ballots": ballots["ballots"][1:]}
    (safe / "falsch.json").write_text(json.dumps(spoilt), encoding="utf-8")
    aylin.get_by_label("Datei").set_input_files(safe / "falsch.json")
    push(aylin, "Auszählen und veröffentlichen")
    expect(aylin.get_by_role("alert")).to_contain_text("Es wurde nichts gespeichert.")
    aylin.get_by_label("Datei").set_input_files(safe / "stimmen.json")
    push(aylin, "Auszählen und veröffentlichen")
    expect(aylin.get_by_role("status")).to_contain_text("Ausgezählt und veröffentlicht.")


def look_up(page: Page, code: str) -> None:
    page.goto("/de/abstimmungen/")
    page.get_by_role("main").get_by_role("link", name=_TITLE).first.click()
    page.goto(f"{page.url}ergebnis/")
    expect(page.get_by_role("main")).to_contain_text("3 Menschen haben abgestimmt.")
    page.get_by_role("link", name="Stimmzettel suchen").click()
    page.get_by_label("Ihr Prüfcode").fill(code)
    push(page, "Stimmzettel suchen")
    expect(page.get_by_role("status")).to_contain_text("Dieser Stimmzettel wurde gezählt.")
    ballot = page.get_by_role("region", name="Das steht auf dem Stimmzettel")
    expect(ballot).to_contain_text("Ada Beispiel")


def verify(page: Page, folder: Path) -> None:
    """Check the file with Python alone; then change one vote, and check again."""
    verifier = page.request.get("/de/abstimmungen/abstimmung_pruefen.py")
    (folder / "pruefen.py").write_bytes(verifier.body())
    record = page.request.get(page.url.replace("ergebnis/stimmzettel/", "ergebnis.json"))
    (folder / "ergebnis.json").write_bytes(record.body())
    run(folder, sys.executable, "-I", "-S", "pruefen.py", "ergebnis.json")
    poll_command(folder, "verify", "ergebnis.json")
    changed = json.loads(record.body())
    changed["ballots"][0][1] = [3]
    (folder / "anders.json").write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(AssertionError):
        run(folder, sys.executable, "-I", "-S", "pruefen.py", "anders.json")

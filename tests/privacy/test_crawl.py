"""Every public page before and after somebody deletes the account: only what must differ does."""

import re
from collections import Counter
from html import unescape

import pytest
from flask import Flask

from participation.suggestions.forgetting import GONE_TITLE
from tests.checking_client import CheckingClient
from tests.people import MARA
from tests.privacy.steps import ask_to_delete, lived
from tests.site.test_canaries import crawl

_DOORS = ("/de/", "/de/anregungen/", "/de/vorhaben/", "/de/termine/", "/de/termine.ics",
          "/de/suche/?q=Noahs", "/de/suche/?q=Marawort", "/de/suche/?q=Marasatz")  # fmt: skip
#: What may go besides the author's own words: what stands around a text, and the ways to support it.
_AROUND = re.compile(
    r"Warum:|Ort:|Anhänge|Foto\.jpg|Weiterlesen|Grund Nummer|Nachfrage|\d+ (KB|MB|B)\b|[Kk]onto|Einwohner"
    r"|Mit Name, Anschrift|Anmelden und|Unterstützen können|10\. März 2026, 10:00|Spätestens am"
    r"|Die Stadt antwortet bis|hat die Stadt ausgeblendet"
)
#: What may come: the places of texts that are gone.
_PLACES = re.compile(rf"{GONE_TITLE}|gelöscht|Die Unterstützungen zählen weiter|^Anregung 5 ·")
#: Counts of what can be read, and of who waits for a place: they follow what went.
_COUNTS = re.compile(r"^\(\d\)$|^\d Stellungnahmen$|auf der Warteliste\.$")


def pages_of(app: Flask) -> dict[str, str]:
    """Every public page, without tokens."""
    found = crawl(CheckingClient(app), _DOORS)
    return {path: re.sub(r'value="[^"]{40,}"', "", text) for path, text in found.items()}


def said(page: str) -> Counter[str]:
    """The pieces of text that a page says, and how often."""
    pieces = (unescape(" ".join(piece.split())) for piece in re.split(r"<[^>]+>", page))
    return Counter(piece.replace("\u00ad", "") for piece in pieces if piece)


def may_go(piece: str) -> bool:
    return (
        "Mara" in piece or "mara" in piece or bool(_AROUND.search(piece) or _COUNTS.search(piece))
    )


def may_come(piece: str) -> bool:
    return bool(_PLACES.search(piece) or _COUNTS.search(piece))


def counts_in(text: str) -> list[str]:
    """Supports and comments as the page says them."""
    found = re.findall(r'class="big num">([\d.]+)<', text)
    return found + re.findall(r"(\d+) von \d+ Unterst", text)


@pytest.mark.parametrize("wish", ["stay", "go"])
def test_public_pages_differ_only_where_they_must(client: CheckingClient, wish: str) -> None:
    app = client.app
    lived(app)
    before = pages_of(app)
    assert len(before) > 40
    client.sign_in(MARA)
    ask_to_delete(client, wish)
    after = pages_of(app)
    differing = {path for path in before.keys() & after.keys() if before[path] != after[path]}
    for path in before.keys() & after.keys():
        assert counts_in(before[path]) == counts_in(after[path]), path
    if wish == "stay":
        # The place at the meeting is free for the next one; nothing else can be told from outside.
        assert before.keys() == after.keys()
        assert {path.split("/")[2] for path in differing} == {"termine"}
        return
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    others = {
        path for path in gone | come if not re.search(r"/dateien/|weiter|ohne-konto|/suche/", path)
    }
    assert others == set()
    faults = set()
    for path in differing:
        if "q=Mara" in path:
            continue  # who looks for these words finds fewer texts
        was, is_now = said(before[path]), said(after[path])
        faults |= {(path, "gone", piece) for piece in was - is_now if not may_go(piece)}
        faults |= {(path, "come", piece) for piece in is_now - was if not may_come(piece)}
    assert faults == set()
    everything = "\n".join(text for path, text in after.items() if "q=" not in path)
    own_words = set(re.findall(r"\bMara\w+", everything))
    assert own_words <= {"Marawort", "Maras"}, "only the motion is still there"
    titles = {found.strip() for found in re.findall(r"Maras [^<&–]{3,40}", everything)}
    assert titles == {"Maras Vorschlag, Stand council"}
    for path, text in before.items():
        for sentence in re.findall(r"Noah[^<]{5,60}", text):
            if path in after and "q=Mara" not in path:
                assert sentence in after[path], (path, sentence)

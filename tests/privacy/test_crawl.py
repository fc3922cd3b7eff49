"""Every public page before and after somebody deletes the account: only what must differ does."""

import re
from difflib import unified_diff

import pytest
from flask import Flask

from participation.suggestions.forgetting import GONE_TITLE
from tests.checking_client import CheckingClient
from tests.people import MARA
from tests.privacy.steps import ask_to_delete, lived
from tests.site.test_canaries import crawl

_DOORS = ("/de/", "/de/anregungen/", "/de/vorhaben/", "/de/termine/", "/de/termine.ics",
          "/de/suche/?q=Noahs", "/de/suche/?q=Marawort", "/de/suche/?q=Marasatz")  # fmt: skip
#: What may come and go when texts go: their places, what is said there, and the texts themselves.
_PLACES = re.compile(
    rf"{GONE_TITLE}|gelöscht|Mara|mara|Ort:|Warum:|Anhänge|anhang|bild|attach|<svg|figure|img"
    r"|Unterstützen kann|unterstuetzen|weiter=|Weiterlesen|Geh[öo]rt zum|Treffer|Stellungnahmen"
    r"|Grund Nummer|seite=|Nachfrage|Die Stadt antwortet bis"
)


def pages_of(app: Flask) -> dict[str, str]:
    """Every public page, without tokens."""
    found = crawl(CheckingClient(app), _DOORS)
    return {path: re.sub(r'value="[^"]{40,}"', "", text) for path, text in found.items()}


def changed_lines(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def words(line: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", line[1:]).split())


def counts_in(text: str) -> list[str]:
    """Supports and comments as the page says them."""
    found = re.findall(r'class="big num">([\d.]+)<', text)
    return found + re.findall(r"(\d+) von \d+ Unterst", text)


@pytest.mark.parametrize("wish", ["stay", "go"])
def test_public_pages_differ_only_where_they_must(client: CheckingClient, wish: str) -> None:
    app = client.app
    world = lived(app)
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
    others = {path for path in gone | come if not re.search(r"/dateien/|weiter|ohne-konto|/suche/", path)}
    assert others == set()
    faults = {
        path: [
            line for line in changed_lines(before[path], after[path]) if not _PLACES.search(line)
        ]
        for path in differing
    }
    assert {path: lines for path, lines in faults.items() if any(map(words, lines))} == {}
    everything = "\n".join(after.values())
    own_words = set(re.findall(r"\bMara\w+", everything))
    council = f"/de/anregungen/{world['council']}"
    assert own_words <= {"Marawort"}, "only the text of the motion is still there"
    assert council
    for path, text in before.items():
        for sentence in re.findall(r"Noah[^<]{5,60}", text):
            assert path not in after or sentence in after[path], (path, sentence)

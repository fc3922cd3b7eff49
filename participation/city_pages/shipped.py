"""The drafts that the product brings: used for a language of a required page until the city saves one.

A file is Markdown: a line ``# Title``, a paragraph that is the lead, and the text.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from participation.city_pages.rules import REQUIRED
from participation.core.languages import LANGUAGES

_FOLDER = Path(__file__).parent / "drafts"


@dataclass(frozen=True)
class Draft:
    """One shipped text."""

    title: str
    lead: str
    body: str


@cache
def draft(slug: str, language: str) -> Draft | None:
    """Return the draft of a required page in a language, if the product has one."""
    file = _FOLDER / f"{slug}.{language}.md"
    if slug not in REQUIRED or not file.is_file():
        return None
    title, lead, body = file.read_text(encoding="utf-8").split("\n\n", 2)
    return Draft(title.removeprefix("# ").strip(), lead.strip(), body.strip())


def drafts(slug: str) -> dict[str, Draft]:
    """All drafts of a page, by language."""
    found = {code: draft(slug, code) for code in LANGUAGES}
    return {code: one for code, one in found.items() if one is not None}

"""How the pages that the law asks for are found: their templates as text, in every language."""

from collections.abc import Iterable, Sequence
from datetime import date
from html.parser import HTMLParser

from flask import current_app, render_template

from participation.core.languages import LANGUAGES, speaking
from participation.core.search_index import Kind, Text, keep_all
from participation.start.pages import PAGES

#: They have no day of their own, and come last.
NO_DAY = date.min


class _MainText(HTMLParser):
    """The words between ``<main>`` and ``</main>``, and those of the heading apart."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in ("main", "h1", "nav"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.title += data
        elif "main" in self._open and "nav" not in self._open:
            self.words.append(data)


def keys() -> Sequence[int]:
    """Places of the pages in their list."""
    return range(len(PAGES))


def keep(places: Iterable[int]) -> bool:
    """Let these pages be found as they are now; tell whether anything changed."""
    texts = {place: [_text(PAGES[place], code) for code in LANGUAGES] for place in places}
    return keep_all(Kind.PAGE, texts)


def _text(slug: str, code: str) -> Text:
    address = current_app.extensions["settings"].public_url  # another host is refused
    path = f"/{LANGUAGES[code].tag}/seiten/{slug}/"
    with current_app.test_request_context(path, base_url=address), speaking(code):
        reader = _MainText()
        reader.feed(render_template(f"start/pages/{slug}.html"))
    return Text(
        language=code,
        day=NO_DAY,
        title=" ".join(reader.title.split()).replace("\u00ad", ""),
        body=" ".join(" ".join(reader.words).split()).replace("\u00ad", ""),
        address=slug,
        not_for=frozenset(LANGUAGES) - {code},
    )

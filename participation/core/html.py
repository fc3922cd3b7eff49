"""Texts that people write, as safe HTML. The only place that makes markup out of text.

Markdown without raw HTML, then an allow-list: two independent walls (docs/adr/0006).
"""

import re
from functools import lru_cache
from typing import Any

import bleach
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from participation.core.languages import current_language, gettext

_TAGS = frozenset({"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote"})
_ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
_PROTOCOLS = frozenset({"http", "https", "mailto"})
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 8}).disable(
    ["image", "heading", "lheading", "hr", "code", "fence", "backticks", "reference"]
)


_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def _is_allowed(address: str) -> bool:
    """Only web and mail; the allow-list behind takes ``tel:110`` for a host with a port."""
    found = _SCHEME.match(address)
    return found is None or found[1].lower() in _PROTOCOLS


def _open_link(self: Any, tokens: Any, number: int, options: Any, _env: Any) -> str:
    """Links in residents' texts speak for their authors, not for the city."""
    tokens[number].attrSet("rel", "nofollow ugc noopener")
    return str(self.renderToken(tokens, number, options, _env))


_MARKDOWN.validateLink = _is_allowed  # type: ignore[method-assign]
_MARKDOWN.add_render_rule("link_open", _open_link)


#: Longer than any form takes, and more marks than anybody needs: Markdown's time can grow with the
#: square of either in a hostile text.
_LONGEST_MARKDOWN = 12_000
_MOST_MARKS = 800


#: Pages of the city have headings and speak for the city; the rest is as in residents' texts.
_PAGE_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 8}).disable(
    ["image", "lheading", "hr", "code", "fence", "backticks", "reference"]
)
_PAGE_ATTRIBUTES = {"a": ["href"], "ol": ["start"], "h2": ["class"], "h3": ["class"]}


def _is_allowed_on_a_page(address: str) -> bool:
    """Web, mail, telephone, and paths of this site: what is relative would lead elsewhere on each page."""
    found = _SCHEME.match(address)
    if found is not None:
        return found[1].lower() in {*_PROTOCOLS, "tel"}
    is_path = address.startswith("/") and not address.startswith("//")
    return is_path and "\\" not in address and "%5c" not in address.lower()


_PAGE_MARKDOWN.validateLink = _is_allowed_on_a_page  # type: ignore[method-assign]


def page_to_html(text: str) -> Markup:
    """Return a page of the city as HTML: as :func:`text_to_html`, and headings of two levels.

    Whatever level was typed, the first heading is an ``h2``, and no ``h3`` comes before one.
    """
    if len(text) > 2 * _LONGEST_MARKDOWN or sum(map(text.count, "*_[")) > _MOST_MARKS:
        return _paragraphs(text)
    tokens = _PAGE_MARKDOWN.parse(text)
    _set_headings(tokens)
    _name_links(tokens)
    clean = bleach.clean(
        _PAGE_MARKDOWN.renderer.render(tokens, _PAGE_MARKDOWN.options, {}),
        tags=_TAGS | {"h2", "h3"},
        attributes=_PAGE_ATTRIBUTES,
        protocols=_PROTOCOLS | {"tel"},
        strip=True,
    )
    return Markup(clean)  # noqa: S704  (this is the seam)


def _name_links(tokens: list[Any]) -> None:
    """A link without words is called what it leads to: nobody could see or hear it otherwise."""
    for block in tokens:
        named: list[Any] = []
        opened = 0
        for one in block.children or []:
            if one.type == "link_open":
                opened = len(named)
            elif one.type == "link_close" and not any(p.content.strip() for p in named[opened:]):
                named.append(Token("text", "", 0, content=str(named[opened].attrGet("href"))))
            named.append(one)
        if block.children:
            block.children = named


def _set_headings(tokens: list[Any]) -> None:
    had_one = False
    for opening, words, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        if not words.content.strip():
            opening.tag = closing.tag = "p"
            continue
        is_large = opening.tag in ("h1", "h2") or not had_one
        had_one = True
        opening.tag = closing.tag = "h2" if is_large else "h3"
        opening.attrSet("class", f"kern-heading-{'medium' if is_large else 'small'}")


@pass_eval_context
def translated(context: EvalContext, message: str, **values: Any) -> str:
    """Return our own text in the current language, for templates: they know it as ``_``.

    In a page it is markup, and the values that are filled in are escaped; a mail is plain text.
    """
    if not context.autoescape:
        return gettext(message) % values
    text = _own_words(message, current_language().code)
    return text % values if values else _unchanged(text)


@lru_cache(maxsize=4096)
def _own_words(message: str, _language: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704  (our own texts, from code and catalogues)


@lru_cache(maxsize=4096)
def _unchanged(text: Markup) -> Markup:
    return text % {}


def text_to_html(text: str) -> Markup:
    """Return the text as HTML with paragraphs, lists, emphasis and links; nothing else gets through.

    A text that is longer than any of our forms takes, or all marks, is shown in paragraphs only.
    """
    marks = sum(map(text.count, "*_["))
    if len(text) > _LONGEST_MARKDOWN or marks > _MOST_MARKS:
        return _paragraphs(text)
    # A cleaner for each call: shared between threads, it mixes their texts up.
    clean = bleach.clean(
        _MARKDOWN.render(text), tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, strip=True
    )
    return Markup(clean)  # noqa: S704  (this is the seam)


def _paragraphs(text: str) -> Markup:
    parts = [part for part in re.split(r"\n{2,}", text) if part.strip()]
    return Markup().join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part.split("\n"))) for part in parts
    )


def first_words(text: str, length: int = 180) -> str:
    """Return the beginning of a text on one line, cut at a word, for lists and mails."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"


def size_of(html: str) -> int:
    """Return how many bytes the HTML has on the wire."""
    return len(html.encode())


def beginning(html: Markup, most: int) -> Markup:
    """Return the first words of a text's HTML, without formats, in so many bytes; and a little for
    the paragraph around them."""
    words, size = html.striptags(), 0
    for place, letter in enumerate(words):
        size += size_of(escape(letter))
        if size > most:
            words = words[:place].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"
            break
    return Markup("<p>{}</p>").format(words)

"""Texts that people write, as safe HTML. The only place that makes markup out of text.

Markdown without raw HTML, then an allow-list: two independent walls (docs/adr/0006).
"""

import re
from typing import Any

import bleach
from markdown_it import MarkdownIt
from markupsafe import Markup

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


def text_to_html(text: str) -> Markup:
    """Return the text as HTML with paragraphs, lists, emphasis and links; nothing else gets through."""
    # A cleaner for each call: shared between threads, it mixes their texts up.
    clean = bleach.clean(
        _MARKDOWN.render(text), tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, strip=True
    )
    return Markup(clean)  # noqa: S704  (this is the seam)


def first_words(text: str, length: int = 180) -> str:
    """Return the beginning of a text on one line, cut at a word, for lists and mails."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"

"""Texts that people write, as safe HTML. The only place that makes markup out of text.

Markdown without raw HTML, then an allow-list: two independent walls (docs/adr/0006).
"""

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


def _open_link(self: Any, tokens: Any, number: int, options: Any, _env: Any) -> str:
    """Links in residents' texts speak for their authors, not for the city."""
    tokens[number].attrSet("rel", "nofollow ugc noopener")
    return str(self.renderToken(tokens, number, options, _env))


_MARKDOWN.add_render_rule("link_open", _open_link)
_CLEANER = bleach.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, strip=True)


def text_to_html(text: str) -> Markup:
    """Return the text as HTML with paragraphs, lists, emphasis and links; nothing else gets through."""
    return Markup(_CLEANER.clean(_MARKDOWN.render(text)))  # noqa: S704  (this is the seam)


def first_words(text: str, length: int = 180) -> str:
    """Return the beginning of a text on one line, cut at a word, for lists and mails."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"

"""A mail's words, written once: its text part and its HTML part are made of the same.

``body.txt`` is rendered once. Whatever is put into our own sentences (titles, texts of people, addresses)
is marked on the way, so that afterwards it is known which words are ours and which are somebody's: only
our words can become a heading, a list, or the name of a link; everything else is shown as it is.
See docs/adr/0021.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, render_template
from jinja2 import Environment
from markupsafe import Markup

from participation.core.invisible import on_one_line, without_invisible
from participation.core.languages import gettext, ngettext

#: Begin and end of what was put in, and its line breaks meanwhile. No text can hold them:
#: ``without_invisible`` takes controls out of everything that is put in.
_BEGIN, _END, _BREAK = "\x02", "\x03", "\x04"
_MARKED = re.compile(f"{_BEGIN}([^{_END}]*){_END}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z")
_RULE = re.compile(r"(?:-{3,}|={3,})\Z")
_FOOT = "--"
_BULLET = "- "


class _OurWords(str):
    """Words of a template or a catalogue, with what was put in marked."""

    __slots__ = ()


@dataclass(frozen=True)
class Run:
    """Words on one line that are all ours, or all somebody else's.

    :param link: where they lead, if anywhere
    """

    text: str
    is_given: bool = False
    link: str = ""


Line = list[Run]


@dataclass(frozen=True)
class Block:
    """A part of a mail, in the order of reading.

    :param kind: ``text``, ``quote``, ``heading``, ``link``, ``items`` or ``item``
    :param lines: the words; of a link, its name, of which there may be none
    :param address: where a link leads
    :param is_first: the one link that the mail is about
    :param parts: the items of a list
    """

    kind: str
    lines: list[Line] = field(default_factory=list)
    address: str = ""
    is_first: bool = False
    parts: list["Block"] = field(default_factory=list)


@dataclass(frozen=True)
class Letter:
    """What a mail says: on one line, as text, and as HTML."""

    subject: str
    text: str
    html: str


def write_letter(app: Flask, template: str, context: dict[str, Any]) -> Letter:
    """Return the words of a mail in the language that is spoken now; needs a request."""
    folder, settings = f"emails/{template}", app.extensions["settings"]
    subject = on_one_line(without_invisible(render_template(f"{folder}/subject.txt", **context)))
    environment = _environment(app)
    app.update_template_context(context)
    marked = environment.get_template(f"{folder}/body.txt").render(context)
    body, foot = blocks_of(marked, settings.public_url, settings.mail_from)
    html = render_template("emails/layout.html", subject=subject, body=body, foot=foot)
    return Letter(subject, plain(marked), html)


def _environment(app: Flask) -> Environment:
    """The pages' environment, but what is put into a text is marked; made once an application."""
    known: Environment | None = app.extensions.get("letters")
    if known is None:
        known = app.jinja_env.overlay(finalize=_finalize)
        texts = {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext}
        known.globals = {**app.jinja_env.globals, **texts}
        app.extensions["letters"] = known
    return known


def mark(value: object) -> str:
    """Mark what is put into a text."""
    seen = without_invisible(str(value))
    return f"{_BEGIN}{seen}{_END}" if seen else ""


def _finalize(value: object) -> str:
    if isinstance(value, _OurWords):
        return value
    if isinstance(value, Markup):  # of a macro of the pages, which marks for itself
        return value.striptags()
    return str(value) if isinstance(value, int) else mark(value)


def _put_in(values: dict[str, Any]) -> dict[str, Any]:
    return {name: mark(v) if isinstance(v, str) else v for name, v in values.items()}


def _gettext(message: str, **values: Any) -> str:
    return _OurWords(gettext(message, **_put_in(values)))


def _ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    # As in the pages: the number is there without being given.
    return _OurWords(ngettext(singular, plural, number, **{"num": number, **_put_in(values)}))


def plain(marked: str) -> str:
    """Return the text part: no marks, never more than one empty line."""
    text = marked.replace(_BEGIN, "").replace(_END, "")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def blocks_of(marked: str, own: str, mail_from: str) -> tuple[list[Block], list[Block]]:
    """Return what the HTML part shows: the mail, and what stands below it.

    :param own: the beginning of the platform's addresses
    :param mail_from: the address that readers may write to
    """
    whole = _MARKED.sub(lambda found: found[0].replace("\n", _BREAK), marked)
    lines = [line.strip() for line in whole.split("\n")]
    end = lines.index(_FOOT) if _FOOT in lines else len(lines)
    body, foot = _Reader(own, mail_from), _Reader(own, mail_from, has_button=False)
    return body.read(lines[:end]), foot.read(lines[end + 1 :])


class _Reader:
    """Reads lines one after the other."""

    def __init__(self, own: str, mail_from: str, *, has_button: bool = True) -> None:
        self._own = f"{own}/"
        self._mail_from = mail_from
        self._wants_button = has_button
        self._blocks: list[Block] = []
        #: Lines of the paragraph that is being read.
        self._open: list[Line] = []

    def read(self, lines: Sequence[str]) -> list[Block]:
        """Return the blocks."""
        for number, line in enumerate(lines):
            is_alone = not any(lines[max(0, number - 1) : number] + lines[number + 1 : number + 2])
            self._take(line, is_alone=is_alone)
        self._close()
        return self._blocks

    def _take(self, line: str, *, is_alone: bool) -> None:
        runs = self._runs(line)
        given = runs[0] if len(runs) == 1 and runs[0].is_given else None
        if not runs:
            self._close()
        elif given and self._is_link(given.text):
            self._link(given.text)
        elif given and is_alone:
            words = [[Run(one, True)] if one else [] for one in given.text.split("\n")]
            self._blocks.append(Block("quote", words))
        elif _RULE.match(line) and self._open:
            name = self._open.pop()
            self._close()
            self._blocks.append(Block("heading", [name]))
        elif line.startswith(_BULLET):
            self._close()
            self._item(self._runs(line.removeprefix(_BULLET)))
        elif len(runs) > 1 and runs[-1].is_given and runs[-1].text.startswith(self._own):
            self._open.append(runs[:-1])
            self._link(runs[-1].text)
        else:
            self._open.append(runs)

    def _runs(self, line: str) -> Line:
        runs, start = [], 0
        for found in _MARKED.finditer(line):
            runs.append(Run(line[start : found.start()]))
            given = found[1].replace(_BREAK, "\n")
            runs.append(Run(given, True, f"mailto:{given}" if given == self._mail_from else ""))
            start = found.end()
        runs.append(Run(line[start:]))
        return [run for run in runs if run.text]

    def _is_link(self, text: str) -> bool:
        """Addresses of the platform are links; others only below a line of ours that names them."""
        if _ADDRESS.match(text) is None:
            return False
        return text.startswith(self._own) or bool(self._open and not self._open[-1][0].is_given)

    def _link(self, address: str) -> None:
        name: Line = []
        before = self._blocks[-1] if self._blocks else None
        if self._open:
            name = self._open.pop()
        elif before and before.kind == "items" and not before.parts[-1].address:
            item = before.parts[-1]
            before.parts[-1] = Block("item", item.lines, address)
            return
        elif before and before.kind == "text" and _is_name(before.lines[-1]):
            name = before.lines.pop()
            if not before.lines:
                self._blocks.pop()
        is_first = self._wants_button and _is_name(name) and address.startswith(self._own)
        self._close()
        self._wants_button = self._wants_button and not is_first
        self._blocks.append(Block("link", [_as_name(name)] if name else [], address, is_first))

    def _item(self, words: Line) -> None:
        if not self._blocks or self._blocks[-1].kind != "items":
            self._blocks.append(Block("items"))
        self._blocks[-1].parts.append(Block("item", [words]))

    def _close(self) -> None:
        if self._open:
            self._blocks.append(Block("text", self._open))
            self._open = []


def _is_name(line: Line) -> bool:
    """Whether the line says what the address below it is for."""
    return bool(line) and not line[-1].is_given and line[-1].text.rstrip().endswith(":")


def _as_name(line: Line) -> Line:
    """The name of a link, without the colon that leads to the address in the text."""
    last = line[-1]
    kept = last.text.rstrip()
    kept = kept if last.is_given else kept.removesuffix(":")
    return [*line[:-1], Run(kept, last.is_given, last.link)]

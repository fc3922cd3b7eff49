"""What became of a page: its versions, each with what changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import escape

from participation.city_pages import queries, rules
from participation.city_pages.placeholders import fill_plain
from participation.city_pages.reading import words_of
from participation.city_pages.terms import facts
from participation.core.access import public
from participation.core.differences import Comparison, Piece
from participation.core.html import size_of
from participation.core.languages import LANGUAGES, current_language, format_date, gettext
from participation.core.messages import N_, NotFound
from participation.core.snapshots import Snapshot, said

page_history = Blueprint("page_history", __name__, url_prefix="/<language:lang>/seiten")

#: Bytes of HTML that all changes on one page of the history may have, and what each costs besides.
_ROOM, _A_CHANGE, _A_PIECE = 15_000, 320, 170
_NAMES = {
    **rules.TEXT_NAMES,
    "reviewed_by": N_("Geprüft von"),
    "reviewed_on": N_("Geprüft am"),
}


@dataclass(frozen=True)
class _Change:
    """A field that differs, as much of it as there is room for."""

    label: str
    language: str
    pieces: list[Piece]
    is_whole: bool


@page_history.get("/<slug:slug>/verlauf/")
@public
def versions(slug: str) -> Any:
    """All versions of a page, newest first, each with what changed since the one before."""
    found = queries.versions_page(slug, request.args.get("seite"))
    texts = queries.texts_of(slug)
    if not texts:
        raise NotFound
    shown = queries.best(texts, current_language().chain)
    return render_template(
        "city_pages/versions.html",
        shown=shown,
        title=fill_plain(shown.title, facts()),
        page=found,
        changes=_changes([(row[0], row[1]) for row in found.rows]),
    )


@page_history.get("/<slug:slug>/verlauf/<number:number>/")
@public
def version(slug: str, number: int) -> Any:
    """A page as it was saved once."""
    found = queries.version(slug, number)
    texts = queries.texts_in(found.snapshot, slug) if found else {}
    if found is None or not texts:
        raise NotFound
    shown = queries.best(texts, current_language().chain)
    return render_template("city_pages/version.html", version=found, **words_of(shown))


def _changes(rows: Any) -> dict[int, list[_Change]]:
    comparison = Comparison()
    differing = {
        new.number: _differing(old.snapshot if old else {}, new.snapshot) for new, old in rows
    }
    count = sum(map(len, differing.values()))
    notes = sum(size_of(escape(new.note)) for new, _ in rows)
    room = max(0, _ROOM - notes - count * _A_CHANGE) // max(1, count)
    found: dict[int, list[_Change]] = {}
    for new, old in rows:
        found[new.number] = []
        for code, name in differing[new.number]:
            before, after = (
                _words(name, said(one.snapshot if one else {}, f"{code}.{name}"))
                for one in (old, new)
            )
            pieces, is_whole = _that_fit(comparison.pieces(before, after), room)
            found[new.number].append(_Change(_NAMES[name], code, pieces, is_whole))
    return found


def _differing(old: Snapshot, new: Snapshot) -> list[tuple[str, str]]:
    return [
        (code, name)
        for code in LANGUAGES
        for name in _NAMES
        if said(old, f"{code}.{name}") != said(new, f"{code}.{name}")
    ]


def _words(name: str, value: Any) -> str:
    if value and name == "reviewed_by":
        return gettext(rules.REVIEWER_NAMES[rules.Reviewer(value)])
    if value and name == "reviewed_on":
        return format_date(date.fromisoformat(value))
    return str(value or "")


def _that_fit(pieces: list[Piece], room: int) -> tuple[list[Piece], bool]:
    """The first pieces, in so many bytes of HTML; whether they are all."""
    found = []
    for piece in pieces:
        room -= size_of(escape(piece.text)) + (_A_PIECE if piece.kind in ("old", "new") else 0)
        if room < 0:
            return [*found, Piece("gap", "")], False
        found.append(piece)
    return found, True

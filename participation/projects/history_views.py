"""What became of a project: its versions with what changed, and what came of participation."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from participation.comments import queries as comments
from participation.core import clock
from participation.core.access import current_actor, public
from participation.core.differences import Comparison, Piece
from participation.core.headers import keep_private
from participation.core.languages import LANGUAGES, current_language
from participation.core.messages import NotFound
from participation.meetings import queries as meetings
from participation.projects import queries, rules, snapshots, version_queries, wording
from participation.projects.models import Project, ProjectText
from participation.suggestions import queries as suggestions
from participation.suggestions import rules as suggestion_rules

history = Blueprint("history", __name__, url_prefix="/<language:lang>/vorhaben")

_MOST_SUGGESTIONS = 50


@dataclass(frozen=True)
class _Change:
    """A field that differs; ``language`` is the code of its text, or empty."""

    label: str
    language: str
    pieces: list[Piece]


@history.get("/<slug:slug>/verlauf/")
@public
def versions(slug: str) -> Any:
    """All public versions of a sheet, each with what changed since the one before."""
    project, text = _readable(slug)
    page = version_queries.versions_page(project.id, request.args.get("seite"))
    names = queries.names(current_language().chain) if page.rows else {}
    comparison = Comparison()
    return render_template(
        "projects/versions.html",
        project=project,
        text=text,
        page=page,
        changes={
            row[0].number: _changes(row[1].snapshot, row[0].snapshot, names, comparison)
            for row in page.rows
            if row[1] is not None
        },
    )


def _changes(
    before: dict[str, Any], after: dict[str, Any], names: wording.Names, comparison: Comparison
) -> list[_Change]:
    found = []
    for key in wording.in_order(snapshots.changed_keys(before, after)):
        old, new = (wording.words(key, one.get(key), names) for one in (before, after))
        language, _ = snapshots.language_and_name(key)
        found.append(_Change(wording.label(key), language, comparison.pieces(old, new)))
    return found


@history.get("/<slug:slug>/ergebnis/")
@public
def result(slug: str) -> Any:
    """What came of participation on a finished project."""
    project, text = _readable(slug)
    written = {one.language: one for one in queries.results_of(project.id)}
    is_finished = rules.is_finished(project.participation, project.implementation)
    if not is_finished and not written:
        raise NotFound
    chain, now = current_language().chain, clock.now()
    return render_template(
        "projects/result.html",
        project=project,
        text=text,
        result=next((written[code] for code in (*chain, *LANGUAGES) if code in written), None),
        suggestions=suggestions.of_project_with_answers(project.id, _MOST_SUGGESTIONS),
        comments=comments.count_of_project(project.id),
        meetings=meetings.held_on_project(project.id, now, chain),
        suggestion_rules=suggestion_rules,
        rules=rules,
        now=now,
    )


def _readable(slug: str) -> tuple[Project, ProjectText]:
    found = queries.sheet(slug, current_language().chain)
    if found is None:
        raise NotFound
    if found[0].published_at is None:
        keep_private()
        if not rules.may_edit({one.id for one in found[0].departments}, current_actor()):
            raise NotFound
    return found

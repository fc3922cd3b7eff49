"""What staff do with notes: report on the implementation; read, hide and show what authors wrote."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission
from participation.suggestions import (
    note_queries,
    note_rules,
    notes,
    overview,
    queries,
    rules,
    topics,
)
from participation.suggestions.forms import ActForm, TopicsForm
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.note_forms import HideNoteForm, UpdateForm
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.terms import terms

note_staff = Blueprint("note_staff", __name__, url_prefix="/<language:lang>/verwaltung")


@note_staff.get("/nachtraege/")
@requires(Permission.SUGGESTION_REVIEW)
def queue() -> Any:
    """What authors wrote and nobody has looked at, longest waiting first; or what is hidden."""
    keep_private()
    person_id, token = current_actor().person_id or 0, request.args.get("seite")
    shows_hidden = request.args.get("ansicht") == "verborgen"
    read = note_queries.hidden_page if shows_hidden else note_queries.unread_page
    return render_template(
        "suggestions/notes/queue.html",
        page=read(person_id, token),
        shows_hidden=shows_hidden,
        note_rules=note_rules,
        done=request.args.get("fertig", ""),
    )


@note_staff.get("/nachtraege/<number:note_id>/")
@requires(Permission.SUGGESTION_REVIEW)
def review(note_id: int) -> Any:
    """One note, and what can be decided about it."""
    return _note_page(note_id)


@note_staff.post("/nachtraege/<number:note_id>/gelesen/")
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def mark_read(note_id: int) -> Any:
    """Decide that it is all right."""
    form = ActForm(prefix="gelesen")
    if not form.validate_on_submit():
        return _note_page(note_id, faults=list(form.faults()), status=422)
    return _decide(note_id, "gelesen", notes.mark_read)


@note_staff.post("/nachtraege/<number:note_id>/verbergen/")
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def hide(note_id: int) -> Any:
    """Hide it; the reason stands in its place."""
    form = HideNoteForm()
    if not form.validate_on_submit():
        return _note_page(note_id, form, faults=list(form.faults()), status=422)
    given = {"reason": NoteHideCode(form.reason.data), "internal_text": form.internal_text.data}
    return _decide(note_id, "verborgen", notes.hide, typed=form, **given)


@note_staff.post("/nachtraege/<number:note_id>/wieder-zeigen/")
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def restore(note_id: int) -> Any:
    """Show a hidden one again."""
    form = ActForm(prefix="zeigen")
    if not form.validate_on_submit():
        return _note_page(note_id, faults=list(form.faults()), status=422)
    return _decide(note_id, "wieder-gezeigt", notes.restore, terms=terms())


def _decide(note_id: int, done: str, decide: Any, *, typed: Any = None, **given: Any) -> Any:
    try:
        decide(note_id, current_actor(), clock.now(), **given)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _note_page(note_id, typed, problem=error.message, status=int(error.status))
    return redirect(url_for(".queue", fertig=done), 303)


def _readable_note(note_id: int) -> tuple[SuggestionNote, Suggestion]:
    found = note_queries.by_id(note_id)
    if found is None or not note_rules.may_moderate(found[1].facts, current_actor()):
        raise NotFound
    return found


def _note_page(
    note_id: int, typed: Any = None, problem: str = "", faults: Any = (), status: int = 200
) -> Any:
    """Show the note as it is now; what was typed stays, whatever somebody else decided."""
    keep_private()
    note, suggestion = _readable_note(note_id)
    is_hidden = note.facts.is_hidden
    page = render_template(
        "suggestions/notes/review.html",
        note=note,
        suggestion=suggestion,
        note_rules=note_rules,
        hide_form=typed or (None if is_hidden else HideNoteForm(formdata=None)),
        read_form=None if note.read_at else ActForm(formdata=None, prefix="gelesen"),
        restore_form=ActForm(formdata=None, prefix="zeigen") if is_hidden else None,
        problem=problem,
        faults=faults,
    )
    return page, status


@note_staff.route("/anregungen/<number:suggestion_id>/bericht/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_IMPLEMENT)
@keeps_input
def report(suggestion_id: int) -> Any:
    """Say how the implementation goes, without a change of state."""
    found = _readable(suggestion_id)
    may = note_rules.may_update(found.facts, current_actor())
    if request.method == "GET" and not may:
        raise rules.NotNow
    form = UpdateForm()
    if not form.validate_on_submit():
        return _report_page(found, form, status=422 if form.errors else 200)
    try:
        notes.post_update(
            suggestion_id,
            current_actor(),
            clock.now(),
            text=form.text.data,
            until=form.until.data,
            link=form.link.data or "",
        )
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _report_page(_readable(suggestion_id), form, error.message, int(error.status))
    return redirect(url_for("staff.review", suggestion_id=suggestion_id, fertig="bericht"), 303)


def _report_page(found: Suggestion, form: Any, problem: str = "", status: int = 200) -> Any:
    keep_private()
    around = overview.of(found, clock.now(), current_language().chain)
    template = "suggestions/notes/report.html"
    page = render_template(
        template,
        suggestion=found,
        overview=around,
        form=form,
        problem=problem,
        note_rules=note_rules,
    )
    return page, status


@note_staff.route("/anregungen/<number:suggestion_id>/themen/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def choose_topics(suggestion_id: int) -> Any:
    """Say what a suggestion is about."""
    keep_private()
    found, chain = _readable(suggestion_id), current_language().chain
    stored = queries.topics_of(suggestion_id, chain)
    form = TopicsForm(topics=[row.id for row in stored])
    form.topics.choices = [(row.id, row.name) for row in city.choices(chain)[1]]
    if request.method == "GET":
        form.show(row.id for row in stored)
    problem, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            wanted, seen = form.topics.data or [], form.seen_topics()
            topics.choose(suggestion_id, current_actor(), clock.now(), wanted, seen=seen)
            db.session.commit()
            done = url_for("staff.review", suggestion_id=suggestion_id, fertig="themen")
            return redirect(done, 303)
        except DomainError as error:
            db.session.rollback()
            problem, status = error.message, int(error.status)
            found, stored = _readable(suggestion_id), queries.topics_of(suggestion_id, chain)
            # The page names them; sending again is a decision made with them in sight.
            form.show(row.id for row in stored)
    page = render_template(
        "suggestions/staff/topics.html",
        suggestion=found,
        stored=stored,
        form=form,
        problem=problem,
        most=topics.MOST_TOPICS,
    )
    return page, status


def _readable(suggestion_id: int) -> Suggestion:
    found = queries.by_id(suggestion_id)
    if found is None or not rules.may_work_on(found.facts, current_actor()):
        raise NotFound
    return found

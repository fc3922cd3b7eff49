"""What authors add to their public suggestions: dated additions, and a question to the city."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission
from participation.suggestions import note_rules, notes, overview, queries, rules
from participation.suggestions.models import Suggestion
from participation.suggestions.note_forms import AdditionForm, QuestionForm
from participation.suggestions.terms import terms

noting = Blueprint("noting", __name__, url_prefix="/<language:lang>/anregungen")


@noting.route("/<number:number>/ergaenzen/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def add(number: int) -> Any:
    """Add something to one's own text."""
    found = _own_public(number)
    may = note_rules.may_add(found.facts, current_actor(), clock.now())
    if request.method == "GET" and not may:
        raise rules.NotNow
    form = AdditionForm()
    if not form.validate_on_submit():
        return _page(found, "suggestions/notes/add.html", form, status=422 if form.errors else 200)
    language = current_language().locale.language
    try:
        notes.add(
            found.id, current_actor(), clock.now(), terms(), text=form.text.data, language=language
        )
        db.session.commit()
    except DomainError as error:
        return _refused(number, "suggestions/notes/add.html", form, error)
    done = url_for(
        "suggestions.suggestion", number=number, fertig="ergaenzt", _anchor="ergaenzungen"
    )
    return redirect(done, 303)


@noting.route("/<number:number>/nachfragen/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def ask(number: int) -> Any:
    """Ask one question about the city's answer."""
    found = _own_public(number)
    may = note_rules.may_ask(found.facts, current_actor(), clock.now())
    if request.method == "GET" and not may:
        raise rules.NotNow
    if request.method == "GET" and not found.answer_revision:
        raise note_rules.NothingToAskAbout
    form = QuestionForm(seen_revision=found.answer_revision)
    if not form.validate_on_submit():
        return _page(found, "suggestions/notes/ask.html", form, status=422 if form.errors else 200)
    try:
        notes.ask(
            found.id,
            current_actor(),
            clock.now(),
            terms(),
            text=form.text.data,
            language=current_language().locale.language,
            seen_revision=form.seen_revision.data or 0,
        )
        db.session.commit()
    except DomainError as error:
        return _refused(number, "suggestions/notes/ask.html", form, error)
    done = url_for(
        "suggestions.suggestion", number=number, fertig="gefragt", _anchor="rueckmeldung"
    )
    return redirect(done, 303)


def _own_public(number: int) -> Suggestion:
    found = queries.by_number(number)
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not note_rules.is_author(found.facts, current_actor()):
        raise NotFound
    return found


def _refused(number: int, template: str, form: Any, error: DomainError) -> Any:
    """Show the new state of things together with what was typed: nothing is lost."""
    db.session.rollback()
    found = _own_public(number)
    if "seen_revision" in form:
        # The page shows the newer answer; sending again is a decision made with it in sight.
        form.seen_revision.process_data(found.answer_revision)
        form.seen_revision.raw_data = None
    return _page(found, template, form, error.message, int(error.status))


def _page(found: Suggestion, template: str, form: Any, problem: str = "", status: int = 200) -> Any:
    keep_private()
    now = clock.now()
    page = render_template(
        template,
        suggestion=found,
        overview=overview.of(found, now, current_language().chain),
        form=form,
        rules=rules,
        note_rules=note_rules,
        problem=problem,
        answer_due=terms().answer_due(now),
    )
    return page, status

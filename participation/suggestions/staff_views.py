"""Suggestions as staff see them: one queue, and a page on which everything can be done."""

from datetime import date
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
from participation.core.workdays import workdays_between
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.suggestions import (
    answers,
    attachment_queries,
    note_queries,
    note_rules,
    overview,
    queries,
    rules,
    service,
)
from participation.suggestions.forms import AnswerForm, transition_form
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, AnswerStatus, State
from participation.suggestions.service import Given
from participation.suggestions.similar import Alike, similar_to
from participation.suggestions.terms import terms

staff = Blueprint("staff", __name__, url_prefix="/<language:lang>/verwaltung")

#: Transitions that staff make on the page, in its order, by the word in the address.
ACTS = {
    "pruefen": "take",
    "veroeffentlichen": "publish",
    "ablehnen": "reject",
    "zurueckgeben": "return",
    "stadtrat": "council",
    "angenommen": "adopt",
    "teilweise-angenommen": "partly_adopt",
    "nicht-angenommen": "decline",
    "umsetzen": "implement",
    "umgesetzt": "finish",
    "verbergen": "hide",
}
_SOON_WORKDAYS = 5


@staff.get("/")
@requires(Permission.STAFF_QUEUE)
def queue() -> Any:
    """What has to be done, first due first."""
    keep_private()
    actor, today = current_actor(), clock.city_date(clock.now())
    is_coordinator = actor.may(Permission.SUGGESTION_REVIEW)
    only_late = request.args.get("faellig") == "ueberfaellig"
    page = queries.queue_page(
        None if is_coordinator else actor.departments,
        request.args.get("seite"),
        today if only_late else None,
    )
    groups: dict[str, list[Any]] = {"late": [], "soon": [], "later": [], "open": []}
    for task, *_keys in page.rows:
        due_on = min((day for day in (task.due_on, task.question_due_on) if day), default=None)
        days = workdays_between(today, due_on) if due_on else 0
        groups[_group(due_on, days, today)].append((task, days, due_on))
    return render_template(
        "suggestions/staff/queue.html",
        page=page,
        groups=groups,
        only_late=only_late,
        unread_notes=note_queries.how_many_unread(actor.person_id or 0) if is_coordinator else 0,
        rules=rules,
        now=clock.now(),
    )


def _group(due_on: date | None, days: int, today: date) -> str:
    """Under which heading of the queue a task stands."""
    if due_on is None:
        return "open"
    if due_on < today:
        return "late"
    return "soon" if days <= _SOON_WORKDAYS else "later"


@staff.get("/anregungen/<number:suggestion_id>/")
@requires(Permission.SUGGESTION_READ_INTERNAL)
def review(suggestion_id: int) -> Any:
    """One suggestion with everything that can be done about it now."""
    return _page(_readable(suggestion_id))


def _readable(suggestion_id: int) -> Suggestion:
    found = queries.by_id(suggestion_id)
    if found is None or not rules.may_work_on(found.facts, current_actor()):
        raise NotFound
    return found


def _alike(found: Suggestion, state: State) -> list[Alike]:
    """What sounds like a suggestion that nobody has published yet, for who reviews it."""
    is_new = state in (State.SUBMITTED, State.IN_REVIEW)
    may_review = is_new and current_actor().may(Permission.SUGGESTION_REVIEW)
    return similar_to(found, current_language().chain, most=3) if may_review else []


def _page(
    found: Suggestion, opened: str = "", typed: Any = None, problem: str = "", status: int = 200
) -> Any:
    """Show the page; a form that could not be taken is open, with what was typed."""
    keep_private()
    now, actor = clock.now(), current_actor()
    facts, state = found.facts, rules.state_at(found.facts, now)
    today = clock.city_date(now)
    departments = city.departments_on(today)
    acts = []
    for word, name in ACTS.items():
        transition = TRANSITIONS[name]
        possible = state in transition.sources and rules.may_move(transition, facts, actor)
        if word == opened:
            acts.append((word, transition, typed))
        elif possible:
            form = transition_form(transition, departments, formdata=None)
            if "due_on" in form:
                form["due_on"].data = found.due_on
            acts.append((word, transition, form))
    answer_form = None
    if rules.may_answer(facts, actor, now):
        answer_form = AnswerForm(formdata=None, seen_revision=found.answer_revision)
    if opened == "antwort":
        answer_form = typed
    merge = TRANSITIONS["merge"]
    may_merge = state in merge.sources and rules.may_move(merge, facts, actor)
    page = render_template(
        "suggestions/staff/review.html",
        suggestion=found,
        rules=rules,
        state=state,
        acts=acts,
        answer_form=answer_form,
        opened=opened,
        problem=problem,
        attached=attachment_queries.of_suggestion(found.id),
        overview=overview.of(found, now, current_language().chain),
        alike=_alike(found, state),
        note_rules=note_rules,
        may_merge=may_merge,
        may_report=note_rules.may_update(facts, actor),
        may_moderate=note_rules.may_moderate(facts, actor),
        project=projects.title_of(found.project_id, current_language().chain)
        if found.project_id
        else None,
        days=workdays_between(today, found.due_on) if found.due_on else None,
        is_late=found.due_on is not None and found.due_on < today,
        now=now,
        done=request.args.get("fertig", ""),
        faults=list(typed.faults()) if typed is not None else [],
    )
    return page, status


@staff.post("/anregungen/<number:suggestion_id>/antwort/")
@requires(Permission.SUGGESTION_ANSWER)
@keeps_input
def answer(suggestion_id: int) -> Any:
    """Publish the city's answer, or a new revision of it."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(_readable(suggestion_id), "antwort", form, status=422)
    try:
        answers.publish(
            suggestion_id,
            current_actor(),
            clock.now(),
            terms(),
            status=AnswerStatus(form.status.data),
            text=form.text.data,
            seen_revision=form.seen_revision.data or 0,
        )
        db.session.commit()
    except DomainError as error:
        return _refused(suggestion_id, "antwort", form, error)
    return redirect(url_for(".review", suggestion_id=suggestion_id, fertig="antwort"), 303)


@staff.post("/anregungen/<number:suggestion_id>/<word>/")
@requires(Permission.SUGGESTION_READ_INTERNAL)
@keeps_input
def act(suggestion_id: int, word: str) -> Any:
    """Make one transition; the table says what it needs and who may."""
    if word not in ACTS:
        raise NotFound
    transition = TRANSITIONS[ACTS[word]]
    departments = city.departments_on(clock.city_date(clock.now()))
    form = transition_form(transition, departments)
    if not rules.may_move(transition, _readable(suggestion_id).facts, current_actor()):
        raise rules.NotYours
    if not form.validate_on_submit():
        return _page(_readable(suggestion_id), word, form, status=422)
    try:
        given = Given(**form.given())
        now, actor = clock.now(), current_actor()
        moved = service.act(suggestion_id, transition.name, actor, now, terms(), given)
        can_be_read = rules.may_work_on(moved.facts, actor)
        db.session.commit()
    except DomainError as error:
        return _refused(suggestion_id, word, form, error)
    if not can_be_read:
        return redirect(url_for(".queue"), 303)
    return redirect(url_for(".review", suggestion_id=suggestion_id, fertig=word), 303)


def _refused(suggestion_id: int, word: str, form: Any, error: DomainError) -> Any:
    """Show the new state of things together with what was typed: nothing is lost."""
    db.session.rollback()
    found = _readable(suggestion_id)
    if "seen_revision" in form:
        # The page shows the newer answer; sending again is a decision made with it in sight.
        form.seen_revision.process_data(found.answer_revision)
        form.seen_revision.raw_data = None
    return _page(found, word, form, error.message, int(error.status))

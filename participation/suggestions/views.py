"""Suggestions as residents see them: list, page, writing, supporting."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.comments import queries as comments
from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import N_, NotFound
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.suggestions import queries, rules, service
from participation.suggestions.forms import WHOLE_CITY, ActForm, SuggestionForm, SupportForm
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, State
from participation.suggestions.terms import terms
from participation.suggestions.timeline import timeline

#: Names of the filters, by the word in the address.
STATUS_WORDS = {
    "sammelt": rules.STATE_NAMES[State.COLLECTING],
    "quorum": rules.STATE_NAMES[State.QUORUM_REACHED],
    "stadtrat": rules.STATE_NAMES[State.COUNCIL],
    "entschieden": N_("Vom Stadtrat entschieden"),
    "umgesetzt": rules.STATE_NAMES[State.DONE],
    "frist-vorbei": rules.STATE_NAMES[State.EXPIRED],
    "abgelehnt": rules.STATE_NAMES[State.REJECTED],
}

suggestions = Blueprint("suggestions", __name__, url_prefix="/<language:lang>/anregungen")


@suggestions.get("/")
@public
def suggestion_list() -> Any:
    """All public suggestions, newest first."""
    districts = city.districts()
    district = next((d for d in districts if d.slug == request.args.get("stadtteil")), None)
    status = request.args.get("status", "")
    status = status if status in queries.STATUS_FILTERS else ""
    filters = queries.Filters(district_id=district.id if district else None, status=status)
    now = clock.now()
    return render_template(
        "suggestions/list.html",
        page=queries.public_page(filters, now, request.args.get("seite")),
        districts=districts,
        district=district,
        status=status,
        STATUS_WORDS=STATUS_WORDS,
        rules=rules,
        now=now,
    )


@suggestions.get("/<number:number>/")
@public
def suggestion(number: int) -> Any:
    """A suggestion with support, answer and timeline."""
    found = queries.by_number(number)
    actor = current_actor()
    if found is None or not rules.may_read(found.facts, actor):
        raise NotFound
    return _show(found)


def _show(found: Suggestion) -> Any:
    now, actor = clock.now(), current_actor()
    state = rules.state_at(found.facts, now)
    can_support = rules.can_support(found.facts, now)
    signed_in = actor.person_id is not None
    if signed_in:
        keep_private()
    answers = queries.answers_of(found.id) if found.answer_revision else []
    moves = queries.moves_of(found.id)
    chain = current_language().chain
    return render_template(
        "suggestions/suggestion.html",
        suggestion=found,
        rules=rules,
        state=state,
        now=now,
        project=projects.title_of(found.project_id, chain) if found.project_id else None,
        answers=answers,
        steps=timeline(state, moves, list(reversed(answers))),
        can_support=can_support,
        may_support=actor.may(Permission.SUGGESTION_SUPPORT),
        supports_it=signed_in and queries.has_supported(found.id, actor.person_id),
        support_form=SupportForm(formdata=None) if signed_in and can_support else None,
        withdraw_form=ActForm(formdata=None) if signed_in and can_support else None,
        days_left=rules.days_left(found.closes_at, now, CITY_TIME) if found.closes_at else 0,
        last_answer_due=terms().answer_due(found.closes_at) if found.closes_at else None,
        is_author=signed_in and actor.person_id == found.author_id,
        is_task=rules.may_work_on(found.facts, actor),
        is_late=found.due_on is not None and found.due_on < clock.city_date(now),
        **_for_the_author(found, moves),
        comments=comments.preview_of_suggestion(found.id)
        if found.number and state in rules.PUBLIC_STATES
        else None,
        done=request.args.get("fertig", ""),
    )


def _for_the_author(found: Suggestion, moves: Any) -> dict[str, Any]:
    """What only the author is shown: what to change, why it is hidden, and how to take it back."""
    actor = current_actor()
    if actor.person_id is None or actor.person_id != found.author_id:
        return {"wish": "", "hide_reason": "", "take_back_form": None}
    withdraw = TRANSITIONS["withdraw"]
    can_take_back = found.state in withdraw.sources and not found.supports
    may_take_back = can_take_back and rules.may_move(withdraw, found.facts, actor)
    hidden = found.state is State.HIDDEN and moves
    return {
        "wish": _wish_of_the_city(found, moves),
        "hide_reason": rules.HIDE_NAMES[rules.HideCode(moves[-1].reason)] if hidden else "",
        "take_back_form": ActForm(formdata=None) if may_take_back else None,
    }


@suggestions.post("/<number:number>/unterstuetzen/")
@requires(Permission.SUGGESTION_SUPPORT)
def support(number: int) -> Any:
    """Support a suggestion; pressing twice counts once."""
    found = _public(number)
    form = SupportForm()
    service.support(
        found.id, current_actor(), clock.now(), terms(), wants_mail=bool(form.wants_mail.data)
    )
    db.session.commit()
    return redirect(
        url_for(".suggestion", number=number, fertig="unterstuetzt", _anchor="unterstuetzung"), 303
    )


@suggestions.post("/<number:number>/zurueckziehen/")
@requires(Permission.SUGGESTION_SUPPORT)
def withdraw_support(number: int) -> Any:
    """Take one's support back."""
    found = _public(number)
    service.withdraw_support(found.id, current_actor(), clock.now())
    db.session.commit()
    return redirect(
        url_for(".suggestion", number=number, fertig="zurueckgezogen", _anchor="unterstuetzung"),
        303,
    )


def _public(number: int) -> Suggestion:
    found = queries.by_number(number)
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    return found


@suggestions.get("/neu/")
@public
def start_writing() -> Any:
    """Step 1: what it is about and what happens next."""
    actor = current_actor()
    return render_template(
        "suggestions/start.html",
        may_write=actor.may(Permission.SUGGESTION_WRITE),
        project=request.args.get("vorhaben", ""),
        rules=rules,
    )


@suggestions.route("/neu/text/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def write_suggestion() -> Any:
    """Step 2: the text."""
    return _text_page(None)


@suggestions.route("/neu/<number:suggestion_id>/text/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def edit_suggestion(suggestion_id: int) -> Any:
    """Step 2 again: change a draft, or what was given back."""
    return _text_page(_own_unsent(suggestion_id))


def _text_page(draft: Suggestion | None) -> Any:
    keep_private()
    form = SuggestionForm()
    titles = projects.titles(current_language().chain)
    form.offer(city.districts(), titles)
    if request.method == "GET":
        _prefill(form, draft, titles)
    if not form.validate_on_submit():
        template = "suggestions/text.html"
        returned = _wish_of_the_city(draft, queries.moves_of(draft.id)) if draft else ""
        page = render_template(template, form=form, draft=draft, returned=returned)
        return page, 422 if form.errors else 200
    language = current_language().locale.language
    saved = service.save_draft(
        current_actor(), clock.now(), form.values(language), draft.id if draft else None
    )
    db.session.commit()
    return redirect(url_for(".check_suggestion", suggestion_id=saved.id), 303)


def _wish_of_the_city(draft: Suggestion, moves: Any) -> str:
    """What the city asked to change when it gave the suggestion back; empty for a draft."""
    if draft.state is not State.RETURNED:
        return ""
    returns = [move for move in moves if move.transition == "return"]
    return returns[-1].public_text if returns else ""


def _prefill(form: SuggestionForm, draft: Suggestion | None, titles: Any) -> None:
    if draft is not None:
        form.kind.data = draft.kind.value
        form.place.data = str(draft.district_id) if draft.district_id else WHOLE_CITY
        form.project.data = str(draft.project_id or "")
        for name in ("title", "text", "reason"):
            form[name].data = getattr(draft, name)
        return
    wanted = request.args.get("vorhaben", "")
    if wanted in {str(row.id) for row in titles}:
        form.project.data = wanted
        form.kind.data = rules.Kind.MORE_PARTICIPATION.value


def _own_unsent(suggestion_id: int) -> Suggestion:
    found = _own(suggestion_id)
    if found.state not in (State.DRAFT, State.RETURNED):
        raise rules.NotNow
    return found


def _own(suggestion_id: int) -> Suggestion:
    found = queries.by_id(suggestion_id)
    if found is None or found.author_id != current_actor().person_id:
        raise NotFound
    return found


@suggestions.route("/neu/<number:suggestion_id>/pruefen/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def check_suggestion(suggestion_id: int) -> Any:
    """Step 3: read once more, then send. Pressing twice sends once."""
    keep_private()
    draft = _own(suggestion_id)
    if draft.state not in (State.DRAFT, State.RETURNED):
        return redirect(url_for(".sent", suggestion_id=suggestion_id), 303)
    form = ActForm()
    now = clock.now()
    if not form.validate_on_submit():
        project = (
            projects.title_of(draft.project_id, current_language().chain)
            if draft.project_id
            else None
        )
        due = terms().review_due(now)
        return render_template(
            "suggestions/check.html", rules=rules, draft=draft, form=form, project=project, due=due
        ), 422 if form.errors else 200
    name = "submit" if draft.state is State.DRAFT else "resubmit"
    try:
        service.act(suggestion_id, name, current_actor(), now, terms())
        db.session.commit()
    except rules.NotNow:
        db.session.rollback()  # pressed twice: the other press has sent it
    return redirect(url_for(".sent", suggestion_id=suggestion_id), 303)


@suggestions.get("/neu/<number:suggestion_id>/fertig/")
@requires(Permission.SUGGESTION_WRITE)
def sent(suggestion_id: int) -> Any:
    """Step 4: it has arrived, and this happens next."""
    keep_private()
    found = _own(suggestion_id)
    if found.state is not State.SUBMITTED:
        return redirect(url_for(".own_suggestion", suggestion_id=suggestion_id), 303)
    return render_template("suggestions/sent.html", suggestion=found)


@suggestions.get("/eigene/<number:suggestion_id>/")
@requires(Permission.SUGGESTION_WRITE)
def own_suggestion(suggestion_id: int) -> Any:
    """One's own suggestion before it is public, and when it never gets there."""
    found = _own(suggestion_id)
    if found.number is not None and found.state in rules.PUBLIC_STATES:
        return redirect(url_for(".suggestion", number=found.number), 303)
    return _show(found)


@suggestions.post("/eigene/<number:suggestion_id>/zurueckziehen/")
@requires(Permission.SUGGESTION_WRITE)
def take_back(suggestion_id: int) -> Any:
    """Withdraw one's own suggestion, or throw a draft away, while nobody supports it."""
    _own(suggestion_id)
    service.act(suggestion_id, "withdraw", current_actor(), clock.now(), terms())
    db.session.commit()
    return redirect(url_for(".own_suggestion", suggestion_id=suggestion_id), 303)

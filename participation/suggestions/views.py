"""Suggestions as residents see them: list, page, and what is one's own."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.comments import queries as comments
from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.forms import clean_text
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import N_, NotFound
from participation.core.search import LONGEST_QUERY
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.suggestions import queries, rules, service
from participation.suggestions.forms import ActForm, SupportForm
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, State
from participation.suggestions.terms import terms
from participation.suggestions.timeline import timeline, wish_of_the_city

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
    q = clean_text(request.args.get("q", ""))[:LONGEST_QUERY]
    filters = queries.Filters(district_id=district.id if district else None, status=status, q=q)
    now = clock.now()
    return render_template(
        "suggestions/list.html",
        page=queries.public_page(filters, now, request.args.get("seite")),
        districts=districts,
        district=district,
        status=status,
        q=q,
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
        "wish": wish_of_the_city(found.state, moves),
        "hide_reason": rules.HIDE_NAMES[rules.HideCode(moves[-1].reason)] if hidden else "",
        "take_back_form": ActForm(formdata=None) if may_take_back else None,
    }


@suggestions.get("/eigene/<number:suggestion_id>/")
@requires(Permission.SUGGESTION_WRITE)
def own_suggestion(suggestion_id: int) -> Any:
    """One's own suggestion before it is public, and when it never gets there."""
    found = queries.own(suggestion_id, current_actor())
    if found.number is not None and found.state in rules.PUBLIC_STATES:
        return redirect(url_for(".suggestion", number=found.number), 303)
    return _show(found)


@suggestions.post("/eigene/<number:suggestion_id>/zurueckziehen/")
@requires(Permission.SUGGESTION_WRITE)
def take_back(suggestion_id: int) -> Any:
    """Withdraw one's own suggestion, or throw a draft away, while nobody supports it."""
    queries.own(suggestion_id, current_actor())
    service.act(suggestion_id, "withdraw", current_actor(), clock.now(), terms())
    db.session.commit()
    return redirect(url_for(".own_suggestion", suggestion_id=suggestion_id), 303)

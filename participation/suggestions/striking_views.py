"""The page on which staff look at a suggestion's supports and strike off what is not real."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission
from participation.suggestions import queries, rules, striking, support_queries
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS
from participation.suggestions.service import Given
from participation.suggestions.support_forms import StrikeForm
from participation.suggestions.terms import terms

strikes = Blueprint("strikes", __name__, url_prefix="/<language:lang>/verwaltung/anregungen")


@strikes.get("/<number:suggestion_id>/unterstuetzungen/")
@requires(Permission.SUGGESTION_REVIEW)
def supports(suggestion_id: int) -> Any:
    """All supports of a suggestion, with what is worth a look."""
    return _page(_readable(suggestion_id), StrikeForm(formdata=None))


@strikes.post("/<number:suggestion_id>/unterstuetzungen/")
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def strike(suggestion_id: int) -> Any:
    """Strike the chosen supports off."""
    form = StrikeForm()
    found = _readable(suggestion_id)
    if not form.validate_on_submit():
        return _page(found, form, status=422)
    given = Given(public_text=form.public_text.data, internal_text=form.internal_text.data)
    try:
        count = striking.strike(found.id, form.keys(), current_actor(), clock.now(), terms(), given)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(_readable(suggestion_id), form, error.message, int(error.status))
    return redirect(url_for(".supports", suggestion_id=suggestion_id, gestrichen=count), 303)


def _readable(suggestion_id: int) -> Suggestion:
    """A public suggestion that the actor did not write."""
    found = queries.by_id(suggestion_id)
    strike_off = TRANSITIONS["strike_off"]
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    if not rules.may_move(strike_off, found.facts, current_actor()):
        raise NotFound
    return found


def _page(found: Suggestion, form: StrikeForm, problem: str = "", status: int = 200) -> Any:
    keep_private()
    page = support_queries.page_of(found.id, request.args.get("seite"))
    rows = [row[0] for row in page.rows]
    steps = {step.id: step for step in queries.moves_of(found.id) if step.struck}
    html = render_template(
        "suggestions/staff/supports.html",
        suggestion=found,
        page=page,
        rows=rows,
        looks=support_queries.looks_of(found.id, rows),
        steps=steps,
        state=rules.state_at(found.facts, clock.now()),
        rules=rules,
        form=form,
        chosen=frozenset(form.chosen.data or ()),
        problem=problem,
        struck=request.args.get("gestrichen", ""),
    )
    return html, status

"""Merging a suggestion into another: choose, read both side by side, say why."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.core.search_index import Kind
from participation.permissions import Permission
from participation.suggestions import merging, merging_queries, merging_rules, queries, rules
from participation.suggestions.forms import MergeForm
from participation.suggestions.models import Suggestion
from participation.suggestions.similar import similar_to
from participation.suggestions.terms import terms

merging_staff = Blueprint("merging", __name__, url_prefix="/<language:lang>/verwaltung/anregungen")

_LIKELY = 8
_MOST_DIGITS = 9


@merging_staff.get("/<number:suggestion_id>/zusammenlegen/")
@requires(Permission.SUGGESTION_REVIEW)
def choose(suggestion_id: int) -> Any:
    """Choose the target; with one chosen, read both texts before the act."""
    found = _readable(suggestion_id)
    if rules.state_at(found.facts, clock.now()) not in rules.TRANSITIONS["merge"].sources:
        raise rules.NotNow
    return _page(found, MergeForm(formdata=None, target=_number(request.args.get("ziel"))))


@merging_staff.post("/<number:suggestion_id>/zusammenlegen/")
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def merge(suggestion_id: int) -> Any:
    """Merge it; supporters are asked by mail."""
    found = _readable(suggestion_id)
    form = MergeForm()
    if not form.validate_on_submit():
        return _page(found, form, status=422)
    try:
        merging.merge(
            suggestion_id,
            current_actor(),
            clock.now(),
            terms(),
            target_number=_number(str(form.target.data)),
            public_text=form.public_text.data,
        )
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(_readable(suggestion_id), form, error.message, int(error.status))
    done = url_for("staff.review", suggestion_id=suggestion_id, fertig="zusammenlegen")
    return redirect(done, 303)


def _readable(suggestion_id: int) -> Suggestion:
    found = queries.by_id(suggestion_id)
    if found is None or not rules.may_work_on(found.facts, current_actor()):
        raise NotFound
    return found


def _number(typed: str | None) -> int:
    """A public number as it was typed; 0 if it cannot be one."""
    text = (typed or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def _alike(found: Suggestion) -> list[int]:
    alike = similar_to(found, current_language().chain)
    return [one.key for one in alike if one.kind is Kind.SUGGESTION]


def _page(found: Suggestion, form: MergeForm, problem: str = "", status: int = 200) -> Any:
    """Show both texts, or what there is to choose from."""
    keep_private()
    now, actor = clock.now(), current_actor()
    number = _number(str(form.target.data))
    target = queries.by_number(number) if number else None
    if target is not None and not problem:
        try:
            is_other = target.id != found.id
            merging_rules.check_target(target.facts if is_other else None, actor, now)
        except DomainError as error:
            problem = error.message
    elif number and not problem:
        problem = merging_rules.TargetNotOpen.message
    # A text that is not public must not be shown here because its number was typed.
    can_be_read = target is not None and (
        rules.text_is_public(target.facts) or rules.may_work_on(target.facts, actor)
    )
    form.target.process_data(number)
    form.target.raw_data = None
    page = render_template(
        "suggestions/staff/merge.html",
        suggestion=found,
        target=target if can_be_read else None,
        chosen=number,
        likely=merging_queries.likely_targets(found, now, _LIKELY, _alike(found)),
        form=form,
        rules=rules,
        now=now,
        problem=problem,
        faults=list(form.faults()),
    )
    return page, status

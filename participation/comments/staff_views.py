"""Comments as the coordination office sees them: what is reported, what is hidden."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.comments import queries, rules, service
from participation.comments.forms import ConfirmForm, HideForm, RestoreForm
from participation.comments.rules import Reason, RestoreReason, State
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission

moderation = Blueprint("moderation", __name__, url_prefix="/<language:lang>/verwaltung/moderation")


@moderation.get("/")
@requires(Permission.COMMENT_MODERATE)
def queue() -> Any:
    """Reported comments, those that wait longest first; or the hidden ones."""
    keep_private()
    shows_hidden = request.args.get("ansicht") == "ausgeblendet"
    chain, token = current_language().chain, request.args.get("seite")
    page = (
        queries.hidden_page(chain, token) if shows_hidden else queries.reported_page(chain, token)
    )
    return render_template(
        "comments/staff/queue.html",
        page=page,
        shows_hidden=shows_hidden,
        reports=queries.open_reports(row[0].id for row in page.rows),
        reasons=rules.REASON_NAMES,
        done=request.args.get("fertig", ""),
    )


@moderation.get("/<number:comment_id>/")
@requires(Permission.COMMENT_MODERATE)
def review(comment_id: int) -> Any:
    """One comment with its reports, and what can be decided about it."""
    return _page(comment_id)


@moderation.post("/<number:comment_id>/ausblenden/")
@requires(Permission.COMMENT_MODERATE)
@keeps_input
def hide(comment_id: int) -> Any:
    """Hide a comment, with a reason that everybody reads."""
    form = HideForm()
    if not form.validate_on_submit():
        return _page(comment_id, form, status=422)
    reason = Reason(form.reason.data)
    return _decide(comment_id, "ausgeblendet", service.hide, reason)


@moderation.post("/<number:comment_id>/wieder-zeigen/")
@requires(Permission.COMMENT_MODERATE)
@keeps_input
def restore(comment_id: int) -> Any:
    """Show a hidden comment again, with a reason that its author reads."""
    form = RestoreForm()
    if not form.validate_on_submit():
        return _page(comment_id, form, status=422)
    reason = RestoreReason(form.reason.data)
    return _decide(comment_id, "wieder-gezeigt", service.restore, reason)


@moderation.post("/<number:comment_id>/in-ordnung/")
@requires(Permission.COMMENT_MODERATE)
@keeps_input
def keep(comment_id: int) -> Any:
    """Decide that a reported comment is all right."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _page(comment_id, status=422, session_over=form)
    return _decide(comment_id, "in-ordnung", service.keep)


def _decide(comment_id: int, done: str, decide: Any, *reason: Any) -> Any:
    try:
        decide(comment_id, current_actor(), clock.now(), *reason)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(comment_id, problem=error.message, status=int(error.status))
    return redirect(url_for(".queue", fertig=done), 303)


def _page(
    comment_id: int,
    typed: Any = None,
    problem: str = "",
    status: int = 200,
    session_over: Any = None,
) -> Any:
    """Show the comment as it is now, with the forms for what is possible now."""
    keep_private()
    found = queries.by_id(comment_id)
    subject = queries.subject_of(found.thread_id, current_language().chain) if found else None
    if found is None or subject is None:
        raise NotFound
    may = rules.may_moderate(found.facts, current_actor())
    hide_form = restore_form = None
    if may and found.state is State.VISIBLE:
        hide_form = typed if isinstance(typed, HideForm) else HideForm(formdata=None)
    elif may and found.state is State.HIDDEN:
        restore_form = typed if isinstance(typed, RestoreForm) else RestoreForm(formdata=None)
    page = render_template(
        "comments/staff/review.html",
        comment=found,
        subject=subject,
        state=found.state.value,
        is_own=not may,
        reports=queries.open_reports([found.id]).get(found.id, {}),
        hide_form=hide_form,
        restore_form=restore_form,
        keep_form=ConfirmForm(formdata=None, prefix="ordnung")
        if hide_form and found.reported_at
        else None,
        reasons=rules.REASON_NAMES,
        problem=problem,
        faults=list((typed or session_over).faults()) if typed or session_over else [],
    )
    return page, status

"""Reports of barriers as the coordination office sees them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.barriers import queries, rules, service
from participation.barriers.forms import AnswerForm
from participation.barriers.models import BarrierReport
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission

barrier_staff = Blueprint(
    "barrier_staff", __name__, url_prefix="/<language:lang>/verwaltung/barrieren"
)


@barrier_staff.get("/")
@requires(Permission.BARRIER_ANSWER)
def queue() -> Any:
    """Reports that wait, the oldest first; or the answered ones."""
    keep_private()
    shows_answered = request.args.get("ansicht") == "beantwortet"
    token = request.args.get("seite")
    page = queries.answered_page(token) if shows_answered else queries.open_page(token)
    return render_template(
        "barriers/staff/queue.html",
        page=page,
        shows_answered=shows_answered,
        done=request.args.get("fertig", ""),
    )


@barrier_staff.route("/<number:report_id>/", methods=["GET", "POST"])
@requires(Permission.BARRIER_ANSWER)
@keeps_input
def review(report_id: int) -> Any:
    """One report, and its answer."""
    found = _known(report_id)
    if request.method == "GET":
        return _page(found, AnswerForm(formdata=None, has_address=bool(found.email)))
    form = AnswerForm(has_address=bool(found.email))
    if not form.validate_on_submit():
        return _page(found, form, status=422)
    try:
        service.answer(report_id, current_actor(), clock.now(), form.text.data)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(_known(report_id), form, error.message, int(error.status))
    return redirect(url_for(".queue", fertig="beantwortet"), 303)


def _known(report_id: int) -> BarrierReport:
    keep_private()
    found = queries.by_id(report_id)
    if found is None:
        raise NotFound
    return found


def _page(found: BarrierReport, form: AnswerForm, problem: str = "", status: int = 200) -> Any:
    page = render_template(
        "barriers/staff/review.html",
        report=found,
        form=form if found.answered_at is None or problem else None,
        is_path=rules.is_own_path(found.page),
        kept_days=rules.KEPT_AFTER_ANSWER.days,
        problem=problem,
    )
    return page, status

"""Meetings as staff write them: new ones, changes, cancellation."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import ChangedMeanwhile, DomainError, NotFound
from participation.meetings import queries, rules, service
from participation.meetings.forms import CancelForm, MeetingForm
from participation.meetings.models import Meeting
from participation.meetings.service import Sheet
from participation.permissions import Permission
from participation.projects import queries as projects

meeting_staff = Blueprint(
    "meeting_staff", __name__, url_prefix="/<language:lang>/verwaltung/termine"
)


def _form(*, typed: bool) -> Any:
    form = MeetingForm() if typed else MeetingForm(formdata=None)
    form.offer(projects.titles(current_language().chain))
    return form


def _page(
    form: Any,
    found: Meeting | None,
    *,
    problem: str = "",
    others: Any = (),
    status: int = 200,
    cancelling: CancelForm | None = None,
) -> Any:
    keep_private()
    can_cancel = found is not None and rules.can_cancel(found.facts, clock.now())
    cancel_form = cancelling or (_cancel_form(found) if found else None)
    page = render_template(
        "meetings/staff/edit.html",
        form=form,
        meeting=found,
        title=queries.words_of(found, "title", current_language().chain) if found else None,
        signed_up=queries.sign_ups(found.id, None)[0] if found else 0,
        cancel_form=cancel_form if can_cancel else None,
        is_cancelling=cancelling is not None,
        unused_reason=cancelling.reason.data if cancelling and not can_cancel else "",
        problem=problem,
        others=others,
        done=request.args.get("fertig", ""),
    )
    return page, status


def _cancel_form(found: Meeting) -> CancelForm:
    return CancelForm(formdata=None, prefix="cancel", seen_sequence=found.sequence)


@meeting_staff.route("/neu/", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
@keeps_input
def new_meeting() -> Any:
    """Write a meeting; it is public at once."""
    form = _form(typed=True)
    if not form.validate_on_submit():
        return _page(form, None, status=422 if form.errors else 200)
    try:
        created = service.create(current_actor(), clock.now(), Sheet(form.values(), form.texts()))
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(form, None, problem=error.message, status=int(error.status))
    return redirect(url_for(".edit_meeting", meeting_id=created.id, fertig="angelegt"), 303)


@meeting_staff.route("/<number:meeting_id>/", methods=["GET", "POST"])
@requires(Permission.MEETING_EDIT)
@keeps_input
def edit_meeting(meeting_id: int) -> Any:
    """Change a meeting. Who was slower than a colleague sees both and loses nothing."""
    found = _known(meeting_id)
    form = _form(typed=request.method == "POST")
    if request.method == "GET":
        form.show(found)
        return _page(form, found)
    if not form.validate_on_submit():
        return _page(form, found, status=422)
    sheet, seen = Sheet(form.values(), form.texts()), form.seen_sequence.data or 0
    try:
        service.change(meeting_id, current_actor(), clock.now(), sheet, seen_sequence=seen)
        db.session.commit()
    except DomainError as error:
        return _refused(meeting_id, form, error)
    return redirect(url_for(".edit_meeting", meeting_id=meeting_id, fertig="gespeichert"), 303)


@meeting_staff.post("/<number:meeting_id>/absagen/")
@requires(Permission.MEETING_EDIT)
@keeps_input
def cancel_meeting(meeting_id: int) -> Any:
    """Cancel a meeting, with a reason that everybody reads; its page stays."""
    found = _known(meeting_id)
    typed = CancelForm(prefix="cancel")
    if not typed.validate_on_submit():
        return _not_cancelled(meeting_id, typed, "", 422)
    seen = typed.seen_sequence.data
    try:
        service.cancel(
            meeting_id,
            current_actor(),
            clock.now(),
            seen_sequence=-1 if seen is None else seen,
            reason=typed.reason.data,
        )
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _not_cancelled(meeting_id, typed, error.message, int(error.status))
    return redirect(url_for("meetings.meeting", slug=found.slug), 303)


def _not_cancelled(meeting_id: int, typed: CancelForm, problem: str, status: int) -> Any:
    """Show the meeting as it is now; the reason that was typed stays."""
    found = _known(meeting_id)
    form = _form(typed=False)
    form.show(found)
    typed.seen_sequence.process_data(found.sequence)
    typed.seen_sequence.raw_data = None
    return _page(form, found, problem=problem, status=status, cancelling=typed)


def _known(meeting_id: int) -> Meeting:
    found = queries.by_id(meeting_id)
    if found is None:
        raise NotFound
    return found


def _refused(meeting_id: int, form: Any, error: DomainError) -> Any:
    """Show what was typed beside what is stored now; saving again is a decision with both in sight."""
    db.session.rollback()
    found = _known(meeting_id)
    others = []
    if isinstance(error, ChangedMeanwhile):
        stored = _form(typed=False)
        stored.show(found)
        others = form.differences(stored)
        form.seen_sequence.process_data(found.sequence)
        form.seen_sequence.raw_data = None
    return _page(form, found, problem=error.message, others=others, status=int(error.status))

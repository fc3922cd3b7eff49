"""Polls as the office makes them: list, new ones, facts, preview, and the acts of their states."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import ChangedMeanwhile, DomainError
from participation.permissions import Permission
from participation.polls import draft_rules, making, queries, rules, service, sheets
from participation.polls.making import Sheet
from participation.polls.models import Poll
from participation.polls.staff_forms import CancelForm, PollForm, SeenForm
from participation.polls.staff_pages import known, overview, refused, said, title_of
from participation.projects import queries as projects

poll_staff = Blueprint(
    "poll_staff", __name__, url_prefix="/<language:lang>/verwaltung/abstimmungen"
)


@poll_staff.get("/")
@requires(Permission.POLL_EDIT)
def poll_list() -> Any:
    """All polls with their states, drafts too."""
    keep_private()
    page = queries.staff_page(request.args.get("seite"), current_language().chain)
    return render_template("polls/staff/list.html", page=page, rules=rules)


def _form(*, typed: bool) -> Any:
    form = PollForm() if typed else PollForm(formdata=None)
    chain = current_language().chain
    form.offer(projects.titles(chain), city.choices(chain)[0])
    return form


@poll_staff.route("/neu/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def new_poll() -> Any:
    """Begin a poll as a draft; sending the same form twice makes one."""
    keep_private()
    form = _form(typed=True)
    key, problem, status = form.creation_key(), "", 200
    if form.validate_on_submit():
        try:
            sheet = Sheet(form.values(), form.texts(), (), frozenset(form.districts.data or ()))
            created = making.create(current_actor(), clock.now(), key, sheet)
            db.session.commit()
            return redirect(url_for(".poll", poll_id=created.id, fertig="angelegt"), 303)
        except DomainError as error:
            problem, status = error.message, refused(error)
    elif form.errors:
        status = 422
    page = render_template(
        "polls/staff/facts.html", form=form, poll=None, title="", problem=problem, others=()
    )
    return page, status


@poll_staff.get("/<number:poll_id>/")
@requires(Permission.POLL_EDIT)
def poll(poll_id: int) -> Any:
    """One poll: what is there, what is missing, what can be done."""
    return overview(poll_id)


@poll_staff.route("/<number:poll_id>/angaben/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def edit_facts(poll_id: int) -> Any:
    """Change what a poll is. Who was slower than a colleague sees both and loses nothing."""
    found = known(poll_id)
    form = _form(typed=request.method == "POST")
    if request.method == "GET":
        form.show(found)
        return _facts_page(form, found)
    if not form.validate_on_submit():
        return _facts_page(form, found, status=422)
    try:
        if form.seen() != found.version:
            raise ChangedMeanwhile
        stored = sheets.sheet_of(found)
        districts = frozenset(form.districts.data or ())
        sheet = Sheet(form.values(), form.texts(), stored.questions, districts)
        making.change(poll_id, current_actor(), clock.now(), sheet, seen_version=form.seen())
        db.session.commit()
    except DomainError as error:
        status = refused(error)
        found = known(poll_id)
        others = []
        if isinstance(error, ChangedMeanwhile):
            shown = _form(typed=False)
            shown.show(found)
            others = form.differences(shown)
            form.carry_on(found.version)
        return _facts_page(form, found, problem=error.message, others=others, status=status)
    return redirect(url_for(".poll", poll_id=poll_id, fertig="gespeichert"), 303)


def _facts_page(
    form: Any, found: Poll, *, problem: str = "", others: Any = (), status: int = 200
) -> Any:
    page = render_template(
        "polls/staff/facts.html",
        form=form, poll=found, title=title_of(found), problem=problem, others=others,
    )  # fmt: skip
    return page, status


@poll_staff.get("/<number:poll_id>/vorschau/")
@requires(Permission.POLL_EDIT)
def preview(poll_id: int) -> Any:
    """The ballot as voters will see it; nothing on it can be sent."""
    found = known(poll_id)
    return render_template(
        "polls/staff/preview.html", poll=found, said=said, rules=rules, draft_rules=draft_rules
    )


@poll_staff.post("/<number:poll_id>/ankuendigen/")
@requires(Permission.POLL_EDIT)
def announce(poll_id: int) -> Any:
    """Show a finished draft to everybody."""
    return _act(poll_id, service.announce, "angekuendigt")


@poll_staff.post("/<number:poll_id>/zurueckholen/")
@requires(Permission.POLL_EDIT)
def take_back(poll_id: int) -> Any:
    """Make it a draft again, as long as nobody has voted."""
    return _act(poll_id, service.take_back, "zurueckgeholt")


def _act(poll_id: int, act: Callable[..., Any], done: str) -> Any:
    known(poll_id)
    form = SeenForm()
    try:
        act(poll_id, current_actor(), clock.now(), seen_version=form.seen())
        db.session.commit()
    except DomainError as error:
        return overview(poll_id, problem=error.message, status=refused(error))
    return redirect(url_for(".poll", poll_id=poll_id, fertig=done), 303)


@poll_staff.post("/<number:poll_id>/abbrechen/")
@requires(Permission.POLL_EDIT)
@keeps_input
def cancel(poll_id: int) -> Any:
    """End it without counting, with a reason that everybody reads; its page stays."""
    known(poll_id)
    form = CancelForm(prefix="cancel")
    if not form.validate_on_submit():
        return overview(poll_id, status=422, cancelling=form)
    try:
        service.cancel(
            poll_id,
            current_actor(),
            clock.now(),
            seen_version=form.seen(),
            reason=form.reason.data or "",
        )
        db.session.commit()
    except DomainError as error:
        status = refused(error)
        return overview(poll_id, problem=error.message, status=status, cancelling=form)
    return redirect(url_for(".poll", poll_id=poll_id, fertig="abgebrochen"), 303)

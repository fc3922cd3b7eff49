"""Reporting a barrier; without an account."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from participation.barriers import rules, service
from participation.barriers.forms import ReportForm
from participation.barriers.service import Sent
from participation.core import clock, stamps
from participation.core.access import current_actor, public
from participation.core.db import db
from participation.core.forms import clean_text, keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.limits import limited
from participation.core.messages import DomainError

barriers = Blueprint(
    "barriers", __name__, url_prefix="/<language:lang>/seiten/barrierefreiheit/melden"
)
_FORM = "barrier"


@barriers.route("/", methods=["GET", "POST"])
@public
@keeps_input
@limited("barrier_report_limit")
def report() -> Any:
    """Tell the city what does not work, and where."""
    if request.method == "GET":
        form = ReportForm(formdata=None)
        page = clean_text(request.args.get("seite", ""))
        if rules.is_own_path(page) and len(page) <= rules.LONGEST_PAGE:
            form.page.data = page
        return _page(form)
    form = ReportForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        key = current_app.extensions["settings"].key_of_fingerprints
        service.report(current_actor(), clock.now(), _sent(form), key)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(form, error.message, int(error.status))
    has_address = "ja" if form.address else "nein"
    return redirect(url_for(".thanks", antwort=has_address), 303)


@barriers.get("/danke/")
@public
def thanks() -> Any:
    """What happens next."""
    return render_template("barriers/thanks.html", has_address=request.args.get("antwort") == "ja")


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)


def _owner() -> int:
    return current_actor().person_id or 0


def _page(form: ReportForm, problem: str = "", status: int = 200) -> Any:
    """The form with an empty trap, and a stamp if it has none of ours."""
    keep_private()
    form.homepage.data = ""
    if stamps.read(_secret(), _FORM, form.stamp.data, _owner()) is None:
        form.stamp.data = stamps.write(_secret(), _FORM, _owner(), clock.now())
    return render_template("barriers/report.html", form=form, problem=problem), status


def _sent(form: ReportForm) -> Sent:
    return Sent(
        text=form.text.data,
        page=form.page.data or "",
        email=form.address,
        language=current_language().code,
        stamp=form.stamp.data or "",
        shown_at=stamps.read(_secret(), _FORM, form.stamp.data, _owner()),
        trap=form.homepage.data or "",
    )

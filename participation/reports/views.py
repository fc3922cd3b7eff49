"""How participation goes: for everybody, and for the board and the staff."""

from typing import Any

from flask import Blueprint, current_app, render_template, request

from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.reports import queries, rules
from participation.suggestions.views import STATUS_WORDS

reports = Blueprint("reports", __name__, url_prefix="/<language:lang>")


@reports.get("/zahlen/")
@public
def figures() -> Any:
    """The figures for everybody; each leads to what it counts."""
    return _page("reports/figures.html")


@reports.get("/beirat/")
@requires(Permission.REPORT_READ)
def board() -> Any:
    """The same figures, and those about work that is not public yet."""
    keep_private()
    return _page("reports/board.html", may_open_queue=current_actor().may(Permission.STAFF_QUEUE))


def _page(template: str, **more: Any) -> Any:
    kept = queries.newest()
    found = rules.from_json(kept.values) if kept else rules.Figures()
    settings = current_app.extensions["settings"]
    return render_template(
        template,
        kept=kept,
        figures=found,
        half_within=rules.half_within(found.answer_days),
        percent=rules.percent_within(found.answer_days, settings.answer_workdays),
        promise=settings.answer_workdays,
        topics={one.id: one for one in queries.topics(current_language().chain)},
        most_in_a_month=max([1, *(max(new, done) for _, new, done in found.months)]),
        STATUS_WORDS=STATUS_WORDS,
        **more,
    )


@reports.get("/beirat/veraltet/")
@requires(Permission.REPORT_READ)
def stale() -> Any:
    """Public sheets that should have been looked at before today, the longest waiting first."""
    keep_private()
    today = clock.city_date(clock.now())
    token, chain = request.args.get("seite"), current_language().chain
    page = projects.staff_page(None, "stale", today, token, chain)
    return render_template("reports/stale.html", page=page, today=today)

"""Meetings: those to come, and those that were."""

from typing import Any

from flask import Blueprint, render_template, request

from participation.core import clock
from participation.core.access import public
from participation.core.languages import current_language
from participation.meetings import queries, rules

meetings = Blueprint("meetings", __name__, url_prefix="/<language:lang>/termine")
_UPCOMING = 50


@meetings.get("/")
@public
def meeting_list() -> Any:
    """All meetings: the next ones first, then a page of past ones."""
    now, chain = clock.now(), current_language().chain
    token = request.args.get("seite")
    return render_template(
        "meetings/list.html",
        upcoming=[] if token else queries.upcoming(now, chain, _UPCOMING),
        page=queries.past_page(now, token, chain),
        first_page=not token,
        rules=rules,
    )

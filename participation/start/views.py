"""The start page and the choice of language."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.city import queries as city
from participation.core import clock
from participation.core.access import public
from participation.core.languages import current_language
from participation.meetings import queries as meetings
from participation.polls import queries as polls
from participation.projects import queries as projects
from participation.start import queries
from participation.suggestions import queries as suggestions
from participation.suggestions import rules as suggestion_rules

start_pages = Blueprint("start", __name__)

LANGUAGE_COOKIE = "sprache"


@start_pages.get("/")
@public
def choose_language() -> Response:
    """Send the reader to the language chosen last, or to the one the browser asks for."""
    response = redirect(url_for(".start", lang=current_language().tag))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@start_pages.get("/leicht/")
@public
def easy_german() -> Response:
    """A short address of easy German for print."""
    return redirect(url_for(".start", lang="de-simple"))


@start_pages.get("/<language:lang>/sprache/")
@public
def switch_language() -> Response:
    """Go to a page in this language, and remember the choice. Nothing else is remembered."""
    target = request.args.get("seite", "")
    tag = current_language().tag
    is_ours = target.startswith(f"/{tag}/") and "\\" not in target and target.isprintable()
    response = redirect(target if is_ours else url_for(".start"), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, tag, max_age=365 * 24 * 3600, httponly=True, samesite="Lax",
        secure=request.is_secure,
    )  # fmt: skip
    return response


@start_pages.get("/<language:lang>/")
@public
def start() -> Any:
    """What runs now, what one can do, what the city answered, how it works."""
    now, chain = clock.now(), current_language().chain
    return render_template(
        "start/start.html",
        now=now,
        figures=queries.figures(now),
        counted_up_to=queries.COUNTED_UP_TO,
        districts=city.districts(),
        collecting=suggestions.ending_first(now, 3),
        next_meetings=meetings.upcoming(now, chain, 1, with_cancelled=False),
        open_polls=polls.open_now(now, chain, 3),
        updated=projects.recently_updated(chain, 3),
        answers=suggestions.latest_answers(3),
        rules=suggestion_rules,
    )

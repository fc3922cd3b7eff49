"""Writing a suggestion in four steps: start, text, check, sent."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.suggestions import attachment_queries, drafts, queries, rules, service
from participation.suggestions.forms import WHOLE_CITY, ActForm, SuggestionForm
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.similar import similar_to
from participation.suggestions.terms import terms
from participation.suggestions.timeline import wish_of_the_city

writing = Blueprint("writing", __name__, url_prefix="/<language:lang>/anregungen")


@writing.get("/neu/")
@public
def start_writing() -> Any:
    """Step 1: what it is about and what happens next."""
    actor = current_actor()
    return render_template(
        "suggestions/start.html",
        may_write=actor.may(Permission.SUGGESTION_WRITE),
        project=request.args.get("vorhaben", ""),
        rules=rules,
    )


@writing.route("/neu/text/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def write_suggestion() -> Any:
    """Step 2: the text."""
    return _text_page(None)


@writing.route("/neu/<number:suggestion_id>/text/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def edit_suggestion(suggestion_id: int) -> Any:
    """Step 2 again: change a draft, or what was given back."""
    return _text_page(_own_unsent(suggestion_id))


def _text_page(draft: Suggestion | None) -> Any:
    keep_private()
    form = SuggestionForm()
    titles = projects.titles(current_language().chain)
    form.offer(city.districts(), titles)
    if request.method == "GET":
        _prefill(form, draft, titles)
    if not form.validate_on_submit():
        template = "suggestions/text.html"
        returned = wish_of_the_city(draft.state, queries.moves_of(draft.id)) if draft else ""
        page = render_template(template, form=form, draft=draft, returned=returned)
        return page, 422 if form.errors else 200
    language = current_language().locale.language
    saved = drafts.save(
        current_actor(), clock.now(), form.values(language), draft.id if draft else None
    )
    db.session.commit()
    next_step = "attachments.attach" if "anhaenge" in request.form else ".check_suggestion"
    return redirect(url_for(next_step, suggestion_id=saved.id), 303)


def _prefill(form: SuggestionForm, draft: Suggestion | None, titles: Any) -> None:
    if draft is not None:
        form.kind.data = draft.kind.value
        form.place.data = str(draft.district_id) if draft.district_id else WHOLE_CITY
        form.project.data = str(draft.project_id or "")
        form.place_text.data = draft.place
        for name in ("title", "text", "reason"):
            form[name].data = getattr(draft, name)
        return
    wanted = request.args.get("vorhaben", "")
    if wanted in {str(row.id) for row in titles}:
        form.project.data = wanted
        form.kind.data = rules.Kind.MORE_PARTICIPATION.value


def _own_unsent(suggestion_id: int) -> Suggestion:
    found = queries.own(suggestion_id, current_actor())
    if found.state not in (State.DRAFT, State.RETURNED):
        raise rules.NotNow
    return found


@writing.route("/neu/<number:suggestion_id>/pruefen/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
def check_suggestion(suggestion_id: int) -> Any:
    """Step 3: read once more, then send. Pressing twice sends once."""
    keep_private()
    draft = queries.own(suggestion_id, current_actor())
    if draft.state not in (State.DRAFT, State.RETURNED):
        return redirect(url_for(".sent", suggestion_id=suggestion_id), 303)
    form = ActForm()
    now = clock.now()
    if not form.validate_on_submit():
        project = (
            projects.title_of(draft.project_id, current_language().chain)
            if draft.project_id
            else None
        )
        due = terms().review_due(now)
        return render_template(
            "suggestions/check.html", rules=rules, draft=draft, form=form, project=project, due=due,
            attached=attachment_queries.of_suggestion(draft.id),
            alike=similar_to(draft, current_language().chain),
        ), 422 if form.errors else 200  # fmt: skip
    name = "submit" if draft.state is State.DRAFT else "resubmit"
    try:
        service.act(suggestion_id, name, current_actor(), now, terms())
        db.session.commit()
    except rules.NotNow:
        db.session.rollback()  # pressed twice: the other press has sent it
    return redirect(url_for(".sent", suggestion_id=suggestion_id), 303)


@writing.get("/neu/<number:suggestion_id>/fertig/")
@requires(Permission.SUGGESTION_WRITE)
def sent(suggestion_id: int) -> Any:
    """Step 4: it has arrived, and this happens next."""
    keep_private()
    found = queries.own(suggestion_id, current_actor())
    if found.state is not State.SUBMITTED:
        return redirect(url_for("suggestions.own_suggestion", suggestion_id=suggestion_id), 303)
    return render_template("suggestions/sent.html", suggestion=found)

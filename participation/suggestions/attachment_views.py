"""What authors attach: a step of writing, and the files themselves for those who may read the text."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.limits import limited
from participation.core.messages import DomainError, NotFound
from participation.files.rules import DOCUMENTS, IMAGES, TooManyUploads, UnfitFile
from participation.files.transfer import megabytes, read_upload, send, takes_upload
from participation.permissions import Permission
from participation.suggestions import attachment_queries, queries, rules
from participation.suggestions import attachments as service
from participation.suggestions.attachment_forms import AttachmentForm, TakeAwayForm
from participation.suggestions.forms import ActForm
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode

attachments = Blueprint("attachments", __name__, url_prefix="/<language:lang>")

_SETTING = "attachment_mb"
_ALLOWED = IMAGES | DOCUMENTS


@attachments.route("/anregungen/neu/<number:suggestion_id>/anhaenge/", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_WRITE)
@keeps_input
@takes_upload(_SETTING)
@limited("upload_limit")
def attach(suggestion_id: int) -> Any:
    """Between text and check, for those who want it: up to three files."""
    _own_unsent(suggestion_id)
    form = AttachmentForm()
    form.offer(_ALLOWED, megabytes(_SETTING))
    if not form.validate_on_submit():
        return _page(suggestion_id, form, status=422 if form.errors else 200)
    actor, most = current_actor(), current_app.extensions["settings"].attachments_a_day
    text = " ".join(form.text.data.split())
    db.session.rollback()  # reading a picture takes its time; no transaction waits for it
    try:
        prepared = read_upload(form.file.data, _SETTING, _ALLOWED)
        service.attach(suggestion_id, actor, clock.now(), prepared, text, most_a_day=most)
        db.session.commit()
    except UnfitFile as error:
        form.refuse(error)
        return _page(suggestion_id, form, status=int(error.status))
    except (rules.TooManyAttachments, TooManyUploads) as error:
        return _refused(suggestion_id, form, error)
    return redirect(url_for(".attach", suggestion_id=suggestion_id, fertig="angelegt"), 303)


def _refused(suggestion_id: int, form: AttachmentForm, error: DomainError) -> Any:
    db.session.rollback()
    form.choose_again()
    return _page(suggestion_id, form, problem=error.message, status=int(error.status))


def _own_unsent(suggestion_id: int) -> Suggestion:
    keep_private()
    found = queries.own(suggestion_id, current_actor())
    if not rules.can_attach(found.facts):
        raise rules.NotNow
    return found


def _page(suggestion_id: int, form: AttachmentForm, *, problem: str = "", status: int = 200) -> Any:
    draft = _own_unsent(suggestion_id)
    attached = attachment_queries.of_suggestion(suggestion_id)
    page = render_template(
        "suggestions/attachments.html",
        draft=draft,
        attached=attached,
        form=form,
        remove_form=ActForm(formdata=None) if attached else None,
        is_full=len(attached) >= rules.MOST_ATTACHMENTS,
        problem=problem,
        done=request.args.get("fertig", ""),
    )
    return page, status


@attachments.post("/anregungen/neu/<number:suggestion_id>/anhaenge/<number:file_id>/entfernen/")
@requires(Permission.SUGGESTION_WRITE)
def detach(suggestion_id: int, file_id: int) -> Any:
    """Remove one's file again. Pressing twice removes once."""
    service.detach(suggestion_id, file_id, current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".attach", suggestion_id=suggestion_id, fertig="entfernt"), 303)


def _send(found: Suggestion, file_id: int, name: str | None = None) -> Any:
    """Hand out a file of this suggestion, and of no other."""
    attached = attachment_queries.one(found.id, file_id)
    if attached is None or name not in (None, attached.file.name):
        raise NotFound
    return send(attached.file, is_public=rules.text_is_public(found.facts))


@attachments.get("/anregungen/<number:number>/dateien/<number:file_id>/<name>")
@public
def download(number: int, file_id: int, name: str) -> Any:
    """A file, for all who may read the suggestion's text."""
    found = queries.by_number(number)
    if found is None or not rules.may_read_text(found.facts, current_actor()):
        raise NotFound
    return _send(found, file_id, name)


@attachments.get("/anregungen/eigene/<number:suggestion_id>/dateien/<number:file_id>")
@requires(Permission.SUGGESTION_WRITE)
def own_download(suggestion_id: int, file_id: int) -> Any:
    """One's own file, before the suggestion is public and when it never gets there."""
    return _send(queries.own(suggestion_id, current_actor()), file_id)


@attachments.get("/verwaltung/anregungen/<number:suggestion_id>/dateien/<number:file_id>")
@requires(Permission.SUGGESTION_READ_INTERNAL)
def staff_download(suggestion_id: int, file_id: int) -> Any:
    """A file, for those who have the suggestion among their tasks."""
    return _send(_among_tasks(suggestion_id), file_id)


def _among_tasks(suggestion_id: int) -> Suggestion:
    found = queries.by_id(suggestion_id)
    if found is None or not rules.may_work_on(found.facts, current_actor()):
        raise NotFound
    return found


@attachments.route(
    "/verwaltung/anregungen/<number:suggestion_id>/dateien/<number:file_id>/entfernen/",
    methods=["GET", "POST"],
)
@requires(Permission.SUGGESTION_REVIEW)
@keeps_input
def take_away(suggestion_id: int, file_id: int) -> Any:
    """Ask for the reason, then delete an author's file for good. Pressing twice does it once."""
    keep_private()
    found = _among_tasks(suggestion_id)
    form = TakeAwayForm()
    if not form.validate_on_submit():
        attached = attachment_queries.one(found.id, file_id)
        if attached is None:
            raise NotFound
        page = render_template(
            "suggestions/staff/take_away.html", suggestion=found, attached=attached, form=form
        )
        return page, 422 if form.errors else 200
    reason = NoteHideCode(form.reason.data)
    service.take_away(found.id, file_id, current_actor(), clock.now(), reason=reason)
    db.session.commit()
    return redirect(url_for("staff.review", suggestion_id=suggestion_id, fertig="anhang"), 303)

"""Comments as residents see them: lists, one with its replies, writing, changing, reporting."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from participation.comments import overview, queries, rules, service
from participation.comments.forms import CommentForm, ConfirmForm, ReportForm
from participation.comments.models import Comment
from participation.comments.rules import Reason, State, Subject, SubjectKind
from participation.comments.service import Sent
from participation.core import clock, stamps
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import clean_text, keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission

comments = Blueprint("comments", __name__, url_prefix="/<language:lang>")
_ORDERS = {"neueste": queries.NEWEST, "aelteste": queries.OLDEST}


def _gives_text_back(view: Any) -> Any:
    """Show the text that was sent again if what it is about went away while it was written.

    The page says nothing of what was there: it may be hidden for a reason.
    """

    @wraps(view)
    def careful(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except NotFound:
            text = clean_text(request.form.get("text", ""))
            if not text:
                raise
            db.session.rollback()
            keep_private()
            return render_template("comments/gone.html", text=text), int(NotFound.status)

    return careful


@comments.get("/vorhaben/<slug:slug>/kommentare/")
@public
def of_project(slug: str) -> Any:
    """All comments on a project, and the form to write one."""
    return _list_page(_project(slug))


@comments.post("/vorhaben/<slug:slug>/kommentare/")
@requires(Permission.COMMENT_WRITE)
@keeps_input
@_gives_text_back
def write_on_project(slug: str) -> Any:
    """Comment on a project."""
    return _write(lambda: _project(slug))


@comments.get("/anregungen/<number:number>/kommentare/")
@public
def of_suggestion(number: int) -> Any:
    """All comments on a suggestion, and the form to write one."""
    return _list_page(_suggestion(number))


@comments.post("/anregungen/<number:number>/kommentare/")
@requires(Permission.COMMENT_WRITE)
@keeps_input
@_gives_text_back
def write_on_suggestion(number: int) -> Any:
    """Comment on a suggestion."""
    return _write(lambda: _suggestion(number))


@comments.get("/stellungnahmen/<number:comment_id>/")
@public
def comment(comment_id: int) -> Any:
    """One comment in full, with all its replies."""
    found, subject = _readable(comment_id)
    actor = _reader()
    sorting, words = _sorting("aelteste"), _words(subject)
    shown = overview.replies_listing(
        found, _ORDERS[sorting], request.args.get("seite"), words["acts_on"]
    )
    return render_template(
        "comments/comment.html",
        comment=found,
        page=shown.page,
        texts=shown.texts,
        sorting=sorting,
        may_reply=rules.may_reply(subject, found.facts, actor),
        done=request.args.get("fertig", ""),
        **words,
    )


@comments.route("/stellungnahmen/<number:comment_id>/antworten/", methods=["GET", "POST"])
@requires(Permission.COMMENT_WRITE)
@keeps_input
@_gives_text_back
def reply(comment_id: int) -> Any:
    """Reply to a comment."""
    parent, subject = _readable(comment_id)
    if request.method == "GET":
        _check_reply(subject, parent)
        return _reply_page(subject, parent, _new_form())
    form = CommentForm()
    if not form.validate_on_submit():
        return _reply_page(subject, parent, form, status=422)
    try:
        written = service.write(subject, current_actor(), clock.now(), _sent(form), parent.id)
        address = _address_of(written, fertig="gesendet", sortierung="neueste")
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        parent, subject = _readable(comment_id)
        return _reply_page(subject, parent, form, error.message, int(error.status))
    return redirect(address, 303)


@comments.route("/stellungnahmen/<number:comment_id>/bearbeiten/", methods=["GET", "POST"])
@requires(Permission.COMMENT_WRITE)
@keeps_input
@_gives_text_back
def edit(comment_id: int) -> Any:
    """Change the own comment, within the first minutes."""
    found, subject = _own(comment_id)
    if request.method == "GET":
        if found.state is not State.VISIBLE:
            raise rules.NotNow
        if not rules.may_edit(found.facts, current_actor(), clock.now()):
            raise rules.EditTimeOver
        form = _new_form()
        form.text.data = found.text
        return _form_page("comments/edit.html", subject, found, form)
    form = CommentForm()
    if not form.validate_on_submit():
        return _form_page("comments/edit.html", subject, found, form, status=422)
    try:
        changed = service.edit(comment_id, current_actor(), clock.now(), _sent(form))
        address = _address_of(changed, fertig="geaendert")
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        found, subject = _own(comment_id)
        return _form_page(
            "comments/edit.html", subject, found, form, error.message, int(error.status)
        )
    return redirect(address, 303)


@comments.route("/stellungnahmen/<number:comment_id>/loeschen/", methods=["GET", "POST"])
@requires(Permission.COMMENT_WRITE)
@keeps_input
def delete(comment_id: int) -> Any:
    """Delete the own comment; its place stays. Pressing twice deletes once."""
    found, subject = _own(comment_id)
    form = ConfirmForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return _form_page("comments/delete.html", subject, found, form, status=status)
    gone = service.delete(comment_id, current_actor(), clock.now())
    address = _address_of(gone, fertig="geloescht")
    db.session.commit()
    return redirect(address, 303)


@comments.route("/stellungnahmen/<number:comment_id>/melden/", methods=["GET", "POST"])
@requires(Permission.COMMENT_REPORT)
@keeps_input
def report(comment_id: int) -> Any:
    """Report a comment to the city. Reporting twice counts once."""
    found, subject = _readable(comment_id)
    form = ReportForm()
    if request.method == "GET":
        if rules.is_own(found.facts, current_actor()):
            raise rules.OwnComment
        if not rules.may_report(found.facts, current_actor()):
            raise rules.NotNow
        return _form_page("comments/report.html", subject, found, form)
    if not form.validate_on_submit():
        return _form_page("comments/report.html", subject, found, form, status=422)
    is_new = service.report(comment_id, current_actor(), clock.now(), Reason(form.reason.data))
    address = _address_of(found, fertig="gemeldet" if is_new else "schon-gemeldet")
    db.session.commit()
    return redirect(address, 303)


def _project(slug: str) -> Subject:
    found = queries.project(slug, current_language().chain)
    if found is None:
        raise NotFound
    return found


def _suggestion(number: int) -> Subject:
    found = queries.suggestion(number)
    if found is None or not found.is_public:
        raise NotFound
    return found


def _readable(comment_id: int) -> tuple[Comment, Subject]:
    """A comment on something that is public."""
    found = queries.by_id(comment_id)
    subject = queries.subject_of(found.thread_id, current_language().chain) if found else None
    if found is None or subject is None or not subject.is_public:
        raise NotFound
    return found, subject


def _own(comment_id: int) -> tuple[Comment, Subject]:
    found, subject = _readable(comment_id)
    if not rules.is_own(found.facts, current_actor()):
        raise NotFound
    return found, subject


def _check_reply(subject: Subject, parent: Comment) -> None:
    if parent.parent_id is not None:
        raise rules.OnlyOneLevel
    if not rules.may_write(subject, current_actor()):
        raise rules.NotResponsible
    if not rules.may_reply(subject, parent.facts, current_actor()):
        raise rules.NotNow


def _reader() -> Any:
    """Who reads; what a signed-in person sees is kept by no cache."""
    actor = current_actor()
    if actor.person_id is not None:
        keep_private()
    return actor


def _sorting(usual: str) -> str:
    word = request.args.get("sortierung", "")
    return word if word in _ORDERS else usual


def _list_address(subject: Subject, **more: Any) -> str:
    if subject.kind is SubjectKind.PROJECT:
        return url_for("comments.of_project", slug=subject.key, **more)
    return url_for("comments.of_suggestion", number=subject.key, **more)


def _page_address(subject: Subject) -> str:
    if subject.kind is SubjectKind.PROJECT:
        return url_for("projects.project", slug=subject.key)
    return url_for("suggestions.suggestion", number=subject.key)


def _address_of(one: Comment, **more: Any) -> str:
    """Where a comment stands for good: its own page, or that of what it replies to."""
    top = one.parent_id or one.id
    return url_for("comments.comment", comment_id=top, _anchor=f"stellungnahme-{one.id}", **more)


def _words(subject: Subject) -> dict[str, Any]:
    """What the templates of all these pages ask for."""
    actor, now = current_actor(), clock.now()

    def acts_on(one: Comment) -> frozenset[str]:
        facts = one.facts
        possible = {
            "eigene": rules.is_own(facts, actor),
            "antworten": rules.may_reply(subject, facts, actor),
            "bearbeiten": rules.may_edit(facts, actor, now),
            "loeschen": rules.may_delete(facts, actor),
            "melden": rules.may_report(facts, actor),
            "pruefen": rules.may_moderate(facts, actor) and facts.state is not State.DELETED,
        }
        return frozenset(word for word, is_possible in possible.items() if is_possible)

    return {
        "subject": subject,
        "list_address": _list_address(subject),
        "subject_address": _page_address(subject),
        "acts_on": acts_on,
        "reasons": rules.REASON_NAMES,
    }


def _list_page(subject: Subject, form: Any = None, problem: str = "", status: int = 200) -> Any:
    actor = _reader()
    sorting = _sorting("neueste")
    words = _words(subject)
    shown = overview.listing(
        subject.thread_id, _ORDERS[sorting], request.args.get("seite"), words["acts_on"]
    )
    if form is None and rules.may_write(subject, actor):
        form = _new_form()
    html = render_template(
        "comments/list.html",
        page=shown.page,
        replies=shown.replies,
        texts=shown.texts,
        sorting=sorting,
        form=_refilled(form) if form else None,
        problem=problem,
        done=request.args.get("fertig", ""),
        **words,
    )
    return html, status


def _write(find: Callable[[], Subject]) -> Any:
    """Write on what ``find`` finds; asked again after a refusal, as it may be hidden by then."""
    subject, form = find(), CommentForm()
    if not form.validate_on_submit():
        return _list_page(subject, form, status=422)
    try:
        written = service.write(subject, current_actor(), clock.now(), _sent(form))
        anchor = f"stellungnahme-{written.id}"
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _list_page(find(), form, error.message, int(error.status))
    return redirect(_list_address(subject, fertig="gesendet", _anchor=anchor), 303)


def _reply_page(
    subject: Subject, parent: Comment, form: Any, problem: str = "", status: int = 200
) -> Any:
    return _form_page("comments/reply.html", subject, parent, form, problem, status)


def _form_page(
    template: str,
    subject: Subject,
    found: Comment,
    form: Any,
    problem: str = "",
    status: int = 200,
) -> Any:
    keep_private()
    page = render_template(
        template, comment=found, form=_refilled(form), problem=problem, **_words(subject)
    )
    return page, status


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)


def _new_form() -> CommentForm:
    return CommentForm(formdata=None)


def _refilled(form: Any) -> Any:
    """Give a form that is shown again an empty trap, and a stamp if it has none of ours."""
    if isinstance(form, CommentForm):
        person_id = current_actor().person_id or 0
        form.homepage.data = ""
        if stamps.read(_secret(), "comment", form.stamp.data, person_id) is None:
            form.stamp.data = stamps.write(_secret(), "comment", person_id, clock.now())
    return form


def _sent(form: CommentForm) -> Sent:
    return Sent(
        text=form.text.data,
        language=current_language().locale.language,
        shown_at=stamps.read(_secret(), "comment", form.stamp.data, current_actor().person_id or 0),
        trap=form.homepage.data or "",
    )

"""Projects as staff write them: list, new ones, one page of facts and one a language, preview."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import (
    LANGUAGES,
    SOURCE,
    Language,
    current_language,
    speaking,
)
from participation.core.messages import ChangedMeanwhile, DomainError, NotFound
from participation.permissions import Permission
from participation.projects import editing, queries, rules, version_queries, wording
from participation.projects.editing import ChangedByOthers
from participation.projects.facts_form import facts_form_for, facts_form_of
from participation.projects.forms import ActForm, NewForm, TextForm
from participation.projects.models import Project
from participation.projects.sheet_page import sheet_page

project_staff = Blueprint(
    "project_staff", __name__, url_prefix="/<language:lang>/verwaltung/vorhaben"
)

_VIEWS = {"veraltet": "stale", "entwuerfe": "drafts"}
_SAVE, _PREVIEW = "save", "preview"


@project_staff.get("/")
@requires(Permission.PROJECT_EDIT)
def project_list() -> Any:
    """Sheets that the actor may edit; those that have to be looked at come first."""
    keep_private()
    actor, today = current_actor(), clock.city_date(clock.now())
    view = request.args.get("ansicht", "")
    view = view if view in _VIEWS else ""
    sees_all = actor.may(Permission.PROJECT_EDIT_ALL)
    page = queries.staff_page(
        None if sees_all else actor.departments,
        _VIEWS.get(view, ""),
        today,
        request.args.get("seite"),
        current_language().chain,
    )
    return render_template(
        "projects/staff/list.html",
        page=page,
        view=view,
        rules=rules,
        today=today,
        may_create=rules.may_create(actor),
    )


@project_staff.route("/neu/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
def new_project() -> Any:
    """Begin a sheet as a draft; sending the same form twice makes one."""
    keep_private()
    form = NewForm()
    key = form.creation_key()
    problem, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            words = {"title": form.title.data, "summary": form.summary.data or ""}
            created = editing.create(current_actor(), clock.now(), key, words)
            db.session.commit()
            return redirect(url_for(".edit_facts", slug=created.slug, fertig="angelegt"), 303)
        except DomainError as error:
            db.session.rollback()
            problem, status = error.message, int(error.status)
    return render_template("projects/staff/new.html", form=form, problem=problem), status


@project_staff.route("/<slug:slug>/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
def edit_facts(slug: str) -> Any:
    """Change what does not depend on the language."""
    return _edit(_known(slug), None)


@project_staff.route("/<slug:slug>/text/<language:text_language>/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
def edit_text(slug: str, text_language: str) -> Any:
    """Change what the sheet says in one language."""
    by_tag = {language.tag: language for language in LANGUAGES.values()}
    return _edit(_known(slug), by_tag[text_language])


@project_staff.post("/<slug:slug>/veroeffentlichen/")
@requires(Permission.PROJECT_EDIT)
def publish(slug: str) -> Any:
    """Show a draft to everybody, as it was seen."""
    found = _known(slug)
    seen = ActForm(prefix="act").seen_version.data
    try:
        editing.publish(
            found.id, current_actor(), clock.now(), seen_version=-1 if seen is None else seen
        )
        db.session.commit()
    except ChangedMeanwhile as error:
        db.session.rollback()
        found = _known(slug)
        form = _filled(found, None, version_queries.snapshot_of(found))
        return _page(form, found, None, problem=error.message, status=int(error.status))
    return redirect(url_for(".edit_facts", slug=slug, fertig="veroeffentlicht"), 303)


@project_staff.post("/<slug:slug>/geprueft/")
@requires(Permission.PROJECT_EDIT)
def mark_reviewed(slug: str) -> Any:
    """Say that nothing has to be changed; the review day moves on."""
    editing.mark_reviewed(_known(slug).id, current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".edit_facts", slug=slug, fertig="geprueft"), 303)


def _known(slug: str) -> Project:
    """The project, if the actor may edit it: a draft of others must not even show that it exists."""
    keep_private()
    found = queries.whole_sheet(slug)
    if found is None:
        raise NotFound
    if not rules.may_edit({one.id for one in found.departments}, current_actor()):
        raise NotFound
    return found


def _edit(found: Project, language: Language | None) -> Any:
    """One page of the sheet: save, look at it first, add rows, or go on writing."""
    stored = version_queries.snapshot_of(found)
    if request.method == "GET":
        return _page(_filled(found, language, stored), found, language)
    form = _sent(found, language, stored)
    act = request.form.get("act", _SAVE)
    if act not in (_SAVE, _PREVIEW):
        return _page(form, found, language)
    if not form.validate_on_submit():
        return _page(form, found, language, status=422)
    try:
        if act == _PREVIEW:
            return _preview(found, language, form.wanted())
        editing.edit(
            found.id,
            current_actor(),
            clock.now(),
            form.wanted(),
            seen_version=form.seen_version.data or 0,
            note=form.note.data or "",
            review_on=form.review_on.data,
        )
        db.session.commit()
    except ChangedByOthers as error:
        return _both(found.slug, language, form, error)
    except DomainError as error:
        db.session.rollback()
        found = _known(found.slug)
        return _page(form, found, language, problem=error.message, status=int(error.status))
    return redirect(_address(found.slug, language, fertig="gespeichert"), 303)


def _address(slug: str, language: Language | None, **more: Any) -> str:
    if language is None:
        return url_for(".edit_facts", slug=slug, **more)
    return url_for(".edit_text", slug=slug, text_language=language.tag, **more)


def _choices(found: Project) -> dict[str, dict[int, str]]:
    """What can be chosen now, and what is chosen although it is over."""
    districts, topics = city.choices(current_language().chain)
    departments = city.departments_on(clock.city_date(clock.now()))
    return {
        "districts": {one.id: one.name for one in districts},
        "topics": {one.id: one.name for one in topics},
        "departments": {one.id: one.label for one in [*departments, *found.departments]},
    }


def _sent(found: Project, language: Language | None, stored: dict[str, Any]) -> Any:
    if language is not None:
        return TextForm(language=language)
    form = facts_form_of(request.form, stored)()
    form.offer(_choices(found))
    return form


def _filled(found: Project, language: Language | None, values: dict[str, Any]) -> Any:
    if language is not None:
        form = TextForm(formdata=None, language=language)
    else:
        form = facts_form_for(values)(formdata=None)
        form.offer(_choices(found))
    form.show(values)
    form.carry_on(found.version)
    return form


def _page(
    form: Any,
    found: Project,
    language: Language | None,
    *,
    problem: str = "",
    both: Any = (),
    taken: Any = (),
    status: int = 200,
) -> Any:
    today = clock.city_date(clock.now())
    title = next((text.title for text in found.texts if text.language == SOURCE.code), "")
    page = render_template(
        "projects/staff/edit.html",
        form=form,
        project=found,
        title=title or found.slug,
        spoken=language,
        written={text.language for text in found.texts},
        act_form=ActForm(formdata=None, prefix="act", seen_version=found.version),
        is_stale=found.published_at is not None and rules.is_stale(found.review_on, today),
        problem=problem,
        both=both,
        taken=taken,
        done=request.args.get("fertig", "") if request.method == "GET" else "",
    )
    return page, status


def _both(slug: str, language: Language | None, form: Any, error: ChangedByOthers) -> Any:
    """Show what was typed beside what is stored now; saving again is a decision with both in sight."""
    db.session.rollback()
    found = _known(slug)
    stored, mine, merged = version_queries.snapshot_of(found), form.wanted(), error.merged
    names = queries.names(current_language().chain)
    differing = wording.in_order([*merged.conflicts, *merged.changes])
    both = [
        (
            wording.label(key),
            wording.words(key, mine.get(key), names),
            wording.words(key, stored.get(key), names),
        )
        for key in differing
    ]
    again = _filled(found, language, {**mine, **{key: stored.get(key) for key in merged.taken}})
    again.note.process_data(form.note.data)
    again.review_on.process_data(form.review_on.data)
    taken = [wording.label(key) for key in wording.in_order(merged.taken)]
    return _page(
        again, found, language,
        problem=error.message, both=both, taken=taken, status=int(error.status),
    )  # fmt: skip


def _preview(found: Project, language: Language | None, wanted: dict[str, Any]) -> Any:
    """The sheet exactly as readers would see it; written, shown, and rolled back."""
    slug, address = found.slug, _address(found.slug, language)
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("act", "csrf_token")
    ]
    spoken = language or current_language()
    try:
        editing.try_on(found.id, current_actor(), clock.now(), wanted)
        sheet = queries.sheet(slug, spoken.chain)
        if sheet is None:
            raise NotFound
        with speaking(spoken.code):
            page = render_template(
                "projects/staff/preview.html",
                **sheet_page(*sheet),
                fields=fields,
                address=address,
                form=ActForm(formdata=None, prefix="act"),
            )
    finally:
        db.session.rollback()
    return page

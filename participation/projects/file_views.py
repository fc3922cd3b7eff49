"""A project's pictures and documents: handed out to all, and kept by staff."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import ChangedMeanwhile, DomainError, NotFound
from participation.core.paging import numbered_page
from participation.files.rules import DOCUMENTS, IMAGES, UnfitFile
from participation.files.transfer import megabytes, read_upload, send, takes_upload
from participation.permissions import Permission
from participation.projects import file_queries, files, queries, rules
from participation.projects.file_forms import (
    ActForm,
    DocumentForm,
    ImageForm,
    NewDocumentForm,
    NewImageForm,
)
from participation.projects.files import Description
from participation.projects.models import Project, ProjectFile, ProjectText
from participation.projects.rules import FileRole

project_files = Blueprint("project_files", __name__, url_prefix="/<language:lang>")

_PAGE_SIZE = 16
_STAFF = "/verwaltung/vorhaben/<slug:slug>/dateien/"
_SETTING = "upload_mb"
_ALLOWED = {FileRole.IMAGE: IMAGES, FileRole.DOCUMENT: DOCUMENTS}
_NEW = {FileRole.IMAGE: NewImageForm, FileRole.DOCUMENT: NewDocumentForm}
_EDIT = {FileRole.IMAGE: ImageForm, FileRole.DOCUMENT: DocumentForm}


@project_files.get("/vorhaben/<slug:slug>/dateien/<number:file_id>/<name>")
@public
def download(slug: str, file_id: int, name: str) -> Any:
    """A picture or a document of this project, and of no other."""
    found = file_queries.stored(slug, file_id)
    if found is None or found[0].name != name:
        raise NotFound
    stored, project = found
    is_public = project.published_at is not None
    if not is_public and not _is_editor(project):
        raise NotFound
    return send(stored, is_public=is_public)


def _is_editor(project: Project) -> bool:
    return rules.may_edit([one.id for one in project.departments], current_actor())


def _editable(slug: str) -> tuple[Project, ProjectText]:
    """The project, for those who may edit it."""
    keep_private()
    found = queries.sheet(slug, current_language().chain)
    if found is None:
        raise NotFound
    if not _is_editor(found[0]):
        # A draft is nobody else's to know of.
        raise rules.NotYourProject if found[0].published_at else NotFound
    return found


def _of(project: Project, file_id: int) -> ProjectFile:
    found = file_queries.one(project.id, file_id)
    if found is None:
        raise NotFound
    return found


@project_files.get(_STAFF)
@requires(Permission.PROJECT_EDIT)
def file_list(slug: str) -> Any:
    """All files of a sheet, in its order."""
    project, text = _editable(slug)
    found = file_queries.of_project(project.id, current_language().chain)
    rows = sorted(found, key=lambda row: row[0].role is not FileRole.IMAGE)
    page = numbered_page(rows, request.args.get("seite", ""), _PAGE_SIZE)
    return render_template(
        "projects/staff/files.html",
        project=project,
        text=text,
        rows=rows,
        page=page,
        FileRole=FileRole,
        form=ActForm(formdata=None),
        done=request.args.get("fertig", ""),
    )


@project_files.route(f"{_STAFF}bild/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
@takes_upload(_SETTING)
def add_image(slug: str) -> Any:
    """Put a picture on the sheet."""
    return _add(slug, FileRole.IMAGE)


@project_files.route(f"{_STAFF}dokument/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
@takes_upload(_SETTING)
def add_document(slug: str) -> Any:
    """Put a document on the sheet."""
    return _add(slug, FileRole.DOCUMENT)


def _add(slug: str, role: FileRole) -> Any:
    project, _text = _editable(slug)
    form = _NEW[role]()
    form.offer(_ALLOWED[role], megabytes(_SETTING))
    if not form.validate_on_submit():
        return _page(slug, form, role, status=422 if form.errors else 200)
    project_id, actor = project.id, current_actor()
    db.session.rollback()  # reading a picture takes its time; no transaction waits for it
    try:
        prepared = read_upload(form.file.data, _SETTING, _ALLOWED[role])
        files.add(project_id, role, actor, clock.now(), prepared, _said(form))
        db.session.commit()
    except UnfitFile as error:
        form.refuse(error)
        return _page(slug, form, role, status=int(error.status))
    except rules.TooManyFiles as error:
        db.session.rollback()
        form.choose_again()
        return _page(slug, form, role, problem=error.message, status=int(error.status))
    return redirect(url_for(".file_list", slug=slug, fertig="angelegt"), 303)


def _said(form: Any) -> Description:
    """What the form says about a file."""
    names = ("credit", "language", "is_accessible")
    return Description(form.texts(), **{name: form[name].data for name in names if name in form})


def _page(
    slug: str, form: Any, role: FileRole, found: ProjectFile | None = None, *,
    problem: str = "", others: Any = (), status: int = 200,
) -> Any:  # fmt: skip
    project, text = _editable(slug)
    page = render_template(
        "projects/staff/file.html",
        project=project,
        text=text,
        form=form,
        found=found,
        is_image=role is FileRole.IMAGE,
        problem=problem,
        others=others,
    )
    return page, status


@project_files.route(f"{_STAFF}<number:file_id>/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
def edit_file(slug: str, file_id: int) -> Any:
    """Say something else about a file. Who was slower than a colleague loses nothing."""
    project, _text = _editable(slug)
    found = _of(project, file_id)
    role = found.role
    form = _EDIT[role]()
    if request.method == "GET":
        form.show(found)
    if not form.validate_on_submit():
        return _page(slug, form, role, found, status=422 if form.errors else 200)
    seen = form.seen_version.data or 0
    try:
        files.change(
            project.id, file_id, current_actor(), clock.now(), _said(form), seen_version=seen
        )
        db.session.commit()
    except ChangedMeanwhile as error:
        return _refused(slug, form, file_id, error)
    return redirect(url_for(".file_list", slug=slug, fertig="gespeichert"), 303)


def _refused(slug: str, form: Any, file_id: int, error: DomainError) -> Any:
    """Show what was typed beside what is stored now; saving again is a decision with both in sight."""
    db.session.rollback()
    project, _text = _editable(slug)
    found = _of(project, file_id)
    stored = _EDIT[found.role](formdata=None)
    stored.show(found)
    others = form.differences(stored)
    form.seen_version.process_data(found.version)
    form.seen_version.raw_data = None
    return _page(
        slug, form, found.role, found,
        problem=error.message, others=others, status=int(error.status),
    )  # fmt: skip


@project_files.post(f"{_STAFF}<number:file_id>/<any('nach-oben','nach-unten'):direction>/")
@requires(Permission.PROJECT_EDIT)
def move_file(slug: str, file_id: int, direction: str) -> Any:
    """Let a file change places with the one before or behind it."""
    project, _text = _editable(slug)
    files.move(project.id, file_id, current_actor(), up=direction == "nach-oben")
    db.session.commit()
    return redirect(
        url_for(".file_list", slug=slug, fertig="sortiert", seite=request.args.get("seite")), 303
    )


@project_files.route(f"{_STAFF}<number:file_id>/entfernen/", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@keeps_input
def remove_file(slug: str, file_id: int) -> Any:
    """Ask once more, then remove. Pressing twice removes once."""
    project, text = _editable(slug)
    form = ActForm()
    if not form.validate_on_submit():
        page = render_template(
            "projects/staff/remove_file.html",
            project=project, text=text, found=_of(project, file_id), form=form,
        )  # fmt: skip
        return page, 422 if form.errors else 200
    files.remove(project.id, file_id, current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".file_list", slug=slug, fertig="entfernt"), 303)

"""The city's pages as staff write them: list, own ones, one page a language, preview."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.city_pages import queries, rules, service
from participation.city_pages.forms import ConfirmForm, NewPageForm, PageForm
from participation.city_pages.placeholders import NAMES, gaps_in
from participation.city_pages.queries import Listed
from participation.city_pages.reading import words_of
from participation.city_pages.service import ChangedByOthers
from participation.city_pages.terms import facts
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
    gettext,
    speaking,
)
from participation.core.messages import DomainError, NotFound
from participation.core.snapshots import said
from participation.permissions import Permission

page_staff = Blueprint("page_staff", __name__, url_prefix="/<language:lang>/verwaltung/seiten")

_SAVE, _PREVIEW = "save", "preview"


@page_staff.get("/")
@requires(Permission.PAGE_EDIT)
def page_list() -> Any:
    """All pages: which are still drafts, and what has to be filled in."""
    keep_private()
    page, own = queries.own_pages(request.args.get("seite"), also_taken_away=True)
    required = queries.required_pages()
    pages = [*([] if page.previous_token else required), *own]
    chain = current_language().chain
    return render_template(
        "city_pages/staff/list.html",
        page=page,
        rows=[(one, queries.best(one.texts, chain)) for one in pages],
        drafts=sum(any(text.is_draft for text in one.texts.values()) for one in required),
        gaps={one.slug: _gaps(one) for one in pages},
        is_required=rules.is_required,
        done=request.args.get("fertig", ""),
    )


@page_staff.route("/neu/", methods=["GET", "POST"])
@requires(Permission.PAGE_EDIT)
@keeps_input
def new_page() -> Any:
    """Make a page of the city's own; sending the same form twice makes one."""
    keep_private()
    form = NewPageForm()
    key = form.creation_key()
    problem, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            made = service.create(
                current_actor(), clock.now(), key, form.title.data, form.address.data or "",
                facts=facts(),
            )  # fmt: skip
            slug = made.slug
            db.session.commit()
            return redirect(url_for(".edit_page", slug=slug, fertig="angelegt"), 303)
        except DomainError as error:
            db.session.rollback()
            problem, status = error.message, int(error.status)
    return render_template("city_pages/staff/new.html", form=form, problem=problem), status


@page_staff.route("/<slug:slug>/", methods=["GET", "POST"])
@requires(Permission.PAGE_EDIT)
@keeps_input
def edit_page(slug: str) -> Any:
    """Change the German text."""
    return _edit(slug, SOURCE)


@page_staff.route("/<slug:slug>/text/<language:text_language>/", methods=["GET", "POST"])
@requires(Permission.PAGE_EDIT)
@keeps_input
def edit_text(slug: str, text_language: str) -> Any:
    """Change the text in another language."""
    by_tag = {language.tag: language for language in LANGUAGES.values()}
    return _edit(slug, by_tag[text_language])


@page_staff.post("/<slug:slug>/wegnehmen/")
@requires(Permission.PAGE_EDIT)
def take_away(slug: str) -> Any:
    """Show a page of the city's own to nobody any more."""
    return _decide(slug, service.take_away, "weggenommen")


@page_staff.post("/<slug:slug>/zeigen/")
@requires(Permission.PAGE_EDIT)
def show_again(slug: str) -> Any:
    """Show it again."""
    return _decide(slug, service.show_again, "gezeigt")


def _decide(slug: str, act: Any, done: str) -> Any:
    act(slug, current_actor(), clock.now(), facts=facts())
    db.session.commit()
    return redirect(url_for(".page_list", fertig=done), 303)


def _known(slug: str) -> Listed:
    keep_private()
    found = queries.listed(slug)
    if found is None:
        raise NotFound
    return found


def _stored(found: Listed) -> dict[str, Any]:
    """What is saved, and drafts where nothing is."""
    saved = queries.snapshot_of(found.row) if found.row else {}
    return queries.snapshot_of_draft(found.slug) | saved


def _gaps(found: Listed) -> list[str]:
    """What has to be filled in, in the German text, or else in the others."""
    texts = sorted(found.texts.values(), key=lambda one: one.language != SOURCE.code)
    return next((gaps for one in texts if (gaps := gaps_in(one.body))), [])


def _version(found: Listed) -> int:
    return found.row.version if found.row else 0


def _edit(slug: str, language: Language) -> Any:
    """One language of a page: save, look at it first, or go on writing."""
    found = _known(slug)
    if request.method == "GET":
        return _page(_filled(found, language, _stored(found)), found, language)
    form = PageForm(language=language)
    act = request.form.get("act", _SAVE)
    if act not in (_SAVE, _PREVIEW):
        return _page(form, found, language)
    if not form.validate_on_submit():
        return _page(form, found, language, status=422)
    try:
        if act == _PREVIEW:
            return _preview(slug, language, form.wanted())
        service.save(
            slug,
            current_actor(),
            clock.now(),
            form.wanted(),
            seen_version=form.seen_version.data or 0,
            note=form.note.data or "",
            facts=facts(),
        )
        db.session.commit()
    except ChangedByOthers as error:
        return _both(slug, language, form, error)
    except DomainError as error:
        db.session.rollback()
        return _page(form, _known(slug), language, problem=error.message, status=int(error.status))
    return redirect(_address(slug, language, fertig="gespeichert"), 303)


def _address(slug: str, language: Language, **more: Any) -> str:
    if language is SOURCE:
        return url_for(".edit_page", slug=slug, **more)
    return url_for(".edit_text", slug=slug, text_language=language.tag, **more)


def _filled(found: Listed, language: Language, values: dict[str, Any]) -> Any:
    form = PageForm(formdata=None, language=language)
    form.show(values, _version(found))
    return form


def _page(
    form: Any,
    found: Listed,
    language: Language,
    *,
    problem: str = "",
    theirs: Any = (),
    taken: Any = (),
    status: int = 200,
) -> Any:
    page = render_template(
        "city_pages/staff/edit.html",
        form=form,
        page=found,
        name=queries.best(found.texts, (SOURCE.code,)),
        spoken=language,
        text=found.texts.get(language.code),
        gaps=gaps_in(form.body.data or ""),
        addresses={code: _address(found.slug, one) for code, one in LANGUAGES.items()},
        is_required=rules.is_required(found.slug),
        version=_version(found),
        confirm_form=ConfirmForm(formdata=None, prefix="act"),
        placeholders=NAMES,
        facts=facts(),
        problem=problem,
        theirs=theirs,
        taken=taken,
        done=request.args.get("fertig", "") if request.method == "GET" else "",
    )
    return page, status


def _both(slug: str, language: Language, form: Any, error: ChangedByOthers) -> Any:
    """Show what was typed beside what is stored now; saving again is a decision with both in sight."""
    db.session.rollback()
    found = _known(slug)
    stored, mine, merged = _stored(found), form.wanted(), error.merged
    texts = [f"{language.code}.{name}" for name in rules.LONGEST]
    differing = [key for key in texts if key in {*merged.conflicts, *merged.changes}]
    theirs = [
        (key.partition(".")[2], rules.TEXT_NAMES[key.partition(".")[2]], said(stored, key) or "")
        for key in differing
    ]
    taken = [
        gettext(rules.TEXT_NAMES[key[len(language.code) + 1 :]])
        for key in texts
        if key in merged.taken
    ]
    again = _filled(found, language, {**mine, **{key: stored.get(key) for key in merged.taken}})
    again.note.process_data(form.note.data)
    return _page(
        again, found, language,
        problem=error.message, theirs=theirs, taken=taken, status=int(error.status),
    )  # fmt: skip


def _preview(slug: str, language: Language, wanted: dict[str, Any]) -> Any:
    """The page exactly as readers would see it; written, shown, and rolled back."""
    address = _address(slug, language)
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("act", "csrf_token")
    ]
    try:
        service.try_on(slug, current_actor(), clock.now(), wanted, facts=facts())
        texts = queries.texts_of(slug)
        with speaking(language.code):
            page = render_template(
                "city_pages/staff/preview.html",
                **words_of(queries.best(texts, language.chain)),
                may_edit=False,
                fields=fields,
                address=address,
                form=ConfirmForm(formdata=None, prefix="act"),
            )
    finally:
        db.session.rollback()
    return page

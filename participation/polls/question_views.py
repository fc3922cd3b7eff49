"""Questions and answers of a poll, as the office writes them: a page each; buttons move and remove."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.messages import ChangedMeanwhile, DomainError, NotFound
from participation.files.rules import IMAGES, UnfitFile
from participation.files.transfer import megabytes, read_upload, send, takes_upload
from participation.permissions import Permission
from participation.polls import draft_rules, making, sheets, staff_queries
from participation.polls.making import OptionSheet, QuestionSheet, Sheet
from participation.polls.models import Poll
from participation.polls.question_forms import NamesForm, OptionForm, PictureForm, QuestionForm
from participation.polls.rules import QuestionKind
from participation.polls.staff_forms import SeenForm
from participation.polls.staff_pages import known, overview, refused, said, title_of

poll_questions = Blueprint(
    "poll_questions",
    __name__,
    url_prefix="/<language:lang>/verwaltung/abstimmungen/<number:poll_id>/fragen",
)

_SETTING = "upload_mb"
_STEPS = {"nach-oben": -1, "nach-unten": 1}


def _save(found: Poll, seen: int, sheet: Sheet) -> None:
    """Write the sheet, which was made of this very version, and commit."""
    if seen != found.version:
        raise ChangedMeanwhile
    making.change(found.id, current_actor(), clock.now(), sheet, seen_version=seen)
    db.session.commit()


@poll_questions.route("/neu/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def new_question(poll_id: int) -> Any:
    """Write a question; its answers come afterwards."""
    found = known(poll_id)
    form = QuestionForm()
    form.offer()
    if request.method == "GET":
        form.carry_on(found.version)
        return _question_page(form, found, 0)
    if not form.validate_on_submit():
        return _question_page(form, found, 0, status=422)
    sheet = sheets.sheet_of(found)
    number = len(sheet.questions) + 1
    question = QuestionSheet(texts=form.texts(), **form.values())
    try:
        _save(found, form.seen(), sheets.with_question(sheet, number, question))
    except DomainError as error:
        return _question_refused(poll_id, 0, form, error)
    return redirect(url_for(".edit_question", poll_id=poll_id, number=number, fertig="neu"), 303)


@poll_questions.route("/<number:number>/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def edit_question(poll_id: int, number: int) -> Any:
    """Change a question. Who was slower than a colleague sees both and loses nothing."""
    found = known(poll_id)
    stored = sheets.nth(found.questions, number)
    form = QuestionForm() if request.method == "POST" else QuestionForm(formdata=None)
    form.offer()
    if request.method == "GET":
        form.show(stored)
        form.carry_on(found.version)
        return _question_page(form, found, number)
    if not form.validate_on_submit():
        return _question_page(form, found, number, status=422)
    sheet = sheets.sheet_of(found)
    options = sheet.questions[number - 1].options
    question = QuestionSheet(texts=form.texts(), options=options, **form.values())
    try:
        _save(found, form.seen(), sheets.with_question(sheet, number, question))
    except DomainError as error:
        return _question_refused(poll_id, number, form, error)
    done = {"poll_id": poll_id, "number": number, "fertig": "gespeichert"}
    return redirect(url_for(".edit_question", **done), 303)


def _question_page(
    form: Any, found: Poll, number: int, *, problem: str = "", others: Any = (),
    names_form: NamesForm | None = None, status: int = 200,
) -> Any:  # fmt: skip
    question = found.questions[number - 1] if number else None
    names_form = names_form or NamesForm(formdata=None, prefix="new")
    names_form.carry_on(found.version)
    page = render_template(
        "polls/staff/question.html",
        form=form,
        poll=found,
        title=title_of(found),
        question=question,
        number=number,
        said=said,
        QuestionKind=QuestionKind,
        draft_rules=draft_rules,
        act_form=SeenForm(formdata=None, seen_version=found.version),
        names_form=names_form,
        problem=problem,
        others=others,
        done=request.args.get("fertig", "") if request.method == "GET" else "",
    )
    return page, status


def _question_refused(poll_id: int, number: int, form: Any, error: DomainError) -> Any:
    status = refused(error)
    found = known(poll_id)
    if number > len(found.questions):
        return overview(poll_id, problem=error.message, typed=form.words(), status=status)
    others = []
    if isinstance(error, ChangedMeanwhile):
        if number:
            stored = QuestionForm(formdata=None)
            stored.offer()
            stored.show(found.questions[number - 1])
            others = form.differences(stored)
        form.carry_on(found.version)
    return _question_page(form, found, number, problem=error.message, others=others, status=status)


@poll_questions.post("/<number:number>/<any('nach-oben','nach-unten'):direction>/")
@requires(Permission.POLL_EDIT)
def move_question(poll_id: int, number: int, direction: str) -> Any:
    """Put a question before or behind its neighbour."""
    found = known(poll_id)
    sheet = sheets.sheet_of(found)
    moved = sheets.moved(sheet.questions, number, _STEPS[direction])
    return _of_questions(found, Sheet(sheet.values, sheet.texts, moved, sheet.districts))


@poll_questions.post("/<number:number>/entfernen/")
@requires(Permission.POLL_EDIT)
def remove_question(poll_id: int, number: int) -> Any:
    """Take a question off the ballot, with its answers."""
    found = known(poll_id)
    sheet = sheets.sheet_of(found)
    left = sheets.without(sheet.questions, number)
    return _of_questions(found, Sheet(sheet.values, sheet.texts, left, sheet.districts))


def _of_questions(found: Poll, sheet: Sheet) -> Any:
    poll_id = found.id
    try:
        _save(found, SeenForm().seen(), sheet)
    except DomainError as error:
        return overview(poll_id, problem=error.message, status=refused(error))
    return redirect(url_for("poll_staff.poll", poll_id=poll_id, fertig="gespeichert"), 303)


@poll_questions.post("/<number:number>/antworten/")
@requires(Permission.POLL_EDIT)
@keeps_input
def add_options(poll_id: int, number: int) -> Any:
    """Write several answers at once."""
    found = known(poll_id)
    sheet = sheets.sheet_of(found)
    options = sheets.nth(sheet.questions, number).options
    names_form = NamesForm(prefix="new")
    problem, status = "", 422
    if names_form.validate_on_submit():
        more = [OptionSheet({"de": {"name": name}}) for name in names_form.lines()]
        try:
            if len(options) + len(more) > draft_rules.MOST_OPTIONS:
                raise draft_rules.TooManyOptions
            _save(found, names_form.seen(), sheets.with_options(sheet, number, [*options, *more]))
            return _to_question(poll_id, number)
        except DomainError as error:
            problem, status = error.message, refused(error)
            found = known(poll_id)
            if number > len(found.questions):
                words = names_form.words()
                return overview(poll_id, problem=problem, typed=words, status=status)
    form = QuestionForm(formdata=None)
    form.offer()
    form.show(found.questions[number - 1])
    form.carry_on(found.version)
    return _question_page(
        form, found, number, problem=problem, names_form=names_form, status=status
    )


def _to_question(poll_id: int, number: int) -> Any:
    done = {"poll_id": poll_id, "number": number, "fertig": "gespeichert"}
    return redirect(url_for(".edit_question", **done), 303)


@poll_questions.route("/<number:number>/antworten/<number:place>/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def edit_option(poll_id: int, number: int, place: int) -> Any:
    """Change an answer: its words in every language, and what it costs."""
    found = known(poll_id)
    stored = sheets.nth(sheets.nth(found.questions, number).options, place)
    form = OptionForm() if request.method == "POST" else OptionForm(formdata=None)
    if request.method == "GET":
        form.show(stored)
        form.carry_on(found.version)
        return _option_page(form, found, number, place)
    if not form.validate_on_submit():
        return _option_page(form, found, number, place, status=422)
    sheet = sheets.sheet_of(found)
    options = list(sheet.questions[number - 1].options)
    options[place - 1] = OptionSheet(form.texts(), form.cost.data, options[place - 1].file_id)
    try:
        _save(found, form.seen(), sheets.with_options(sheet, number, options))
    except DomainError as error:
        return _option_refused(poll_id, number, place, form, error)
    return _to_question(poll_id, number)


def _option_page(
    form: Any, found: Poll, number: int, place: int, *, problem: str = "", others: Any = (),
    status: int = 200,
) -> Any:  # fmt: skip
    question = found.questions[number - 1]
    page = render_template(
        "polls/staff/option.html",
        form=form,
        poll=found,
        title=title_of(found),
        question=question,
        option=question.options[place - 1],
        number=number,
        place=place,
        said=said,
        is_budget=question.kind is QuestionKind.BUDGET,
        problem=problem,
        others=others,
    )
    return page, status


def _option_refused(poll_id: int, number: int, place: int, form: Any, error: DomainError) -> Any:
    status = refused(error)
    found = known(poll_id)
    if number > len(found.questions) or place > len(found.questions[number - 1].options):
        return overview(poll_id, problem=error.message, typed=form.words(), status=status)
    others = []
    if isinstance(error, ChangedMeanwhile):
        stored = OptionForm(formdata=None)
        stored.show(found.questions[number - 1].options[place - 1])
        others = form.differences(stored)
        form.carry_on(found.version)
    return _option_page(
        form, found, number, place, problem=error.message, others=others, status=status
    )


_OPTION = "/<number:number>/antworten/<number:place>"


@poll_questions.post(f"{_OPTION}/<any('nach-oben','nach-unten'):direction>/")
@requires(Permission.POLL_EDIT)
def move_option(poll_id: int, number: int, place: int, direction: str) -> Any:
    """Put an answer before or behind its neighbour."""
    found = known(poll_id)
    sheet = sheets.sheet_of(found)
    options = sheets.nth(sheet.questions, number).options
    moved = sheets.moved(options, place, _STEPS[direction])
    return _of_options(found, number, sheets.with_options(sheet, number, moved))


@poll_questions.post(f"{_OPTION}/entfernen/")
@requires(Permission.POLL_EDIT)
def remove_option(poll_id: int, number: int, place: int) -> Any:
    """Take an answer off the ballot."""
    found = known(poll_id)
    sheet = sheets.sheet_of(found)
    left = sheets.without(sheets.nth(sheet.questions, number).options, place)
    return _of_options(found, number, sheets.with_options(sheet, number, left))


def _of_options(found: Poll, number: int, sheet: Sheet) -> Any:
    poll_id = found.id
    try:
        _save(found, SeenForm().seen(), sheet)
    except DomainError as error:
        return overview(poll_id, problem=error.message, status=refused(error))
    return _to_question(poll_id, number)


@poll_questions.route(f"{_OPTION}/bild/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
@takes_upload(_SETTING)
def add_picture(poll_id: int, number: int, place: int) -> Any:
    """Give an answer a picture; it takes the place of the one before."""
    found = known(poll_id)
    option = sheets.nth(sheets.nth(found.questions, number).options, place)
    option_id, form = option.id, PictureForm()
    form.offer(IMAGES, megabytes(_SETTING))
    problem, status = "", 200
    if not form.is_submitted():
        form.carry_on(found.version)
    elif not form.validate():
        status = 422
    else:
        db.session.rollback()  # reading a picture takes its time; no transaction waits for it
        try:
            prepared = read_upload(form.file.data, _SETTING, IMAGES)
            alt = form.alt.data or ""
            making.add_picture(
                poll_id, current_actor(), clock.now(), option_id, prepared, alt,
                seen_version=form.seen(),
            )  # fmt: skip
            db.session.commit()
            return _to_question(poll_id, number)
        except UnfitFile as error:
            form.refuse(error)
            status = int(error.status)
        except DomainError as error:
            problem, status = error.message, refused(error)
            form.choose_again()
        found = known(poll_id)
        if status == HTTPStatus.CONFLICT:
            form.carry_on(found.version)
    return _picture_page(form, found, number, place, problem, status)


def _picture_page(
    form: Any, found: Poll, number: int, place: int, problem: str, status: int
) -> Any:
    try:
        option = sheets.nth(sheets.nth(found.questions, number).options, place)
    except NotFound:
        return overview(found.id, problem=problem, status=status)
    page = render_template(
        "polls/staff/picture.html",
        form=form, poll=found, title=title_of(found), option=option, number=number, place=place,
        said=said, problem=problem,
    )  # fmt: skip
    return page, status


@poll_questions.get(f"{_OPTION}/bild/ansehen/")
@requires(Permission.POLL_EDIT)
def picture(poll_id: int, number: int, place: int) -> Any:
    """The picture of an answer, for the office."""
    option = sheets.nth(sheets.nth(known(poll_id).questions, number).options, place)
    stored = staff_queries.file(option.file_id) if option.file_id else None
    if stored is None:
        raise NotFound
    return send(stored, is_public=False)

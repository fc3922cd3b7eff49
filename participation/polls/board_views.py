"""The ceremony of sealed polls: key, test, envelopes, opened votes, and what is destroyed at the end.

What happens away from the server is told on the page, with the commands; what comes back is taken here.
"""

import io
import shlex
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import DomainError, NotFound
from participation.files.transfer import MEGABYTE, megabytes, takes_upload
from participation.permissions import Permission
from participation.polls import (
    ceremony,
    counting_job,
    keys,
    making,
    opening,
    queries,
    rules,
    staff_queries,
    tallying,
)
from participation.polls.canonical import lines_of
from participation.polls.models import Poll
from participation.polls.question_forms import DocumentForm, WordForm
from participation.polls.rules import PollKind, PollState
from participation.polls.staff_forms import SeenForm
from participation.polls.staff_pages import refused, said, title_of

poll_board = Blueprint("poll_board", __name__, url_prefix="/<language:lang>/beirat/abstimmungen")

_KEY_SETTING, _BALLOTS_SETTING = "upload_mb", "ballots_mb"
_HEADS = 5


@poll_board.get("/")
@requires(Permission.POLL_OPEN_ENVELOPES)
def poll_list() -> Any:
    """All sealed polls, with what the board does next."""
    keep_private()
    page = staff_queries.sealed_page(request.args.get("seite"), current_language().chain)
    return render_template("polls/board/list.html", page=page, rules=rules, step_of=step_of)


@poll_board.get("/<slug:slug>/")
@requires(Permission.POLL_OPEN_ENVELOPES)
def poll(slug: str) -> Any:
    """The guided page of one poll."""
    return _page(_known(slug))


@poll_board.get("/<slug:slug>/anleitung/")
@requires(Permission.POLL_OPEN_ENVELOPES)
def guide(slug: str) -> Any:
    """Instructions to print and take along."""
    found = _known(slug)
    return render_template(
        "polls/board/guide.html",
        poll=found,
        title=title_of(found),
        quoted=shlex.quote(title_of(found)),
        fingerprint=keys.fingerprint(found.public_key) if found.public_key else "",
    )


def _known(slug: str) -> Poll:
    """The poll, if it is sealed. :raises NotFound: otherwise"""
    keep_private()
    found = queries.sheet(slug, current_actor())
    if found is None or found.kind is not PollKind.SEALED:
        raise NotFound
    return found


def step_of(poll: Poll) -> int:
    """Return the number of the step that is next: 1 key, 2 test, 3 announcing, 4 voting, 5 opening,
    6 objections, 7 destroying; 0 if there is nothing to do.
    """
    if poll.state is PollState.DRAFT:
        if not poll.public_key:
            return 1
        return 3 if poll.test_opened_at else 2
    return {
        PollState.ANNOUNCED: 4,
        PollState.OPEN: 4,
        PollState.CLOSED: 5,
        PollState.PUBLISHED: 6,
        PollState.ARCHIVED: 7,
    }.get(poll.state, 0)


def _page(
    found: Poll,
    *,
    problem: str = "",
    faults: Any = (),
    form: Any = None,
    place: str = "",
    status: int = 200,
) -> Any:
    """:param faults: sentences about a file; :param form: one that was sent, of the place"""
    shares = ceremony.shares_of(found)
    over = found.state in ceremony.OVER
    forms = {
        name: WordForm(formdata=None, prefix=f"test{number}")
        for number, name in enumerate(found.test_words)
    }
    for name, one in (("key", DocumentForm), ("votes", DocumentForm)):
        forms[f"file:{name}"] = one(formdata=None, prefix=name)
    if form is not None:
        forms[place] = form
    page = render_template(
        "polls/board/poll.html",
        poll=found,
        title=title_of(found),
        said=said,
        rules=rules,
        quoted=shlex.quote(title_of(found)),
        fingerprint=keys.fingerprint(found.public_key) if found.public_key else "",
        step=step_of(found),
        is_draft=found.state is PollState.DRAFT,
        is_closed=found.state is PollState.CLOSED,
        over=over,
        may_edit=rules.may_edit(current_actor()),
        heads=queries.heads(found.id)[:_HEADS],
        shares=shares,
        destroyed=ceremony.destroyed(found.id) if over else set(),
        forms=forms,
        act_form=SeenForm(formdata=None, seen_version=found.version),
        sent=place,
        megabytes=megabytes,
        problem=problem,
        faults=faults,
        done=request.args.get("fertig", "") if request.method == "GET" else "",
    )
    return page, status


@poll_board.post("/<slug:slug>/schluessel/")
@requires(Permission.POLL_EDIT)
@keeps_input
@takes_upload(_KEY_SETTING)
def give_key(slug: str) -> Any:
    """Take the public file of ``poll keygen``; shares and keys are refused, and not kept."""
    found = _known(slug)
    form = DocumentForm(prefix="key")
    if not form.validate_on_submit():
        return _page(found, form=form, place="file:key", status=422)
    data = form.file.data.stream.read(megabytes(_KEY_SETTING) * MEGABYTE)
    poll_id = found.id

    def act() -> None:
        if keys.kind_of(data) in (keys.SHARE_FORMAT, keys.KEY_FORMAT):
            raise keys.SecretKeyUploaded
        making.set_key(poll_id, current_actor(), clock.now(), data)

    return _do(slug, act, "schluessel", place="file:key")


@poll_board.get("/<slug:slug>/test-umschlag.json")
@requires(Permission.POLL_OPEN_ENVELOPES)
def test_envelope(slug: str) -> Any:
    """The test envelopes, one for each pair of shares."""
    found = _known(slug)
    return _file(lines_of(making.test_envelope(found)), f"test-umschlag-{found.slug}.json")


def _file(data: bytes, name: str) -> Any:
    response = send_file(
        io.BytesIO(data), mimetype="application/json", as_attachment=True, download_name=name
    )
    keep_private()
    return response


@poll_board.post("/<slug:slug>/test/<any('1-2','1-3','2-3','key'):pair>/")
@requires(Permission.POLL_OPEN_ENVELOPES)
@keeps_input
def record_test(slug: str, pair: str) -> Any:
    """Take the word that lay in the test envelope of a pair."""
    found = _known(slug)
    name = pair.replace("-", "+")
    if name not in found.test_words:
        raise rules.NotNow
    number = list(found.test_words).index(name)
    form = WordForm(prefix=f"test{number}")
    if not form.validate_on_submit():
        return _page(found, form=form, place=name, status=422)
    word = form.word.data or ""
    act = partial(making.record_test, found.id, current_actor(), clock.now(), name, word)
    return _do(slug, act, "test", place=name, form=form)


@poll_board.get("/<slug:slug>/umschlaege.json")
@requires(Permission.POLL_OPEN_ENVELOPES)
def envelopes(slug: str) -> Any:
    """All envelopes of a poll that is over, sorted by hash, without anybody's name."""
    found = _known(slug)
    data = counting_job.envelopes_file(found.id, current_actor())
    return _file(data, f"umschlaege-{found.slug}.json")


@poll_board.post("/<slug:slug>/stimmen/")
@requires(Permission.POLL_OPEN_ENVELOPES)
@keeps_input
@takes_upload(_BALLOTS_SETTING)
def bring_votes(slug: str) -> Any:
    """Take the opened votes, count them, and publish the result with its file."""
    found = _known(slug)
    form = DocumentForm(prefix="votes")
    if not form.validate_on_submit():
        return _page(found, form=form, place="file:votes", status=422)
    data = form.file.data.stream.read(megabytes(_BALLOTS_SETTING) * MEGABYTE)
    poll_id, actor = found.id, current_actor()

    def act() -> None:
        material = counting_job.material_of(poll_id)
        db.session.rollback()  # counting takes its time; no transaction waits for it
        opened = tallying.opened_of(material, data)
        counted = tallying.tally(material, opened.ballots, opened.unreadable)
        counting_job.publish(counted, actor, clock.now())

    return _do(slug, act, "ausgezaehlt", place="file:votes")


@poll_board.post("/<slug:slug>/vernichtet/<any('1','2','3','key'):share>/")
@requires(Permission.POLL_OPEN_ENVELOPES)
def confirm_destroyed(slug: str, share: str) -> Any:
    """Say that a share of the key is destroyed."""
    found = _known(slug)
    act = partial(ceremony.confirm_destroyed, found.id, current_actor(), clock.now(), share)
    return _do(slug, act, "vernichtet")


def _do(slug: str, act: Callable[[], Any], done: str, *, place: str = "", form: Any = None) -> Any:
    """Do it and go on, or show the page with what was wrong."""
    try:
        act()
        db.session.commit()
    except opening.FileRefused as error:
        status = refused(error)
        message = type(error).message
        return _page(_known(slug), problem=message, faults=error.faults, place=place, status=status)
    except DomainError as error:
        status = refused(error)
        return _page(_known(slug), problem=error.message, form=form, place=place, status=status)
    return redirect(url_for(".poll", slug=slug, fertig=done), 303)

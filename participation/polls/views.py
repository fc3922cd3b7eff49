"""Polls as everybody sees them: list, feed, sheet, pictures, board."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from participation.core import clock, feeds, paging
from participation.core.access import current_actor, public
from participation.core.headers import keep_private
from participation.core.languages import current_language, format_time, format_weekday, gettext
from participation.core.messages import NotFound
from participation.files.transfer import send
from participation.permissions import Actor
from participation.polls import casting, draft_rules, queries, rules
from participation.polls.models import Poll
from participation.polls.rules import Declared, Eligible, PollKind, PollState

polls = Blueprint("polls", __name__, url_prefix="/<language:lang>/abstimmungen")
#: Polls that run, come or wait for their count, on one page of the list.
_CURRENT_SHOWN = 12
#: Signed heads that the board shows; the file that is published has all of them.
_HEADS_SHOWN = 10


@polls.get("/")
@public
def poll_list() -> Any:
    """All polls: those that run and come first, then a page of past ones."""
    token, chain = request.args.get("seite"), current_language().chain
    now = clock.now()
    current = paging.numbered_page(
        [] if token else queries.current(chain), request.args.get("laufend", ""), _CURRENT_SHOWN
    )
    rows = current.rows
    return render_template(
        "polls/list.html",
        running=[row for row in rows if _is_running(row[0], now)],
        coming=[row for row in rows if row[0].state is PollState.ANNOUNCED],
        waiting=[
            row
            for row in rows
            if row[0].state is not PollState.ANNOUNCED and not _is_running(row[0], now)
        ],
        current=current,
        page=queries.past_page(token, chain),
        first_page=not token,
        rules=rules,
        now=now,
    )


def _is_running(poll: Poll, now: Any) -> bool:
    return rules.is_open(poll.state, poll.opens_at, poll.closes_at, now)


@polls.get("/feed.atom")
@public
def news() -> Response:
    """The polls that were announced, opened, counted or cancelled last, for feed readers."""
    rows = queries.changed_last(current_language().chain, feeds.MOST_ENTRIES)
    entries = [
        feeds.Entry(
            name=f"abstimmung/{row[0].slug}",
            title=row.title,
            address=url_for(".poll", slug=row[0].slug),
            updated=row[0].changed_at,
            language=row.language,
            summary=_in_short(row[0]),
        )
        for row in rows
    ]
    title, page = gettext("Abstimmungen"), url_for(".poll_list")
    return feeds.feed(entries, name="abstimmungen", title=title, page=page, filters={})


def _in_short(poll: Poll) -> str:
    """How it stands, and from when until when."""
    end = gettext(
        "Ende: %(day)s, %(time)s",
        day=format_weekday(poll.closes_at),
        time=format_time(poll.closes_at),
    )
    return f"{gettext(rules.STATE_NAMES[poll.state])}. {end}. {poll.cancel_reason}".strip()


@polls.get("/<slug:slug>/")
@public
def poll(slug: str) -> Any:
    """A poll's sheet: what is asked, who may answer, from when until when, and how it is kept safe."""
    actor, chain = current_actor(), current_language().chain
    found = _known(slug, actor)
    if actor.person_id is not None:
        keep_private()
    is_open = rules.is_open(found.state, found.opens_at, found.closes_at, clock.now())
    sealed = found.kind is PollKind.SEALED
    has_voted = False
    if actor.person_id is not None and found.eligible is not Eligible.LETTER:
        has_voted, _hash = queries.own_vote(found.id, actor.person_id)
    return render_template(
        "polls/poll.html",
        poll=found,
        project=queries.project_of(found, chain),
        words=lambda thing, field: queries.words_of(thing.texts, field, chain),
        rules=rules,
        rule_names=draft_rules.RULE_NAMES,
        kind_names=draft_rules.QUESTION_KIND_NAMES,
        pictures=queries.pictures(found),
        result=queries.result(found),
        head=next(iter(queries.heads(found.id, 1)), None) if sealed else None,
        is_open=is_open,
        may_vote=is_open and _may_vote(found, actor),
        has_voted=has_voted,
        done=request.args.get("fertig", ""),
    )


def _may_vote(found: Poll, actor: Actor) -> bool:
    """Whether somebody may vote who declares what the ballot asks; with a letter it is not known yet."""
    if found.eligible is Eligible.LETTER:
        return True
    if actor.person_id is None:
        return False
    try:
        everything = Declared(True, next(iter(found.electorate.districts), None))
        casting.check_voter(found, actor, everything)
    except rules.NotEntitled:
        return False
    return True


@polls.get("/<slug:slug>/bilder/<number:file_id>/<name>")
@public
def picture(slug: str, file_id: int, name: str) -> Any:
    """A picture of an option of this poll, and of no other."""
    found = _known(slug, current_actor())
    stored = queries.pictures(found).get(file_id)
    if stored is None or stored.name != name:
        raise NotFound
    return send(stored, is_public=found.state in rules.PUBLIC_STATES)


@polls.get("/<slug:slug>/tafel/")
@public
def board(slug: str) -> Any:
    """The public board of a sealed poll: the newest signed heads, and a page of entries."""
    found = _known(slug, current_actor())
    if found.kind is not PollKind.SEALED:
        raise NotFound
    chain = current_language().chain
    return render_template(
        "polls/board.html",
        poll=found,
        words=lambda thing, field: queries.words_of(thing.texts, field, chain),
        page=queries.board_page(found.id, request.args.get("seite")),
        heads=queries.heads(found.id, _HEADS_SHOWN),
        rules=rules,
    )


def _known(slug: str, actor: Actor) -> Poll:
    """A poll that the actor may see; a draft is nobody else's to know of."""
    found = queries.sheet(slug, actor)
    if found is None:
        raise NotFound
    if found.state not in rules.PUBLIC_STATES:
        keep_private()
    return found

"""What all pages of the office about one poll share: reading it, its sheet, and what was refused."""

from typing import Any

from flask import render_template, request

from participation.core import clock
from participation.core.access import current_actor
from participation.core.db import db
from participation.core.headers import keep_private
from participation.core.languages import SOURCE, current_language
from participation.core.messages import DomainError, NotFound
from participation.polls import draft_rules, queries, refusals, rules, service, staff_queries
from participation.polls.definitions import german
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollIsFrozen, PollState
from participation.polls.staff_forms import CancelForm, SeenForm
from participation.projects import queries as projects

_TAKES_BACK = frozenset({PollState.ANNOUNCED, PollState.OPEN})
_CANCELS = rules.TRANSITIONS["cancel"].sources


def known(poll_id: int) -> Poll:
    """The poll, for those who may edit it. :raises NotFound: also for everybody else"""
    keep_private()
    found = queries.by_id(poll_id, current_actor())
    if found is None or not rules.may_edit(current_actor()):
        raise NotFound
    return found


def title_of(poll: Poll) -> str:
    """The German title."""
    return german(poll.texts, "title")


def said(thing: Any, field: str) -> queries.Words:
    """A text of a poll, question or option in the reader's language, or the next best."""
    return queries.words_of(thing.texts, field, current_language().chain)


def refused(error: DomainError) -> int:
    """Undo what a refused act wrote, keep the record of it if it is one to keep; return the status."""
    db.session.rollback()
    if isinstance(error, PollIsFrozen):
        refusals.keep(error, clock.now())
        db.session.commit()
    return int(error.status)


def overview(
    poll_id: int,
    *,
    problem: str = "",
    typed: Any = (),
    status: int = 200,
    cancelling: CancelForm | None = None,
) -> Any:
    """The page of one poll: what is there, what is missing, what can be done.

    :param typed: ``(label, words)`` of something that could not be saved and has no other page
    """
    poll = known(poll_id)
    is_draft = poll.state is PollState.DRAFT
    cancel_form = cancelling or CancelForm(formdata=None, prefix="cancel")
    cancel_form.carry_on(poll.version)
    page = render_template(
        "polls/staff/poll.html",
        poll=poll,
        title=title_of(poll),
        source=SOURCE.code,
        said=said,
        rules=rules,
        draft_rules=draft_rules,
        Eligible=Eligible,
        gaps=service.gaps_of(poll, clock.now()) if is_draft else [],
        is_draft=is_draft,
        listed=staff_queries.how_many_listed(poll),
        letters=staff_queries.how_many_letters(poll),
        districts=staff_queries.district_names(poll),
        project=projects.title_of(poll.project_id, current_language().chain)
        if poll.project_id
        else None,
        form=SeenForm(formdata=None, seen_version=poll.version),
        can_take_back=poll.state in _TAKES_BACK,
        cancel_form=cancel_form if poll.state in _CANCELS else None,
        is_cancelling=cancelling is not None,
        problem=problem,
        typed=typed,
        done=request.args.get("fertig", "") if request.method == "GET" else "",
    )
    return page, status

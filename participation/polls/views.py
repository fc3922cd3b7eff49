"""Polls as everybody sees them."""

from typing import Any

from flask import Blueprint, render_template

from participation.core.access import current_actor, public
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import NotFound
from participation.polls import draft_rules, queries, rules

polls = Blueprint("polls", __name__, url_prefix="/<language:lang>")


@polls.get("/abstimmungen/<slug:slug>/")
@public
def poll(slug: str) -> Any:
    """A poll's sheet: what is asked, who may answer, from when until when."""
    actor, chain = current_actor(), current_language().chain
    found = queries.sheet(slug, actor)
    if found is None:
        raise NotFound
    if found.state not in rules.PUBLIC_STATES:
        keep_private()
    return render_template(
        "polls/poll.html",
        poll=found,
        words=lambda thing, field: queries.words_of(thing.texts, field, chain),
        rules=rules,
        rule_names=draft_rules.RULE_NAMES,
        kind_names=draft_rules.QUESTION_KIND_NAMES,
        result=queries.result(found),
    )

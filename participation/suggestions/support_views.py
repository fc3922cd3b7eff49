"""Supporting a suggestion, and taking the support back."""

from typing import Any

from flask import Blueprint, redirect, url_for

from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.messages import NotFound
from participation.permissions import Permission
from participation.suggestions import queries, rules, support
from participation.suggestions.forms import SupportForm
from participation.suggestions.models import Suggestion
from participation.suggestions.terms import terms

supporting = Blueprint("supporting", __name__, url_prefix="/<language:lang>/anregungen")


@supporting.post("/<number:number>/unterstuetzen/")
@requires(Permission.SUGGESTION_SUPPORT)
def give(number: int) -> Any:
    """Support a suggestion; pressing twice counts once."""
    found = _public(number)
    form = SupportForm()
    support.give(
        found.id, current_actor(), clock.now(), terms(), wants_mail=bool(form.wants_mail.data)
    )
    db.session.commit()
    return _back_to(number, "unterstuetzt")


@supporting.post("/<number:number>/zurueckziehen/")
@requires(Permission.SUGGESTION_SUPPORT)
def take_back(number: int) -> Any:
    """Take one's support back."""
    found = _public(number)
    support.take_back(found.id, current_actor(), clock.now())
    db.session.commit()
    return _back_to(number, "zurueckgezogen")


def _back_to(number: int, done: str) -> Any:
    page = url_for("suggestions.suggestion", number=number, fertig=done, _anchor="unterstuetzung")
    return redirect(page, 303)


def _public(number: int) -> Suggestion:
    found = queries.by_number(number)
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    return found

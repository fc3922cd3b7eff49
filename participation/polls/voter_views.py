"""Who may vote, where not everybody may: a list of addresses, or letters with codes."""

import io
from typing import Any

from email_validator import EmailNotValidError
from flask import Blueprint, current_app, redirect, render_template, send_file, url_for

from participation.accounts.forms import mail_address
from participation.accounts.rules import mailbox_key
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.languages import gettext
from participation.core.messages import DomainError
from participation.permissions import Permission
from participation.polls import (
    letters_pdf,
    making,
    queries,
    rules,
    service,
    staff_queries,
    voter_list,
)
from participation.polls.models import Poll
from participation.polls.rules import Eligible
from participation.polls.staff_forms import LettersForm, ListForm
from participation.polls.staff_pages import known, refused, title_of
from participation.polls.voter_list import MOST_TOLD, LineFault, Pasted

poll_voters = Blueprint(
    "poll_voters",
    __name__,
    url_prefix="/<language:lang>/verwaltung/abstimmungen/<number:poll_id>",
)


@poll_voters.route("/liste/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def write_list(poll_id: int) -> Any:
    """Write the list of who may vote anew; what is wrong is told by its line, and nothing is kept then."""
    found = _of(poll_id, Eligible.LISTED)
    form = ListForm()
    if not form.is_submitted():
        form.addresses.data = "\n".join(queries.listed(found.id))
        form.carry_on(found.version)
        return _list_page(form, found)
    if not form.validate():
        return _list_page(form, found, status=422)
    pasted = voter_list.read(form.addresses.data or "", _address_of, mailbox_key)
    form.addresses.errors = _said(pasted)
    if form.addresses.errors:
        return _list_page(form, found, status=422)
    try:
        making.set_listed(
            poll_id, current_actor(), clock.now(), pasted.addresses, seen_version=form.seen()
        )
        db.session.commit()
    except DomainError as error:
        status = refused(error)
        found = known(poll_id)
        form.carry_on(found.version)
        return _list_page(form, found, problem=error.message, status=status)
    return redirect(url_for("poll_staff.poll", poll_id=poll_id, fertig="gespeichert"), 303)


def _of(poll_id: int, eligible: Eligible) -> Poll:
    """The poll, if its voters are told in this way. :raises rules.NotNow: otherwise"""
    found = known(poll_id)
    if found.eligible is not eligible:
        raise rules.NotNow
    return found


def _address_of(typed: str) -> str | None:
    try:
        return mail_address(typed)
    except EmailNotValidError:
        return None


def _said(pasted: Pasted) -> list[str]:
    """Say what is wrong with a pasted list, a sentence a line of it."""
    words = [
        gettext("Zeile %(line)s: Das ist keine E-Mail-Adresse.", line=line)
        if fault is LineFault.NO_ADDRESS
        else gettext("Zeile %(line)s: steht schon in Zeile %(first)s.", line=line, first=first)
        for line, fault, first in pasted.faults[:MOST_TOLD]
    ]
    if len(pasted.faults) > MOST_TOLD:
        more = len(pasted.faults) - MOST_TOLD
        words.append(gettext("Und noch %(count)s weitere Zeilen.", count=more))
    if pasted.is_too_long:
        count = len(pasted.addresses)
        words.append(
            gettext(
                "Das sind %(count)s Adressen. Erlaubt sind %(most)s.",
                count=count,
                most=rules.MOST_LISTED,
            )
        )
    return words


def _list_page(form: ListForm, found: Poll, *, problem: str = "", status: int = 200) -> Any:
    page = render_template(
        "polls/staff/voters.html",
        form=form, poll=found, title=title_of(found), problem=problem,
        count=staff_queries.how_many_listed(found),
    )  # fmt: skip
    return page, status


@poll_voters.route("/briefe/", methods=["GET", "POST"])
@requires(Permission.POLL_EDIT)
@keeps_input
def letters(poll_id: int) -> Any:
    """Make codes, and hand out the letters, this once: the codes are kept nowhere."""
    found = _of(poll_id, Eligible.LETTER)
    form = LettersForm()
    if not form.is_submitted():
        form.carry_on(found.version)
        return _letters_page(form, found)
    if not form.validate():
        return _letters_page(form, found, status=422)
    settings = current_app.extensions["settings"]
    try:
        codes = making.make_letters(
            poll_id,
            current_actor(),
            clock.now(),
            form.count.data or 0,
            fingerprint_key=settings.key_of_fingerprints,
            seen_version=form.seen(),
        )
        pdf = letters_pdf.letters(service.locked(poll_id), codes, settings)
        db.session.commit()
    except DomainError as error:
        status = refused(error)
        found = known(poll_id)
        form.carry_on(found.version)
        return _letters_page(form, found, problem=error.message, status=status)
    name = f"briefe-{found.slug}.pdf"
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _letters_page(form: LettersForm, found: Poll, *, problem: str = "", status: int = 200) -> Any:
    page = render_template(
        "polls/staff/letters.html",
        form=form, poll=found, title=title_of(found), problem=problem,
        count=staff_queries.how_many_letters(found),
    )  # fmt: skip
    return page, status

"""Supporting a suggestion, with an account or without one, and taking the support back."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from participation.accounts.rules import mailbox_key
from participation.core import clock, stamps
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language, gettext
from participation.core.limits import is_within_limit, limited
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission
from participation.suggestions import (
    guest_support,
    links,
    queries,
    rules,
    support,
    support_queries,
)
from participation.suggestions.forms import ActForm, SupportForm
from participation.suggestions.guest_support import Guest
from participation.suggestions.links import Link
from participation.suggestions.models import Suggestion
from participation.suggestions.support_forms import GuestForm
from participation.suggestions.support_rules import AccountNeeded, LinkInvalid, NotInTheCity
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
    support.take_back(found.id, current_actor(), clock.now(), terms())
    db.session.commit()
    return _back_to(number, "zurueckgezogen")


@supporting.post("/<number:number>/keine-nachrichten/")
@requires(Permission.SUGGESTION_SUPPORT)
def stop_own_mails(number: int) -> Any:
    """Take back that mails may be sent, also when the period is over; the support stays."""
    support.stop_mails(_public(number).id, current_actor(), terms())
    db.session.commit()
    return _back_to(number, "abbestellt")


@supporting.route("/<number:number>/unterstuetzen/ohne-konto/", methods=["GET", "POST"])
@public
@keeps_input
@limited("guest_support_limit")
def ask(number: int) -> Any:
    """Support without an account. The page says the same whoever supports already, or has an account."""
    keep_private()
    found, now = _public(number), clock.now()
    if request.method == "GET" and current_actor().may(Permission.SUGGESTION_SUPPORT):
        return redirect(_page_of(number, _anchor="unterstuetzung"), 303)
    if not terms().guest_support:
        raise AccountNeeded
    if not rules.can_support(found.facts, now):
        raise rules.PeriodNotOpen
    form = GuestForm()
    if not form.validate_on_submit():
        return _form_page(found, form)
    guest = Guest(
        **form.values(),
        language=current_language().code,
        shown_at=stamps.read(_secret(), "guest-support", form.stamp.data, found.id),
        trap=form.homepage.data or "",
    )
    try:
        guest_support.check(found.id, guest, now, terms())
        if is_within_limit("guest_support_mailbox_limit", mailbox_key(guest.email)):
            guest_support.ask(found.id, guest, now, terms())
        db.session.commit()
    except NotInTheCity as error:
        db.session.rollback()
        form.postcode.errors = [gettext(error.message)]
        return _form_page(_public(number), form)
    except DomainError as error:
        db.session.rollback()
        return _form_page(_public(number), form, error)
    return redirect(url_for(".check_mail", number=number), 303)


@supporting.get("/<number:number>/unterstuetzen/ohne-konto/post/")
@public
def check_mail(number: int) -> Any:
    """Say that a mail is under way."""
    return render_template("suggestions/support/check_mail.html", suggestion=_public(number))


@supporting.get("/<number:number>/unterstuetzen/ohne-konto/danke/")
@public
def thanks(number: int) -> Any:
    """Say that the support counts."""
    return render_template("suggestions/support/thanks.html", suggestion=_public(number))


@supporting.route("/unterstuetzung/<token>/bestaetigen/", methods=["GET", "POST"])
@public
def confirm(token: str) -> Any:
    """Confirm the address. Opening the link changes nothing, so a scanner that opens it does no harm."""
    keep_private()
    link, now = links.read(_secret(), token), clock.now()
    found = _of(link)
    if not rules.can_support(found.facts, now):
        raise rules.PeriodNotOpen
    form = ActForm()
    if not form.validate_on_submit():
        own = support_queries.of_mailbox(found.id, link.mailbox)
        asked = support_queries.request(link.request_id)
        if own is None and (asked is None or asked.expires_at <= now):
            raise LinkInvalid
        return render_template("suggestions/support/confirm.html", suggestion=found, form=form)
    guest_support.confirm(link, now, terms())
    number = found.number
    db.session.commit()
    return redirect(url_for(".thanks", number=number), 303)


@supporting.get("/unterstuetzung/<token>/")
@public
def own(token: str) -> Any:
    """One's support without an account: whether it counts, and how to take it back."""
    keep_private()
    link = links.read(_secret(), token)
    found = queries.by_id(link.suggestion_id)
    if found is not None and found.state is rules.State.HIDDEN:
        return _own_of_hidden(token, link)
    found = _of(link)
    return render_template(
        "suggestions/support/own.html",
        suggestion=found,
        token=token,
        support=support_queries.of_mailbox(found.id, link.mailbox),
        can_support=rules.can_support(found.facts, clock.now()),
        guest_support=terms().guest_support,
        form=ActForm(formdata=None),
        done=request.args.get("fertig", ""),
    )


def _own_of_hidden(token: str, link: Link) -> Any:
    """The same for what the city has hidden since: nothing of it is shown, what is the guest's can go."""
    return render_template(
        "suggestions/support/hidden.html",
        token=token,
        support=support_queries.of_mailbox(link.suggestion_id, link.mailbox),
        form=ActForm(formdata=None),
        done=request.args.get("fertig", ""),
    )


@supporting.post("/unterstuetzung/<token>/zurueckziehen/")
@public
def take_back_as_guest(token: str) -> Any:
    """Take back a support that was given without an account."""
    link = links.read(_secret(), token)
    guest_support.take_back(link, clock.now())
    db.session.commit()
    return redirect(url_for(".own", token=token, fertig="zurueckgezogen"), 303)


@supporting.post("/unterstuetzung/<token>/keine-nachrichten/")
@public
def stop_mails(token: str) -> Any:
    """Take back that mails may be sent; the support stays."""
    link = links.read(_secret(), token)
    guest_support.stop_mails(link)
    db.session.commit()
    return redirect(url_for(".own", token=token, fertig="abbestellt"), 303)


def _form_page(found: Suggestion, form: GuestForm, error: DomainError | None = None) -> Any:
    """Show the form; with an empty trap, and a stamp if it has none of ours."""
    form.homepage.data = ""
    if stamps.read(_secret(), "guest-support", form.stamp.data, found.id) is None:
        form.stamp.data = stamps.write(_secret(), "guest-support", found.id, clock.now())
    page = render_template(
        "suggestions/support/form.html",
        suggestion=found,
        form=form,
        problem=error.message if error else "",
    )
    return page, int(error.status) if error else 422 if form.errors else 200


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)


def _page_of(number: int, **more: Any) -> str:
    return url_for("suggestions.suggestion", number=number, **more)


def _back_to(number: int, done: str) -> Any:
    return redirect(_page_of(number, fertig=done, _anchor="unterstuetzung"), 303)


def _public(number: int) -> Suggestion:
    found = queries.by_number(number)
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    return found


def _of(link: Link) -> Suggestion:
    found = queries.by_id(link.suggestion_id)
    if found is None or found.state not in rules.PUBLIC_STATES:
        raise NotFound
    return found

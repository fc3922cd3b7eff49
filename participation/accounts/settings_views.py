"""What people change about their own account: password, address, language of mails."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from participation.accounts import credentials, queries, tokens
from participation.accounts.checking import check_own, count_own_success, words_for
from participation.accounts.forms import (
    ActForm,
    ChangeAddressForm,
    ChangePasswordForm,
    LanguageForm,
)
from participation.accounts.models import AddressChange
from participation.accounts.passwords import passwords
from participation.accounts.queries import Credentials
from participation.accounts.rules import AddressLinkInvalid, mailbox_key, normal_address
from participation.accounts.sessions import begin_session
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import gettext
from participation.core.limits import is_within_limit, limited
from participation.core.messages import NotFound
from participation.permissions import Permission

own_settings = Blueprint("own_settings", __name__, url_prefix="/<language:lang>/konto")


def _me() -> Credentials:
    me = queries.credentials_of(current_user.id)
    if me is None:
        raise NotFound
    return me


def _knows_password(me: Credentials, form: Any) -> bool:
    """Check the field ``current``; if it is wrong, the form says so. Commits."""
    now = clock.now()
    checked = check_own(me, form.current.data, now)
    if not checked.fits:
        form.current.errors = [words_for(checked, now)]
    return checked.fits


@own_settings.route("/passwort-aendern/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@keeps_input
@limited("sign_in_limit")
def password() -> Any:
    """Change the password; all other browsers are signed out."""
    keep_private()
    form, me = ChangePasswordForm(), _me()
    if not form.validate_on_submit() or not _knows_password(me, form):
        page = render_template("accounts/settings/password.html", form=form)
        return page, 422 if form.errors else 200
    password_hash = passwords().hash(form.password.data)
    now = clock.now()
    person = credentials.change_password(me, password_hash, now)
    count_own_success(person.id)
    begin_session(person, now)
    db.session.commit()
    return redirect(url_for("own_sessions.sessions", fertig="passwort"), 303)


@own_settings.route("/adresse/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@keeps_input
@limited("sign_in_limit")
def address() -> Any:
    """Ask for another address. The page says the same, whoever has an account with it."""
    keep_private()
    form, me = ChangeAddressForm(), _me()
    if form.validate_on_submit() and normal_address(form.address) == me.email:
        form.email.errors = [gettext("Das ist die Adresse, die Sie jetzt schon haben.")]
    if form.errors or not form.is_submitted() or not _knows_password(me, form):
        page = render_template(
            "accounts/settings/address.html", form=form, done=request.args.get("fertig", "")
        )
        return page, 422 if form.errors else 200
    if _may_send(me, form.address):
        credentials.ask_for_address(me, form.address, clock.now())
    count_own_success(me.person_id)
    db.session.commit()
    return redirect(url_for(".address_sent"), 303)


def _may_send(me: Credentials, new_address: str) -> bool:
    """Count for the person, and for the mailbox that would get a mail it may not want."""
    own = is_within_limit("address_change_limit", str(me.person_id))
    return own and is_within_limit("register_mailbox_limit", mailbox_key(new_address))


@own_settings.get("/adresse/post/")
@requires(Permission.ACCOUNT_OWN)
def address_sent() -> Any:
    """Say that a mail is under way to the new address."""
    keep_private()
    return render_template("accounts/settings/address_sent.html")


@own_settings.route("/adresse/<token>/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@keeps_input
def confirm_address(token: str) -> Any:
    """Make the new address the person's; only who is signed in to the account can."""
    keep_private()
    now = clock.now()
    change = _own_change(token)
    form = ActForm()
    if not form.validate_on_submit():
        page = render_template("accounts/settings/confirm_address.html", form=form, change=change)
        return page, 422 if form.errors else 200
    credentials.confirm_address(change.id, current_actor(), now)
    db.session.commit()
    return redirect(url_for(".address", fertig="1"), 303)


def _own_change(token: str) -> AddressChange:
    secret = current_app.extensions["settings"].secret_key
    change = queries.address_change(tokens.read_address(secret, token, clock.now()))
    if change is None or change.ended_at or change.person_id != current_user.id:
        raise AddressLinkInvalid
    return change


@own_settings.route("/sprache/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@keeps_input
def mail_language() -> Any:
    """Choose the language of mails."""
    keep_private()
    form = LanguageForm(language=queries.language_of(current_user.id))
    if form.validate_on_submit():
        credentials.choose_language(current_user.id, form.language.data, clock.now())
        db.session.commit()
        return redirect(url_for(".mail_language", fertig="1"), 303)
    page = render_template(
        "accounts/settings/language.html", form=form, done=request.args.get("fertig", "")
    )
    return page, 422 if form.errors else 200

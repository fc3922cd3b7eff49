"""A new password for who forgot the old one: ask for a link, and use it."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for

from participation.accounts import credentials, queries, tokens
from participation.accounts.checking import forget_tries
from participation.accounts.forms import AskForResetForm, FirstPasswordForm, ResetForm
from participation.accounts.passwords import passwords
from participation.accounts.rules import ResetInvalid, mailbox_key
from participation.accounts.sessions import begin_session
from participation.core import clock
from participation.core.access import public
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.limits import is_within_limit, limited

resetting = Blueprint("resetting", __name__, url_prefix="/<language:lang>/konto/passwort")


@resetting.route("/", methods=["GET", "POST"])
@public
@keeps_input
@limited("reset_limit")
def ask() -> Any:
    """Ask for a link. The page says the same, after the same time, whoever has an account."""
    keep_private()
    form = AskForResetForm()
    if not form.validate_on_submit():
        page = render_template("accounts/reset/ask.html", form=form)
        return page, 422 if form.errors else 200
    if is_within_limit("reset_mailbox_limit", mailbox_key(form.address)):
        credentials.ask_for_reset(form.address, clock.now())
        db.session.commit()
    return redirect(url_for(".sent"), 303)


@resetting.get("/post/")
@public
def sent() -> Any:
    """Say that a mail is under way, if there is an account."""
    return render_template("accounts/reset/sent.html")


@resetting.route("/<token>/", methods=["GET", "POST"])
@public
@keeps_input
@limited("sign_in_limit")
def choose(token: str) -> Any:
    """Set a new password with the link of the mail. Opening the link changes nothing."""
    keep_private()
    now = clock.now()
    secret = current_app.extensions["settings"].secret_key
    person_id, fingerprint = tokens.read_reset(secret, token, now)
    seen = queries.credentials_of(person_id)
    db.session.rollback()  # hashing a password takes its time; no transaction waits for it
    if seen is None or not tokens.fits(fingerprint, seen.seen):
        raise ResetInvalid
    form = ResetForm() if seen.is_confirmed else FirstPasswordForm()
    if not form.validate_on_submit():
        page = render_template("accounts/reset/choose.html", form=form, seen=seen)
        return page, 422 if form.errors else 200
    password_hash = passwords().hash(form.password.data)
    person = credentials.reset_password(
        seen, password_hash, now, declares_residency=not seen.is_confirmed
    )
    forget_tries(person.email, person.id)
    begin_session(person, now)
    db.session.commit()
    return redirect(url_for("own_sessions.sessions", fertig="passwort"), 303)

"""Registering, confirming, signing in and out, one's own account."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Response

from participation.accounts import queries, service, tokens
from participation.accounts.checking import check_sign_in, count_success, words_for_waiting
from participation.accounts.forms import ConfirmForm, RegisterForm, SignInForm, SignOutForm
from participation.accounts.passwords import passwords
from participation.accounts.rules import ConfirmationInvalid, WrongSignIn, mailbox_key
from participation.accounts.sessions import SESSION_KEY, begin_session, end_session
from participation.core import clock
from participation.core.access import SignInNeeded, public, requires
from participation.core.db import db
from participation.core.forms import clean_text, keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language, gettext
from participation.core.limits import is_within_limit, limited
from participation.permissions import Permission
from participation.suggestions import queries as suggestions
from participation.suggestions import rules

accounts = Blueprint("accounts", __name__, url_prefix="/<language:lang>/konto")
_LARGEST_KEPT = 40_000
_OWN_SUGGESTIONS = 40


def _local_path(target: str | None) -> str | None:
    """Return the target if it is a path on this site: people are never sent elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    is_plain = not parts.scheme and not parts.netloc and "\\" not in target and target.isprintable()
    return target if is_plain else None


@accounts.route("/registrieren/", methods=["GET", "POST"])
@public
@keeps_input
@limited("register_limit")
def register() -> Any:
    """Ask for a new account. The page says the same whether or not the address has one."""
    keep_private()
    form = RegisterForm()
    if not form.validate_on_submit():
        return _form_page("accounts/register.html", form)
    password_hash = passwords().hash(form.password.data)
    if is_within_limit("register_mailbox_limit", mailbox_key(form.address)):
        service.register(form.address, password_hash, current_language().code, clock.now())
        db.session.commit()
    return redirect(url_for("accounts.check_mail"), 303)


@accounts.get("/post/")
@public
def check_mail() -> Any:
    """Say that a mail is under way."""
    return render_template("accounts/check_mail.html")


@accounts.route("/bestaetigen/<token>/", methods=["GET", "POST"])
@public
@keeps_input
@limited("sign_in_limit")
def confirm(token: str) -> Any:
    """Confirm the address: the link shows the mailbox, the password shows who registered.

    Opening the link changes nothing, so a scanner that opens it first does no harm.
    """
    keep_private()
    now = clock.now()
    settings = current_app.extensions["settings"]
    person_id, fingerprint = tokens.read(settings.secret_key, token, now)
    stored = queries.password_hash_of(person_id)
    db.session.rollback()  # checking a password takes its time; no transaction waits for it
    if stored is None or not tokens.fits(fingerprint, stored):
        raise ConfirmationInvalid
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _form_page("accounts/confirm.html", form)
    if not passwords().fits(stored, form.password.data):
        form.password.errors = [
            gettext("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")
        ]
        return _form_page("accounts/confirm.html", form)
    person = service.confirm(person_id, stored, now)
    begin_session(person, now)
    db.session.commit()
    return redirect(url_for("accounts.account", willkommen=1), 303)


@accounts.route("/anmelden/", methods=["GET", "POST"])
@public
@keeps_input
@limited("sign_in_limit")
def sign_in() -> Any:
    """Sign in. Unknown and known addresses get the same answer after the same time."""
    keep_private()
    form = SignInForm()
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(url_for("accounts.account"), 303)
        form.next.data = _local_path(request.args.get("weiter")) or ""
    if not form.validate_on_submit():
        return _form_page("accounts/sign_in.html", form)
    now = clock.now()
    found = queries.credentials_by_email(form.address)
    checked = check_sign_in(form.address, found, form.password.data, now)
    if checked.wait_until:
        form.password.errors = [words_for_waiting(checked.wait_until, now)]
        page, status = _form_page("accounts/sign_in.html", form, 429)
        seconds = int((checked.wait_until - now).total_seconds()) + 1
        return page, status, {"Retry-After": str(seconds)}
    if found is None or not checked.fits:
        form.password.errors = [gettext(WrongSignIn.message)]
        return _form_page("accounts/sign_in.html", form, 403)
    person = service.locked_for_sign_in(found)
    count_success(form.address)
    begin_session(person, now)
    db.session.commit()
    target = _local_path(form.next.data) or url_for("accounts.account")
    kept = _kept_fields(form.kept.data)
    if kept and _keeps_input(target):
        return render_template("accounts/continue.html", target=target, kept=kept)
    return redirect(_nearest_page(target), 303)


@accounts.post("/abmelden/")
@public
def sign_out() -> Response:
    """End the session for good."""
    if token := session.get(SESSION_KEY):
        service.sign_out(token)
        db.session.commit()
    end_session()
    return redirect(url_for("start.start"), 303)


@accounts.get("/")
@requires(Permission.ACCOUNT_OWN)
def account() -> Any:
    """One's own page: what became of one's suggestions."""
    keep_private()
    own = suggestions.of_author(current_user.id, _OWN_SUGGESTIONS)
    return render_template(
        "accounts/account.html",
        own=own,
        rules=rules,
        now=clock.now(),
        is_new=request.args.get("willkommen") == "1",
        sign_out_form=SignOutForm(),
    )


def ask_to_sign_in(_error: SignInNeeded) -> Any:
    """Show the way to sign in; what was typed into a form comes along and is not lost."""
    keep_private()
    if request.method in ("GET", "HEAD"):
        target = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", weiter=target), 303)
    form = SignInForm(formdata=None)
    form.next.data = request.path
    try:
        sent = request.form
    except RequestEntityTooLarge as error:
        return current_app.handle_user_exception(error)
    fields = [(k, v) for k, v in sent.items(multi=True) if not k.endswith("csrf_token")]
    kept = json.dumps(fields, ensure_ascii=False)
    keeps = _keeps_input(request.path) and len(kept) <= _LARGEST_KEPT
    form.kept.data = kept if keeps else ""
    return render_template("accounts/sign_in.html", form=form, session_over=keeps), 401


def _kept_fields(text: str | None) -> list[tuple[str, str]]:
    """Read what was typed before signing in; anything unexpected is nothing."""
    if not text or len(text) > _LARGEST_KEPT:
        return []
    try:
        fields = json.loads(text)
        return [
            (clean_text(name), clean_text(value))
            for name, value in fields
            if isinstance(name, str) and isinstance(value, str)
        ]
    except (ValueError, TypeError, RecursionError):
        return []


def _keeps_input(path: str) -> bool:
    """Tell whether a form that was typed into is sent to this path."""
    try:
        endpoint, _ = url_adapter().match(urlsplit(path).path, method="POST")
    except HTTPException:
        return False
    return bool(getattr(current_app.view_functions[endpoint], "keeps_input", False))


def _nearest_page(target: str) -> str:
    """Return the target, or the page above it if it can only be posted to (a button's address)."""
    path, adapter = urlsplit(target).path, url_adapter()
    while path.count("/") > len("//"):
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            path = path.rstrip("/").rsplit("/", 1)[0] + "/"
        else:
            return target if path == urlsplit(target).path else path
    return url_for("accounts.account")


def url_adapter() -> MapAdapter:
    """What finds the view of a path."""
    return current_app.url_map.bind("localhost")


def _form_page(template: str, form: Any, error_status: int = 422) -> Any:
    return render_template(template, form=form), error_status if form.errors else 200

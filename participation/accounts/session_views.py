"""In which browsers somebody is signed in, and how to sign out of them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from participation.accounts import credentials, queries
from participation.accounts.forms import ActForm
from participation.accounts.sessions import hash_of_own_session
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.headers import keep_private
from participation.permissions import Permission

own_sessions = Blueprint("own_sessions", __name__, url_prefix="/<language:lang>/konto/sitzungen")
#: More than this nobody looks through one by one; all at once is the better button.
_SHOWN = 40


@own_sessions.get("/")
@requires(Permission.ACCOUNT_OWN)
def sessions() -> Any:
    """The browsers, this one first."""
    keep_private()
    own = hash_of_own_session()
    found = queries.sessions_of(current_user.id, clock.now())
    return render_template(
        "accounts/sessions.html",
        sessions=sorted(found, key=lambda one: one.token_hash != own)[:_SHOWN],
        count=len(found),
        own=own,
        form=ActForm(),
        done=request.args.get("fertig", ""),
    )


@own_sessions.post("/<number:session_id>/beenden/")
@requires(Permission.ACCOUNT_OWN)
def end(session_id: int) -> Any:
    """Sign out of one browser."""
    credentials.end_session(session_id, current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".sessions", fertig="beendet"), 303)


@own_sessions.post("/andere-beenden/")
@requires(Permission.ACCOUNT_OWN)
def end_others() -> Any:
    """Sign out everywhere but here."""
    credentials.end_other_sessions(hash_of_own_session(), current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".sessions", fertig="beendet"), 303)

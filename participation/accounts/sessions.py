"""The cookie of a signed-in person, and whom it belongs to (Flask-Login on server-side sessions)."""

from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin
from flask_login import login_user as flask_login_user

from participation.accounts import queries, service
from participation.accounts.browsers import browser_and_system
from participation.accounts.models import Person
from participation.core import clock
from participation.permissions import Actor

SESSION_KEY = "_user_id"


class SignedIn(UserMixin):
    """The signed-in person during one request: plain values, no database row."""

    def __init__(self, token: str, person: Person) -> None:
        self._token = token
        self.id = person.id
        self.email = person.email
        self.actor: Actor = person.actor

    def get_id(self) -> str:
        """What the cookie holds: the session's token, never the person's number."""
        return self._token


def begin_session(person: Person, now: datetime) -> None:
    """Sign the person in with a session of its own; whatever the cookie held before is dropped."""
    settings = current_app.extensions["settings"]
    known_as = browser_and_system(request.headers.get("User-Agent", ""))
    if before := session.get(SESSION_KEY):
        service.sign_out(str(before))  # nobody could end it any more, or only from another browser
    token = service.sign_in(person, now, settings.session_days, *known_as)
    end_session()
    flask_login_user(SignedIn(token, person))
    session.permanent = True


def hash_of_own_session() -> str:
    """What is stored of the token of the session that this request belongs to."""
    return queries.hash_of_token(str(session.get(SESSION_KEY, "")))


def end_session() -> None:
    """Forget everything that the cookie held, the token against forged requests too."""
    session.clear()
    g.pop("csrf_token", None)


def join_sessions(app: Flask) -> None:
    """Let Flask-Login find the signed-in person."""
    manager = LoginManager(app)
    manager.session_protection = None  # sessions live in the database, see SignInSession

    @manager.user_loader
    def load(token: Any) -> SignedIn | None:
        person = queries.person_of_session(str(token), clock.now())
        return SignedIn(str(token), person) if person else None

"""Who may see what: every view says it, and one place checks it before anything else runs."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from flask_login import current_user

from participation.core.messages import NotPermitted
from participation.permissions import VISITOR, Actor, Permission

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "access_permission"


class SignInNeeded(Exception):
    """A visitor asked for something that a signed-in person might get."""


def public(view: View) -> View:
    """Declare that anybody may call the view."""
    setattr(view, _MARK, None)
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare that only an actor with the permission may call the view."""

    def declare(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return declare


def current_actor() -> Actor:
    """Return who is asking: the signed-in person with roles, or a visitor."""
    return current_user.actor if current_user.is_authenticated else VISITOR


def declared_access(app: Flask) -> dict[str, Permission | None]:
    """Return each endpoint's permission, ``None`` for public ones.

    :raises RuntimeError: names the endpoints that declare nothing
    """
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, _MARK)]
    if silent:
        raise RuntimeError(f"Views without @public or @requires: {', '.join(sorted(silent))}")
    return {name: getattr(view, _MARK) for name, view in app.view_functions.items()}


def join_access(app: Flask) -> None:
    """Let the app check every request against what its view declares."""

    @app.before_request
    def check_access() -> None:
        if request.endpoint is None:
            return
        permission = getattr(app.view_functions[request.endpoint], _MARK)
        if permission is None or current_actor().may(permission):
            return
        if not current_user.is_authenticated:
            raise SignInNeeded
        raise NotPermitted

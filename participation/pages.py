"""What all pages share: language, templates' words and filters, addresses, and failures."""

from datetime import UTC
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, render_template, request, session, url_for
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from sqlalchemy.exc import IntegrityError, NoResultFound
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    SecurityError,
    TooManyRequests,
)
from werkzeug.routing import BaseConverter, IntegerConverter

from participation.accounts.queries import person_of_session
from participation.accounts.rules import AccountGone
from participation.accounts.sessions import SESSION_KEY
from participation.core import clock, db, languages
from participation.core.access import current_actor
from participation.core.addresses import remembering
from participation.core.clock import CITY_TIME, city_date
from participation.core.headers import keep_private
from participation.core.html import first_words, text_to_html, translated
from participation.core.hyphens import with_breaks
from participation.core.languages import BY_TAG, LANGUAGES, Language, gettext
from participation.core.limits import limiter
from participation.core.messages import N_, DomainError
from participation.permissions import Permission
from participation.polls import refusals
from participation.polls.rules import PollIsFrozen

#: Characters. A page names its own address several times for each language; what follows the path
#: of a longer one, which no link of ours has, is left out.
_LONGEST_OWN_ADDRESS = 500
#: Of the path that a report of a barrier begins with.
_LONGEST_PATH = 150
_HTTP_TEXTS = {
    400: N_(
        "Diese Anfrage konnten wir nicht lesen. Bitte gehen Sie zurück und versuchen Sie es noch einmal."
    ),
    403: N_("Dafür fehlt Ihnen die Berechtigung."),
    404: N_("Diese Seite gibt es nicht, oder sie ist nicht öffentlich."),
    405: N_(
        "Diese Adresse ist keine Seite. Bitte gehen Sie zurück und versuchen Sie es noch einmal."
    ),
    413: N_(
        "Das ist zu viel auf einmal. Bitte kürzen Sie Ihren Text, oder wählen Sie eine kleinere Datei."
    ),
    429: N_("Das waren sehr viele Versuche. Bitte warten Sie eine Weile."),
    500: N_(
        "Hier ist ein Fehler passiert. Wir kümmern uns darum. Bitte versuchen Sie es später noch einmal."
    ),
}


class _LanguageTag(BaseConverter):
    regex = "|".join(sorted(BY_TAG, key=len, reverse=True))


class _Slug(BaseConverter):
    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"
    part_isolating = True


class _Number(IntegerConverter):
    """A whole number that both databases can hold."""

    def __init__(self, map: Any) -> None:
        super().__init__(map, max=2**31 - 1)


def _language_of_request() -> Language:
    """By the address; elsewhere by the choice that was remembered, or by the browser's wish."""
    tag = request.path.split("/", 2)[1]
    if tag in BY_TAG:
        return BY_TAG[tag]
    if (remembered := request.cookies.get("sprache", "")) in BY_TAG:
        return BY_TAG[remembered]
    return languages.negotiate(list(request.accept_languages.values()))


def _own_address(language: Language) -> str:
    """The page one is on, in another language; remembers the choice on the way."""
    tag = languages.current_language().tag
    can_be_read = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    path = request.full_path.rstrip("?") if can_be_read else ""
    if len(path) > _LONGEST_OWN_ADDRESS:
        path = request.path if len(request.path) <= _LONGEST_OWN_ADDRESS else ""
    rest = path.removeprefix(f"/{tag}/") if path.startswith(f"/{tag}/") else ""
    return url_for("start.switch_language", lang=language.tag, seite=f"/{language.tag}/{rest}")


def _this_page() -> str:
    """The path of the page one is on, to say where a barrier is; never one with a secret in it."""
    has_secret = any("token" in name for name in request.view_args or ())
    return "" if has_secret or len(request.path) > _LONGEST_PATH else request.path


def _page_address(token: str) -> str:
    """The list one is on, with its filters, at another place."""
    arguments = {name: value for name, value in request.args.items() if name != "seite"}
    return url_for(str(request.endpoint), **(request.view_args or {}), **arguments, seite=token)


def join_pages(app: Flask) -> None:
    """Set up language, templates and error pages."""
    app.url_map.converters |= {"language": _LanguageTag, "slug": _Slug, "number": _Number}
    _join_language(app)
    _join_templates(app)
    _join_failures(app)


def _join_language(app: Flask) -> None:
    @app.url_value_preprocessor
    def choose_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        languages.speak(_language_of_request())
        if values:
            values.pop("lang", None)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = languages.current_language().tag

    @app.before_request
    def choose_transaction() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            db.only_reads()
        else:
            db.writes()

    @app.teardown_request
    def forget_transaction(_error: BaseException | None) -> None:
        db.writes()


def _join_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "date": languages.format_date,
        "weekday": languages.format_weekday,
        "time": languages.format_time,
        "month": languages.format_month,
        "rough_date": languages.format_rough_date,
        "number": languages.format_number,
        "euro": languages.format_euro,
        "size": languages.format_size,
        "text": text_to_html,
        "first_words": first_words,
        "shy": with_breaks,
        "city_date": city_date,
        "rfc3339": lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "in_city": lambda moment: moment.astimezone(CITY_TIME),
    }
    settings = app.extensions["settings"]
    environment.globals |= {
        "_": translated,
        "url_for": remembering(app),
        "page_address": _page_address,
        "this_page": _this_page,
        "is_demo": False,
    }

    @app.context_processor
    def words() -> dict[str, Any]:
        return {
            "language": languages.current_language(),
            "languages": LANGUAGES.values(),
            "by_code": LANGUAGES,
            "own_address": _own_address,
            "city": settings,
            "person": current_user,
            "actor": current_actor(),
            "Permission": Permission,
        }


def problem_page(message: str, status: int) -> tuple[str, int]:
    """Return the page that says what went wrong and where to go on."""
    keep_private()
    return render_template("errors/problem.html", message=gettext(message), status=status), status


def _headers_of(error: HTTPException) -> dict[str, str]:
    """What belongs to the failure: when to try again, or what is possible."""
    if isinstance(error, TooManyRequests) and limiter.current_limit:
        seconds = limiter.current_limit.reset_at - int(clock.now().timestamp())
        return {"Retry-After": str(max(1, seconds))}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.valid_methods or [])}
    return {}


def _join_failures(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> Any:
        db.db.session.rollback()
        if isinstance(error, PollIsFrozen):
            refusals.keep(error, clock.now())
            db.db.session.commit()
        return problem_page(error.message, int(error.status))

    @app.errorhandler(CSRFError)
    def token_over(_error: CSRFError) -> Any:
        view = app.view_functions[str(request.endpoint)]
        if getattr(view, "keeps_input", False):
            try:
                return app.ensure_sync(view)(**(request.view_args or {}))
            except (DomainError, HTTPException) as error:
                return app.handle_user_exception(error)
        message = N_(
            "Die Seite war lange offen. Bitte gehen Sie zurück, laden Sie die Seite neu "
            "und versuchen Sie es noch einmal."
        )
        return problem_page(message, HTTPStatus.BAD_REQUEST)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
            return error
        if isinstance(error, SecurityError):  # not one of our host names: no page of ours, no links
            return Response("Bad request\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
        languages.speak(_language_of_request())
        code = error.code or 500
        page, status = problem_page(
            _HTTP_TEXTS.get(code, _HTTP_TEXTS[400 if code < 500 else 500]), code
        )
        return page, status, _headers_of(error)

    @app.errorhandler(Exception)
    def failure(error: Exception) -> Any:
        return _failure(app, error)

    _join_people_who_leave(app)


def _failure(app: Flask, error: Exception) -> Any:
    app.logger.exception("request failed", exc_info=error)
    if app.testing:
        raise error
    db.db.session.rollback()
    languages.speak(_language_of_request())
    g._login_user = AnonymousUserMixin()  # the database may be what failed; ask it nothing
    return problem_page(_HTTP_TEXTS[500], 500)


def _join_people_who_leave(app: Flask) -> None:
    @app.errorhandler(IntegrityError)
    @app.errorhandler(NoResultFound)
    def nobody_there(error: Exception) -> Any:
        """A row was to point at somebody, or was read of somebody, whose account is gone meanwhile."""
        db.db.session.rollback()
        token = session.get(SESSION_KEY)
        if token is None or person_of_session(token, clock.now()) is not None:
            return _failure(app, error)
        session.clear()
        g._login_user = AnonymousUserMixin()
        return problem_page(AccountGone.message, int(AccountGone.status))

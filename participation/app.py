"""The application: settings in, features joined, nothing else."""

from datetime import timedelta

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from participation.accounts.reset_views import resetting
from participation.accounts.role_views import role_staff
from participation.accounts.session_views import own_sessions
from participation.accounts.sessions import join_sessions
from participation.accounts.settings_views import own_settings
from participation.accounts.views import accounts, ask_to_sign_in
from participation.barriers.staff_views import barrier_staff
from participation.barriers.views import barriers
from participation.city_pages.history_views import page_history
from participation.city_pages.staff_views import page_staff
from participation.city_pages.views import city_pages
from participation.comments.staff_views import moderation
from participation.comments.views import comments
from participation.config import ROOT, Settings, SettingsError, read_settings
from participation.core.access import SignInNeeded, declared_access, join_access
from participation.core.compression import join_compression
from participation.core.db import db, join_database
from participation.core.headers import join_headers
from participation.core.limits import StorageMissing, join_limits
from participation.core.logs import join_logs
from participation.core.metrics import join_metrics
from participation.core.origin import is_open_to_mail_programs, join_origin
from participation.core.page_cache import join_page_cache
from participation.core.refused_bodies import RefusedBodies
from participation.core.static_files import StaticFiles
from participation.files.transfer import join_uploads
from participation.following.views import following, unsubscribing
from participation.meetings.staff_views import meeting_staff
from participation.meetings.views import meetings
from participation.notifications import models as _mails  # noqa: F401  (its tables belong to the schema)
from participation.operations.views import operations
from participation.pages import join_pages
from participation.polls.ballot_views import ballots
from participation.polls.board_views import poll_board
from participation.polls.question_views import poll_questions
from participation.polls.result_views import results
from participation.polls.staff_views import poll_staff
from participation.polls.views import polls
from participation.polls.voter_views import poll_voters
from participation.privacy.views import privacy
from participation.projects.file_views import project_files
from participation.projects.history_views import history
from participation.projects.staff_views import project_staff
from participation.projects.views import projects
from participation.reports.journal_views import record
from participation.reports.views import reports
from participation.search.views import searching
from participation.start.views import start_pages
from participation.suggestions.attachment_views import attachments
from participation.suggestions.merging_views import merging_staff
from participation.suggestions.note_staff_views import note_staff
from participation.suggestions.note_views import noting
from participation.suggestions.staff_views import staff
from participation.suggestions.striking_views import strikes
from participation.suggestions.support_views import supporting
from participation.suggestions.views import suggestions
from participation.suggestions.writing_views import writing


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, ready to serve.

    :raises SettingsError: if no settings are given and the environment's are wrong
    :raises RuntimeError: if a view does not say who may call it
    """
    settings = settings or read_settings()
    app = Flask("participation", template_folder=ROOT / "templates", static_folder=None)
    app.extensions["settings"] = settings
    on_server = settings.database_url.startswith("postgresql")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": on_server,
            "hide_parameters": True,  # no personal data in logs
            "connect_args": {"connect_timeout": 10} if on_server else {},
        },
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="sitzung",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        WTF_CSRF_TIME_LIMIT=None,
    )
    join_metrics(app)
    join_logs(app)
    join_page_cache(app, settings.page_cache_seconds)
    join_database(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    join_pages(app)
    join_origin(app)
    join_uploads(app)
    join_sessions(app)
    join_access(app)
    try:
        join_limits(app, settings.rate_limit_storage)
    except StorageMissing as error:
        raise SettingsError(f"PARTICIPATION_RATE_LIMIT_STORAGE: {error}") from error
    csrf = CSRFProtect(app)
    join_compression(app)
    join_headers(app, https=settings.https)
    features = (
        start_pages, accounts, resetting, own_settings, own_sessions, role_staff,
        projects, project_files, meetings, meeting_staff, polls, ballots, results, suggestions, writing,
        attachments, supporting, noting, staff, merging_staff, note_staff, strikes,
        comments,
        moderation, project_staff, history, privacy, searching, reports, record,
        poll_staff, poll_questions, poll_voters, poll_board,
        city_pages, page_history, page_staff, barriers, barrier_staff, operations, following, unsubscribing,
    )  # fmt: skip
    for feature in features:
        app.register_blueprint(feature)
    for view in app.view_functions.values():
        if is_open_to_mail_programs(view):
            csrf.exempt(view)
    app.register_error_handler(SignInNeeded, ask_to_sign_in)
    declared_access(app)
    static_files = StaticFiles(app.wsgi_app, ROOT / "participation" / "static")
    app.jinja_env.globals["static"] = static_files.url
    app.wsgi_app = RefusedBodies(static_files)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app

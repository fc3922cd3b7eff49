"""The application: settings in, features joined, nothing else."""

import logging
from datetime import timedelta

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from participation.accounts.sessions import join_sessions
from participation.accounts.views import accounts, ask_to_sign_in
from participation.comments.staff_views import moderation
from participation.comments.views import comments
from participation.config import ROOT, Settings, SettingsError, read_settings
from participation.core.access import SignInNeeded, declared_access, join_access
from participation.core.compression import join_compression
from participation.core.db import db, join_database
from participation.core.headers import join_headers
from participation.core.limits import StorageMissing, join_limits
from participation.core.origin import join_origin
from participation.core.refused_bodies import RefusedBodies
from participation.core.static_files import StaticFiles
from participation.files.transfer import join_uploads
from participation.meetings.staff_views import meeting_staff
from participation.meetings.views import meetings
from participation.notifications import models as _mails  # noqa: F401  (its tables belong to the schema)
from participation.pages import join_pages
from participation.privacy.views import privacy
from participation.projects.file_views import project_files
from participation.projects.history_views import history
from participation.projects.staff_views import project_staff
from participation.projects.views import projects
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
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": settings.database_url.startswith("postgresql"),
            "hide_parameters": True,  # no personal data in logs
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
    app.logger.setLevel(logging.INFO)
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
    CSRFProtect(app)
    join_compression(app)
    join_headers(app, https=settings.https)
    features = (
        start_pages, accounts, projects, project_files, meetings, meeting_staff, suggestions, writing,
        attachments, supporting, noting, staff, merging_staff, note_staff, strikes,
        comments,
        moderation, project_staff, history, privacy, searching,
    )  # fmt: skip
    for feature in features:
        app.register_blueprint(feature)
    app.register_error_handler(SignInNeeded, ask_to_sign_in)
    declared_access(app)
    static_files = StaticFiles(app.wsgi_app, ROOT / "participation" / "static")
    app.jinja_env.globals["static"] = static_files.url
    app.wsgi_app = RefusedBodies(static_files)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app

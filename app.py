"""The composition root: the application, its settings, its pages; wiring.py: how rooms meet."""

from datetime import timedelta

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import gathering
import wiring
from blueprints import _access as access_to_pages
from blueprints import (
    _elements,
    _files,
    _languages,
    _limits,
    _security,
    _shell,
    _topics,
    _words,
    all_blueprints,
    errors,
    live,
    meetings,
)
from core import settings as environment
from core.db import db, prepare
from core.settings import ROOT, Settings
from core.storage import storage
from expertise.subscriptions import stripe_checkout

MIGRATIONS = ROOT / "migrations"
LARGEST_REQUEST_BYTES = 2 * 1024 * 1024
SIGNED_IN_LASTS = timedelta(days=30)
CONNECTIONS = 15
"""Kept open: those of the threads that serve, and the worker's."""


def create_app(settings: Settings | None = None) -> Flask:
    """A Maillage ready to serve, to work, or to be commanded."""
    settings = settings or environment.from_environment()
    app = errors.DiscreetFlask(__name__, static_folder="static", template_folder="templates")
    app.extensions["maillage.settings"] = settings
    app.extensions["maillage.storage"] = storage(settings)
    app.extensions["maillage.their_data"] = gathering.THEIR_DATA
    app.extensions["maillage.their_files"] = gathering.THEIR_FILES
    app.extensions["maillage.keeping"] = gathering.keeping(app)
    app.extensions["maillage.search"] = gathering.index(settings)
    app.extensions["maillage.payments"] = stripe_checkout.of(settings)
    _configure(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    _pages(app, settings)
    app.extensions["maillage.plan"] = wiring.wire(app, settings)
    return app


def with_migrations(app: Flask | None = None) -> Flask:
    """The same, knowing its migrations. Alembic takes time to load: pages do without it."""
    from flask_migrate import Migrate

    app = app or create_app()
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": CONNECTIONS,
            "pool_pre_ping": not settings.on_sqlite,
        },
        SESSION_COOKIE_NAME="maillage",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_LASTS,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch is still good
        WTF_CSRF_SSL_STRICT=settings.secure,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # their addresses carry a version
        RATELIMIT_ENABLED=settings.limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # Redis down closes no page
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _pages(app: Flask, settings: Settings) -> None:
    _languages.init(app)
    _limits.limiter.init_app(app)
    _files.init(app)
    _words.init(app)
    _elements.init(app)
    _topics.init(app)
    _security.init(app)
    access_to_pages.init(app)
    _shell.init(app)
    errors.init(app)
    for blueprint in all_blueprints(development=settings.development):
        app.register_blueprint(blueprint)
    live.init(app, settings)
    meetings.init(app, settings)
    if settings.trusted_proxies:  # last: in front of the sockets too
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )

"""French first, English too: which language a page speaks."""

from gettext import NullTranslations

from flask import Flask, g, request, session
from flask_babel import Babel, get_translations

LANGUAGES = {"fr": "Français", "en": "English"}


def language() -> str:
    """The one chosen in this session, else the member's, else the browser's, else French."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    someone = g.get("_login_user")  # not current_user: an error page must not ask the database
    if someone is not None and someone.is_authenticated:
        return str(someone.member.language)
    return request.accept_languages.best_match(list(LANGUAGES)) or "fr"


def init(app: Flask) -> None:
    """Let every page ask."""
    Babel(app, locale_selector=language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _catalogue().gettext(words),
        ngettext=lambda one, many, number: _catalogue().ngettext(one, many, number),
        newstyle=True,
    )


def _catalogue() -> NullTranslations:
    """The catalogue of this page: Flask-Babel would look for it again at each of its words."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found: NullTranslations = g.catalogue
    return found

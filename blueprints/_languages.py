"""French first, English too: which language a page speaks."""

from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from markupsafe import Markup

from core.settings import ROOT

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
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def gettext(words: str, /, **values: Any) -> Markup:
    """Fixed words of a page, in its language; the values are escaped.

    A page says some two hundred: Flask-Babel would look for the language and the catalogue at each.
    """
    here = spoken()
    return _pattern(here, words) % values if values else _sentence(here, words)


def ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """The same for a number of things."""
    return Markup(_catalogue(spoken()).ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - ours


def spoken() -> str:
    """The language of the page, or of the mail, that is being made."""
    if "spoken" not in g:
        g.spoken = str(get_locale() or "fr")
    here: str = g.spoken
    return here


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(ROOT / "translations", [language])


@lru_cache(maxsize=5000)
def _pattern(language: str, words: str) -> Markup:
    return Markup(_catalogue(language).gettext(words))  # noqa: S704 - ours


@lru_cache(maxsize=5000)
def _sentence(language: str, words: str) -> Markup:
    return _pattern(language, words) % {}

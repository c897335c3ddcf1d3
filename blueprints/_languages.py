"""French first, English too: which language a page speaks."""

from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
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
    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_number)


def gettext(words: str, /, **values: Any) -> str:
    """Fixed words, in the language of the page.

    A page says some two hundred: Flask-Babel would look for the language and the catalogue at each.
    """
    return _pattern(spoken(), words, escaped=False) % values


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The same for a number of things, which the words call `num`."""
    return _catalogue(spoken()).ngettext(one, many, number) % {"num": number, **values}


@pass_eval_context
def _say(around: EvalContext, words: str, /, **values: Any) -> str:
    """`_()` of templates: in HTML, the values are escaped and the words are not."""
    here, escaped = spoken(), bool(around.autoescape)
    if not values:
        return _sentence(here, words, escaped=escaped)
    return _pattern(here, words, escaped=escaped) % values


@pass_eval_context
def _say_number(around: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    found = _catalogue(spoken()).ngettext(one, many, number)
    given = {"num": number, **values}
    return Markup(found) % given if around.autoescape else found % given  # noqa: S704 - ours


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
def _pattern(language: str, words: str, *, escaped: bool) -> str:
    found = _catalogue(language).gettext(words)
    return Markup(found) if escaped else found  # noqa: S704 - ours


@lru_cache(maxsize=5000)
def _sentence(language: str, words: str, *, escaped: bool) -> str:
    return _pattern(language, words, escaped=escaped) % {}

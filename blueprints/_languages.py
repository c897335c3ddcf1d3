"""French first, English too: which language a page speaks."""

from flask import Flask, request, session
from flask_babel import Babel
from flask_login import current_user

LANGUAGES = {"fr": "Français", "en": "English"}


def language() -> str:
    """The one chosen in this session, else the member's, else the browser's, else French."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated:
        return str(current_user.member.language)
    return request.accept_languages.best_match(list(LANGUAGES)) or "fr"


def init(app: Flask) -> None:
    """Let every page ask."""
    Babel(app, locale_selector=language)

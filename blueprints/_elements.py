"""The smallest elements, which a page has by the hundred: filters cost a quarter of macros."""

from datetime import datetime
from functools import lru_cache

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from blueprints._files import asset
from blueprints._languages import spoken
from blueprints._words import ago, exact

_ICON = Markup('<svg class="icon" aria-hidden="true"><use href="%s#%s"/></svg>')
_HIDDEN = Markup('<span class="hidden-word">%s</span>')
_TIME = Markup('<time datetime="%s" title="%s">')
_TIME_ENDS = Markup("</time>")
_CSRF = Markup('<input type="hidden" name="csrf_token" value="%s">')


def icon(name: str, label: str | None = None) -> Markup:
    """An icon of static/img/icons.svg, and its words when no visible word stands beside it."""
    drawn = _ICON % (asset("img/icons.svg"), name)
    return drawn + _HIDDEN % label if label else drawn


def time(moment: datetime) -> Markup:
    """As people say it ("hier 14 h 20"), exact on hover and for machines."""
    return _dated(moment, spoken()) + ago(moment) + _TIME_ENDS


@lru_cache(maxsize=5000)
def _dated(moment: datetime, _language: str) -> Markup:
    return _TIME % (moment.isoformat(timespec="seconds"), exact(moment))


def csrf() -> Markup:
    """The hidden field of a form: it comes from our pages."""
    if "csrf_field" not in g:
        g.csrf_field = _CSRF % generate_csrf()
    field: Markup = g.csrf_field
    return field


def init(app: Flask) -> None:
    """Give them to every template: name|icon, moment|time, csrf()."""
    app.jinja_env.filters.update(icon=icon, time=time)
    app.jinja_env.globals["csrf"] = csrf

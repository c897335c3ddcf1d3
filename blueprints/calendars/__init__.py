"""The agenda in other programs: calendars to subscribe to, files that come and leave, answers."""

from flask import Blueprint

bp = Blueprint("calendars", __name__, url_prefix="/agenda")

from blueprints.calendars import answering, coming, feeds, leaving  # noqa: E402 - each adds its pages to bp

__all__ = ["answering", "bp", "coming", "feeds", "leaving"]

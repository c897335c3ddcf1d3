"""Polls of dates: propose slots, answer, make a date of the one that suits."""

from flask import Blueprint

bp = Blueprint("polls", __name__, url_prefix="/agenda/sondages")

from blueprints.polls import (  # noqa: E402 - each adds its pages to bp
    proposing,
    reading,
    tending,
)

__all__ = ["bp", "proposing", "reading", "tending"]

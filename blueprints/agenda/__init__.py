"""The shared agenda: dates as a list or a month, the page of one, announcing and tending them."""

from flask import Blueprint

bp = Blueprint("agenda", __name__, url_prefix="/agenda")

from blueprints.agenda import (  # noqa: E402 - each adds its pages to bp
    announcing,
    listing,
    month,
    reading,
    tending,
)

__all__ = ["announcing", "bp", "listing", "month", "reading", "tending"]

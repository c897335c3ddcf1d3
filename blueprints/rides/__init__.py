"""Carpooling to a date: the rides that are offered and looked for, and places in them."""

from flask import Blueprint

bp = Blueprint("rides", __name__, url_prefix="/agenda/dates/<int:occurrence_id>/covoiturage")

from blueprints.rides import board, places, saying  # noqa: E402 - each adds its pages to bp

__all__ = ["board", "bp", "places", "saying"]

"""The map: organisations, schemes and dates where they are, a list of them, who is in each zone."""

from flask import Blueprint

bp = Blueprint("map", __name__, url_prefix="/carte")

from blueprints.map import dates, index, position, schemes, zones  # noqa: E402, F401 - they add the routes

"""The map: organisations where they are, the same as a list, and who is in each zone d'emploi."""

from flask import Blueprint

bp = Blueprint("map", __name__, url_prefix="/carte")

from blueprints.map import index, position, zones  # noqa: E402, F401 - they add the routes

"""The directory: members and organisations, found by name, place, network and kind."""

from flask import Blueprint

bp = Blueprint("directory", __name__, url_prefix="/annuaire")

from blueprints.directory import leaving, members, organisations, tending  # noqa: E402, F401 - they add the routes

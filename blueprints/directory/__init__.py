"""The directory: members, organisations and schemes, found by name, place and kind."""

from flask import Blueprint

bp = Blueprint("directory", __name__, url_prefix="/annuaire")

from blueprints.directory import (  # noqa: E402, F401 - they add the routes
    imports,
    leaving,
    members,
    organisations,
    schemes,
    tending,
)

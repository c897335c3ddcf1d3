"""What the programs of partners call: a need is asked, and where it stands is read."""

from flask import Blueprint

bp = Blueprint("expertise_api", __name__)

from blueprints.expertise_api import guide, routes  # noqa: E402 - each adds its addresses to bp

__all__ = ["bp", "guide", "routes"]

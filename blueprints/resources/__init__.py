"""The library: find, read, deposit, renew, keep at hand."""

from flask import Blueprint

bp = Blueprint("resources", __name__, url_prefix="/ressources")

from blueprints.resources import (  # noqa: E402 - each adds its pages to bp
    depositing,
    keeping,
    listing,
    opening,
    receiving,
    tending,
)

__all__ = ["bp", "depositing", "keeping", "listing", "opening", "receiving", "tending"]

"""The letters: those that a member reads again, those that editors prepare."""

from flask import Blueprint

bp = Blueprint("letters", __name__, url_prefix="/lettres")

from blueprints.letters import archive, editing, partners  # noqa: E402 - each adds its pages to bp

__all__ = ["archive", "bp", "editing", "partners"]

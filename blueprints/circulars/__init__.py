"""The drafts made of circulars that were forwarded by mail: their author's, and nobody else's."""

from flask import Blueprint

bp = Blueprint("circulars", __name__, url_prefix="/brouillons")

from blueprints.circulars import drafts  # noqa: E402 - adds its pages to bp

__all__ = ["bp", "drafts"]

"""The news: the feed, one article, publishing, and the secret address for news programs."""

from flask import Blueprint

bp = Blueprint("news", __name__, url_prefix="/actualites")

from blueprints.news import listing, publishing, reading, subscribing  # noqa: E402 - each adds its pages to bp

__all__ = ["bp", "listing", "publishing", "reading", "subscribing"]

"""The forum: the latest topics, one topic, asking, answering, thanking, reporting."""

from flask import Blueprint

bp = Blueprint("forum", __name__)

from blueprints.forum import acts, reading, writing  # noqa: E402 - each adds its pages to bp

__all__ = ["acts", "bp", "reading", "writing"]

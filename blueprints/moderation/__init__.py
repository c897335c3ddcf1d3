"""Moderation: what waits, what was decided, and each act with its reason."""

from flask import Blueprint

from blueprints._access import viewer
from core.refusals import Refused

bp = Blueprint("moderation", __name__, url_prefix="/moderation")


@bp.before_request
def _moderators_only() -> None:
    if not viewer().moderates:
        raise Refused("not-moderator")


from blueprints.moderation import (  # noqa: E402 - each adds its pages to bp
    figures,
    messages,
    queue,
    topics,
)

__all__ = ["bp", "figures", "messages", "queue", "topics"]

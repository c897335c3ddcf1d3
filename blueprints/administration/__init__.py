"""Running the house: for administrators only."""

from flask import Blueprint, render_template

from accounts import queries
from accounts.policy import needs_administrator
from blueprints._access import viewer
from core.db import db

bp = Blueprint("administration", __name__, url_prefix="/administration")


@bp.before_request
def _administrators_only() -> None:
    needs_administrator(viewer())


@bp.get("")
def index() -> str:
    """What waits, and the rooms of the administration."""
    return render_template(
        "administration/index.html",
        waiting=db.session.scalar(queries.waiting_requests()) or 0,
        charter=queries.charter(db.session()),
    )


from blueprints.administration import (  # noqa: E402 - each adds its pages to bp
    charter,
    contents,
    figures,
    folders,
    house,
    invitations,
    lists,
    mails,
    member_list,
    members,
    networks,
    programmes,
    requests,
    retention,
    returns,
    search,
    storage,
    trail,
    twins,
    work,
)

__all__ = [
    "bp",
    "charter",
    "contents",
    "figures",
    "folders",
    "house",
    "invitations",
    "lists",
    "mails",
    "member_list",
    "members",
    "networks",
    "programmes",
    "requests",
    "retention",
    "returns",
    "search",
    "storage",
    "trail",
    "twins",
    "work",
]

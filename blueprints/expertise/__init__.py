"""The expertise desk: its public pages, a company's need, and those who read it."""

from flask import Blueprint

bp = Blueprint("expertise", __name__, url_prefix="/expertise")

from blueprints.expertise import (  # noqa: E402 - each adds its pages to bp
    asking,
    billing,
    by_mail,
    following,
    paying,
    pricing,
    public_pages,
    receiving,
    reviewing,
    serving,
    subscribing,
    tending,
)

__all__ = [
    "asking",
    "billing",
    "bp",
    "by_mail",
    "following",
    "paying",
    "pricing",
    "public_pages",
    "receiving",
    "reviewing",
    "serving",
    "subscribing",
    "tending",
]

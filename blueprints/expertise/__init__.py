"""The expertise desk: its public pages, a company's need, and those who read it."""

from flask import Blueprint

bp = Blueprint("expertise", __name__, url_prefix="/expertise")

from blueprints.expertise import (  # noqa: E402 - each adds its pages to bp
    asking,
    by_mail,
    following,
    public_pages,
    receiving,
    reviewing,
    surveys,
    tending,
)

__all__ = [
    "asking",
    "bp",
    "by_mail",
    "following",
    "public_pages",
    "receiving",
    "reviewing",
    "surveys",
    "tending",
]

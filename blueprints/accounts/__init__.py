"""Coming in: sign-in, links sent by mail, invitations, requests for access."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from blueprints.accounts import joining, links, sign_in  # noqa: E402 - each adds its pages to bp

__all__ = ["bp", "joining", "links", "sign_in"]

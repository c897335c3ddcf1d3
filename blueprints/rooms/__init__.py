"""The video rooms: those that stay, those of a date, and their guests."""

from flask import Blueprint

bp = Blueprint("rooms", __name__, url_prefix="/visio")

from blueprints.rooms import guests as guests  # noqa: E402
from blueprints.rooms import hosting as hosting  # noqa: E402
from blueprints.rooms import listing as listing  # noqa: E402
from blueprints.rooms import meeting as meeting  # noqa: E402
from blueprints.rooms import reading as reading  # noqa: E402
from blueprints.rooms import tending as tending  # noqa: E402

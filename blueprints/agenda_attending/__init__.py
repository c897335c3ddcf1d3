"""Taking part in a date: coming, waiting, declining; who comes, for those who organise it."""

from flask import Blueprint

bp = Blueprint("agenda_attending", __name__, url_prefix="/agenda")

from blueprints.agenda_attending import (  # noqa: E402 - each adds its pages to bp
    coming,
    organising,
    papers,
    people,
)

__all__ = ["bp", "coming", "organising", "papers", "people"]

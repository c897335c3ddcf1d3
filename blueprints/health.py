"""/sante: whether this process answers and reaches its database, for whoever watches over it."""

from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from blueprints._access import public
from core import jobs
from core.db import db

bp = Blueprint("health", __name__)


@bp.get("/sante")
@public
def health() -> tuple[Response, int]:
    """200 when all is well, 503 when the database does not answer."""
    try:
        jobs.ping(db.session())
    except SQLAlchemyError:
        return jsonify(state="database unreachable"), 503
    return jsonify(state="ok"), 200

"""What a page says when it cannot be shown."""

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused

log = logging.getLogger("maillage")
SHOWN = (400, 403, 404, 405, 413, 429, 500)


def init(app: Flask) -> None:
    """Put a page of ours in place of each bare error."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _unforeseen)


def _page(code: int, **values: object) -> tuple[str, int]:
    return render_template(f"errors/{code if code in SHOWN else 500}.html", **values), code


def _http(error: HTTPException) -> Response | tuple[str, int]:
    if error.code is None or error.code < 400:
        return error.get_response(request.environ)
    db.session.rollback()
    return _page(error.code)


def _csrf(_error: CSRFError) -> tuple[str, int]:
    db.session.rollback()
    return _page(400)


def _refused(refused: Refused) -> tuple[str, int]:
    """A refusal that no form could show: the request was not made from our pages."""
    db.session.rollback()
    return _page(403, sentence=explain(refused))


def _unforeseen(error: Exception) -> tuple[str, int]:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    db.session.rollback()
    return _page(500)

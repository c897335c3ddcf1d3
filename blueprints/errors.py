"""What a page says when it cannot be shown."""

import logging
from types import TracebackType

from flask import Flask, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from blueprints._access import write_session
from blueprints._problems import PROGRAMS, problem
from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
log = logging.getLogger("maillage")
SHOWN = (400, 403, 404, 405, 413, 429, 500)


class DiscreetFlask(Flask):
    """A Flask whose log names no address: some carry a link that opens something."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        """What broke while an error was being said."""
        _log(exc_info[1])


def init(app: Flask) -> None:
    """Put a page of ours in place of each bare error."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _unforeseen)


def _page(code: int, sentence: str | None = None) -> Response | tuple[str, int]:
    if request.path.startswith(PROGRAMS):
        return problem(code, sentence=sentence)
    g.pop("framed_by", None)  # these are pages of the site: no other shows them
    return render_template(f"errors/{code if code in SHOWN else 500}.html", sentence=sentence), code


def _http(error: HTTPException) -> Response | tuple[str, int]:
    if error.code is None or error.code < 400:
        return error.get_response(request.environ)
    _give_up()
    answer = make_response(_page(error.code))
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def _csrf(_error: CSRFError) -> Response | tuple[str, int]:
    _give_up()
    return _page(400)


def _refused(refused: Refused) -> Response | tuple[str, int]:
    """A refusal that no form could show: the request was not made from our pages."""
    _give_up()
    return _page(403, sentence=explain(refused))


def _unforeseen(error: Exception) -> Response | tuple[str, int]:
    _log(error)
    _give_up()
    return _page(500)


def _log(error: BaseException | None) -> None:
    # The numbers of the address say enough.
    numbers = {name: one for name, one in (request.view_args or {}).items() if type(one) is int}
    log.error("%s %s %s failed", request.method, request.url_rule, numbers, exc_info=error)


def _give_up() -> None:
    """Undo what was begun. The page that says so only reads: it waits for nobody who writes."""
    db.session.rollback()
    write_session().read_only = True

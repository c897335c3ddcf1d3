"""What a program is told when something is refused: RFC 9457, the code and the words of each."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, json
from flask_babel import lazy_gettext as _l

from blueprints._access import settings
from blueprints._limits import limiter

PROGRAMS = "/api/"
"""What begins the addresses that programs call."""
TYPE = "application/problem+json"
GUIDE = "/expertise/api"
PROBLEMS = {
    400: ("malformed", _l("The request cannot be read")),
    401: ("key", _l("The key is missing or not known")),
    403: ("stopped", _l("This is not allowed")),
    404: ("unknown", _l("There is nothing at this address")),
    405: ("method", _l("This address does not take this method")),
    413: ("too-large", _l("The request is too large")),
    415: ("not-json", _l("The request is not JSON")),
    422: ("refused", _l("Some of what was sent is refused")),
    429: ("too-many", _l("Too many requests")),
    500: ("failure", _l("Something failed on our side")),
}
"""Status → the word of its kind, its title."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that is refused, and why."""

    pointer: str
    """Where it is in what was sent: "#/siret"."""
    code: str
    detail: str


def problem(status: int, *, sentence: str | None = None, errors: Sequence[Wrong] = ()) -> Response:
    """An answer that says what is wrong, and with which field."""
    kind, title = PROBLEMS.get(status) or PROBLEMS[500]
    said: dict[str, Any] = {
        "type": f"{settings().base_url}{GUIDE}#{kind}",
        "title": str(title),
        "status": status,
    }
    if sentence:
        said["detail"] = sentence
    if errors:
        said["errors"] = [asdict(one) for one in errors]
    answer = Response(json.dumps(said), status, content_type=TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 429 and (reached := limiter.current_limit):
        answer.headers["Retry-After"] = str(max(1, round(reached.reset_at - time.time())))
    return answer

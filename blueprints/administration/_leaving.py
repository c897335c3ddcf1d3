"""A list of personal data that leaves as a file: a POST, and a line of the audit trail."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from accounts import administration
from blueprints._access import member, viewer
from blueprints._filters import address
from blueprints._forms import one_line
from blueprints._sheets import send_sheet
from core.db import db
from core.sheets import Cell, Sheet

MOST = 100_000
"""Lines of a file: the newest, or the first by name."""
LONGEST = 100


def typed(name: str = "q") -> str:
    """What is typed in a field of the address."""
    return one_line(request.args.get(name, "")[:LONGEST]) or ""


def files(names: Collection[str], endpoint: str, **values: Any) -> dict[str, str]:
    """Where the list leaves from under the same filters, for components/exports.html."""
    kept: dict[str, Any] = {name: request.args[name] for name in names if name in request.args}
    return {
        ending: url_for(endpoint, ending=ending, **values, **kept) for ending in ("csv", "xlsx")
    }


def href(names: Collection[str]) -> Callable[..., str]:
    """This list with some of its filters changed."""
    return lambda **changes: address(names, **changes)


def leave(
    what: str,
    name: str,
    ending: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> Response:
    """Send the lines as `name` and note it; `what` is the list's word of the trail."""
    lines = list(rows)
    administration.note_export(
        db.session(),
        viewer(),
        by=member(),
        what=what,
        lines=len(lines),
        narrowed=_narrowed(),
    )
    db.session.commit()
    return send_sheet(name, ending, Sheet(name, header, lines))


def _narrowed() -> str:
    return ", ".join(f"{name}: {value}" for name, value in request.args.items() if value)


def yes_or_no(value: bool) -> str:
    """In a cell."""
    return _("yes") if value else _("no")

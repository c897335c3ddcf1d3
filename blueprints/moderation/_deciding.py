"""How a decision is carried out and answered, on a message or on a topic."""

from collections.abc import Callable

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from blueprints._access import local_address
from blueprints._decisions import ReasonForm
from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused

Page = str | tuple[str, int] | Response


def decided(
    form: ReasonForm, decide: Callable[[str], None], done: str, back: str
) -> Response | list[str]:
    """The way back once it is decided; before that, why it could not be, in sentences."""
    if not form.validate_on_submit():
        return []
    try:
        decide(form.reason.data or "")
    except Refused as refused:
        db.session.rollback()
        return [explain(refused)]
    db.session.commit()
    flash(done, "success")
    return redirect(back)


def at_once(back: str, decide: Callable[[], None], done: str) -> Response:
    """Carry out a decision that needs no form; a refusal is said where one comes back."""
    try:
        decide()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(done, "success")
    return redirect(local_address(request.args.get("suite")) or back)

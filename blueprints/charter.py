"""The charter: nothing else opens before the version in force is accepted."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from accounts import actions, entry
from blueprints._access import SAFE, before_charter, local_address, member
from blueprints._forms import Form, show_refusal, words
from core.db import db
from core.refusals import Refused

bp = Blueprint("charter", __name__)


class CharterForm(Form):
    """Its box is stable: outside clients send `accept`."""

    accept = BooleanField(
        _l("I have read the charter and I accept it"),
        [
            DataRequired(
                _l("Tick the box to come in: Maillage opens to those who accept the charter.")
            )
        ],
    )
    charter = HiddenField()
    suite = HiddenField()


@bp.route("/charte", methods=["GET", "POST"])
@before_charter
def charter() -> Response | str | tuple[str, int]:
    """Read the charter; accept it."""
    form = CharterForm(suite=request.args.get("suite"))
    if not form.validate_on_submit():
        return _page(form)
    try:
        actions.accept_charter(db.session(), member(), _version(form))
    except Refused as refused:
        return _page(form, show_refusal(form, refused, {}))
    db.session.commit()
    return redirect(local_address(words(form.suite)) or url_for("home.home"))


def _version(form: CharterForm) -> int:
    """The version that was read; a client which names none accepts the one in force."""
    given = words(form.charter)
    if given:
        return int(given) if given.isdecimal() and len(given) < 10 else 0
    standing = entry.standing(db.session(), member().id)
    return standing.charter.id if standing else 0


def _page(form: CharterForm, others: list[str] | None = None) -> str | tuple[str, int]:
    standing = entry.standing(db.session(), member().id)
    if others:  # what is shown is another version than what was accepted
        form.accept.data = False
    form.charter.data = str(standing.charter.id) if standing else ""
    page = render_template(
        "charter/charter.html", form=form, standing=standing, others=others or []
    )
    return page if request.method in SAFE else (page, 422)

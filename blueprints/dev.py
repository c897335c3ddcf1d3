"""/dev/composants: every component in its states, while developing."""

from flask import Blueprint, render_template

from blueprints._access import public
from blueprints.forum.forms import ReportForm
from core import clock

bp = Blueprint("dev", __name__, url_prefix="/dev")


@bp.get("/composants")
@public
def components() -> str:
    """The components, side by side."""
    return render_template("dev/components.html", now=clock.now(), form=ReportForm(formdata=None))

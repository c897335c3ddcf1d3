"""The charter: its versions, a new one, who accepted which."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from accounts import administration, entry, queries
from blueprints._access import SAFE, found, reads, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, required, several_lines, show_refusal, words
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from core.sheets import Sheet
from core.text import clean

LONGEST_CHARTER = 50_000


class CharterForm(Form):
    """A new version."""

    body = TextAreaField(_l("Text"), [required(), at_most(LONGEST_CHARTER)], [several_lines])
    changes = TextAreaField(
        _l("What changes"),
        [required(), at_most(500)],
        [several_lines],
        description=_l("In a sentence or two, for those who accepted the version before."),
    )
    sure = BooleanField(
        _l("Every member will have to accept this version before anything else opens"),
        [DataRequired(_l("Tick the box to publish."))],
    )


@bp.get("/charte")
def charters() -> str:
    """The versions, newest first."""
    return render_template(
        "administration/charters.html",
        charters=db.session.execute(queries.charters(viewer())).all(),
    )


@bp.get("/charte/<int:number>")
def charter_version(number: int) -> str:
    """One version as members read it."""
    return render_template(
        "administration/charter.html", charter=found(entry.charter_version(viewer(), number))
    )


@bp.route("/charte/nouvelle", methods=["GET", "POST"])
def new_charter() -> Response | str | tuple[str, int]:
    """Write a version and put it in force."""
    latest = queries.charter(db.session())
    form = CharterForm(body=latest.body if latest else "")
    if not form.validate_on_submit():
        return _new_page(form)
    try:
        charter = administration.publish_charter(
            db.session(), by=me(), body=words(form.body), changes=words(form.changes)
        )
    except Refused as refused:
        return _new_page(form, show_refusal(form, refused, {"charter-empty": "body"}))
    db.session.commit()
    flash(_("Version %(number)s is in force.", number=charter.number), "success")
    return redirect(url_for("administration.charters"))


def _new_page(form: CharterForm, others: list[str] | None = None) -> str | tuple[str, int]:
    page = render_template("administration/new_charter.html", form=form, others=others or [])
    return page if request.method in SAFE else (page, 422)


@bp.post("/charte/apercu")
@reads
def preview_charter() -> str:
    """What was typed, as members will read it."""
    html = clean(request.form.get("body", "")[:LONGEST_CHARTER])
    if "X-Fragment" in request.headers:
        return html
    return render_template("administration/preview.html", html=Markup(html))  # noqa: S704 - cleaned


@bp.get(f"/charte/acceptations.<{ENDINGS}:ending>")
def acceptances(ending: str) -> FlaskResponse:
    """Who accepted which version and when, for a spreadsheet."""
    header = [_("Version"), _("E-mail address"), _("First name"), _("Last name"), _("Accepted on")]
    rows = db.session.execute(queries.acceptances(viewer())).all()
    return send_sheet("acceptations-charte", ending, Sheet(_("Charter"), header, rows))

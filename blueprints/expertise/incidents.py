"""Telling an incident, and what the team was told."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, TextAreaField
from wtforms.validators import Optional

from blueprints._access import SAFE, key, member
from blueprints._forms import (
    Form,
    at_most,
    boxes,
    options,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise.tending import run
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.incidents import actions, queries

Page = Response | str | tuple[str, int]
AT_ONCE = 25
FIELDS = {
    "programme-missing": "programmes",
    "words-missing": "happened",
    "noticed-later": "noticed_on",
}
"""Refusal → the field that it is about."""


class IncidentForm(Form):
    """What went wrong."""

    programmes = boxes(_l("In which programme"), coerce=int)
    happened = TextAreaField(
        _l("What happened"),
        [required(), at_most(actions.LONGEST)],
        [several_lines],
        description=_l("A loss, a mail that went astray, an odd use of an account, a mistake…"),
    )
    noticed_on = DateField(_l("When you noticed it"), [Optional()])
    about = TextAreaField(
        _l("Which data"),
        [at_most(actions.LONGEST)],
        [several_lines],
        description=_l("Optional: which needs, which companies, which files, as far as you know."),
    )


@bp.route("/conduite/incident", methods=["GET", "POST"])
def tell_incident() -> Page:
    """Tell the team what went wrong."""
    programmes = db.session.scalars(queries.concerned(desk())).all()
    if not programmes:
        abort(404)
    alone = [programmes[0].id] if len(programmes) == 1 else []
    form = IncidentForm(data={"noticed_on": clock.today(), "programmes": alone})
    form.programmes.choices = options((one.id, one.name) for one in programmes)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.tell(
                db.session(),
                desk(),
                programmes=form.programmes.data or [],
                happened=words(form.happened),
                noticed_on=form.noticed_on.data,
                about=words(form.about),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("Thank you for having told it: the team reads it at once."), "success")
            return redirect(url_for(".conduct"))
    page = render_template("expertise/tell_incident.html", form=form, others=others)
    return page if request.method in SAFE else (page, 422)


@bp.get("/equipe/<slug>/incidents")
def incidents(slug: str) -> str:
    """What the team of a programme was told."""
    programme = run(slug)
    found = queries.told(desk(), programme, request.args.get("apres", type=key))
    shown = db.session.scalars(found.limit(AT_ONCE + 1)).all()
    return render_template(
        "expertise/incidents.html",
        programme=programme,
        incidents=[
            {
                "happened": one.happened,
                "about": one.about,
                "noticed_on": one.noticed_on,
                "at": one.at,
                "who": one.member.name if one.member else "",
            }
            for one in shown[:AT_ONCE]
        ],
        more=url_for(".incidents", slug=slug, apres=shown[AT_ONCE - 1].id)
        if len(shown) > AT_ONCE
        else None,
    )

"""The rules of the house."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from accounts import administration, queries
from blueprints._access import SAFE, viewer
from blueprints._access import member as me
from blueprints._forms import Form
from blueprints.administration import bp
from core.db import db

MOST_HELD = 20


class HouseForm(Form):
    """What the administrators decide for everyone."""

    second_factor_for_staff = BooleanField(
        _l("Moderators and administrators must use two-step sign-in"),
        description=_l("Those who do not use it yet set it up at their next page."),
    )
    newcomer_posts = IntegerField(
        _l("First messages read before they appear"),
        [
            InputRequired(_l("Write a number; 0 to read none beforehand.")),
            NumberRange(0, MOST_HELD, _l("From 0 to 20.")),
        ],
        description=_l("How many messages of a new member wait for a moderator. 0: none."),
    )


@bp.route("/regles", methods=["GET", "POST"])
def house() -> Response | str | tuple[str, int]:
    """See the rules and change them."""
    rules = queries.house_rules(db.session())
    form = HouseForm(
        second_factor_for_staff=rules.second_factor_for_staff,
        newcomer_posts=rules.newcomer_posts,
    )
    if form.validate_on_submit():
        administration.change_house(
            db.session(),
            viewer(),
            by=me(),
            second_factor_for_staff=form.second_factor_for_staff.data,
            newcomer_posts=form.newcomer_posts.data or 0,
        )
        db.session.commit()
        flash(_("The rules are in force."), "success")
        return redirect(url_for("administration.house"))
    page = render_template("administration/house.html", form=form)
    return page if request.method in SAFE else (page, 422)

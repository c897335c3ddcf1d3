"""Where something stands, corrected by hand: two numbers, or a marker to drag."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import FloatField
from wtforms.validators import InputRequired, NumberRange

from accounts.policy import needs_administrator
from agenda import queries as agenda
from agenda.policy import may_tend
from blueprints._access import SAFE, found, member, viewer
from blueprints._forms import Form
from blueprints.directory.organisations import around, on_map
from blueprints.map import bp
from blueprints.map._shell import shell
from core.db import db
from directory import organisations, schemes
from directory.models import Organisation, Scheme, Standing
from map import actions, queries

Page = Response | str | tuple[str, int]


class Degrees(FloatField):
    """A number with a point or, as in French, a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed, as Python reads it."""
        super().process_formdata([typed.strip().replace(",", ".") for typed in valuelist])


class PositionForm(Form):
    """A point, in degrees."""

    latitude = Degrees(
        _l("Latitude"),
        [
            InputRequired(_l("Write a number of degrees, such as 47.218.")),
            NumberRange(-90, 90, _l("A latitude lies between -90 and 90.")),
        ],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    longitude = Degrees(
        _l("Longitude"),
        [
            InputRequired(_l("Write a number of degrees, such as 47.218.")),
            NumberRange(-180, 180, _l("A longitude lies between -180 and 180.")),
        ],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


@bp.route("/structures/<int:organisation_id>/position", methods=["GET", "POST"])
def position(organisation_id: int) -> Page:
    """Say where an organisation stands."""
    needs_administrator(viewer())
    one = found(organisations.organisation(viewer(), organisation_id))
    return _position(one, url_for("directory.organisation", organisation_id=one.id))


@bp.route("/dispositifs/<int:scheme_id>/position", methods=["GET", "POST"])
def scheme_position(scheme_id: int) -> Page:
    """Say where a scheme is offered."""
    needs_administrator(viewer())
    one = found(schemes.tended(viewer(), scheme_id))
    return _position(one, url_for("directory.scheme", scheme_id=one.id))


def _position(one: Organisation | Scheme, back: str) -> Page:
    form = PositionForm(latitude=one.latitude, longitude=one.longitude)
    if form.validate_on_submit() and form.latitude.data is not None:
        actions.place_by_hand(
            db.session(),
            viewer(),
            one,
            by=member(),
            latitude=form.latitude.data,
            longitude=form.longitude.data or 0.0,
        )
        return _placed(on_map(one))
    return _page(form, one, one.name, back)


@bp.route("/dates/<int:event_id>/position", methods=["GET", "POST"])
def date_position(event_id: int) -> Page:
    """Say where an event takes place, with all its dates: who announced it, or a moderator."""
    one = found(agenda.event(viewer(), event_id))
    if not may_tend(viewer(), one):
        abort(403)
    form = PositionForm(latitude=one.latitude, longitude=one.longitude)
    if form.validate_on_submit() and form.latitude.data is not None:
        latitude, longitude = form.latitude.data, form.longitude.data or 0.0
        actions.place_date_by_hand(
            db.session(), viewer(), one, latitude=latitude, longitude=longitude
        )
        return _placed(url_for("map.dates", cadre=around(latitude, longitude), ouvrir=one.id))
    return _page(form, one, one.title, url_for("agenda.event", event_id=one.id))


def _placed(shown: str | None) -> Response:
    db.session.commit()
    flash(_("The position is saved."), "success")
    return redirect(shown or url_for("map.index"))


def _page(form: PositionForm, one: Standing, name: str, back: str) -> Page:
    page = render_template(
        "map/position.html",
        form=form,
        entry=one,
        name=name,
        back=back,
        near=[tuple(row) for row in db.session.execute(queries.communes_around(one))],
        drawn=shell("position"),
    )
    return page if request.method in SAFE else (page, 422)

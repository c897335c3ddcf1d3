"""The expertise programmes: what they decide, who runs them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, ColorField, IntegerField, RadioField, TelField
from wtforms.validators import InputRequired, NumberRange, Optional

from access.models import Level
from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import (
    Form,
    address,
    at_most,
    boxes,
    line,
    one_line,
    options,
    required,
    show_refusal,
    words,
)
from blueprints._refusals import explain
from blueprints._ways import WAYS
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from expertise.programmes import actions, queries
from expertise.programmes.actions import Choices
from expertise.programmes.models import Asking, Programme, Review, Sending, Way
from expertise.programmes.sectors import SECTORS

Page = Response | str | tuple[str, int]
REVIEW = {
    Review.TEAM: _l("Its team"),
    Review.COMMITTEE: _l("The steering committee of the territory"),
    Review.NONE: _l("Nobody: a need goes out at once"),
}
ASKING = {
    Asking.ANYONE: _l("Any company, without an account"),
    Asking.SUBSCRIBED: _l("Companies that have an account and subscribed"),
}
SENDING = {
    Sending.AT_ONCE: _l("At once"),
    Sending.WEEKLY: _l("Once a week, on Monday morning"),
}
TYPED = ("name", "tagline", "colour", "accent", "email", "phone", "address")
DECIDED = (
    *("is_open", "several_subjects", "off_list", "asks_phase"),
    *("reminds", "lends", "surveys", "follows_up"),
    *("least_staff", "most_staff", "position_days", "reservation_days", "extension_days"),
)
FIELDS = {
    "name-empty": "name",
    "name-taken": "name",
    "name-too-long": "name",
    "colour-unknown": "colour",
    "colour-too-light": "colour",
    "staff-backwards": "most_staff",
    "sector-unknown": "sectors",
    "delay-out-of-range": "position_days",
    "email-unknown": "email",
    "phone-unknown": "phone",
    "unknown-place": "places",
}


def delay(label: Any, usual: int, description: Any = "") -> IntegerField:
    """A number of working days."""
    bounds = NumberRange(0, actions.MOST_DAYS)
    return IntegerField(label, [InputRequired(), bounds], default=usual, description=description)


class ProgrammeForm(Form):
    """What a programme decides."""

    name = line(_l("Name"), needed=True)
    tagline = line(_l("What it does, in one sentence"), needed=True)
    is_open = BooleanField(_l("Its public pages stand, and it takes needs"))
    asking = RadioField(_l("Who may ask"), choices=options(ASKING.items()), default="anyone")
    review = RadioField(
        _l("Who reads needs first"), choices=options(REVIEW.items()), default="team"
    )
    way = RadioField(
        _l("How one answers"),
        choices=options(WAYS.items()),
        default="exclusive",
        description=_l(
            "The team may say otherwise of a subject. Needs already sent do not change."
        ),
    )
    sending = RadioField(
        _l("When needs go out"), choices=options(SENDING.items()), default="at_once"
    )
    position_days = delay(_l("Working days to answer"), 5)
    reservation_days = delay(_l("Working days that a reservation lasts"), 10)
    extension_days = delay(
        _l("Working days more, once"), 5, description=_l("0: a reservation is not prolonged.")
    )
    several_subjects = BooleanField(_l("A need may be about several subjects"))
    off_list = BooleanField(_l("One may ask about what is not in the list"), default=True)
    reminds = BooleanField(_l("Remind once those who have not answered in time"), default=True)
    lends = BooleanField(_l("Agreements may be loans of personnel"), default=True)
    surveys = BooleanField(_l("Ask both sides what they think after each closing"), default=True)
    follows_up = BooleanField(_l("Ask again three and six months after a help"), default=True)
    places = line(
        _l("Where it works"),
        length=400,
        description=_l(
            "Régions, départements by their number, zones d’emploi, separated by commas: 44, Pays "
            "de la Loire, Cholet (zone d’emploi). Left empty: everywhere."
        ),
    )
    least_staff = IntegerField(_l("Employees, at least"), [Optional(), NumberRange(0)])
    most_staff = IntegerField(_l("Employees, at most"), [Optional(), NumberRange(0)])
    sectors = boxes(_l("Sectors"))
    asks_phase = BooleanField(_l("For companies that grow or reorganise only"))
    email = address(
        _l("E-mail address of the team"),
        description=_l("Needs are announced there, and companies write there."),
    )
    phone = TelField(_l("Telephone"), [at_most(20)], filters=[one_line])
    address = line(_l("Address"))
    colour = ColorField(_l("Main colour"), [required(), at_most(7)], default="#1d3f72")
    accent = ColorField(_l("Second colour"), [required(), at_most(7)], default="#5c564b")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sectors.choices = options(SECTORS.items())

    def said(self) -> Choices:
        """What was typed."""
        typed: dict[str, Any] = {name: words(self[name]) for name in TYPED}
        decided: dict[str, Any] = {name: self[name].data for name in DECIDED}
        return Choices(
            **typed,
            **decided,
            sectors=self.sectors.data or [],
            asking=Asking(self.asking.data),
            review=Review(self.review.data),
            way=Way(self.way.data),
            sending=Sending(self.sending.data),
        )

    def where(self) -> list[str]:
        """Where it works, as it was typed."""
        return words(self.places).replace(";", ",").split(",")


class TeamForm(Form):
    """Who runs a programme."""

    team_email = address(_l("E-mail address of a member"))


@bp.get("/dispositifs")
def programmes() -> str:
    """The programmes, by name."""
    return render_template(
        "administration/programmes.html",
        programmes=db.session.scalars(queries.every(viewer())).all(),
    )


@bp.route("/dispositifs/nouveau", methods=["GET", "POST"])
def new_programme() -> Page:
    """Open a programme."""
    form = ProgrammeForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = actions.open_programme(
                db.session(), viewer(), form.said(), form.where(), by=me()
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("%(name)s is there. Name its team.", name=made.name), "success")
            return redirect(url_for(".programme", programme_id=made.id))
    page = render_template("administration/new_programme.html", form=form, others=others)
    return page if request.method in SAFE else (page, 422)


def _one(programme_id: int) -> Programme:
    return found(queries.every(viewer()).where(Programme.id == programme_id))


@bp.route("/dispositifs/<int:programme_id>", methods=["GET", "POST"])
def programme(programme_id: int) -> Page:
    """What a programme decides, and its team."""
    one = _one(programme_id)
    form = ProgrammeForm(data=_known(one))
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.settle(db.session(), viewer(), one, form.said(), form.where(), by=me())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = _one(programme_id)
        else:
            db.session.commit()
            flash(_("%(name)s decides so from now on.", name=one.name), "success")
            return redirect(url_for(".programmes"))
    page = _page(one, form, others)
    return page if request.method in SAFE else (page, 422)


def _known(one: Programme) -> dict[str, Any]:
    """What the fields start with."""
    names = [column.name for column in Programme.__table__.columns]
    places = [
        place.code if place.level is Level.DEPARTEMENT else place.label
        for place in db.session.scalars(queries.territories(one))
    ]
    return {name: getattr(one, name) for name in names} | {
        "places": ", ".join(sorted(places)),
        "asking": one.asking.value,
        "review": one.review.value,
        "way": one.way.value,
        "sending": one.sending.value,
    }


def _page(one: Programme, form: ProgrammeForm, others: list[str]) -> str:
    return render_template(
        "administration/programme.html",
        programme=one,
        form=form,
        others=others,
        team=db.session.scalars(queries.team(one)).all(),
        team_form=TeamForm(formdata=None),
    )


@bp.post("/dispositifs/<int:programme_id>/equipe")
def name_to_team(programme_id: int) -> Response:
    """Name somebody to the team."""
    one, form = _one(programme_id), TeamForm()
    back = redirect(url_for(".programme", programme_id=one.id, _anchor="equipe"))
    if not form.validate_on_submit():
        flash(" ".join(str(word) for word in form.team_email.errors), "warning")
        return back
    try:
        someone = actions.name_to_team(db.session(), viewer(), one, words(form.team_email), by=me())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return back
    db.session.commit()
    flash(_("%(name)s runs %(programme)s.", name=someone.name, programme=one.name), "success")
    return back


@bp.post("/dispositifs/<int:programme_id>/equipe/<int:member_id>/retirer")
def take_from_team(programme_id: int, member_id: int) -> Response:
    """Take somebody off the team."""
    one = _one(programme_id)
    actions.take_from_team(db.session(), viewer(), one, member_id, by=me())
    db.session.commit()
    flash(_("They are no longer in the team of “%(title)s”.", title=one.name), "success")
    return redirect(url_for(".programme", programme_id=one.id, _anchor="equipe"))

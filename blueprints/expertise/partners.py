"""The partners of a programme, for its team: their sites, their key, what was asked by them."""

from babel.dates import format_date
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from blueprints._access import SAFE, found, member, settings
from blueprints._forms import Form, at_most, line, several_lines, show_refusal, words
from blueprints._languages import spoken
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._wording import ENDINGS
from blueprints.expertise.tending import run
from core.db import db
from core.refusals import Refused
from expertise.partners import actions, queries
from expertise.partners.models import LONGEST_ORIGINS, Partner
from expertise.partners.queries import Step
from expertise.programmes.models import Programme

Page = Response | str | tuple[str, int]
STEPS = {"mois": Step.MONTH, "semaine": Step.WEEK}
STEP_NAMES = {Step.MONTH: _l("By month"), Step.WEEK: _l("By week")}
FIELDS = {
    "name-empty": "name",
    "name-too-long": "name",
    "site-unknown": "sites",
    "too-many-sites": "sites",
    "colour-unknown": "colour",
    "colour-too-light": "colour",
}


class PartnerForm(Form):
    """A partner, and the sites that show its pages."""

    name = line(_l("Name"), needed=True)
    sites = TextAreaField(
        _l("Its sites"),
        [at_most(LONGEST_ORIGINS)],
        [several_lines],
        description=_l(
            "One address a line, without what follows the name: https://www.example.org. "
            "Only these may show the form in their pages. Empty: by its program alone."
        ),
    )
    colour = line(
        _l("Colour"),
        length=7,
        description=_l("Optional, as #rrggbb: else that of the programme."),
    )


def _one(programme: Programme, partner_id: int) -> Partner:
    return found(queries.partners(desk(), programme).where(Partner.id == partner_id))


@bp.get("/equipe/<slug>/partenaires")
def partners(slug: str) -> str:
    """Those of a programme."""
    programme, session = run(slug), db.session()
    some = session.scalars(queries.partners(desk(), programme)).all()
    return render_template(
        "expertise/partners/index.html",
        programme=programme,
        partners=some,
        totals=queries.totals(session, desk(), some) if some else {},
    )


@bp.route("/equipe/<slug>/partenaires/nouveau", methods=["GET", "POST"])
def new_partner(slug: str) -> Page:
    """Another partner."""
    programme, form = run(slug), PartnerForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = actions.add(
                db.session(),
                desk(),
                programme,
                name=words(form.name),
                sites=words(form.sites),
                colour=words(form.colour),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            programme = run(slug)
        else:
            db.session.commit()
            flash(_("“%(title)s” is added.", title=made.name), "success")
            return redirect(url_for(".partner", slug=slug, partner_id=made.id))
    page = render_template(
        "expertise/partners/edit.html", programme=programme, partner=None, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


@bp.get("/equipe/<slug>/partenaires/<int:partner_id>")
def partner(slug: str, partner_id: int) -> str:
    """Its address, its key, what was asked through it."""
    programme = run(slug)
    return _page(programme, _one(programme, partner_id))


def _page(programme: Programme, one: Partner, key: str | None = None) -> str:
    session = db.session()
    step = STEPS.get(request.args.get("par", ""), Step.MONTH)
    base = settings().base_url
    return render_template(
        "expertise/partners/partner.html",
        programme=programme,
        partner=one,
        key=key,
        address=base + url_for(".embedded", partner=one.slug),
        steps=[
            {
                "label": STEP_NAMES[each],
                "href": url_for(".partner", slug=programme.slug, partner_id=one.id, par=name),
                "current": each is step,
            }
            for name, each in STEPS.items()
        ],
        lines=[
            [_when(step, each), str(each.asked), str(each.validated), str(each.closed)]
            for each in queries.lines(session, desk(), one, step)
        ],
        endings=[
            (ENDINGS[ending], number) for ending, number in queries.endings(session, desk(), one)
        ],
    )


def _when(step: Step, one: queries.Line) -> str:
    if step is Step.MONTH:
        return str(format_date(one.first_day, "MMMM yyyy", locale=spoken()))
    return _("week of %(day)s", day=format_date(one.first_day, "d MMMM yyyy", locale=spoken()))


@bp.route("/equipe/<slug>/partenaires/<int:partner_id>/modifier", methods=["GET", "POST"])
def edit_partner(slug: str, partner_id: int) -> Page:
    """Its name, its sites, its colour."""
    programme = run(slug)
    one = _one(programme, partner_id)
    form = PartnerForm(data={"name": one.name, "sites": one.origins, "colour": one.colour})
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.change(
                db.session(),
                desk(),
                programme,
                one,
                name=words(form.name),
                sites=words(form.sites),
                colour=words(form.colour),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            programme = run(slug)
            one = _one(programme, partner_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=one.name), "success")
            return redirect(url_for(".partner", slug=slug, partner_id=partner_id))
    page = render_template(
        "expertise/partners/edit.html", programme=programme, partner=one, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/equipe/<slug>/partenaires/<int:partner_id>/cle")
def new_key(slug: str, partner_id: int) -> str:
    """A key, shown this once."""
    programme = run(slug)
    one = _one(programme, partner_id)
    key = actions.new_key(db.session(), desk(), programme, one, by=member())
    db.session.commit()
    return _page(programme, one, key)


@bp.post("/equipe/<slug>/partenaires/<int:partner_id>/cle/retirer")
def revoke_key(slug: str, partner_id: int) -> Response:
    """Its program asks no more."""
    programme = run(slug)
    one = _one(programme, partner_id)
    actions.revoke_key(db.session(), desk(), programme, one, by=member())
    db.session.commit()
    flash(_("The key opens nothing any more."), "success")
    return redirect(url_for(".partner", slug=slug, partner_id=partner_id))


@bp.post("/equipe/<slug>/partenaires/<int:partner_id>/etat")
def let_partner_ask(slug: str, partner_id: int) -> Response:
    """Stop a partner, or let it ask again."""
    programme = run(slug)
    one, asks = _one(programme, partner_id), request.form.get("demande") == "1"
    actions.let_ask(db.session(), desk(), programme, one, asks=asks, by=member())
    db.session.commit()
    done = _("%(name)s asks again.") if asks else _("Nothing is asked through %(name)s any more.")
    flash(done % {"name": one.name}, "success")
    return redirect(url_for(".partner", slug=slug, partner_id=partner_id))

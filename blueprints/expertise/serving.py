"""The services of a programme, as its team tends them, and who used them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField, RadioField, TextAreaField

from blueprints._access import SAFE, found, key
from blueprints._forms import (
    Form,
    at_most,
    line,
    one_line,
    options,
    several_lines,
    show_refusal,
    words,
)
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._subscriptions import SERVICE_KINDS
from blueprints.expertise.tending import run
from core.addresses import LONGEST_LINK
from core.db import db
from core.refusals import Refused
from expertise.programmes.models import Programme
from expertise.subscriptions import queries, services
from expertise.subscriptions.models import LONGEST_WORDS, Service, ServiceKind

Page = Response | str | tuple[str, int]
AT_ONCE = 25
FIELDS = {
    "name-empty": "name",
    "name-taken": "name",
    "provider-missing": "provider",
    "email-unknown": "provider_email",
    "link-missing": "link",
    "link-unknown": "link",
    "body-too-long": "description",
    "experts-once": "kind",
    "kind-stays": "kind",
}


class ServiceForm(Form):
    """A service."""

    kind = RadioField(
        _l("How it reaches a company"),
        choices=options(SERVICE_KINDS.items()),
        default=ServiceKind.PROVIDED.value,
    )
    name = line(_l("Name of the service"), needed=True)
    provider = line(_l("Who gives it"))
    provider_email = EmailField(
        _l("Their e-mail address"),
        [at_most(254)],
        filters=[one_line],
        description=_l("They are told there when a company asks for it."),
    )
    description = TextAreaField(_l("What it is"), [at_most(LONGEST_WORDS)], [several_lines])
    link = line(
        _l("Link"), length=LONGEST_LINK, description=_l("The page of a scheme that is relayed.")
    )

    def said(self) -> services.SaidOfService:
        """What was typed."""
        return services.SaidOfService(
            kind=ServiceKind(self.kind.data),
            name=words(self.name),
            provider=words(self.provider),
            provider_email=words(self.provider_email),
            description=words(self.description),
            link=words(self.link),
        )


@bp.get("/equipe/<slug>/services")
def services_of_team(slug: str) -> str:
    """The services, and the credits that were used on them."""
    one, session = run(slug), db.session()
    before = request.args.get("apres", type=key)
    used = session.scalars(queries.uses(desk(), one.id, before).limit(AT_ONCE + 1)).all()
    return render_template(
        "expertise/services.html",
        programme=one,
        services=session.scalars(services.everything(one.id)).all(),
        kinds=SERVICE_KINDS,
        uses=[
            {
                "service": each.service.name,
                "provider": each.service.provider,
                "company": each.subscription.company.name,
                "order_id": each.subscription_id,
                "when": each.used_at,
                "complement": each.complement,
            }
            for each in used[:AT_ONCE]
        ],
        more=url_for(".services_of_team", slug=slug, apres=used[AT_ONCE - 1].id)
        if len(used) > AT_ONCE
        else None,
    )


@bp.route("/equipe/<slug>/services/nouveau", methods=["GET", "POST"])
def new_service(slug: str) -> Page:
    """A service more."""
    one, form = run(slug), ServiceForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = services.add(db.session(), desk(), one, form.said())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("“%(title)s” is added.", title=made.name), "success")
            return redirect(url_for(".services_of_team", slug=slug))
    page = render_template(
        "expertise/edit_service.html", programme=one, service=None, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


def _service(one: Programme, service_id: int) -> Service:
    return found(services.everything(one.id).where(Service.id == service_id))


@bp.route("/equipe/<slug>/services/<int:service_id>", methods=["GET", "POST"])
def service(slug: str, service_id: int) -> Page:
    """A service: what is said of it."""
    one = run(slug)
    about = _service(one, service_id)
    form = ServiceForm(obj=about)
    if request.method in SAFE:
        form.kind.data = about.kind.value
    others: list[str] = []
    if form.validate_on_submit():
        try:
            services.correct(db.session(), desk(), one, about, form.said())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            about = _service(one, service_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is corrected.", title=about.name), "success")
            return redirect(url_for(".services_of_team", slug=slug))
    page = render_template(
        "expertise/edit_service.html", programme=one, service=about, form=form, others=others
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/equipe/<slug>/services/<int:service_id>/proposer")
def offer_service(slug: str, service_id: int) -> Response:
    """Offer a service again, or no longer."""
    one, offered = run(slug), request.form.get("propose") == "1"
    about = _service(one, service_id)
    try:
        services.offer(desk(), one, about, offered=offered)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        done = _("“%(title)s” is offered.") if offered else _("“%(title)s” is no longer offered.")
        flash(done % {"title": about.name}, "success")
    return redirect(url_for(".services_of_team", slug=slug))

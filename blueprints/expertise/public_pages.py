"""What a programme tells everybody: no account, and nothing of anybody's need."""

from typing import Any

from flask import Response as FileResponse
from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from access.colours import ink_on
from blueprints._access import found, may_come_in, member, public
from blueprints._downloads import storage
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._figure_words import key_figures
from blueprints.expertise._subscriptions import price_rows
from core import clock
from core.db import db
from expertise.committees import queries as committees
from expertise.companies import queries as companies_of
from expertise.desk import Desk
from expertise.experts import queries as experts
from expertise.figures import queries as figures
from expertise.needs import queries as needs
from expertise.positions import queries as answers
from expertise.programmes import queries
from expertise.programmes.models import Asking, Institution, Programme, PublicPage
from expertise.subscriptions import grid, services
from expertise.subscriptions.models import PriceGrid
from expertise.subscriptions.money import in_percent
from expertise.surveys import queries as surveys

Page = Response | str | tuple[str, int]
TITLES = {
    PublicPage.COMPANIES: _l("Do you need an expert?"),
    PublicPage.INSTITUTIONS: _l("Offer my experts"),
    PublicPage.SERVICES: _l("Services"),
    PublicPage.PRICES: _l("Prices"),
    PublicPage.LEGAL: _l("Legal notice"),
    PublicPage.TERMS: _l("Subscription terms"),
}
ADDRESSES = {
    PublicPage.COMPANIES: "besoin-d-un-expert",
    PublicPage.INSTITUTIONS: "proposer-mes-experts",
    PublicPage.SERVICES: "services",
    PublicPage.PRICES: "tarifs",
    PublicPage.LEGAL: "mentions-legales",
    PublicPage.TERMS: "conditions",
}
AT_THE_FOOT = (PublicPage.LEGAL, PublicPage.TERMS)
CONTACT = "contact"
NOT_PROGRAMMES = frozenset({"suivi", "equipe", "besoins", "enquete"})
"""What begins an address of the desk, and names no programme."""


def programme_of(slug: str) -> Programme:
    """The programme of an address, whose pages stand; or 404."""
    return found(queries.open_programme(slug))


def dressed(programme: Programme, *, current: str = "") -> dict[str, Any]:
    """What surrounds its pages: arguments of expertise/_public.html."""
    there = queries.pages(db.session(), programme)
    links = [
        (ADDRESSES[one], TITLES[one]) for one in TITLES if one in there and one not in AT_THE_FOOT
    ]
    return {
        "programme": programme,
        "ink": ink_on(programme.colour),
        "there": {
            one.value: url_for(".programme_page", slug=programme.slug, page=ADDRESSES[one])
            for one in there
            if one in ADDRESSES
        },
        "tabs": [
            {
                "label": programme.name,
                "href": url_for(".programme", slug=programme.slug),
                "current": current == "home",
            },
            *(
                {
                    "label": words,
                    "href": url_for(".programme_page", slug=programme.slug, page=name),
                    "current": current == name,
                }
                for name, words in [*links, (CONTACT, _("Contact"))]
            ),
        ],
        "foot": [
            {
                "label": TITLES[one],
                "href": url_for(".programme_page", slug=programme.slug, page=ADDRESSES[one]),
            }
            for one in AT_THE_FOOT
            if one in there
        ],
    }


@bp.get("")
@public
def index() -> str:
    """The programmes that are open; for who is signed in, what they are at the desk."""
    session = db.session()
    here = desk() if may_come_in() else None
    runs = session.scalars(queries.run_by(here)).all() if here and here.teams else []
    waiting = needs.to_review(session, desk(), [one.id for one in runs]) if runs else {}
    around = session.execute(companies_of.of(here, member())).all() if here else []
    received, to_vote = _waiting(here) if here and here.must_be_bound else (0, 0)
    return render_template(
        "expertise/index.html",
        layout="layouts/base.html" if may_come_in() else "layouts/plain.html",
        programmes=session.scalars(queries.open_programmes()).all(),
        mine=[(one, waiting.get(one.id, 0)) for one in runs],
        companies=[one for one, acts in around if acts],
        inviting=[one for one, acts in around if not acts],
        received=received if here and here.answers else None,
        places=session.scalars(experts.places(here)).all() if here and here.answers else [],
        counts=here and here.administers,
        to_accept=here and here.must_be_bound and not here.is_bound,
        to_vote=to_vote if here and here.committees else None,
    )


def _waiting(here: Desk) -> tuple[int, int]:
    """How many needs wait for the answer of the reader, how many for their vote. One query."""
    both = (answers.to_answer(here), committees.to_vote(here))
    row = db.session.execute(select(*(one.scalar_subquery() for one in both))).one()
    return row[0], row[1]


def logo_of(one: Institution) -> str | None:
    """Where the logo of an institution is served; its name changes with its content."""
    if one.logo is None:
        return None
    return url_for("expertise.institution_logo", institution_id=one.id, v=one.logo[:12])


def engaged(programme: Programme) -> list[dict[str, Any]]:
    """The institutions that take part: their names, their logos."""
    found = db.session.scalars(queries.institutions(programme)).all()
    return [{"name": one.name, "logo": logo_of(one)} for one in found]


@bp.get("/institutions/<int:institution_id>/logo")
@public
def institution_logo(institution_id: int) -> FileResponse:
    """The logo of an institution, as the public pages show it."""
    one = found(queries.with_logo(institution_id))
    response = FileResponse(storage().get(str(one.logo)), mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/<slug>")
@public
def programme(slug: str) -> str:
    """The first page of a programme."""
    one = programme_of(slug)
    words = db.session.scalars(queries.words(one, PublicPage.HOME)).one_or_none()
    return render_template(
        "expertise/programme.html",
        **dressed(one, current="home"),
        words=Markup(words.html) if words else "",  # noqa: S704 - cleaned
        themes=db.session.scalars(queries.catalogue(one)).all(),
        engaged=engaged(one),
        subscribed=one.asking is Asking.SUBSCRIBED,
        testimonials=db.session.scalars(surveys.published(one)).all(),
        key_figures=key_figures(figures.public(db.session(), one)),
    )


@bp.get("/<slug>/<page>")
@public
def programme_page(slug: str, page: str) -> str:
    """What a programme says to companies, to institutions, of its prices…"""
    one = programme_of(slug)
    if page == CONTACT:
        return render_template("expertise/contact.html", **dressed(one, current=CONTACT))
    which = next((name for name, address in ADDRESSES.items() if address == page), None)
    if which is None:
        abort(404)
    session, today = db.session(), clock.today()
    words = found(queries.words(one, which))
    return render_template(
        "expertise/page.html",
        **dressed(one, current=page),
        title=TITLES[which],
        words=Markup(words.html),  # noqa: S704 - cleaned
        engaged=engaged(one) if which is PublicPage.INSTITUTIONS else [],
        joins=which is PublicPage.INSTITUTIONS,
        asks=which in {PublicPage.COMPANIES, PublicPage.SERVICES, PublicPage.PRICES},
        subscribed=one.asking is Asking.SUBSCRIBED,
        services=session.scalars(services.offered(one.id)).all()
        if which is PublicPage.SERVICES
        else [],
        prices=_prices(session.scalars(grid.in_force(one.id, today)).one_or_none())
        if which is PublicPage.PRICES
        else None,
    )


def _prices(one: PriceGrid | None) -> dict[str, Any] | None:
    """What a year costs today, for the page of prices."""
    if one is None:
        return None
    return {
        "starts_on": one.starts_on,
        "rate": in_percent(one.vat_points),
        "rows": price_rows(one),
    }

"""The networks: names, colours, logo."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import ColorField, FileField

from access import colours, places
from access.models import Network
from accounts import networks as actions
from blueprints._access import SAFE, found, settings, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, line, required, show_refusal, words
from blueprints._shell import logo_url
from blueprints.administration import bp
from circulars import addresses
from core.db import db
from core.refusals import Refused
from core.storage import Storage


class NetworkForm(Form):
    """What dresses a network."""

    name = line(_l("Short name"), needed=True, description=_l("As people say it: COORACE."))
    full_name = line(_l("Full name"))
    colour = ColorField(
        _l("Main colour"),
        [required(), at_most(7)],
        default="#1d3f72",
        description=_l("For the band at the top of the pages, the badges and the mails."),
    )
    accent = ColorField(_l("Second colour"), [required(), at_most(7)], default="#5c564b")
    logo = FileField(
        _l("Logo"), description=_l("PNG, JPEG or WebP, less than 1 MB. It is shown 32 pixels high.")
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A colour as the form has it."""

    label: str
    field: str
    colour: str
    """Written #rrggbb: it goes into a style sheet."""
    ratio: float
    good: bool


@bp.get("/reseaux")
def networks() -> str:
    """The networks, by name."""
    listed = db.session.scalars(places.networks()).all()
    return render_template(
        "administration/networks.html", all_networks=[(one, logo_url(one)) for one in listed]
    )


@bp.route("/reseaux/nouveau", methods=["GET", "POST"])
def new_network() -> Response | str | tuple[str, int]:
    """Open a network."""
    form = NetworkForm()
    if not form.validate_on_submit() or _only_looks():
        return _page(form)
    try:
        actions.add_network(db.session(), viewer(), _storage(), by=me(), **_typed(form))
    except Refused as refused:
        return _page(form, others=_refused(form, refused))
    db.session.commit()
    flash(_("The network is open: invite its first members."), "success")
    return redirect(url_for("administration.networks"))


@bp.route("/reseaux/<int:network_id>", methods=["GET", "POST"])
def network(network_id: int) -> Response | str | tuple[str, int]:
    """Change what dresses a network."""
    one = found(places.network(network_id))
    form = NetworkForm(name=one.name, full_name=one.full_name, colour=one.colour, accent=one.accent)
    if not form.validate_on_submit() or _only_looks():
        return _page(form, one)
    try:
        actions.change_network(db.session(), viewer(), _storage(), one, by=me(), **_typed(form))
    except Refused as refused:
        return _page(form, one, _refused(form, refused))
    db.session.commit()
    flash(_("%(name)s is dressed anew.", name=one.name), "success")
    return redirect(url_for("administration.networks"))


@bp.post("/reseaux/<int:network_id>/adresse-des-circulaires")
def renew_circular_address(network_id: int) -> Response:
    """Give a network another address for its circulars."""
    one = found(places.network(network_id))
    addresses.renew(db.session(), viewer(), one, by=me())
    db.session.commit()
    flash(
        _("%(name)s has another address for its circulars: tell its staff.", name=one.name),
        "success",
    )
    return redirect(url_for(".network", network_id=one.id))


def _only_looks() -> bool:
    """Whether the button "See" was pressed, which changes nothing."""
    return "voir" in request.form


def _shown(form: NetworkForm) -> list[Shown]:
    """The two colours as they are typed; the usual one for what is no colour."""
    found = []
    for field in (form.colour, form.accent):
        typed = words(field).strip().lower()
        colour = typed if colours.on_white(typed) else str(field.default)
        ratio = colours.on_white(colour) or 1.0
        good = ratio >= colours.LEAST_FOR_SHAPES
        found.append(Shown(str(field.label.text), field.name, colour, ratio, good))
    return found


def _storage() -> Storage:
    found: Storage = current_app.extensions["maillage.storage"]
    return found


def _typed(form: NetworkForm) -> dict[str, Any]:
    logo = request.files.get("logo")
    return {
        "name": words(form.name),
        "full_name": words(form.full_name),
        "colour": words(form.colour),
        "accent": words(form.accent),
        "logo": logo.read() if logo else None,
    }


def _refused(form: NetworkForm, refused: Refused) -> list[str]:
    which = str(refused.values.get("which", "colour"))
    fields = {
        "name-empty": "name",
        "name-taken": "name",
        "colour-unknown": which,
        "colour-too-light": which,
        "picture-unknown": "logo",
    }
    return show_refusal(form, refused, fields)


def _page(
    form: NetworkForm, one: Network | None = None, others: list[str] | None = None
) -> str | tuple[str, int]:
    known = addresses.addresses(db.session(), settings(), [one.id]) if one else {}
    page = render_template(
        "administration/network.html",
        circulars=known.get(one.id) if one else None,
        form=form,
        network=one,
        logo=logo_url(one) if one else None,
        others=others or [],
        shown=_shown(form),
        least=colours.LEAST_FOR_SHAPES,
    )
    looked = _only_looks() and not form.errors
    return page if request.method in SAFE or looked else (page, 422)

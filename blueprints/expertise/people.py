"""The team of a programme and an institution: who manages it, where needs go, its experts."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import member
from blueprints._downloads import storage
from blueprints._forms import show_refusal, words
from blueprints.expertise import bp
from blueprints.expertise._desk import carried_out, desk
from blueprints.expertise._people import experts_of, seat_line
from blueprints.expertise._quality_words import limits_in_words, quality
from blueprints.expertise.people_forms import FIELDS, AddressesForm, PersonForm
from blueprints.expertise.public_pages import logo_of
from blueprints.expertise.tending import INSTITUTIONS
from core.db import db
from core.refusals import Refused
from expertise.experts import institutions, queries
from expertise.programmes.models import Institution, Programme
from expertise.quality import rates

Page = Response | str | tuple[str, int]


def _of(slug: str, institution_id: int) -> tuple[Programme, Institution]:
    row = db.session.execute(queries.with_programme(desk(), slug, institution_id)).one_or_none()
    if row is None:
        abort(404)
    return row[1], row[0]


@bp.get("/equipe/<slug>/institutions/<int:institution_id>")
def institution(slug: str, institution_id: int) -> str:
    """An institution that takes part, for the team: its people, its addresses."""
    return _page(*_of(slug, institution_id))


def _page(
    programme: Programme,
    one: Institution,
    *,
    manager_form: PersonForm | None = None,
    addresses_form: AddressesForm | None = None,
    others: list[str] | None = None,
) -> str:
    session = db.session()
    listed, more = experts_of(one, programme)
    if addresses_form is None:
        known = session.scalars(queries.addresses(programme, one))
        addresses_form = AddressesForm(formdata=None, data={"addresses": "\n".join(known)})
    here = url_for(".institution", slug=programme.slug, institution_id=one.id)
    return render_template(
        "expertise/institution.html",
        programme=programme,
        institution=one,
        kind=INSTITUTIONS[one.kind],
        logo=logo_of(one),
        managers=[seat_line(seat) for seat in session.scalars(queries.managers(one))],
        **listed,
        rates=quality([programme], rates.of_institution(session, desk(), one.id)),
        limits=limits_in_words(),
        more=f"{here}?apres={more}" if more else None,
        manager_form=manager_form or PersonForm(formdata=None),
        addresses_form=addresses_form,
        others=others or [],
    )


def _done(slug: str, institution_id: int, act: Callable[[], object], said: str) -> Response:
    return carried_out(act, said, url_for(".institution", slug=slug, institution_id=institution_id))


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/gestionnaires")
def name_manager(slug: str, institution_id: int) -> Page:
    """Somebody manages it from now on."""
    programme, one = _of(slug, institution_id)
    form, others = PersonForm(), []
    if form.validate_on_submit():
        try:
            seat = institutions.name_manager(
                db.session(),
                desk(),
                programme,
                one,
                email=words(form.email),
                first_name=words(form.first_name),
                last_name=words(form.last_name),
                by=member(),
            )
        except Refused as refused:
            others = show_refusal(form, refused, {c: n for c, n in FIELDS.items() if n in form})
            programme, one = _of(slug, institution_id)
        else:
            db.session.commit()
            said = (
                _("%(name)s manages it from now on.", name=seat.name)
                if seat.member_id
                else _("%(name)s is invited to manage it.", name=seat.name)
            )
            flash(said, "success")
            return redirect(url_for(".institution", slug=slug, institution_id=institution_id))
    return _page(programme, one, manager_form=form, others=others), 422


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/gestionnaires/<int:seat_id>/retirer")
def remove_manager(slug: str, institution_id: int, seat_id: int) -> Response:
    """Somebody manages it no more."""
    programme, one = _of(slug, institution_id)
    return _done(
        slug,
        institution_id,
        lambda: institutions.remove_manager(
            db.session(), desk(), programme, one, seat_id, by=member()
        ),
        _("They no longer manage it."),
    )


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/logo")
def show_logo(slug: str, institution_id: int) -> Response:
    """Show its logo on the public pages, or its name rather."""
    programme, one = _of(slug, institution_id)
    sent = request.files.get("logo")
    logo = sent.read() if sent and sent.filename else None
    return _done(
        slug,
        institution_id,
        lambda: institutions.show_logo(
            db.session(), desk(), storage(), programme, one, logo, by=member()
        ),
        _("The public pages show its logo.") if logo else _("The public pages show its name."),
    )


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/suspendre")
def suspend(slug: str, institution_id: int) -> Response:
    """Close the desk to its people, or open it again."""
    programme, one = _of(slug, institution_id)
    suspended = request.form.get("suspendue") != "0"
    return _done(
        slug,
        institution_id,
        lambda: institutions.suspend(
            db.session(), desk(), programme, one, suspended=suspended, by=member()
        ),
        _("%(name)s is suspended: its people see nothing any more.", name=one.name)
        if suspended
        else _("%(name)s is reinstated.", name=one.name),
    )


@bp.post("/equipe/<slug>/institutions/<int:institution_id>/adresses")
def say_addresses(slug: str, institution_id: int) -> Page:
    """Where the needs of the programme are sent."""
    programme, one = _of(slug, institution_id)
    form = AddressesForm()
    if form.validate_on_submit():
        try:
            institutions.say_addresses(
                db.session(), desk(), programme, one, words(form.addresses).splitlines()
            )
        except Refused as refused:
            show_refusal(
                form, refused, {"email-unknown": "addresses", "too-many-addresses": "addresses"}
            )
            programme, one = _of(slug, institution_id)
        else:
            db.session.commit()
            flash(_("The addresses are kept."), "success")
            return redirect(url_for(".institution", slug=slug, institution_id=institution_id))
    return _page(programme, one, addresses_form=form), 422

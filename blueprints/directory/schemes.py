"""Schemes: the list, the page of one, and the forms by which administrators tend them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from access import audiences
from accounts.policy import needs_administrator
from blueprints._access import found, member, viewer
from blueprints._filters import Choice
from blueprints._topics import address_of
from blueprints._words import date_words
from blueprints.directory import _finding, bp
from blueprints.directory._tending import Page, form_page, kept, reach, shown
from blueprints.directory.forms import SchemeForm
from blueprints.directory.organisations import on_map
from core import clock
from core.db import db
from directory import lists, organisations, schemes, tending_schemes
from directory.models import Scheme, Theme
from directory.paging import PER_PAGE
from directory.schemes import Filters

FORM = "directory/edit_scheme.html"


def asked(near: _finding.Place | None) -> Filters:
    """What the address says of the schemes that are wanted."""
    state = request.args.get("etat")
    return Filters(
        words=_finding.words(),
        theme=_finding.slug("theme"),
        territory_id=_finding.territory_id(),
        around=near.around if near else None,
        over=state == "termines",
        withdrawn=viewer().administers and state == "retirees",
    )


def choices(filters: Filters) -> list[Choice]:
    """The filters of the list."""
    (themes,) = lists.names(db.session(), Theme)
    territories = db.session.scalars(audiences.territories_within(viewer().member_id))
    return [
        Choice("theme", _("Theme"), filters.theme, themes),
        Choice(
            "territoire",
            _("Territory"),
            filters.territory_id,
            [(one.id, one.label) for one in territories],
        ),
    ]


@bp.get("/dispositifs")
def all_schemes() -> str:
    """What people can be sent to, by name or by distance."""
    near = _finding.place()
    filters = asked(near)
    rows = schemes.schemes(db.session(), viewer(), filters, _finding.cursor())
    return render_template(
        "directory/schemes.html",
        rows=[row_of(row) for row in rows[:PER_PAGE]],
        count=schemes.count(db.session(), viewer(), filters),
        leaving=_finding.leaving(".print_schemes", ".export_schemes"),
        may_tend=viewer().administers,
        filters_say=filters,
        **_finding.list_page(rows, choices(filters), near, _("A name, who runs it, for whom"))
        | {"views": _views(filters)},
    )


def _views(filters: Filters) -> list[dict[str, Any]]:
    """What goes on, what has ended; for administrators, what was withdrawn."""
    views = [
        (_("Going on"), None, not filters.over and not filters.withdrawn),
        (_("Ended"), "termines", filters.over),
    ]
    if viewer().administers:
        views.append((_("Taken away"), "retirees", filters.withdrawn))
    return [
        {"label": label, "href": _finding.here(etat=state), "current": current}
        for label, state, current in views
    ]


def row_of(row: schemes.SchemeRow) -> dict[str, Any]:
    """The arguments of components/directory.html's scheme_row."""
    one, house, squared = row
    return {
        "name": one.name,
        "href": address_of("directory.scheme", one.id),
        "run_by": house or one.run_by,
        "for_whom": one.for_whom,
        "town": one.town,
        "dates": dates(one),
        "far": _finding.kilometres(squared),
        "phone": one.phone,
        "email": one.email,
    }


def dates(one: Scheme) -> str:
    """ "du 1er mars 2026 au 30 juin 2026", or nothing."""
    starts = date_words(one.starts_on) if one.starts_on else ""
    ends = date_words(one.ends_on) if one.ends_on else ""
    if starts and ends:
        return _("from %(start)s to %(end)s", start=starts, end=ends)
    if starts:
        return _("from %(start)s", start=starts)
    return _("until %(end)s", end=ends) if ends else ""


@bp.get("/dispositifs/<int:scheme_id>")
def scheme(scheme_id: int) -> str:
    """What a scheme is, for whom, and how one enters it."""
    one = found(schemes.scheme(viewer(), scheme_id))
    return render_template(
        "directory/scheme.html",
        scheme=one,
        house=one.organisation,
        territories=db.session.scalars(schemes.territories_of(one.id)).all(),
        dates=dates(one),
        over=one.ends_on is not None and one.ends_on < clock.today(),
        may_tend=viewer().administers,
        on_map=on_map(one),
    )


@bp.route("/dispositifs/nouveau", methods=["GET", "POST"])
def new_scheme() -> Page:
    """Add a scheme."""
    needs_administrator(viewer())
    form = SchemeForm()
    form.offer()
    made, others = kept(
        form,
        lambda: tending_schemes.create(db.session(), viewer(), form.said(), reach(), by=member()),
    )
    if made is None:
        return form_page(FORM, form, others, url_for(".all_schemes"))
    flash(_("“%(name)s” is in the directory.", name=made.name), "success")
    return redirect(url_for(".scheme", scheme_id=made.id))


@bp.route("/dispositifs/<int:scheme_id>/modifier", methods=["GET", "POST"])
def edit_scheme(scheme_id: int) -> Page:
    """Correct what is known of a scheme."""
    one = found(schemes.tended(viewer(), scheme_id))
    form = SchemeForm(data=_known(one))
    form.offer(one)
    back = url_for(".scheme", scheme_id=scheme_id)
    corrected, others = kept(
        form,
        lambda: tending_schemes.correct(
            db.session(), viewer(), one, form.said(one), reach(), by=member()
        ),
    )
    if corrected is None:
        return form_page(FORM, form, others, back, one)
    flash(_("“%(name)s” is up to date.", name=one.name), "success")
    return redirect(back)


def _known(one: Scheme) -> dict[str, object]:
    """What the fields start with; boxes are ticked by the form."""
    house = one.organisation
    lines = (
        *("name", "address", "postcode", "town", "phone", "email", "website", "description"),
        *("source", "for_whom", "conditions", "contact", "starts_on", "ends_on"),
    )
    return {name: getattr(one, name) for name in lines} | {
        "theme": one.theme_id,
        "run_by": organisations.label(house.name, house.town) if house else one.run_by,
    }


@bp.post("/dispositifs/<int:scheme_id>/<any(retirer,rendre):way>")
def show_scheme(scheme_id: int, way: str) -> Response:
    """Withdraw a scheme from every list, or give it back."""
    one = found(schemes.tended(viewer(), scheme_id))
    return shown(one, way, tending_schemes.show, ".all_schemes")


@bp.get("/structures/noms")
def names() -> str:
    """Organisations whose name begins as is typed, to choose from."""
    typed = _finding.typed("run_by")
    proposed = db.session.scalars(organisations.called(viewer(), typed)) if typed else ()
    return render_template(
        "directory/names.html",
        names=[organisations.label(one.name, one.town) for one in proposed],
    )

"""What leaves the directory: a card, a page to print, a table for administrators."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from blueprints._access import found, member, viewer
from blueprints._downloads import attached
from blueprints._filters import Choice
from blueprints._refusals import explain
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.directory import _finding, bp
from blueprints.directory import members as member_pages
from blueprints.directory import organisations as organisation_pages
from blueprints.directory import schemes as scheme_pages
from core import clock
from core.db import db
from core.refusals import Refused
from core.sheets import Sheet
from directory import cards, exports, members, organisations, queries, schemes

MOST_PRINTED = 1_000
CARD = "text/vcard"


@bp.get("/membres/<int:member_id>/contact.vcf")
def member_card(member_id: int) -> Response:
    """A colleague for the address book of a telephone."""
    someone = found(queries.colleague(viewer(), member_id))
    profile, house = queries.profile(db.session(), viewer(), someone.id)
    card = cards.of_member(someone, profile, house)
    return attached(Response(card, mimetype=CARD), f"{someone.name}.vcf")


@bp.get("/structures/<int:organisation_id>/contact.vcf")
def organisation_card(organisation_id: int) -> Response:
    """An organisation, likewise."""
    one = found(organisations.organisation(viewer(), organisation_id))
    return attached(Response(cards.of_organisation(one), mimetype=CARD), f"{one.name}.vcf")


@bp.get("/imprimer")
def print_members() -> str:
    """The members that the filters leave, on paper."""
    near = _finding.place()
    filters, present = member_pages.asked(near), clock.now()
    rows = members.members(db.session(), viewer(), present, filters, most=MOST_PRINTED)
    titles = [_("Name"), _("Job"), _("Employer"), _("Town"), _("Telephone"), _("E-mail address")]
    lines = [
        (
            row[0].name,
            row.job or "",
            row.organisation or row.employer or "",
            row.town or "",
            row.phone if row.phone and row.phone_shown else "",
            row[0].email if row.email_shown else "",
        )
        for row in rows
    ]
    count = members.count(db.session(), viewer(), present, filters)
    return _printed(_("Members"), titles, lines, count, member_pages.choices(filters), near)


@bp.get("/structures/imprimer")
def print_organisations() -> str:
    """The organisations that the filters leave, on paper."""
    near = _finding.place()
    filters = organisation_pages.asked(near)
    rows = organisations.organisations(db.session(), viewer(), filters, most=MOST_PRINTED)
    titles = [_("Name"), _("Kind"), _("Address"), _("Town"), _("Telephone"), _("E-mail address")]
    lines = [
        (one.name, kind, one.address, f"{one.postcode} {one.town}".strip(), one.phone or "",
         one.email or "")
        for one, kind, _squared in rows
    ]  # fmt: skip
    count = organisations.count(db.session(), viewer(), filters)
    asked = organisation_pages.choices(filters)
    return _printed(_("Organisations"), titles, lines, count, asked, near)


@bp.get("/dispositifs/imprimer")
def print_schemes() -> str:
    """The schemes that the filters leave, on paper."""
    near = _finding.place()
    filters = scheme_pages.asked(near)
    rows = schemes.schemes(db.session(), viewer(), filters, most=MOST_PRINTED)
    titles = [_("Name"), _("Run by"), _("For whom"), _("Dates"), _("Telephone"), _("Town")]
    lines = [
        (one.name, house or one.run_by, one.for_whom, scheme_pages.dates(one), one.phone or "",
         one.town)
        for one, house, _squared in rows
    ]  # fmt: skip
    count = schemes.count(db.session(), viewer(), filters)
    return _printed(_("Schemes"), titles, lines, count, scheme_pages.choices(filters), near)


def _printed(
    name: str,
    titles: list[str],
    lines: Sequence[Sequence[str]],
    count: int,
    choices: list[Choice],
    near: _finding.Place | None,
) -> str:
    chips = _finding.filter_line(choices, near)["active"]
    narrowed = [_("“%(words)s”", words=_finding.words())] if _finding.words() else []
    page: dict[str, Any] = {
        "name": name,
        "titles": titles,
        "lines": lines,
        "count": count,
        "narrowed": [*narrowed, *(chip["label"] for chip in chips)],
        "today": clock.today(),
    }
    return render_template("directory/print.html", **page)


@bp.post(f"/exporter.<{ENDINGS}:ending>")
def export_members(ending: str) -> AnyResponse:
    """The members that the filters leave, for a spreadsheet; the audit trail keeps it."""
    filters = member_pages.asked(_finding.place())
    return _left(exports.members_sheet, filters, "membres", ending, ".members")


@bp.post(f"/structures/exporter.<{ENDINGS}:ending>")
def export_organisations(ending: str) -> AnyResponse:
    """The organisations that the filters leave, likewise."""
    filters = organisation_pages.asked(_finding.place())
    return _left(exports.organisations_sheet, filters, "structures", ending, ".organisations")


@bp.post(f"/dispositifs/exporter.<{ENDINGS}:ending>")
def export_schemes(ending: str) -> AnyResponse:
    """The schemes that the filters leave, likewise."""
    filters = scheme_pages.asked(_finding.place())
    return _left(exports.schemes_sheet, filters, "dispositifs", ending, ".all_schemes")


def _left(
    sheet_of: Callable[..., Sheet], filters: Any, name: str, ending: str, back: str
) -> AnyResponse:
    """The file; or the list again, when it would be too long for one."""
    try:
        sheet = sheet_of(db.session(), viewer(), filters, by=member())
    except Refused as refused:
        if refused.code != "too-many-lines":
            raise
        db.session.rollback()
        flash(explain(refused), "warning")
        return redirect(url_for(back, **_finding.chosen()))
    db.session.commit()
    return send_sheet(name, ending, sheet)

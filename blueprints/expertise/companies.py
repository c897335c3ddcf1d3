"""My company: its sheet, and those who act for it (seeds/000 §1, Mon compte)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, member
from blueprints._forms import show_refusal, words
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._wording import siret_in_words
from blueprints.expertise.company_forms import FIELDS, SHEET, ColleagueForm, SheetForm
from core.db import db
from core.refusals import Refused
from expertise.companies import actions, queries, sheets
from expertise.companies.models import Company

Page = Response | str | tuple[str, int]


def my_company(company_id: int) -> Company:
    """A company for which the viewer acts, or 404."""
    return found(queries.company(desk(), company_id))


def its_tabs(company: Company, current: str) -> list[dict[str, Any]]:
    """The pages of a company: items of components/tabs.html."""
    pages = (
        (".company_needs", _("Needs for an expert")),
        (".subscription", _("Subscription and credits")),
        (".company", _("My company")),
    )
    return [
        {
            "label": label,
            "href": url_for(endpoint, company_id=company.id),
            "current": endpoint == current,
        }
        for endpoint, label in pages
    ]


@bp.route("/entreprises/<int:company_id>/fiche", methods=["GET", "POST"])
def company(company_id: int) -> Page:
    """The sheet of the company, and its people."""
    one = my_company(company_id)
    known = {name: getattr(one, name) for name in SHEET} | {"company": one.name}
    form = SheetForm(data=known)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            sheets.describe(db.session(), desk(), one, form.said())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = my_company(company_id)
        else:
            db.session.commit()
            flash(_("The sheet of your company is up to date."), "success")
            return redirect(url_for(".company", company_id=company_id))
    page = _page(one, form, others)
    return page if request.method in SAFE else (page, 422)


def _page(
    one: Company, form: SheetForm, others: list[str], colleague: ColleagueForm | None = None
) -> str:
    session = db.session()
    return render_template(
        "expertise/company.html",
        company=one,
        tabs=its_tabs(one, ".company"),
        siret=siret_in_words(one.siret),
        form=form,
        others=others,
        people=session.scalars(queries.people(one)).all(),
        expected=session.scalars(queries.expected(one)).all(),
        me=member().id,
        colleague=colleague or ColleagueForm(formdata=None),
    )


def _back(company_id: int) -> Response:
    return redirect(url_for(".company", company_id=company_id, _anchor="collegues"))


@bp.post("/entreprises/<int:company_id>/collegues")
def invite_colleague(company_id: int) -> Page:
    """A colleague acts for the company too."""
    one, form = my_company(company_id), ColleagueForm()
    if form.validate_on_submit():
        typed = {name: words(form[name]) for name in ("email", "first_name", "last_name")}
        try:
            actions.invite(db.session(), desk(), one, **typed, by=member())
        except Refused as refused:
            fields = {"email-unknown": "email", "name-empty": "first_name"}
            wrong = show_refusal(form, refused, fields)
            form.email.errors = [*form.email.errors, *wrong]
            one = my_company(company_id)
        else:
            db.session.commit()
            flash(_("An invitation is on its way to %(email)s.", email=typed["email"]), "success")
            return _back(company_id)
    known = {name: getattr(one, name) for name in SHEET} | {"company": one.name}
    return _page(one, SheetForm(formdata=None, data=known), [], form), 422


@bp.post("/entreprises/<int:company_id>/invitation")
def answer_invitation(company_id: int) -> Response:
    """Act for the company that invites one, or not."""
    one = found(queries.inviting(member()).where(Company.id == company_id))
    answer = request.form.get("reponse")
    if answer not in {"accepter", "decliner"}:
        abort(404)
    accepts = answer == "accepter"
    actions.answer_invitation(db.session(), one, member=member(), accepts=accepts)
    db.session.commit()
    if not accepts:
        flash(_("It is noted: you will not act for %(company)s.", company=one.name), "success")
        return redirect(url_for(".index"))
    flash(_("You act for %(company)s from now on.", company=one.name), "success")
    return redirect(url_for(".company_needs", company_id=company_id))


@bp.post("/entreprises/<int:company_id>/invitations/retirer")
def expect_no_more(company_id: int) -> Page:
    """Take an invitation back."""
    one = my_company(company_id)
    try:
        actions.expect_no_more(db.session(), desk(), one, request.form.get("email", "")[:254])
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("The invitation is taken back."), "success")
    return _back(company_id)


@bp.post("/entreprises/<int:company_id>/collegues/<int:member_id>/retirer")
def part(company_id: int, member_id: int) -> Page:
    """A colleague acts for the company no more, or oneself."""
    one = my_company(company_id)
    try:
        actions.part(
            db.session(),
            desk(),
            one,
            member_id,
            by=member(),
            even_last="dernier" in request.form,
        )
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return _back(company_id)
    db.session.commit()
    if member_id != member().id:
        flash(_("It is done: they act for %(company)s no more.", company=one.name), "success")
        return _back(company_id)
    flash(_("You act for %(company)s no more.", company=one.name), "success")
    return redirect(url_for(".index"))

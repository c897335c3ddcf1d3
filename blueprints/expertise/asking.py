"""Asking for help: the subject, then one form. Nobody needs an account."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, key, may_come_in, member, public, settings
from blueprints._forms import show_refusal
from blueprints._languages import language
from blueprints._limits import (
    NEED,
    NEED_BY_ADDRESS,
    NEED_TRIES,
    account_named,
    kept,
    limiter,
)
from blueprints._questions import name_of
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._files import let_in, rows, take
from blueprints.expertise._wording import siret_in_words
from blueprints.expertise.forms import FIELDS, AskForm, ask_form, asked_of
from blueprints.expertise.public_pages import dressed, programme_of
from core.db import db
from core.refusals import Refused
from expertise.companies import policy
from expertise.companies import queries as companies
from expertise.companies.models import Company
from expertise.needs import asking, links
from expertise.needs.models import Need
from expertise.programmes import queries
from expertise.programmes.models import Programme, Subject
from files.actions import Arrived

Page = Response | str | tuple[str, int]
OFF_LIST = "autre"
TOO_MANY = _l("Too many needs come from here. Wait an hour, then send it again.")


@bp.get("/<slug>/demander")
@public
def choose(slug: str) -> str:
    """What the need is about."""
    one = programme_of(slug)
    company = _company()
    if (closed := _closed(one, company)) is not None:
        return closed
    themes, kept = db.session.scalars(queries.catalogue(one)).all(), _for(company)
    return render_template(
        "expertise/choose.html",
        **dressed(one),
        themes=themes,
        hrefs={
            subject.slug: url_for(".ask", slug=slug, sujet=subject.slug, **kept)
            for theme in themes
            for subject in theme.subjects
        },
        here=url_for(".ask", slug=slug),
        kept=kept,
        off_list=url_for(".ask", slug=slug, sujet=OFF_LIST, **kept) if one.off_list else None,
        company=company,
        others=_mine() if company is None else [],
        several=one.several_subjects,
        missing="rien" in request.args,
    )


@bp.route("/<slug>/demander/besoin", methods=["GET", "POST"])
@csrf.exempt  # checked by let_in, once it is known that larger forms may come in
@public
@limiter.limit(NEED_TRIES, methods=["POST"], key_func=get_remote_address)
def ask(slug: str) -> Page:
    """Say the need, once its subject is chosen."""
    if request.method not in SAFE:
        let_in()
    one = programme_of(slug)
    company = _company()
    if (closed := _closed(one, company)) is not None:
        return closed if request.method in SAFE else (closed, 422)
    subjects = _chosen(one)
    if not subjects and OFF_LIST not in request.args.getlist("sujet"):
        return redirect(url_for(".choose", slug=slug, rien=1, **_for(company)))
    form = ask_form(subjects, _known(company))
    form.offer(one, db.session.scalars(queries.institutions(one)).all(), company)
    questions = [form[name_of(one)] for one in asked_of(subjects)]
    sent, others = ([], []) if request.method in SAFE else take(db.session())
    code = 422
    if form.is_sound(one, subjects, company) and not others:
        try:
            need = _send(one, form, subjects, company, sent)
        except TooManyRequests:
            others, code = [str(TOO_MANY)], 429
        except Refused as refused:
            fields = {code: name for code, name in FIELDS.items() if name in form}
            others = show_refusal(form, refused, fields)
        else:
            db.session.commit()
            flash(_sent_words(need), "success")
            if company is not None:
                there = url_for(".company_need", company_id=company.id, need_id=need.id)
                return redirect(there)
            return redirect(url_for(".follow", token=links.token(settings(), need)))
    page = render_template(
        "expertise/ask.html",
        **dressed(one),
        form=form,
        others=others,
        files=rows(sent),
        questions=questions,
        about=", ".join(subject.name for subject in subjects) or _("Not in the list"),
        company=company,
        siret=siret_in_words(company.siret) if company else "",
        change=url_for(".choose", slug=slug, **_for(company)),
        helps=[subject.help for subject in subjects if subject.help],
    )
    return page if request.method in SAFE else (page, code)


@limiter.limit(NEED, key_func=get_remote_address, deduct_when=kept)
@limiter.limit(NEED_BY_ADDRESS, key_func=account_named, deduct_when=kept)
def _send(
    programme: Programme,
    form: AskForm,
    subjects: list[Subject],
    company: Company | None,
    sent: Sequence[Arrived],
) -> Need:
    return asking.ask(
        db.session(),
        programme,
        form.said(subjects, company),
        language=language(),
        submission=form.submission.data or None,
        company=company,
        desk=desk() if company else None,
        sent=sent,
    )


def _sent_words(need: Need) -> str:
    """What is said once, above the page of a need that was just kept."""
    return _(
        "Your need is sent to the team of %(programme)s, number %(number)d. "
        "A mail confirms it to %(address)s.",
        programme=need.programme.name,
        number=need.number,
        address=need.email,
    )


def _chosen(programme: Programme) -> list[Subject]:
    """The subjects that the address names, with their questions."""
    named = request.args.getlist("sujet")[: asking.MOST_SUBJECTS]
    return list(db.session.scalars(queries.chosen(programme, named)))


def _company() -> Company | None:
    """The account that asks, as the address says: of a company for which who asks acts, or 404."""
    if "entreprise" not in request.args:
        return None
    company_id = request.args.get("entreprise", type=key)
    if company_id is None or not may_come_in():
        abort(404)
    return found(companies.company(desk(), company_id))


def _for(company: Company | None) -> dict[str, Any]:
    """What says it in an address."""
    return {"entreprise": company.id} if company else {}


def _mine() -> list[Company]:
    """The companies in whose name who asks could ask rather."""
    if not may_come_in() or not desk().companies:
        return []
    return list(db.session.scalars(companies.companies(desk())))


def _closed(programme: Programme, company: Company | None) -> str | None:
    """Why one cannot ask, and what to do then; None when one can."""
    refused = policy.may_ask(db.session(), programme, company)
    if refused is None:
        return None
    return render_template(
        "expertise/closed.html",
        **dressed(programme),
        why=explain(refused),
        company=company,
        others=_mine() if company is None else [],
        signed_in=may_come_in(),
        here=url_for(".choose", slug=programme.slug),
    )


def _known(company: Company | None) -> dict[str, Any]:
    """What is known of who is signed in, of their company, and what the address says for them."""
    known: dict[str, Any] = {
        name: request.args[name]
        for name in ("siret", "company", "postcode", "town")
        if name in request.args
    }
    if may_come_in():
        someone = member()
        known |= {
            "first_name": someone.first_name,
            "last_name": someone.last_name,
            "email": someone.email,
        }
    if company is not None:
        names = ("postcode", "town", "staff", "sector", "grows", "reorganises", "phone")
        known |= {name: getattr(company, name) for name in names} | {"context": company.about}
    return known

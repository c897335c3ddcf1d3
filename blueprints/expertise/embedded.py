"""Asking in the page of a partner: its own short address, no account, no cookie."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from access.colours import ink_on
from blueprints._access import SAFE, found, public
from blueprints._forms import LABEL_LENGTH, one_line, show_refusal
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
from blueprints._security import csrf
from blueprints._uploads import read_whole
from blueprints.expertise import bp
from blueprints.expertise._files import rows, take
from blueprints.expertise._proofs import meta_of
from blueprints.expertise.asking import OFF_LIST, TOO_MANY
from blueprints.expertise.forms import FIELDS, AskForm, ask_form, asked_of
from blueprints.expertise.public_pages import ADDRESSES
from core import addresses
from core.db import db
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import postcode_of
from directory.tending import siret
from expertise.files import policy
from expertise.needs.asking import MOST_SUBJECTS
from expertise.partners import actions, queries
from expertise.partners.models import Partner
from expertise.programmes import queries as programmes
from expertise.programmes.models import PublicPage, Subject
from files.actions import Arrived

Page = Response | str | tuple[str, int]


def _as_typed(typed: str) -> str:
    return typed


PREFILL: dict[str, Callable[[str], str | None]] = {
    "siret": siret,
    "company": _as_typed,
    "postcode": postcode_of,
    "town": _as_typed,
    "first_name": _as_typed,
    "last_name": _as_typed,
    "phone": telephone,
    "email": addresses.mail,
}
"""What a site may say beforehand of who asks, and how it is checked."""


def prefilled() -> dict[str, Any]:
    """What the address says of who asks, where it makes sense; the rest is left out."""
    known: dict[str, Any] = {}
    for name, check in PREFILL.items():
        typed = one_line(request.args.get(name)) or ""
        if not typed or len(typed) > LABEL_LENGTH:
            continue
        try:
            known[name] = check(typed) or ""
        except Refused:
            continue
    return known


def _partner(slug: str) -> Partner:
    """The partner whose page this is: its sites, and no other, may frame the answer."""
    partner = found(queries.at_address(slug))
    g.framed_by = partner.sites
    return partner


def _dressed(partner: Partner) -> dict[str, Any]:
    """What surrounds its pages: arguments of layouts/framed.html."""
    programme = partner.programme
    colour, session = partner.colour or programme.colour, db.session()
    page: dict[str, Any] = {"slug": programme.slug, "page": ADDRESSES[PublicPage.LEGAL]}
    return {
        "programme": programme,
        "colour": colour,
        "ink": ink_on(colour),
        "site": url_for(".programme", slug=programme.slug),
        "legal": url_for(".programme_page", **page)
        if PublicPage.LEGAL in programmes.pages(session, programme)
        else None,
    }


@bp.get("/p/<partner>")
@public
def embedded(partner: str) -> Page:
    """What the need is about; a subject in the address leads straight to its form."""
    one, prefill = _partner(partner), prefilled()
    if _chosen(one):
        kept: dict[str, Any] = {"sujet": request.args.getlist("sujet")[:MOST_SUBJECTS], **prefill}
        return redirect(url_for(".embedded_ask", partner=partner, **kept))
    themes = db.session.scalars(programmes.catalogue(one.programme)).all()
    return render_template(
        "expertise/embedded/choose.html",
        **_dressed(one),
        themes=themes,
        hrefs={
            subject.slug: url_for(".embedded_ask", partner=partner, sujet=subject.slug, **prefill)
            for theme in themes
            for subject in theme.subjects
        },
        off_list=url_for(".embedded_ask", partner=partner, sujet=OFF_LIST, **prefill)
        if one.programme.off_list
        else None,
        several=one.programme.several_subjects,
        here=url_for(".embedded_ask", partner=partner),
        kept=prefill,
        missing="rien" in request.args,
    )


# Its form carries a proof of its own: see blueprints/expertise/_proofs.py. Who is signed in here
# is not looked at: a request made in their name would gain nothing by it.
@bp.route("/p/<partner>/besoin", methods=["GET", "POST"])
@csrf.exempt
@public
def embedded_ask(partner: str) -> Page:
    """Say the need, once its subject is chosen."""
    if request.method not in SAFE:
        read_whole(policy.LARGEST_FORM)
    one, prefill = _partner(partner), prefilled()
    subjects = _chosen(one)
    if not subjects and OFF_LIST not in request.args.getlist("sujet"):
        return redirect(url_for(".embedded", partner=partner, rien=1, **prefill))
    form = ask_form(subjects, prefill, meta_of(one))
    form.offer(one.programme, db.session.scalars(programmes.institutions(one.programme)).all())
    sent: list[Arrived] = []
    others: list[str] = []
    code, right = 422, form.is_sound(one.programme, subjects)
    if right or _is_proven(form):
        try:
            sent, others = _files()
            done = right and not others
            if done:
                _send(one, form, subjects, sent)
        except Refused as refused:
            fields = {code: name for code, name in FIELDS.items() if name in form}
            others = show_refusal(form, refused, fields)
            one = _partner(partner)
        except TooManyRequests:
            others, code = [str(TOO_MANY)], 429
        else:
            if done:
                db.session.commit()
                return redirect(url_for(".embedded_thanks", partner=partner))
    page = render_template(
        "expertise/embedded/ask.html",
        **_dressed(one),
        form=form,
        others=others,
        files=rows(sent),
        questions=[form[name_of(question)] for question in asked_of(subjects)],
        about=", ".join(subject.name for subject in subjects) or _("Not in the list"),
        helps=[subject.help for subject in subjects if subject.help],
        back=url_for(".embedded", partner=partner, **prefill),
    )
    return page if request.method in SAFE else (page, code)


def _is_proven(form: AskForm) -> bool:
    """Whether it comes from our page: without that, not one file is looked at."""
    return form.is_submitted() and not form["csrf_token"].errors


@limiter.limit(NEED, key_func=get_remote_address, deduct_when=kept)
@limiter.limit(NEED_BY_ADDRESS, key_func=account_named, deduct_when=kept)
def _send(
    partner: Partner, form: AskForm, subjects: list[Subject], sent: Sequence[Arrived]
) -> None:
    actions.ask_through(
        db.session(),
        partner,
        form.said(subjects),
        language=language(),
        submission=form.submission.data,
        sent=sent,
    )


@limiter.limit(NEED_TRIES, key_func=get_remote_address)
def _files() -> tuple[list[Arrived], list[str]]:
    """Those that came; whoever sends many forms sends no more files."""
    return take(db.session())


@bp.get("/p/<partner>/merci")
@public
def embedded_thanks(partner: str) -> str:
    """It is sent; the mail that follows opens the rest."""
    one = _partner(partner)
    return render_template(
        "expertise/embedded/thanks.html",
        **_dressed(one),
        again=url_for(".embedded", partner=partner),
    )


def _chosen(partner: Partner) -> list[Subject]:
    """The subjects that the address names, with their questions."""
    named = request.args.getlist("sujet")[:MOST_SUBJECTS]
    return list(db.session.scalars(programmes.chosen(partner.programme, named))) if named else []

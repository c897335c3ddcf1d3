"""Asking for help: the subject, then one form. Nobody needs an account."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from blueprints._access import SAFE, may_come_in, member, public, settings
from blueprints._forms import show_refusal
from blueprints._languages import language
from blueprints._limits import NEED, NEED_BY_ADDRESS, account_named, limiter
from blueprints._questions import name_of
from blueprints.expertise import bp
from blueprints.expertise.forms import FIELDS, ask_form, asked_of
from blueprints.expertise.public_pages import dressed, programme_of
from core.db import db
from core.refusals import Refused
from expertise.needs import asking, links
from expertise.programmes import queries
from expertise.programmes.models import Programme, Subject

Page = Response | str | tuple[str, int]
OFF_LIST = "autre"


@bp.get("/<slug>/demander")
@public
def choose(slug: str) -> str:
    """What the need is about."""
    one = programme_of(slug)
    return render_template(
        "expertise/choose.html",
        **dressed(one),
        themes=db.session.scalars(queries.catalogue(one)).all(),
        off_list=url_for(".ask", slug=slug, sujet=OFF_LIST) if one.off_list else None,
        several=one.several_subjects,
        missing="rien" in request.args,
    )


@bp.route("/<slug>/demander/besoin", methods=["GET", "POST"])
@public
@limiter.limit(NEED, methods=["POST"], key_func=get_remote_address)
@limiter.limit(NEED_BY_ADDRESS, methods=["POST"], key_func=account_named)
def ask(slug: str) -> Page:
    """Say the need, once its subject is chosen."""
    one = programme_of(slug)
    subjects = _chosen(one)
    if not subjects and OFF_LIST not in request.args.getlist("sujet"):
        return redirect(url_for(".choose", slug=slug, rien=1))
    form = ask_form(subjects, _known())
    form.offer(one, db.session.scalars(queries.institutions(one)).all())
    others: list[str] = []
    if form.validate_on_submit():
        try:
            need = asking.ask(
                db.session(),
                one,
                form.said(subjects),
                language=language(),
                submission=form.submission.data or None,
            )
        except Refused as refused:
            fields = {code: name for code, name in FIELDS.items() if name in form}
            others = show_refusal(form, refused, fields)
        else:
            db.session.commit()
            return redirect(url_for(".follow", token=links.token(settings(), need)))
    page = render_template(
        "expertise/ask.html",
        **dressed(one),
        form=form,
        others=others,
        questions=[form[name_of(one)] for one in asked_of(subjects)],
        about=", ".join(subject.name for subject in subjects) or _("Not in the list"),
        helps=[subject.help for subject in subjects if subject.help],
    )
    return page if request.method in SAFE else (page, 422)


def _chosen(programme: Programme) -> list[Subject]:
    """The subjects that the address names, with their questions."""
    named = request.args.getlist("sujet")[: asking.MOST_SUBJECTS]
    return list(db.session.scalars(queries.chosen(programme, named)))


def _known() -> dict[str, Any]:
    """What is known of who is signed in, and what the address says for them."""
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
    return known

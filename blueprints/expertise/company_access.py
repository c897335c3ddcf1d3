"""A company asks for an account, and the team of the programme answers (seeds/000 §3.1)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from accounts.models import RequestState
from blueprints._access import SAFE, found, key, may_come_in, member, public
from blueprints._forms import show_refusal, words
from blueprints._languages import language
from blueprints._limits import COMPANY, COMPANY_BY_ADDRESS, account_named, limiter
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._wording import siret_in_words
from blueprints.expertise.company_forms import FIELDS, AccountForm, AnswerForm
from blueprints.expertise.public_pages import dressed, programme_of
from core.db import db
from core.refusals import Refused
from expertise.companies import actions, queries
from expertise.companies.models import CompanyRequest
from expertise.programmes import queries as programmes
from expertise.programmes.models import Asking, Programme

Page = Response | str | tuple[str, int]
AT_ONCE = 25
STATES = {
    RequestState.WAITING: ("held", _l("Waiting")),
    RequestState.ACCEPTED: ("answered", _l("Accepted")),
    RequestState.DECLINED: ("other", _l("Declined")),
}
ANSWERS = {"accepter": RequestState.ACCEPTED, "refuser": RequestState.DECLINED}


@bp.route("/<slug>/invitation", methods=["GET", "POST"])
@public
@limiter.limit(COMPANY, methods=["POST"], key_func=get_remote_address)
@limiter.limit(COMPANY_BY_ADDRESS, methods=["POST"], key_func=account_named)
def ask_account(slug: str) -> Page:
    """A company asks for an account."""
    one = programme_of(slug)
    form = AccountForm(data=_known())
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.ask_account(db.session(), one, form.said(), language=language())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            return redirect(url_for(".account_asked", slug=slug))
    page = render_template("expertise/ask_account.html", **dressed(one), form=form, others=others)
    return page if request.method in SAFE else (page, 422)


def _known() -> dict[str, str]:
    if not may_come_in():
        return {}
    someone = member()
    return {name: getattr(someone, name) for name in ("first_name", "last_name", "email")}


@bp.get("/<slug>/invitation/envoyee")
@public
def account_asked(slug: str) -> str:
    """It is received, and what follows."""
    one = programme_of(slug)
    return render_template(
        "expertise/account_asked.html", **dressed(one), anyone=one.asking is Asking.ANYONE
    )


def _run(slug: str) -> Programme:
    return found(programmes.run_by(desk()).where(Programme.slug == slug))


@bp.get("/equipe/<slug>/acces")
def account_requests(slug: str) -> str:
    """Who asked: those that wait, or those that were answered."""
    one, decided = _run(slug), "traitees" in request.args
    session = db.session()
    rows = session.scalars(
        queries.requests(
            desk(), one.id, decided=decided, before=request.args.get("apres", type=key)
        ).limit(AT_ONCE + 1)
    ).all()
    shown = rows[:AT_ONCE]
    kept: dict[str, Any] = {"traitees": 1} if decided else {}
    return render_template(
        "expertise/account_requests.html",
        programme=one,
        tabs=[
            {
                "label": _("To answer"),
                "href": url_for(".account_requests", slug=slug),
                "current": not decided,
                "count": queries.waiting(session, desk(), one.id),
            },
            {
                "label": _("Answered"),
                "href": url_for(".account_requests", slug=slug, traitees=1),
                "current": decided,
            },
        ],
        requests=[
            {
                "title": one.name,
                "href": url_for(".account_request", slug=slug, request_id=one.id),
                "excerpt": one.words[:200],
                "meta": [one.person, one.town],
                "when": one.asked_at,
                "state": STATES[one.state],
            }
            for one in shown
        ],
        decided=decided,
        more=url_for(".account_requests", slug=slug, apres=shown[-1].id, **kept)
        if len(rows) > AT_ONCE
        else None,
    )


@bp.get("/equipe/<slug>/acces/<int:request_id>")
def account_request(slug: str, request_id: int) -> str:
    """One request, and the answer."""
    return _sheet(*_one(slug, request_id), AnswerForm(), [])


def _one(slug: str, request_id: int) -> tuple[Programme, CompanyRequest]:
    one = _run(slug)
    return one, found(queries.request(desk(), one.id, request_id))


def _sheet(one: Programme, asked: CompanyRequest, form: AnswerForm, others: list[str]) -> str:
    already = db.session.execute(queries.already(asked)).all()
    return render_template(
        "expertise/account_request.html",
        programme=one,
        asked=asked,
        siret=siret_in_words(asked.siret),
        state=STATES[asked.state],
        waits=asked.state is RequestState.WAITING,
        known=already[0][0].name if already else None,
        people=[someone.name for _company, someone in already if someone],
        form=form,
        others=others,
    )


@bp.post("/equipe/<slug>/acces/<int:request_id>/reponse")
def answer_request(slug: str, request_id: int) -> Page:
    """Accept or decline, with words."""
    one, asked = _one(slug, request_id)
    answer, form = ANSWERS.get(request.form.get("reponse", "")), AnswerForm()
    if answer is None:
        abort(404)
    if not form.validate_on_submit():
        return _sheet(one, asked, form, []), 422
    carry_out = actions.accept if answer is RequestState.ACCEPTED else actions.decline
    try:
        carry_out(db.session(), desk(), asked, words(form.answer), by=member())
    except Refused as refused:
        db.session.rollback()
        one, asked = _one(slug, request_id)
        return _sheet(one, asked, form, [explain(refused)]), 422
    db.session.commit()
    flash(_("Your answer to %(name)s is on its way.", name=asked.person), "success")
    return redirect(url_for(".account_requests", slug=slug))

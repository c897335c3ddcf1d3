"""The needs of a company, from its account (seeds/000 §3.4)."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from blueprints._access import found, key, member
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise._files import let_in, lines
from blueprints.expertise._wording import PLAIN_STATES, state_of, subjects_of
from blueprints.expertise.companies import its_tabs, my_company
from blueprints.expertise.following import ACTS, THANKS, carry_out, said_now, told
from blueprints.expertise.forms import WordsForm
from core.db import db
from core.refusals import Refused
from expertise.companies import policy, queries
from expertise.companies.models import Company
from expertise.files import queries as files
from expertise.needs import policy as needs
from expertise.needs.life import State
from expertise.needs.models import Need
from expertise.programmes import queries as programmes
from files.actions import Arrived

Page = Response | str | tuple[str, int]
AT_ONCE = 25


@bp.get("/entreprises/<int:company_id>")
def company_needs(company_id: int) -> str:
    """Its needs: those that go on, or the files that are archived."""
    one = my_company(company_id)
    session, archived = db.session(), "archives" in request.args
    rows = session.scalars(
        queries.asked_by(
            desk(), one, archived=archived, before=request.args.get("apres", type=key)
        ).limit(AT_ONCE + 1)
    ).all()
    shown = rows[:AT_ONCE]
    more: dict[str, Any] | None = {"apres": shown[-1].id} if len(rows) > AT_ONCE else None
    if more and archived:
        more["archives"] = 1
    return render_template(
        "expertise/company_needs.html",
        company=one,
        tabs=its_tabs(one, ".company_needs"),
        needs=[_line(one, need) for need in shown],
        archived=archived,
        files=queries.archived(session, desk(), one),
        more=url_for(".company_needs", company_id=one.id, **more) if more else None,
    )


def _line(company: Company, need: Need) -> dict[str, Any]:
    there: dict[str, Any] = {"company_id": company.id, "need_id": need.id}
    return {
        "title": need.title,
        "href": url_for(".company_need", **there),
        "edit": url_for(".edit_need", **there) if needs.may_edit(need) else None,
        "meta": [need.programme.name, f"n\u00ba\u00a0{need.number}", subjects_of(need)],
        "when": need.asked_at,
        "state": state_of(need),
        "plain_words": "" if need.state is State.CLOSED else PLAIN_STATES[need.state],
    }


@bp.get("/entreprises/<int:company_id>/demander")
def new_need(company_id: int) -> str:
    """Which programme to ask: those that are open, and why one may not ask some."""
    one, session = my_company(company_id), db.session()
    open_to_it = []
    for programme in session.scalars(programmes.open_programmes()).all():
        refused = policy.may_ask(session, programme, one)
        href = url_for(".choose", slug=programme.slug, entreprise=one.id)
        why = explain(refused) if refused else ""
        open_to_it.append((programme, None if refused else href, why))
    return render_template("expertise/new_need.html", company=one, programmes=open_to_it)


def its_need(company_id: int, need_id: int) -> Need:
    """A need of a company for which the viewer acts, or 404."""
    return found(queries.need(desk(), company_id, need_id))


@bp.get("/entreprises/<int:company_id>/besoins/<int:need_id>")
def company_need(company_id: int, need_id: int) -> str:
    """Where a need stands, and what one may do."""
    return _page(company_id, its_need(company_id, need_id))


def _page(
    company_id: int, need: Need, others: list[str] | None = None, sent: Sequence[Arrived] = ()
) -> str:
    there: dict[str, Any] = {"company_id": company_id, "need_id": need.id}
    acts = {name: url_for(".company_act", **there, act=name) for name in ACTS}
    found = lines(db.session.scalars(files.of_company(need)).all())
    for one in found:
        one["back"] = url_for(".take_company_file_back", **there, file_id=one["id"])
    return render_template(
        "expertise/company_need.html",
        **told(need, acts, found, others, sent, signed_in=True),
        company_id=company_id,
        edit=url_for(".edit_need", **there) if needs.may_edit(need) else None,
    )


@bp.post("/entreprises/<int:company_id>/besoins/<int:need_id>/<act>")
@csrf.exempt  # checked by let_in
def company_act(company_id: int, need_id: int, act: str) -> Page:
    """Add something, contest a closing, withdraw the need."""
    let_in()
    need = its_need(company_id, need_id)
    done = ACTS.get(act)
    if done is None:
        abort(404)
    sent, others = said_now(form := WordsForm(), done)
    if not others:
        try:
            carry_out(need, done, form.words.data or "", member_id=member().id, sent=sent)
        except Refused as refused:
            db.session.rollback()
            others = [explain(refused)]
        else:
            db.session.commit()
            flash(THANKS[done], "success")
            return redirect(url_for(".company_need", company_id=company_id, need_id=need_id))
    # Read again: keeping the files that came wrote, and what was read before is gone.
    return _page(company_id, its_need(company_id, need_id), others, sent), 422

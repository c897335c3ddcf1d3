"""Agreements, for who has an account: prepared, proposed, followed; the days of the mission."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, key, settings
from blueprints._downloads import send, storage
from blueprints._forms import show_refusal
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in
from blueprints.expertise import _agreement_words as say
from blueprints.expertise import bp
from blueprints.expertise._agreement_forms import (
    AgreementForm,
    CorrectionForm,
    DayForm,
    ScanForm,
)
from blueprints.expertise._desk import conduct_first, desk
from blueprints.expertise.tending import run
from core.db import db
from core.refusals import Refused
from expertise.agreements import days, links, policy, preparing, queries, signing, wording
from expertise.agreements.life import Act, State
from expertise.agreements.models import Agreement, AgreementDay, By, Kind, Party, Signature
from expertise.positions.models import Position

Page = Response | str | tuple[str, int]
AT_ONCE = 25
DAY_ACTS = {
    "fait": Act.DAY_DONE,
    "annule": Act.DAY_CANCELLED,
    "de-nouveau": Act.DAY_AGAIN,
}
THANKS = {
    "retirer": _l("The day is off the plan."),
    "fait": _l("The day is done."),
    "annule": _l("The day is called off: calendars are told."),
    "de-nouveau": _l("The day is planned again."),
    "deplacer": _l("The day is moved: calendars are told."),
}
UNREAD = frozenset({State.DRAFT, State.CORRECTION, State.VOID})
"""Where the company reads that a version is being written, and not what it says."""


def _mine(agreement_id: int) -> Agreement:
    return found(queries.agreement(desk(), agreement_id))


def _to_prepare(position_id: int) -> Position:
    return found(queries.to_prepare(desk(), position_id))


@bp.get("/equipe/<slug>/conventions")
def agreements(slug: str) -> str:
    """Those of a programme, for its team."""
    one = run(slug)
    last = request.args.get("apres", type=key)
    shown = list(db.session.scalars(queries.of_programme(desk(), one.id, last).limit(AT_ONCE + 1)))
    return render_template(
        "expertise/agreements/index.html",
        programme=one,
        lines=[
            {
                "title": each.position.need.title,
                "href": url_for(".agreement", agreement_id=each.id),
                "excerpt": "",
                "meta": [
                    wording.SHORT[each.kind],
                    f"{each.institution} → {each.company}",
                    say.days_in_words(each.half_days),
                ],
                "when": each.signed_at or each.proposed_at or each.created_at,
                "state": say.state_of(each),
            }
            for each in shown[:AT_ONCE]
        ],
        more=url_for(".agreements", slug=slug, apres=shown[AT_ONCE - 1].id)
        if len(shown) > AT_ONCE
        else None,
    )


@bp.route("/positions/<int:position_id>/convention", methods=["GET", "POST"])
def prepare_agreement(position_id: int) -> Page:
    """Begin it: filled in from the case."""
    if (first := conduct_first()) is not None:
        return first
    position = _to_prepare(position_id)
    existing = db.session.scalars(queries.of_position(position)).one_or_none()
    if existing is not None and existing.state is not State.VOID:
        return redirect(url_for(".agreement", agreement_id=existing.id))
    known = preparing.as_it_is(existing) if existing else preparing.filled_in(position)
    form = AgreementForm(data=known)
    form.offer(position.need.programme)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = preparing.prepare(db.session(), desk(), position, form.said())
        except Refused as refused:
            others = show_refusal(form, refused, form.field_of(refused))
            position = _to_prepare(position_id)
        else:
            db.session.commit()
            flash(_("It is kept. Plan the days, then propose it."), "success")
            return redirect(url_for(".agreement", agreement_id=made.id, _anchor="days"))
    return _form_page(form, others, position, None)


@bp.route("/conventions/<int:agreement_id>/modifier", methods=["GET", "POST"])
def edit_agreement(agreement_id: int) -> Page:
    """Change what it says: who signed signs again."""
    one = _written_by_me(agreement_id)
    if not policy.may(one, Act.EDIT):
        abort(404)
    form = AgreementForm(data=preparing.as_it_is(one))
    form.offer(one.position.need.programme, lent=one.kind is Kind.LOAN)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            void = preparing.edit(db.session(), desk(), one, form.said())
        except Refused as refused:
            others = show_refusal(form, refused, form.field_of(refused))
            one = _written_by_me(agreement_id)
        else:
            db.session.commit()
            flash(
                _("It is kept. Those who had signed are told that they will sign again.")
                if void
                else _("It is kept."),
                "success",
            )
            return redirect(url_for(".agreement", agreement_id=agreement_id))
    return _form_page(form, others, one.position, one)


def _form_page(
    form: AgreementForm, others: list[str], position: Position, one: Agreement | None
) -> Page:
    page = render_template(
        "expertise/agreements/edit.html",
        form=form,
        others=others,
        need=position.need,
        one=one,
        warns=one is not None and one.state is State.PROPOSED,
        back=url_for(".agreement", agreement_id=one.id) if one else _back(position),
    )
    return page if request.method in SAFE else (page, 422)


def _back(position: Position) -> str:
    """The page that leads here: that of who answers, or of the team."""
    if policy.by_of(desk(), position) is By.INSTITUTION:
        return url_for(".position", position_id=position.id)
    return url_for(".need", need_id=position.need_id)


def _written_by_me(agreement_id: int) -> Agreement:
    one = _mine(agreement_id)
    if not policy.prepares(desk(), one.position):
        abort(404)
    return one


@bp.get("/conventions/<int:agreement_id>")
def agreement(agreement_id: int) -> str:
    """Where it stands, what it says, what one may do."""
    return _page(_mine(agreement_id))


def _page(one: Agreement, others: list[str] | None = None, day_form: DayForm | None = None) -> str:
    by = policy.by_of(desk(), one.position)
    writes = by in {By.INSTITUTION, By.TEAM}
    signable = policy.may(one, Act.SIGN)
    readable = writes or one.state not in UNREAD
    said = say.contents(one, answers=by is By.INSTITUTION, readable=readable)
    planned = writes and (
        policy.may(one, Act.DAY_ADDED)
        or (one.state in days.OPEN and policy.is_engaged(one.position))
    )
    return render_template(
        "expertise/agreements/agreement.html",
        **said,
        back=_back(one.position) if writes else None,
        edits=writes and policy.may(one, Act.EDIT),
        proposes=writes and policy.may(one, Act.PROPOSE),
        begins=writes and one.state is State.VOID and policy.is_engaged(one.position),
        plans=planned,
        keeps_days=writes and policy.may(one, Act.DAY_MOVED),
        day_form=day_form or DayForm(formdata=None),
        full=not said["totals"]["left"],
        doors={
            party: url_for(
                ".read_agreement", token=links.token(settings(), one, party, by_mail=False)
            )
            for party in policy.party_of(desk(), one.position)
            if party in one.parties and signable
        },
        brings=policy.brings(by) if signable and by is By.TEAM else (),
        by=by,
        judges=[
            line["party"]
            for line in said["parties"]
            if signable
            and by is not None
            and line["by_hand"]
            and not line["counts"]
            and policy.confirms(by, line["signature"].brought_by)
        ],
        scan_form=ScanForm(formdata=None),
        why_form=CorrectionForm(formdata=None),
        others=others or [],
    )


def _done(agreement_id: int, words: str, anchor: str | None = None) -> Response:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for(".agreement", agreement_id=agreement_id, _anchor=anchor))


def _refused(agreement_id: int, refused: Refused) -> Page:
    db.session.rollback()
    return _page(_mine(agreement_id), [explain(refused)]), 422


@bp.post("/conventions/<int:agreement_id>/proposer")
def propose_agreement(agreement_id: int) -> Page:
    """Make the file, and ask for the signatures."""
    one = _written_by_me(agreement_id)
    try:
        preparing.propose(db.session(), storage(), desk(), one)
    except Refused as refused:
        return _refused(agreement_id, refused)
    return _done(agreement_id, _("It is proposed: each signatory receives a mail."))


@bp.post("/conventions/<int:agreement_id>/jours")
def plan_day(agreement_id: int) -> Page:
    """Add a day."""
    one, form = _written_by_me(agreement_id), DayForm()
    if not form.validate_on_submit() or form.day.data is None:
        return _page(one, day_form=form), 422
    try:
        days.plan(db.session(), desk(), one, form.day.data, int(form.half_days.data))
    except Refused as refused:
        return _refused(agreement_id, refused)
    return _done(agreement_id, _("The day is in the plan."), "days")


@bp.post("/conventions/<int:agreement_id>/jours/<int:day_id>")
def settle_day(agreement_id: int, day_id: int) -> Page:
    """A day is off the plan, done, called off, planned again, moved."""
    one = _written_by_me(agreement_id)
    day = found(queries.days(one).where(AgreementDay.id == day_id))
    what, session = request.form.get("act", ""), db.session()
    if what not in THANKS:
        abort(404)
    try:
        if what == "retirer":
            days.drop(session, desk(), one, day)
        elif what == "deplacer":
            days.move(session, desk(), one, day, _typed_day())
        else:
            days.settle(session, desk(), one, day, DAY_ACTS[what])
    except Refused as refused:
        return _refused(agreement_id, refused)
    return _done(agreement_id, THANKS[what], "days")


def _typed_day() -> date:
    try:
        return date.fromisoformat(request.form.get("to", ""))
    except ValueError as error:
        raise Refused("agreement-day-outside") from error


@bp.get("/conventions/<int:agreement_id>/convention.pdf")
def agreement_file(agreement_id: int) -> Response:
    """The file: the signed one, else the one that is signed."""
    one = _mine(agreement_id)
    if not policy.prepares(desk(), one.position) and one.state in UNREAD:
        abort(404)
    return paper_of(one)


def paper_of(one: Agreement) -> Response:
    """The signed file once there is one; `?origine=1`: the one that was signed."""
    signed = one.signed_file if request.args.get("origine") != "1" else None
    file = signed or (one.file if one.state in {State.PROPOSED, State.SIGNED} else None)
    if file is None:
        abort(404)
    ending = "-signee" if signed else ""
    return send(file, f"convention-{one.id}-v{one.version}{ending}.pdf", download=True)


@bp.post("/conventions/<int:agreement_id>/copie")
@csrf.exempt  # checked by let_files_in
def bring_copy(agreement_id: int) -> Page:
    """The team brings back what a party signed by hand."""
    one = _written_by_me(agreement_id)
    if policy.by_of(desk(), one.position) is not By.TEAM:
        abort(404)
    let_files_in(signing.SCAN_BYTES)
    one = _written_by_me(agreement_id)
    party = next((each for each in Party if each.value == request.form.get("party")), None)
    if party is None:
        abort(404)
    try:
        signing.bring_scan(
            db.session(),
            storage(),
            one,
            party,
            By.TEAM,
            **sent_copy(),
        )
    except Refused as refused:
        return _refused(agreement_id, refused)
    return _done(agreement_id, _("The copy counts as a signature."))


def sent_copy() -> dict[str, Any]:
    """The copy of a form, no more of it than is taken, and of which version it is."""
    sent = request.files.get("scan")
    version = request.form.get("version", default=0, type=int)
    if sent is None:
        return {"name": "", "content": b"", "version": version}
    with sent.stream:
        content = sent.stream.read(signing.SCAN_BYTES + 1)
    return {"name": sent.filename or "", "content": content, "version": version}


def _scan(agreement_id: int, signature_id: int) -> tuple[Agreement, Signature]:
    one = _mine(agreement_id)
    scan = found(queries.signatures(one).where(Signature.id == signature_id))
    if scan.file is None:
        abort(404)
    return one, scan


@bp.get("/conventions/<int:agreement_id>/copies/<int:signature_id>")
def copy_file(agreement_id: int, signature_id: int) -> Response:
    """What was brought back."""
    _one, scan = _scan(agreement_id, signature_id)
    if scan.file is None:
        abort(404)
    ending = {"application/pdf": "pdf", "image/png": "png"}.get(scan.file.mime, "jpg")
    return send(scan.file, f"copie-{scan.party.value}.{ending}", download=True)


@bp.post("/conventions/<int:agreement_id>/copies/<int:signature_id>/avis")
def judge_copy(agreement_id: int, signature_id: int) -> Page:
    """Say whether a copy is what was signed."""
    one, scan = _scan(agreement_id, signature_id)
    session = db.session()
    try:
        if request.form.get("act") == "confirmer":
            signing.confirm_scan(session, storage(), desk(), one, scan)
            words = _("The copy counts as a signature.")
        else:
            signing.refuse_scan(session, desk(), one, scan, request.form.get("words", ""))
            words = _("The copy is not taken: its party is told why.")
    except Refused as refused:
        return _refused(agreement_id, refused)
    return _done(agreement_id, words)

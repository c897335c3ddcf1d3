"""The link of a signatory: read the agreement, ask to correct it, sign; a GET changes nothing."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import public, settings
from blueprints._downloads import storage
from blueprints._forms import Form, show_refusal, words
from blueprints._limits import SIGN, limiter
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints._uploads import let_files_in
from blueprints.expertise import _agreement_words as say
from blueprints.expertise import bp
from blueprints.expertise._agreement_forms import CorrectionForm, ScanForm, SignForm
from blueprints.expertise.agreements import UNREAD, paper_of, sent_copy
from blueprints.expertise.public_pages import dressed
from core.db import db
from core.refusals import Refused
from expertise.agreements import links, policy, preparing, signing
from expertise.agreements.life import Act
from expertise.agreements.links import Opened
from expertise.agreements.models import Agreement, By, Party

Page = Response | str | tuple[str, int]


def _opened(token: str) -> tuple[Opened, Agreement]:
    try:
        link = links.opened(settings(), token)
    except Refused:
        abort(404)
    one = links.read(db.session(), link)
    if one is None:
        abort(404)
    return link, one


@bp.get("/convention/<token>")
@public
def read_agreement(token: str) -> str:
    """What it says, and how to sign it."""
    link, one = _opened(token)
    return _page(link, one, token)


def _page(
    link: Opened,
    one: Agreement,
    token: str,
    *,
    others: list[str] | None = None,
    sign_form: SignForm | None = None,
    why_form: CorrectionForm | None = None,
) -> str:
    said = say.contents(
        one, answers=link.party is not Party.COMPANY, readable=one.state not in UNREAD
    )
    mine = next(each for each in said["parties"] if each["party"] is link.party)
    signs = policy.may(one, Act.SIGN) and not mine["counts"]
    form = sign_form or SignForm(formdata=None)
    return render_template(
        "expertise/agreements/sign.html",
        **dressed(one.position.need.programme),
        **said,
        token=token,
        mine=mine,
        signs=signs,
        corrects=policy.may(one, Act.ASK_CORRECTION),
        waits=signs and signing.waits_for_code(db.session(), one, link.party),
        form=form,
        why_form=why_form or CorrectionForm(formdata=None),
        scan_form=ScanForm(formdata=None),
        others=others or [],
    )


def _refused(token: str, refused: Refused) -> Page:
    db.session.rollback()
    link, one = _opened(token)
    return _page(link, one, token, others=[explain(refused)]), 422


def _done(token: str, said: str) -> Response:
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".read_agreement", token=token))


@bp.get("/convention/<token>/convention.pdf")
@public
def agreement_paper(token: str) -> Response:
    """The file."""
    _link, one = _opened(token)
    return paper_of(one)


@bp.post("/convention/<token>/correction")
@public
@limiter.limit(SIGN)
def correct_agreement(token: str) -> Page:
    """Ask for something else."""
    link, one = _opened(token)
    form = CorrectionForm()
    if not form.validate_on_submit():
        return _page(link, one, token, why_form=form), 422
    try:
        preparing.ask_correction(db.session(), one, By(link.party.value), words(form.words))
    except Refused as refused:
        return _refused(token, refused)
    return _done(token, _("Your words are sent: a mail tells you when a new version is ready."))


@bp.post("/convention/<token>/code")
@public
@limiter.limit(SIGN)
def send_code(token: str) -> Page:
    """Mail a code to the signatory."""
    link, one = _opened(token)
    if not Form().validate_on_submit():
        abort(400)
    try:
        signing.send_code(db.session(), settings(), one, link.party)
    except Refused as refused:
        return _refused(token, refused)
    return _done(token, _("A code is on its way to %(address)s.", address=link.address))


@bp.post("/convention/<token>/signer")
@public
@limiter.limit(SIGN)
def sign_agreement(token: str) -> Page:
    """Sign: the typed name, the code."""
    link, one = _opened(token)
    form = SignForm()
    if not form.validate_on_submit():
        return _page(link, one, token, sign_form=form), 422
    try:
        refused = signing.sign(
            db.session(),
            settings(),
            storage(),
            one,
            link.party,
            name=words(form.name),
            code=words(form.code),
            from_address=request.remote_addr or "",
        )
    except Refused as raised:
        refused = raised
    else:
        db.session.commit()  # a try that failed is counted
    if refused is None:
        return _done(token, _("You have signed. Thank you."))
    fields = {"name-not-signatory": "name", "code-wrong": "code", "code-over": "code"}
    others = show_refusal(form, refused, fields)
    link, one = _opened(token)
    return _page(link, one, token, sign_form=form, others=others), 422


@bp.post("/convention/<token>/copie")
@public
@csrf.exempt  # checked by let_files_in, once it is known that a larger form may come in
@limiter.limit(SIGN)
def bring_own_copy(token: str) -> Page:
    """Bring back what was signed by hand."""
    _opened(token)
    let_files_in(signing.SCAN_BYTES)
    link, one = _opened(token)
    try:
        signing.bring_scan(
            db.session(),
            storage(),
            one,
            link.party,
            By(link.party.value),
            **sent_copy(),
        )
    except Refused as refused:
        return _refused(token, refused)
    return _done(token, _("Your copy is received: it counts once it is looked at."))

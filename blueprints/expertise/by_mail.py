"""The link of a mail opens the sheet of a need; reading it changes nothing, answering is posted."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import found, public, settings
from blueprints._downloads import send
from blueprints._forms import words
from blueprints._limits import FOLLOW, LINK_BY_ACCOUNT, limiter
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._answering_words import THANKS
from blueprints.expertise._desk import carried_out
from blueprints.expertise.receiving import AnswerForm, paper_of, sheet_of
from core.db import db
from core.refusals import Refused
from expertise.experts.standing import Bar
from expertise.files import queries as files
from expertise.needs.life import State as NeedState
from expertise.positions import answering, before, links
from expertise.positions.life import Act
from expertise.positions.links import Opened
from expertise.positions.models import Position

Page = Response | str | tuple[str, int]
BY_LINK = {
    act.value: act
    for act in (Act.RESERVE, Act.QUEUE, Act.UNQUEUE, Act.TAKE, Act.DECLINE, Act.COME_BACK)
}
"""What the link alone allows: the rest asks to sign in."""


def _link(token: str) -> Opened:
    try:
        return links.opened(settings(), token)
    except Refused:
        abort(404)


def _opened(token: str) -> tuple[Opened, Position]:
    link = _link(token)
    return link, found(links.answered(link))


@bp.get("/r/<token>")
@public
def answer_by_mail(token: str) -> str:
    """The sheet, with what may be answered; or what remains to be done before."""
    link = _link(token)
    one = db.session.scalars(links.answered(link)).unique().one_or_none()
    if one is None:
        return _before(token, link)
    return sheet_of(one, token=token, address=link.address)


@bp.get("/r/<token>/fiche.pdf")
@public
def sheet_by_mail(token: str) -> Response:
    """The same as a file."""
    return paper_of(_opened(token)[1])


@bp.get("/r/<token>/fichiers/<int:file_id>")
@public
def file_by_mail(token: str, file_id: int) -> Response:
    """A file that came with the need. It is never opened in place."""
    one = found(files.answered_file(_opened(token)[1].need, file_id))
    return send(one.file, one.name, download=True)


def _before(token: str, link: Opened) -> str:
    """What who was named does before they read a need; nothing of the need is there."""
    one, session = found(before.awaited(link)), db.session()
    remains = before.remaining(session, one)
    if remains not in {Bar.RULES, Bar.NO_ACCOUNT}:
        abort(404)
    return render_template(
        "expertise/before.html",
        programme=one.need.programme,
        institution=one.institution,
        address=link.address,
        is_open=one.need.state is NeedState.OPEN,
        sheet=url_for(".position", position_id=one.id) if remains is Bar.RULES else None,
        again=url_for(".invite_again", token=token)
        if remains is Bar.NO_ACCOUNT and session.scalars(before.offered(one)).first()
        else None,
    )


def _of_link() -> str:
    return f"link:{(request.view_args or {}).get('token', '')[-64:]}"


@bp.post("/r/<token>/invitation")
@public
@limiter.limit(FOLLOW)
@limiter.limit(LINK_BY_ACCOUNT, key_func=_of_link)
def invite_again(token: str) -> Response:
    """The place that was offered to them is offered again, where it was."""
    one, session = found(before.awaited(_link(token))), db.session()
    if before.remaining(session, one) is not Bar.NO_ACCOUNT:
        return redirect(url_for(".answer_by_mail", token=token))
    return carried_out(
        lambda: before.offer_again(session, one),
        _("The invitation has left: open it, then come back to this link."),
        url_for(".answer_by_mail", token=token),
    )


@bp.post("/r/<token>/reponse")
@public
@limiter.limit(FOLLOW)
def answer_link(token: str) -> Page:
    """Answer, in the name of whom the mail was sent to."""
    link, one = _opened(token)
    act, form = BY_LINK.get(request.form.get("act", "")), AnswerForm()
    if act is None:
        abort(404)
    if not form.validate_on_submit():
        return sheet_of(one, form, token=token, address=link.address), 422
    session = db.session()
    try:
        member_id = links.member_of(session, link, one)
        answering.carry_out(session, one, act, words(form.words), member_id=member_id)
    except Refused as refused:
        session.rollback()
        link, one = _opened(token)
        said = [explain(refused)]
        return sheet_of(one, form, others=said, token=token, address=link.address), 422
    session.commit()
    flash(THANKS[act], "success")
    return redirect(url_for(".answer_by_mail", token=token))

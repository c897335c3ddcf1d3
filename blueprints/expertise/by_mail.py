"""The link of a mail opens the sheet of a need; reading it changes nothing, answering is posted."""

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from blueprints._access import found, public, settings
from blueprints._forms import words
from blueprints._limits import FOLLOW, limiter
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._answering_words import THANKS
from blueprints.expertise.receiving import AnswerForm, sheet_of
from core.db import db
from core.refusals import Refused
from expertise.positions import answering, links
from expertise.positions.life import Act
from expertise.positions.links import Opened
from expertise.positions.models import Position

Page = Response | str | tuple[str, int]
BY_LINK = {
    act.value: act
    for act in (Act.RESERVE, Act.QUEUE, Act.UNQUEUE, Act.TAKE, Act.DECLINE, Act.COME_BACK)
}
"""What the link alone allows: the rest asks to sign in."""


def _opened(token: str) -> tuple[Opened, Position]:
    try:
        link = links.opened(settings(), token)
    except Refused:
        abort(404)
    return link, found(links.answered(link))


@bp.get("/r/<token>")
@public
def answer_by_mail(token: str) -> str:
    """The sheet, with what may be answered."""
    link, one = _opened(token)
    return sheet_of(one, token=token, address=link.address)


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

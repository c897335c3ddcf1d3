"""The requests for access: accept with a place, or decline with a word."""

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from accounts import administration, entry, queries
from accounts.models import AccessRequest, RequestState
from blueprints._access import found, key, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, several_lines, show_refusal, words
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed
from blueprints.administration._paging import cut
from blueprints.administration._places import choice, sent
from core.db import db
from core.refusals import Refused

STATES = {
    "": RequestState.WAITING,
    "acceptees": RequestState.ACCEPTED,
    "refusees": RequestState.DECLINED,
}
NAMES = ("q", "etat")
SAID = {
    RequestState.WAITING: _l("Waiting"),
    RequestState.ACCEPTED: _l("Accepted"),
    RequestState.DECLINED: _l("Declined"),
}


class AcceptForm(Form):
    """A word for the invitation; networks and territories are read beside it."""

    answer = TextAreaField(
        _l("A word from you"),
        [at_most(1000)],
        [several_lines],
        description=_l("It is read in the invitation."),
    )


class DeclineForm(Form):
    """Why not."""

    answer = TextAreaField(
        _l("Your message"),
        [at_most(2000)],
        [several_lines],
        description=_l("The person receives it as you write it."),
    )


@bp.get("/demandes")
def requests() -> str:
    """Those that wait, or those that were answered."""
    shown = request.args.get("etat", "")
    state = STATES.get(shown, RequestState.WAITING)
    rows, last = cut(
        db.session.scalars(
            queries.access_requests(
                viewer(), state, before=request.args.get("avant", type=key), words=typed()
            )
        ).all(),
        queries.PER_PAGE,
    )
    answered = state is not RequestState.WAITING
    return render_template(
        "administration/requests.html",
        requests=rows,
        state=state.value,
        words=typed(),
        kept={"etat": shown or None},
        files=files(NAMES, ".export_requests"),
        older=last and answered and href(NAMES)(avant=last.id),
    )


@bp.post(f"/demandes/exporter.<{ENDINGS}:ending>")
def export_requests(ending: str) -> FlaskResponse:
    """The same list, for a spreadsheet."""
    state = STATES.get(request.args.get("etat", ""), RequestState.WAITING)
    header = [
        _("Last name"), _("First name"), _("E-mail address"), _("Job"), _("Employer"),
        _("Network"), _("Asked on"), _("State"), _("Answered on"),
    ]  # fmt: skip
    rows = db.session.scalars(queries.all_access_requests(viewer(), state, typed()).limit(MOST))
    return leave("requests", "demandes", ending, header, map(_cells, rows.all()))


def _cells(one: AccessRequest) -> list[Any]:
    return [
        one.last_name,
        one.first_name,
        one.email,
        one.job,
        one.employer,
        one.network.name if one.network else "",
        one.created_at,
        str(SAID[one.state]),
        one.decided_at,
    ]


@bp.get("/demandes/<int:request_id>", endpoint="request")
def one_request(request_id: int) -> str:
    """One request, with the two answers."""
    asked = found(entry.access_request(viewer(), request_id))
    return _page(asked)


def _page(
    asked: AccessRequest,
    accept: AcceptForm | None = None,
    decline: DeclineForm | None = None,
    others: list[str] | None = None,
) -> str:
    waiting = asked.state is RequestState.WAITING
    return render_template(
        "administration/request.html",
        asked=asked,
        waiting=waiting,
        accept=accept or AcceptForm(formdata=None, prefix="accept"),
        decline=decline or DeclineForm(formdata=None, prefix="decline"),
        decline_open=decline is not None,
        others=others or [],
        choice=choice(
            networks=[asked.network_id] if asked.network_id else [], resent=accept is not None
        )
        if waiting
        else None,
    )


@bp.post("/demandes/<int:request_id>/accepter")
def accept_request(request_id: int) -> Response | tuple[str, int]:
    """Accept: an invitation leaves."""
    asked = found(entry.access_request(viewer(), request_id))
    form = AcceptForm(prefix="accept")
    if not form.validate_on_submit():
        return _page(asked, accept=form), 422
    try:
        administration.accept_request(
            db.session(),
            asked,
            by=me(),
            networks=sent("networks"),
            territories=sent("territories"),
            answer=words(form.answer),
        )
    except Refused as refused:
        others = show_refusal(form, refused, {})
        return _page(_again(request_id), accept=form, others=others), 422
    db.session.commit()
    flash(_("The invitation leaves for %(email)s.", email=asked.email), "success")
    return redirect(url_for("administration.requests"))


@bp.post("/demandes/<int:request_id>/refuser")
def decline_request(request_id: int) -> Response | tuple[str, int]:
    """Decline: a message leaves."""
    asked = found(entry.access_request(viewer(), request_id))
    form = DeclineForm(prefix="decline")
    if not form.validate_on_submit():
        return _page(asked, decline=form), 422
    try:
        administration.decline_request(db.session(), asked, by=me(), answer=words(form.answer))
    except Refused as refused:
        others = show_refusal(form, refused, {"message-needed": "answer"})
        return _page(_again(request_id), decline=form, others=others), 422
    db.session.commit()
    flash(_("Your message leaves for %(email)s.", email=asked.email), "success")
    return redirect(url_for("administration.requests"))


def _again(request_id: int) -> AccessRequest:
    """Read it anew: what a refusal undid took its network away."""
    return found(entry.access_request(viewer(), request_id))

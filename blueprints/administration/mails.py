"""The mails: what left, what waits, what was refused; and whether mail arrives at all."""

from collections.abc import Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found, key, settings, viewer
from blueprints._access import member as me
from blueprints._filters import Choice, active, menus
from blueprints._forms import Form, address, words
from blueprints._refusals import explain
from blueprints._sheets import ENDINGS
from blueprints.administration import bp
from blueprints.administration._leaving import MOST, files, href, leave, typed
from blueprints.administration._paging import cut
from core import clock, jobs, mail_ways
from core.db import db
from core.outbox import Mail
from core.refusals import Refused
from house import mails as queries
from house import returns
from house.mails import Doubt, Filters, MailState, Why

NAMES = ("q", "etat", "sorte")
STATES = {
    MailState.WAITING: _l("Waiting"),
    MailState.FAILED: _l("Not sent"),
    MailState.SENT: _l("Gone out"),
}
SHORT_STATES = {
    "attente": MailState.WAITING,
    "refuses": MailState.FAILED,
    "partis": MailState.SENT,
}
KINDS = {
    "notifications": _l("Notifications"),
    "letter": _l("Weekly letter"),
    "public_letter": _l("Public letter"),
    "public_letter_confirm": _l("Subscription to a public letter"),
    "invitation": _l("Invitation"),
    "sign_in_link": _l("Sign-in link"),
    "password_link": _l("New password"),
    "access_asked": _l("Request for access"),
    "access_declined": _l("Answer to a request"),
    "suspended": _l("Suspension"),
    "closing": _l("Closing of an account"),
    "accounts_merged": _l("Two accounts made one"),
    "event_invitation": _l("Invitation to a date"),
    "date": _l("About a date that one comes to"),
    "ride": _l("Carpooling"),
    "answer_refused": _l("Answer by mail given back"),
    "draft_ready": _l("Draft made of a circular"),
    "need": _l("Need, to its company"),
    "need_team": _l("Need, to the team"),
    "position": _l("Need, to those who answer"),
    "needs_of_week": _l("Needs of the week"),
    "committee": _l("Committee, to those who sit"),
    "committee_team": _l("Committee, to the team"),
    "company": _l("Company account, to its people"),
    "company_team": _l("Company account, to the team"),
    "desk_people": _l("Expertise, to an institution"),
    "desk_team": _l("Expertise, to the team"),
    "incident": _l("Expertise, an incident"),
    "subscription": _l("Subscription, to the company"),
    "subscription_team": _l("Subscription, to the team"),
    "service_asked": _l("Service asked, to its provider"),
    "desk_week": _l("What waits for those who answer needs"),
    "desk_notice": _l("What nobody did, to the team"),
    "survey": _l("Survey after a need"),
    "survey_team": _l("Unhappy answer, to the team"),
    "agreement": _l("Agreement, to who signs"),
    "agreement_desk": _l("Agreement, to who prepares it"),
    "agreement_code": _l("Code to sign"),
    "agreement_day": _l("Day of a mission"),
    "circular_refused": _l("Circular given back"),
    "test": _l("Test"),
}
WHY = {
    Why.ON_HOLD: _l(
        "This address is on hold: several mails came back from it. Write to it again from the list "
        "of addresses on hold, then send this mail again."
    ),
    Why.NO_SUCH_ADDRESS: _l(
        "This address does not exist, or no longer does. Check it with the person, then correct "
        "it or invite them at another one."
    ),
    Why.MAILBOX_FULL: _l("The mailbox is full. Tell the person by telephone, then send again."),
    Why.TAKEN_FOR_SPAM: _l(
        "The other server takes our mails for undesirable. Ask the one who runs your domain name "
        "to check SPF, DKIM and DMARC, and ask the structure to accept our sender."
    ),
    Why.SENDER_REFUSED: _l(
        "The mail server does not let us write under our sender’s address. Check MAIL_FROM: it "
        "must be an address that this server knows."
    ),
    Why.TOO_LARGE: _l("The other server finds this mail too heavy."),
    Why.SIGN_IN_REFUSED: _l(
        "The mail server refuses our name or our password. Check those that stand in MAIL_URL."
    ),
    Why.CERTIFICATE: _l(
        "The connection to the mail server could not be secured: its certificate is wrong or out "
        "of date. Tell the one who runs it."
    ),
    Why.UNREACHABLE: _l(
        "The mail server does not answer. Maillage tries again by itself, for about two days. If "
        "it lasts, check the address of the server in MAIL_URL."
    ),
    Why.DISK: _l("The mail could not be written: the disk is full, or may not be written to."),
    Why.LATER: _l("The other server asks to come back later. Maillage tries again by itself."),
    Why.OTHER: _l("Show the words of the server, below, to the one who runs your mail."),
}
DOUBTS = {
    Doubt.FOLDER: _l(
        "No mail leaves this machine: they are written to a folder. To have them leave, give "
        "MAIL_URL the address of a mail server (smtp://…)."
    ),
    Doubt.SENDER_LOCAL: _l(
        "The sender’s address has no domain name: most servers refuse it. Write a real address in "
        "MAIL_FROM."
    ),
    Doubt.SENDER_ELSEWHERE: _l(
        "The sender’s domain is not that of the site. It is allowed, but this domain must say "
        "(SPF, DKIM) that our mail server writes for it."
    ),
    Doubt.IN_CLEAR: _l(
        "If the mail server offers no encryption, its password travels in clear: prefer smtps://."
    ),
}


class TestForm(Form):
    """Where to."""

    email = address(_l("Send a test to"))


def _filters() -> Filters:
    sort = request.args.get("sorte", "")
    state = SHORT_STATES.get(request.args.get("etat", ""))
    return Filters(typed(), state, sort if sort in KINDS else "")


@bp.get("/courriels")
def mails() -> str:
    """The mails, newest first."""
    filters = _filters()
    before = request.args.get("avant", type=key)
    rows, last = cut(
        db.session.scalars(queries.journal(viewer(), filters, before)).all(), queries.PER_PAGE
    )
    here = href(NAMES)
    kinds = [(name, str(words)) for name, words in KINDS.items()]
    states = [(short, str(STATES[state])) for short, state in SHORT_STATES.items()]
    short = next((name for name, state in SHORT_STATES.items() if state is filters.state), None)
    state, sort = (
        Choice("etat", _("State"), short, states),
        Choice("sorte", _("Kind"), filters.kind or None, kinds),
    )
    return render_template(
        "administration/mails.html",
        mails=[_row(one) for one in rows],
        words=filters.words,
        kept={name: request.args.get(name) for name in NAMES if name != "q"},
        views=[
            {"label": label, "href": here(etat=value), "current": value == short}
            for value, label in [(None, _("All")), *states]
        ],
        menus=menus([sort], here),
        active=active([sort], here) + active([state], here, narrow=True),
        files=files(NAMES, ".export_mails"),
        silent=_silent(),
        older=last and here(avant=last.id),
    )


def _silent() -> bool:
    """Whether nobody does the work that is put off."""
    last = jobs.last_beat(db.session())
    return last is None or clock.now() - last > jobs.SILENT


def _row(one: Mail) -> dict[str, Any]:
    return {
        "id": one.id,
        "subject": queries.subject(viewer(), one) or _("(about a content that you do not see)"),
        "kind": KINDS.get(one.kind, one.kind),
        "address": one.to_address,
        "state": queries.state(one).value,
        "again": queries.state(one) is MailState.WAITING and one.attempts > 0,
        "at": one.created_at,
    }


@bp.post(f"/courriels/exporter.<{ENDINGS}:ending>")
def export_mails(ending: str) -> FlaskResponse:
    """The journal under the same filters, for a spreadsheet."""
    rows = db.session.scalars(queries.found(viewer(), _filters()).limit(MOST)).all()
    header = [
        _("Written on"), _("To"), _("Subject"), _("Kind"), _("State"), _("Sent on"),
        _("Attempts"), _("Words of the server"),
    ]  # fmt: skip
    return leave("mails", "courriels", ending, header, _cells(rows))


def _cells(rows: Sequence[Mail]) -> list[list[Any]]:
    return [
        [
            one.created_at,
            one.to_address,
            queries.subject(viewer(), one) or "",
            str(KINDS.get(one.kind, one.kind)),
            str(STATES[queries.state(one)]),
            one.sent_at,
            one.attempts,
            one.last_error or "",
        ]
        for one in rows
    ]


@bp.get("/courriels/<int:mail_id>")
def mail(mail_id: int) -> str:
    """One mail: where it stands, and what to do."""
    one = found(queries.mail(viewer(), mail_id))
    meaning = queries.why(one.last_error) if one.last_error and not one.sent_at else None
    return render_template(
        "administration/mail.html",
        mail=one,
        subject=queries.subject(viewer(), one) or _("A content that you do not see"),
        kind=KINDS.get(one.kind, one.kind),
        sender=settings().mail_from,
        state=queries.state(one).value,
        leaves=mail_ways.leaves(settings()),
        why=meaning and WHY[meaning],
        silent=_silent(),
        most=jobs.MOST_ATTEMPTS,
        returned=db.session.scalar(returns.returned(viewer(), one.id)),
        hold=db.session.scalar(returns.hold_of(one.to_address)),
        turn_at=one.turn_at if one.turn_at and one.turn_at > clock.now() else None,
    )


@bp.post("/courriels/<int:mail_id>/renvoyer")
def send_mail_again(mail_id: int) -> Response:
    """Try again now."""
    one = found(queries.mail(viewer(), mail_id))
    try:
        queries.send_again(db.session(), viewer(), one.id, by=me())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("The mail is on its way again."), "success")
    return redirect(url_for(".mail", mail_id=mail_id))


@bp.route("/courriels/essai", methods=["GET", "POST"])
def test_mail() -> Response | str | tuple[str, int]:
    """Write to an address, and see whether it arrives."""
    form = TestForm(email=me().email)
    if form.validate_on_submit():
        written = queries.send_test(db.session(), viewer(), by=me(), address=words(form.email))
        db.session.commit()
        return redirect(url_for(".mail", mail_id=written.id))
    page = render_template(
        "administration/test_mail.html",
        form=form,
        place=mail_ways.place(settings()),
        sender=settings().mail_from,
        doubts=[DOUBTS[one] for one in queries.doubts(settings())],
        silent=_silent(),
    )
    return page if request.method in SAFE else (page, 422)

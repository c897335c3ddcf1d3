"""What comes in by mail, and the addresses on hold."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints._access import found, key, settings, viewer
from blueprints._access import member as me
from blueprints.administration import bp
from blueprints.administration._leaving import href
from blueprints.administration._paging import cut
from core.db import db
from house import returns
from inbound import queries
from inbound.models import Outcome

OUTCOMES = {
    Outcome.WAITING: _l("Waiting"),
    Outcome.PUBLISHED: _l("Published"),
    Outcome.DRAFT: _l("Draft"),
    Outcome.REFUSED: _l("Given back"),
    Outcome.BOUNCE: _l("Came back"),
    Outcome.IGNORED: _l("Set aside"),
}
SHORT_OUTCOMES = {
    "publies": Outcome.PUBLISHED,
    "brouillons": Outcome.DRAFT,
    "rendus": Outcome.REFUSED,
    "retours": Outcome.BOUNCE,
    "ecartes": Outcome.IGNORED,
    "attente": Outcome.WAITING,
}
REASONS = {
    "come-before": _l("it had come before"),
    "sender-unknown": _l("its sender has no account"),
    "network-not-served": _l("does not publish for this network"),
    "address-renewed": _l("the address was renewed"),
    "circular-empty": _l("no words"),
    "too-many-drafts": _l("too many drafts wait"),
    "automatic": _l("written by a machine"),
    "address-unknown": _l("sent to no address of ours"),
    "address-forged": _l("an address that we did not write"),
    "account-closed": _l("the account is closed"),
    "too-many-mails": _l("too many in an hour"),
    "mail-unreadable": _l("unreadable"),
    "mail-unknown": _l("about a mail that is not ours"),
    "mail-too-large": _l("too heavy"),
    "account-suspended": _l("the account is suspended"),
    "charter-first": _l("the charter is not accepted"),
    "topic-unseen": _l("the topic is not open to them"),
    "topic-closed": _l("the topic is closed"),
    "address-over": _l("too late"),
    "body-empty": _l("no words"),
    "body-too-long": _l("too many words"),
    "file-too-large": _l("a file is too heavy"),
    "file-dangerous": _l("a file is refused"),
    "too-many-files": _l("too many files"),
}


@bp.get("/courriels/recus")
def received() -> str:
    """The mails that came in, newest first; what they say is never read here."""
    short = request.args.get("etat", "")
    outcome = SHORT_OUTCOMES.get(short)
    before = request.args.get("avant", type=key)
    rows, last = cut(
        db.session.scalars(queries.journal(viewer(), outcome, before)).all(), queries.PER_PAGE
    )
    here = href(("etat",))
    return render_template(
        "administration/received.html",
        mails=[
            {
                "who": one.member.name if one.member else one.from_address or _("No sender"),
                "outcome": one.outcome.value,
                "label": OUTCOMES[one.outcome],
                "why": REASONS.get(one.why, one.why),
                "at": one.received_at,
            }
            for one in rows
        ],
        views=[
            {"label": label, "href": here(etat=value), "current": value == (short or None)}
            for value, label in [
                (None, _("All")),
                *((name, OUTCOMES[one]) for name, one in SHORT_OUTCOMES.items()),
            ]
        ],
        open=bool(settings().mail_answers or settings().mail_circulars),
        older=last and here(avant=last.id),
    )


@bp.get("/courriels/adresses")
def holds() -> str:
    """The addresses to which nothing is sent any more."""
    before = request.args.get("avant", type=key)
    rows, last = cut(db.session.scalars(returns.holds(viewer(), before)).all(), returns.PER_PAGE)
    return render_template(
        "administration/holds.html", holds=rows, older=last and href(())(avant=last.id)
    )


@bp.post("/courriels/adresses/<int:hold_id>/reprendre")
def lift_hold(hold_id: int) -> Response:
    """Write to it again."""
    held = found(returns.hold(viewer(), hold_id))
    returns.lift(db.session(), viewer(), held, by=me())
    db.session.commit()
    flash(_("Mails leave for %(address)s again.", address=held.address), "success")
    return redirect(url_for(".holds"))

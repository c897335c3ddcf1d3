"""Two accounts of one person: likely ones, what would move, making them one."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.models import Member
from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._refusals import explain
from blueprints.administration import bp
from blueprints.administration._leaving import typed
from blueprints.administration.members import ROLES
from core.db import db
from core.refusals import Refused
from house import twins as queries

MOVED = {
    "attachment": _l("Attached files"),
    "audit_entry": _l("Lines of the audit trail"),
    "charter_acceptance": _l("Acceptances of the charter"),
    "decision": _l("Decisions of moderation"),
    "document": _l("Documents"),
    "document_version": _l("Versions of documents"),
    "download": _l("Downloads"),
    "favourite": _l("Favourites"),
    "following": _l("Topics followed"),
    "invitation": _l("Invitations"),
    "member_language": _l("Languages"),
    "member_network": _l("Networks"),
    "member_skill": _l("Skills"),
    "member_territory": _l("Territories"),
    "notification": _l("Notifications"),
    "notification_preference": _l("Choices of mails"),
    "post": _l("Messages"),
    "profile": _l("Profile"),
    "reading": _l("Reading marks"),
    "report": _l("Reports"),
    "thank": _l("Thanks"),
    "topic": _l("Topics"),
    "upload": _l("Files sent"),
}
"""What a table holds of a member; those that say nothing to anybody are counted together."""


@bp.get("/doublons")
def twins() -> str | Response:
    """Likely pairs, and two addresses to compare."""
    kept, gone = typed("garder"), typed("reunir")
    unknown: list[str] = []
    if kept or gone:
        pair = [accounts.by_email(db.session(), one) for one in (kept, gone)]
        if pair[0] and pair[1]:
            return redirect(url_for(".merge_members", kept_id=pair[0].id, gone_id=pair[1].id))
        unknown = [one for one, whose in zip((kept, gone), pair, strict=True) if not whose]
    return render_template(
        "administration/twins.html",
        pairs=queries.likely(db.session(), viewer()),
        kept=kept,
        gone=gone,
        unknown=unknown,
    )


@bp.route("/doublons/<int:kept_id>/<int:gone_id>", methods=["GET", "POST"])
def merge_members(kept_id: int, gone_id: int) -> Response | str:
    """What would move from one account to the other; then do it."""
    kept, gone = (found(accounts.member(viewer(), one)) for one in (kept_id, gone_id))
    if request.method in SAFE:
        return _page(kept, gone)
    try:
        queries.merge(db.session(), viewer(), kept, gone, by=me())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
        return redirect(url_for(".merge_members", kept_id=kept_id, gone_id=gone_id))
    db.session.commit()
    flash(_("The two accounts are one. %(name)s is told by e-mail.", name=kept.name), "success")
    return redirect(url_for(".member", member_id=kept_id))


def _page(kept: Member, gone: Member) -> str:
    places = accounts.places(db.session(), [kept.id, gone.id])
    moves = queries.moves(db.session(), viewer(), kept, gone)
    named = [(str(MOVED[table]), number) for table, number in moves.items() if table in MOVED]
    other = sum(number for table, number in moves.items() if table not in MOVED)
    return render_template(
        "administration/merge_members.html",
        kept=kept,
        gone=gone,
        places=places,
        roles=ROLES,
        moves=sorted(named) + ([(_("Others"), other)] if other else []),
        myself=gone.id == me().id,
        same=gone.id == kept.id,
    )

"""What a member was told, which mails they choose, and how a mail's own link stops them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from accounts.models import Member
from blueprints import _notices
from blueprints._access import key, member, public, viewer
from blueprints._access import settings as house
from blueprints._forms import Form, options
from blueprints._security import csrf
from core.db import db
from core.refusals import Refused
from house import returns
from notifications import actions, queries
from notifications import unsubscribe as links
from notifications.models import Frequency, Kind

bp = Blueprint("notifications", __name__)


@bp.get("/notifications")
def index() -> str:
    """What a member was told, newest first, each line leading to its post."""
    before = request.args.get("avant", type=key)
    found = queries.latest(db.session(), viewer(), before)
    shown = found[: queries.PER_PAGE]
    return render_template(
        "notifications/index.html",
        notices=_notices.notices(shown),
        any_unseen=any(told.seen_at is None for told in shown),
        older=url_for(".index", avant=shown[-1].id) if len(found) > len(shown) else None,
        newest=url_for(".index") if before else None,
    )


@bp.post("/notifications/lues")
def see_all() -> Response:
    """Everything told is seen."""
    actions.see_all(db.session(), viewer())
    db.session.commit()
    flash(_("Everything is marked as read."), "success")
    return redirect(url_for(".index"))


def _frequency(kind: Kind) -> SelectField:
    offered = _notices.OFFERED.get(kind, _notices.FREQUENCIES)
    return SelectField(_notices.KINDS[kind], choices=options(offered.items()))


class SettingsForm(Form):
    """How often each kind comes by mail."""

    answer = _frequency(Kind.ANSWER)
    mention = _frequency(Kind.MENTION)
    useful = _frequency(Kind.USEFUL)
    proposed = _frequency(Kind.PROPOSED)
    new_topic = _frequency(Kind.NEW_TOPIC)
    new_article = _frequency(Kind.NEW_ARTICLE)
    new_document = _frequency(Kind.NEW_DOCUMENT)
    new_event = _frequency(Kind.NEW_EVENT)
    document = _frequency(Kind.DOCUMENT)
    date = _frequency(Kind.DATE)
    poll = _frequency(Kind.POLL)
    poll_answer = _frequency(Kind.POLL_ANSWER)
    letter = SelectField(
        _notices.KINDS[Kind.LETTER],
        choices=options([(Frequency.WEEKLY, _l("Once a week")), (Frequency.NEVER, _l("Never"))]),
    )
    moderation = _frequency(Kind.MODERATION)


@bp.route("/compte/notifications", methods=["GET", "POST"])
def settings() -> str | tuple[str, int] | Response:
    """Each kind, and how often it comes by mail."""
    chosen = queries.preferences(db.session(), member().id)
    form = SettingsForm(data={kind.value: frequency.value for kind, frequency in chosen.items()})
    if form.validate_on_submit():
        wanted = {kind: Frequency(form[kind.value].data) for kind in Kind}
        actions.choose(db.session(), member().id, wanted)
        db.session.commit()
        flash(_("Your choices are saved."), "success")
        return redirect(url_for(".settings"))
    page = render_template(
        "notifications/settings.html",
        form=form,
        moderates=viewer().moderates,
        address=member().email,
        hold=db.session.scalar(returns.hold_of(member().email)),
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/compte/notifications/adresse")
def address_works() -> Response:
    """One's address works again: mails leave for it."""
    returns.lift_own(db.session(), member())
    db.session.commit()
    flash(_("Thank you. The next mails will leave for this address."), "success")
    return redirect(url_for(".settings"))


@bp.route("/desabonnement/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def unsubscribe(token: str) -> tuple[str, int]:
    """Stop the kinds of a mail: its signed link is the proof (RFC 8058)."""
    try:
        member_id, kinds = links.read(house(), token)
    except Refused:
        return render_template("notifications/unsubscribe.html", kinds=[], done=False), 404
    if db.session.get(Member, member_id) is None:
        return render_template("notifications/unsubscribe.html", kinds=[], done=False), 404
    if request.method == "POST":
        actions.choose(db.session(), member_id, dict.fromkeys(kinds, Frequency.NEVER))
        db.session.commit()
    return render_template(
        "notifications/unsubscribe.html",
        kinds=[_notices.KINDS[kind] for kind in kinds],
        done=request.method == "POST",
    ), 200

"""The public letter of a network: for anybody, and for those who subscribe. No account."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from access.models import Network
from blueprints._access import SAFE, found, public, settings
from blueprints._forms import Form, address, words
from blueprints._languages import language
from blueprints._limits import PUBLIC_LETTER, PUBLIC_LETTER_BY_ADDRESS, account_named, limiter
from blueprints._security import csrf
from core.db import db
from core.refusals import Refused
from notifications.public_letter import actions, links, queries
from notifications.public_letter.models import Subscriber

bp = Blueprint("public_letters", __name__, url_prefix="/lettre-publique")


class SubscribeForm(Form):
    """Where to write."""

    email = address(_l("Your e-mail address"))


@bp.route("/<slug>", methods=["GET", "POST"])
@public
@limiter.limit(PUBLIC_LETTER, methods=["POST"], key_func=get_remote_address)
@limiter.limit(PUBLIC_LETTER_BY_ADDRESS, methods=["POST"], key_func=account_named)
def network(slug: str) -> Response | str | tuple[str, int]:
    """What the letter is, the last ones, and how to get it."""
    one = found(queries.open_network(slug))
    form = SubscribeForm()
    if form.validate_on_submit():
        actions.ask(db.session(), one, email=words(form.email), language=language())
        db.session.commit()
        return redirect(url_for(".network", slug=slug, parti=1))
    page = render_template(
        "public_letters/network.html",
        network=one,
        words=queries.settings_of(db.session(), one.id).words,
        form=form,
        sent="parti" in request.args,
        letters=db.session.scalars(queries.sent(one)).all(),
    )
    return page if request.method in SAFE else (page, 422)


@bp.get("/<slug>/<int:letter_id>")
@public
def letter(slug: str, letter_id: int) -> str:
    """A letter that was sent, without what no longer stands."""
    one = found(queries.open_network(slug))
    read = found(queries.sent_letter(one, letter_id))
    return render_template(
        "public_letters/letter.html",
        network=one,
        letter=read,
        items=queries.standing(db.session(), read.items),
    )


def _subscriber(act: str, token: str) -> tuple[Subscriber, Network]:
    """Whose link it is; 404 for one that is no longer good."""
    try:
        number = links.read(settings(), act, token)
    except Refused:
        abort(404)
    subscriber = db.session.get(Subscriber, number)
    one = db.session.get(Network, subscriber.network_id) if subscriber else None
    if subscriber is None or one is None:
        abort(404)
    return subscriber, one


@bp.route("/confirmer/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> str | tuple[str, int]:
    """Say yes: opening the link is not enough, mail programs open those they scan."""
    subscriber, one = _subscriber(links.CONFIRM, token)
    done = request.method == "POST"
    if subscriber.ended_at is not None:
        abort(404)
    if done:
        actions.confirm(db.session(), subscriber)
        db.session.commit()
    return render_template("public_letters/confirm.html", network=one, done=done)


@bp.route("/desabonnement/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def unsubscribe(token: str) -> str:
    """No longer receive it: the signed link of each letter is the proof (RFC 8058)."""
    subscriber, one = _subscriber(links.STOP, token)
    done = request.method == "POST"
    if done:
        actions.stop(db.session(), subscriber)
        db.session.commit()
    return render_template("public_letters/unsubscribe.html", network=one, done=done)
